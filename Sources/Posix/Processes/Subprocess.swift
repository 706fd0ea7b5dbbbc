import CPosix
import Glibc

/// A process started beside this one: to be waited for, stopped or ended, many at once.
///
/// `ChildCommand` is for the one command this process stands for; it takes over its signals. This one takes over nothing.
public struct Subprocess: Hashable, Sendable {
  /// The process's number.
  public let id: Int32

  /// Where one of its streams leads.
  public enum Stream: Hashable, Sendable {
    /// Where this process's own leads.
    case inherited
    /// Nowhere: empty to read from, and what is written is lost.
    case none
    /// A file, written at its end; made if missing.
    case file(String)
  }

  /// Starts a program found on `PATH`.
  ///
  /// - Parameters:
  ///   - arguments: the program and its arguments.
  ///   - environment: variables to set (or, with `nil`, to take away) over this process's own.
  ///   - output: its standard output.
  ///   - error: its standard error.
  /// - Throws: `PosixError`. Its standard input is empty.
  public static func start(
    _ arguments: [String], environment: [String: String?] = [:], output: Stream = .inherited, error: Stream = .inherited
  ) throws(PosixError) -> Subprocess {
    var opened: [FileDescriptor] = []
    defer { for file in opened { file.close() } }
    var pairs: [Int32] = []
    for (number, stream) in [Stream.none, output, error].enumerated() {
      let file: FileDescriptor
      switch stream {
      case .inherited: continue
      case .none: file = try FileDescriptor.open("/dev/null", number == 0 ? .read : .append)
      case .file(let path): file = try FileDescriptor.open(path, .append)
      }
      opened.append(file)
      pairs += [file.number, Int32(number)]
    }
    let argv = CStrings(arguments.map { Array($0.utf8) })
    let envp = CStrings(environmentChangedBy: environment)
    var pid: pid_t = 0
    let code = llmguard_spawn(
      &pid, argv.pointers[0], argv.pointers, envp.pointers, pairs, Int32(pairs.count / 2), [], 0)
    if code != 0 { throw PosixError("spawn", path: arguments.first, code: code) }
    return Subprocess(id: pid)
  }

  /// A signal's number.
  public enum Signal {
    /// Ends it at once; it cannot tell anybody.
    public static let kill = SIGKILL
    /// Asks it to end.
    public static let terminate = SIGTERM
    /// Stops it.
    public static let stop = SIGSTOP
    /// Lets it go on.
    public static let resume = SIGCONT
  }

  /// Sends it a signal.
  public func send(_ signal: Int32) { _ = Glibc.kill(id, signal) }

  /// Waits for its end.
  public func wait() -> ChildStatus {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 {
      if errno != EINTR { return .notStarted(PosixError("waitpid")) }
    }
    return Self.read(status)
  }

  /// How it ended; `nil` while it runs.
  public func ended() -> ChildStatus? {
    var status: Int32 = 0
    return waitpid(id, &status, WNOHANG) == id ? Self.read(status) : nil
  }

  /// Waits for its end at most until a deadline; after that it is killed and `nil` is the answer.
  public func wait(limitMs: Int64) -> ChildStatus? {
    let end = Clock.monotonicNanoseconds + limitMs * 1_000_000
    while true {
      if let status = ended() { return status }
      if Clock.monotonicNanoseconds > end { break }
      Clock.sleep(ms: 1)
    }
    send(Signal.kill)
    _ = wait()
    return nil
  }

  /// Waits until any process started by this one ends; `nil` when there is none.
  public static func waitForAny() -> (process: Subprocess, status: ChildStatus)? {
    var status: Int32 = 0
    while true {
      let pid = waitpid(-1, &status, 0)
      if pid > 0 { return (Subprocess(id: pid), read(status)) }
      if errno != EINTR { return nil }
    }
  }

  private static func read(_ status: Int32) -> ChildStatus {
    var number: Int32 = 0
    if llmguard_signaled(status, &number) == 1 { return .signaled(number) }
    _ = llmguard_exited(status, &number)
    return .exited(number)
  }
}
