import Glibc
import Posix

/// What a shell script did.
public struct Outcome {
  /// How it ended; `nil` when it hung and was killed.
  public var status: ChildStatus?
  /// Its standard output.
  public var output: [UInt8]
  /// Its standard error.
  public var error: [UInt8]
  /// The output as text.
  public var text: String { String(decoding: output, as: UTF8.self) }
  /// The error as text.
  public var errorText: String { String(decoding: error, as: UTF8.self) }
}

/// Runs shell scripts and terminal sessions for tests, each in a session of its own so that no signal strays.
///
/// Scripts find the probe as `$PROBE` and an empty private folder as their working directory.
public enum Driver {
  /// The program that wraps a command and nothing else.
  public static var probe: String { File.parent(of: ProcessInfo.executablePath ?? "") + "/posix-probe" }

  /// Runs a script to its end. One that hangs is killed, and its status is `nil`.
  public static func run(_ script: String, limitMs: Int64 = TerminalSession.patienceMs) throws -> Outcome {
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
  public static func start(_ script: String, in folder: String, streams: [String]) throws -> pid_t {
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
    // Files of other tests that run at the same time are none of the script's, whoever has opened them.
    for name in try Folder.names(in: "/proc/self/fd") {
      if let number = Int32(name), number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
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
  public static func wait(for pid: pid_t, limitMs: Int64) -> ChildStatus? {
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
