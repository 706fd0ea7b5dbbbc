import Glibc
import Posix

/// A script on a terminal of its own, with somebody at the keys.
public final class TerminalSession {
  /// The end at which somebody sits.
  public private(set) var master: Int32
  /// How long something is waited for that a sound program does at once: a machine may stand still for a while.
  public static let patienceMs: Int64 = 60_000
  private let pid: pid_t
  private let folder: String
  private var seen: [UInt8] = []

  /// Starts a script on a new terminal of 24 lines.
  public init(_ script: String, columns: UInt16 = 80) throws {
    folder = try Folder.makeTemporary(prefix: "posix-tests")
    // What posix_openpt, unlockpt and ptsname do; the Glibc module lacks all three.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var locked: Int32 = 0
    var number: Int32 = 0
    _ = ioctl(master, 0x4004_5431, &locked)
    _ = ioctl(master, 0x8004_5430, &number)
    let slave = "/dev/pts/\(number)"
    // Before the script is there, which may set a size of its own.
    Self.resize(master, columns: columns)
    pid = try Driver.start(script, in: folder, streams: [slave, slave, slave])
  }

  /// Changes the width.
  public func resize(columns: UInt16) { Self.resize(master, columns: columns) }

  private static func resize(_ master: Int32, columns: UInt16) {
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Presses keys.
  public func type(_ keys: String) { write(master, keys, keys.utf8.count) }

  /// Everything shown so far.
  public var screen: String { String(decoding: seen, as: UTF8.self) }

  /// Waits until a text was shown; whether it was.
  @discardableResult public func sees(_ text: String, times: Int = 1, limitMs: Int64 = patienceMs) -> Bool {
    waits(limitMs) { $0.parts(text).count > times }
  }

  /// Waits until a text was shown, and another one behind it: as a prompt, before which a shell may throw away what is typed.
  public func sees(_ text: String, after first: String) -> Bool {
    waits(Self.patienceMs) { session in
      let parts = session.parts(first)
      return parts.count > 1 && parts[parts.count - 1].contains(text)
    }
  }

  private func parts(_ text: String) -> [Substring] { screen.split(separator: text, omittingEmptySubsequences: false) }

  private func waits(_ limitMs: Int64, until isSo: (TerminalSession) -> Bool) -> Bool {
    let end = Clock.monotonicNanoseconds + limitMs * 1_000_000
    while !isSo(self) {
      if Clock.monotonicNanoseconds > end { return false }
      if !readSome() { Clock.sleep(ms: 2) }
    }
    return true
  }

  /// Waits until the terminal is a job's, and not the shell's that began the session; whether it is.
  public func isGivenToAJob(limitMs: Int64 = patienceMs) -> Bool {
    waits(limitMs) { ![$0.pid, -1].contains(tcgetpgrp($0.master)) }
  }

  /// Reads to the end of the session.
  public func finish(limitMs: Int64 = patienceMs) -> ChildStatus? {
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

  /// Takes the terminal away, as a closed window does.
  public func hangUp() {
    close(master)
    master = -1
  }

  /// The terminal's modes, as text that is equal when they are.
  public var modes: String {
    var modes = termios()
    tcgetattr(master, &modes)
    return "\(modes.c_iflag) \(modes.c_oflag) \(modes.c_cflag) \(modes.c_lflag) \(modes.c_cc)"
  }

  private func readSome() -> Bool {
    if master < 0 { return false }
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, 0) > 0, waiting.revents & Int16(POLLIN) != 0 else { return false }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &chunk, chunk.count)
    if count > 0 { seen += chunk[..<count] }
    return count > 0
  }

  deinit {
    if master >= 0 { close(master) }
    try? Folder.removeTree(folder)
  }
}
