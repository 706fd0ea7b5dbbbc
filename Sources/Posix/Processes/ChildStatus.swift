import Glibc

/// How a command ended.
public enum ChildStatus: Hashable, Sendable {
  /// It exited with a code.
  case exited(Int32)
  /// A signal ended it.
  case signaled(Int32)
  /// It could not be started; the error of the attempt.
  case notStarted(PosixError)

  /// The call named by the error of a command that could not be executed; other errors are this process's own.
  static let startCall = "run"

  /// The exit status a shell or `env` would report: the code, 128 + the signal, 127 for a command that is not there, 126
  /// for one that cannot be executed, 125 when this process failed before it tried, or can start none at all.
  public var shellStatus: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let number): 128 + number
    case .notStarted(let error):
      error.call != Self.startCall || error.isOfProcesses ? 125 : error.code == ENOENT ? 127 : 126
    }
  }

  /// Whether it ended because nobody reads its output any more; a shell says so by a status of its own.
  public var isReaderGone: Bool { shellStatus == 128 + SIGPIPE }

  /// Ends this process the way the command ended: with its code, or by its signal.
  public func reproduce() -> Never {
    if case .signaled(let number) = self {
      // The command has dumped its core if it was to; a second one of ours would only hide it.
      var none = rlimit(rlim_cur: 0, rlim_max: 0)
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
      signal(number, SIG_DFL)
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, number)
      sigprocmask(SIG_UNBLOCK, &set, nil)
      raise(number)
    }
    exit(shellStatus)
  }
}
