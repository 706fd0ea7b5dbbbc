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

  /// How long calls of this lane last, as far as their starts tell where only so many are under way at once: that many starts
  /// later one of them has ended. The middle of the last minute's; `nil` where fewer than two tell.
  ///
  /// - Parameter atOnce: how many may be under way at once.
  public func lengthMs(under atOnce: Int64) -> Int64? {
    guard atOnce > 0, starts.count - 2 >= atOnce else { return nil }
    let most = Int(atOnce)
    let lengths = (most..<starts.count).map { starts[$0].atUnixMs - starts[$0 - most].atUnixMs }.sorted()
    return lengths[lengths.count / 2]
  }

  /// When a call that waits for others to end may start, from now on, where each lasts so long; 0 where that may be now. One
  /// that has lasted longer is taken to last as much longer again: the longer it does, the less it is like the others.
  ///
  /// - Parameters:
  ///   - ahead: how many that wait start before it.
  ///   - running: when those under way started.
  ///   - atOnce: how many may be under way at once.
  ///   - lengthMs: how long each lasts.
  public static func placeMs(
    after ahead: Int, running: [Int64], atOnce: Int64, lengthMs: Int64, nowUnixMs: Int64
  ) -> Int64 {
    let ends = running.map { abs($0 + lengthMs - nowUnixMs) }.sorted()
    // So many have to end before it starts.
    let free = Int(clamping: atOnce) - ends.count
    let ending = ahead - free
    guard ending >= 0, !ends.isEmpty else { return 0 }
    let rounds = Int64(ending / ends.count)
    let (later, overflow) = rounds.multipliedReportingOverflow(by: lengthMs)
    return overflow ? .max : sum(ends[ending % ends.count], later)
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 { (try? Amount.sum(a, b)) ?? .max }
}
