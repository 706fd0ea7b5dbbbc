/// What a provider says of its own limits that keeps a call from starting.
public struct ProviderHold: Hashable, Sendable {
  /// What it says.
  public enum Cause: Hashable, Sendable {
    /// That nothing may start.
    case pause
    /// How much is left, of what; and how much of that calls under way take.
    case rest(LaneRest.Unit, left: Int64, taken: Int64)
  }

  /// What it says.
  public var cause: Cause
  /// Until when that holds.
  public var untilUnixMs: Int64

  /// Makes one.
  public init(_ cause: Cause, untilUnixMs: Int64) { (self.cause, self.untilUnixMs) = (cause, untilUnixMs) }

  /// The one of two that holds longer.
  public static func longer(_ a: ProviderHold?, _ b: ProviderHold?) -> ProviderHold? {
    guard let a, let b else { return a ?? b }
    return b.untilUnixMs > a.untilUnixMs ? b : a
  }
}

extension LaneUse {
  /// What of its provider's keeps a call of so many tokens from starting now, the one that holds longest; `nil` where nothing does.
  public func hold(for tokens: Int64, nowUnixMs: Int64) -> ProviderHold? {
    var hold = nowUnixMs < pausedUntilUnixMs ? ProviderHold(.pause, untilUnixMs: pausedUntilUnixMs) : nil
    for rest in rests where nowUnixMs < rest.untilUnixMs && !rest.hasRoom(for: tokens) {
      hold = .longer(
        hold,
        ProviderHold(
          .rest(rest.unit, left: rest.left, taken: min(rest.taken, rest.left)), untilUnixMs: rest.untilUnixMs))
    }
    return hold
  }
}
