/// When calls that wait may start, as far as the limits of a minute tell.
extension LaneUse {
  /// How long the last of some calls waits at least, where each starts as soon as the limits of a minute let it and none
  /// overtakes; `nil` where nothing is limited by the minute.
  ///
  /// - Parameters:
  ///   - line: the tokens of the calls in the order of their turns, the last one's at the end; not empty.
  ///   - limits: the lane's limits.
  ///   - nowUnixMs: the instant.
  public func paceMs(of line: [Int64], under limits: LaneLimits, nowUnixMs: Int64) -> Int64? {
    guard !line.isEmpty, limits.callsPerMinute != nil || limits.tokensPerMinute != nil else { return nil }
    var starts = self.starts.filter { $0.atUnixMs > nowUnixMs - Self.windowMs }
    var instant = max(nowUnixMs, pausedUntilUnixMs)
    // Starts from here on count for the tokens of a minute.
    var first = 0
    var inMinute = starts.reduce(0) { Self.sum($0, $1.tokens) }
    func leave(at instant: Int64) {
      while first < starts.count, starts[first].atUnixMs <= instant - Self.windowMs {
        inMinute -= starts[first].tokens
        first += 1
      }
    }
    for tokens in line {
      if let most = limits.callsPerMinute, starts.count >= most {
        instant = max(instant, starts[starts.count - Int(most)].atUnixMs + Self.windowMs)
      }
      leave(at: instant)
      if let most = limits.tokensPerMinute {
        while first < starts.count, Self.sum(inMinute, tokens) > most {
          instant = starts[first].atUnixMs + Self.windowMs
          leave(at: instant)
        }
      }
      starts.append((instant, tokens))
      inMinute = Self.sum(inMinute, tokens)
    }
    return instant - nowUnixMs
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 { (try? Amount.sum(a, b)) ?? .max }
}
