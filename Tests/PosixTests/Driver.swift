import Glibc
import Posix
import Testing

/// What a shell script did.
struct Outcome {
  var status: ChildStatus?
  var output: [UInt8]
  var error: [UInt8]
  var text: String { String(decoding: output, as: UTF8.self) }
  var errorText: String { String(decoding: error, as: UTF8.self) }
}

/// Runs shell scripts and terminal sessions for tests, each in a session of its own so that no signal strays.
///
/// Scripts find the probe as `$PROBE` and an empty private folder as their working directory.
enum Driver {
  static var probe: String { File.parent(of: ProcessInfo.executablePath ?? "") + "/posix-probe" }

  /// Runs a script to its end. One that hangs is killed, and its status is `nil`.
  static func run(_ script: String, limitMs: Int64 = 15_000) throws -> Outcome {
    let folder = try Folder.makeTemporary(prefix: "posix-tests")
    defer { try? Folder.removeTree(folder) }
    let work = folder + "/work"
    try Folder.makePrivate(work)
    let pid = try start(script, in: work, streams: ["/dev/null", folder + "/out", folder + "/err"])
    let status = wait(for: pid, limitMs: limitMs)
    return Outcome(
      status: status, output: try File.readAll(folder + "/out"), error: try File.readAll(folder + "/err"))
  }

  /// Starts a script in a new session. A terminal opened as its first stream becomes its controlling terminal.
  static func start(_ script: String, in folder: String, streams: [String]) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    var actions = posix_spawn_file_actions_t()
    var none = sigset_t()
    var all = sigset_t()
    posix_spawnattr_init(&attributes)
    posix_spawn_file_actions_init(&actions)
    defer {
      posix_spawnattr_destroy(&attributes)
      posix_spawn_file_actions_destroy(&actions)
    }
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // 0x80 is POSIX_SPAWN_SETSID, which the Glibc module lacks.
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80))
    for (number, path) in streams.enumerated() {
      let flags = number == 0 ? O_RDWR : O_RDWR | O_CREAT
      posix_spawn_file_actions_addopen(&actions, Int32(number), path, flags, 0o600)
    }
    let line = "cd '\(folder)' && PROBE='\(probe)' && export PROBE && { \(script)\n}"
    var pid: pid_t = 0
    let words = ["/bin/sh", "-c", line]
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    argv.append(nil)
    defer { for text in argv { free(text) } }
    let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, &argv, environ)
    if code != 0 { throw PosixError("posix_spawn", code: code) }
    return pid
  }

  /// Waits for a process that this one started; after the limit its whole session's group is killed.
  static func wait(for pid: pid_t, limitMs: Int64) -> ChildStatus? {
    let start = Clock.monotonicNanoseconds
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      if Clock.monotonicNanoseconds - start > limitMs * 1_000_000 {
        kill(-pid, SIGKILL)
        waitpid(pid, &status, 0)
        return nil
      }
      Clock.sleep(ms: 2)
    }
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signaled(status & 0x7F)
  }
}

/// A script on a terminal of its own, with somebody at the keys.
final class TerminalSession {
  let master: Int32
  private let pid: pid_t
  private let folder: String
  private var seen: [UInt8] = []

  init(_ script: String, columns: UInt16 = 80) throws {
    folder = try Folder.makeTemporary(prefix: "posix-tests")
    // What posix_openpt, unlockpt and ptsname do; the Glibc module lacks all three.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: Int32 = 0
    _ = ioctl(master, 0x4004_5431, &locked)
    _ = ioctl(master, 0x8004_5430, &number)
    let slave = "/dev/pts/\(number)"
    pid = try Driver.start(script, in: folder, streams: [slave, slave, slave])
    resize(columns: columns)
  }

  func resize(columns: UInt16) {
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func type(_ keys: String) { write(master, keys, keys.utf8.count) }

  /// Everything shown so far.
  var screen: String { String(decoding: seen, as: UTF8.self) }

  /// Waits until a text was shown; whether it was.
  func sees(_ text: String, times: Int = 1, limitMs: Int64 = 10_000) -> Bool {
    let start = Clock.monotonicNanoseconds
    while screen.split(separator: text, omittingEmptySubsequences: false).count - 1 < times {
      if Clock.monotonicNanoseconds - start > limitMs * 1_000_000 { return false }
      if !readSome() { Clock.sleep(ms: 2) }
    }
    return true
  }

  /// Reads to the end of the session.
  func finish(limitMs: Int64 = 10_000) -> ChildStatus? {
    let start = Clock.monotonicNanoseconds
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      if Clock.monotonicNanoseconds - start > limitMs * 1_000_000 {
        kill(-pid, SIGKILL)
        waitpid(pid, &status, 0)
        return nil
      }
      if !readSome() { Clock.sleep(ms: 2) }
    }
    while readSome() {}
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signaled(status & 0x7F)
  }

  private func readSome() -> Bool {
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, 0) > 0, waiting.revents & Int16(POLLIN) != 0 else { return false }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &chunk, chunk.count)
    if count > 0 { seen += chunk[..<count] }
    return count > 0
  }

  deinit {
    close(master)
    try? Folder.removeTree(folder)
  }
}
