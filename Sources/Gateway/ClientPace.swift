import Posix

/// How fast a client sends its request, or takes its reply: whoever is slow keeps a place that others may want.
struct ClientPace {
  private var sinceNs = Clock.monotonicNanoseconds
  private var bytes = 0

  /// Counts bytes that have come, or were taken.
  mutating func count(_ count: Int, _ limits: GatewayLimits) {
    bytes += count
    if bytes >= limits.crowdedPieceBytes { (sinceNs, bytes) = (Clock.monotonicNanoseconds, 0) }
  }

  /// Whether it is too slow for a place that others want.
  func isSlow(_ limits: GatewayLimits) -> Bool {
    Clock.monotonicNanoseconds - sinceNs > limits.crowdedPieceMs * 1_000_000
  }
}
