import Posix

/// Whom TLS trusts now: the authorities of the user, or of the system. They are read once, and again when they have changed: one
/// that is added counts within a second, and one that is taken away no more.
final class CurrentTrust: Sendable {
  private let library: CurlLibrary
  private let authorities: Authorities
  private let nowNs: @Sendable () -> Int64
  /// What was read, of which files, and when these were looked at last.
  private let known = Locked<(trust: SharedTrust?, mark: [Int64], lookedNs: Int64)?>(nil)
  /// How long after a look there is none.
  private static let pauseNs: Int64 = 1_000_000_000

  init(
    _ library: CurlLibrary, _ authorities: Authorities = .ofUser,
    nowNs: @escaping @Sendable () -> Int64 = { Clock.monotonicNanoseconds }
  ) {
    self.library = library
    self.authorities = authorities
    self.nowNs = nowNs
  }

  /// Those who come while they are being read wait, as reading them again would take longer. `nil` where libcurl has to read them.
  func get() -> SharedTrust? {
    let nowNs = nowNs()
    return known.use { known in
      if let known, nowNs - known.lookedNs < Self.pauseNs { return known.trust }
      // Looked at before they are read: what changes meanwhile is seen by the next look.
      let mark = authorities.mark(usual: library.usualAuthorities)
      if known?.mark == mark {
        known?.lookedNs = nowNs
        return known?.trust
      }
      // A proxy that is itself reached by TLS has authorities of its own.
      let hasSecureProxy = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].contains {
        Environment.value($0)?.lowercased().hasPrefix("https:") == true
      }
      let new =
        hasSecureProxy
        ? nil
        : SharedTrust(library.library, version: library.version, authorities, usual: library.usualAuthorities)
      known = (new, mark, nowNs)
      return new
    }
  }
}
