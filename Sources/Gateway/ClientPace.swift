/// How fast a client sends its request, or takes its reply: whoever is slow keeps a place that others may want.
///
/// Only the time counts for which the client was waited for: where its provider reads slowly, the client does what it can.
struct ClientPace {
  private var waitedNs: Int64 = 0
  private var bytes = 0

  /// Counts how long the client was waited for.
  mutating func wait(_ ns: Int64) { waitedNs += ns }

  /// Counts bytes that have come, or were taken.
  mutating func count(_ count: Int, _ limits: GatewayLimits) {
    bytes += count
    if bytes >= limits.crowdedPieceBytes { (waitedNs, bytes) = (0, 0) }
  }

  /// Whether it is too slow for a place that others want.
  func isSlow(_ limits: GatewayLimits) -> Bool { waitedNs > limits.crowdedPieceMs * 1_000_000 }
}
