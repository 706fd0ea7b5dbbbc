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

  private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  private static var limits: rlimit {
    var limits = rlimit(rlim_cur: 1024, rlim_max: 1024)
    getrlimit(resource, &limits)
    return limits
  }
}
