import Glibc

/// How many files the process may have open.
public enum OpenFiles {
  /// The limit that holds now.
  public static var limit: Int { Int(clamping: limits.rlim_cur) }

  /// Raises the limit as far as the process may. Not for one that starts others: some of those rely on a low limit.
  public static func allowMost() {
    var limits = limits
    limits.rlim_cur = limits.rlim_max
    setrlimit(resource, &limits)
  }

  /// Whether the process can hardly open another file: what just failed, failed for that.
  ///
  /// - Parameter wanted: how many must be left. One name alone takes three to look up.
  public static func areUsedUp(wanted: Int = 4) -> Bool {
    var opened: [Int32] = []
    defer { for number in opened { _ = Glibc.close(number) } }
    while opened.count < wanted {
      let number = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
      if number < 0 { return errno == EMFILE || errno == ENFILE }
      opened.append(number)
    }
    return false
  }

  /// Makes sure that so many files can still be opened.
  ///
  /// - Throws: `PosixError`, as the next of them would.
  public static func check(for wanted: Int) throws(PosixError) {
    if areUsedUp(wanted: wanted) { throw PosixError("open", code: EMFILE) }
  }

  /// What to do where they are used up.
  public static let remedy = "let it have more ('ulimit -n 1024' before it; 'LimitNOFILE=' of a service)"

  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  private static var limits: rlimit {
    var limits = rlimit(rlim_cur: 1024, rlim_max: 1024)
    getrlimit(resource, &limits)
    return limits
  }
}
