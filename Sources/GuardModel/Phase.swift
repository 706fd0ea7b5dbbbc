/// How near a user is to a limit.
public enum Phase: String, Hashable, Sendable, CaseIterable, Comparable {
  /// Plenty left.
  case ok
  /// Most of the budget is used: calls go out, with a warning.
  case warn
  /// The budget is used up: calls go out degraded.
  case soft
  /// Nothing more goes out until the window ends.
  case hard

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  /// Orders phases from `ok` to `hard`.
  public static func < (a: Phase, b: Phase) -> Bool { a.rank < b.rank }
}

/// At which shares of a limit the phases begin, in whole percent.
///
/// Invariant: `0 < warnPercent ≤ softPercent ≤ hardPercent ≤ 1000`.
public struct PhaseThresholds: Hashable, Sendable {
  /// Use at or above this is `warn`.
  public let warnPercent: Int64
  /// Use at or above this is `soft`.
  public let softPercent: Int64
  /// Use above this is `hard`; exactly this much may be used.
  public let hardPercent: Int64
  /// Whether calls are degraded before they are refused.
  private let degrades: Bool
  /// Whether nothing goes out, whatever is used.
  private let stops: Bool

  /// 80, 100 and 120 %.
  ///
  /// *Source:* the progressive degradation described in the project's design (warn, soft, hard).
  public static let standard = PhaseThresholds(unchecked: 80, 100, 120)

  /// Those of a user who is paused: every call is `hard`, one that takes nothing, too, and whatever was topped up.
  static let pause = PhaseThresholds(unchecked: 80, 100, 100, degrades: false, stops: true)

  private init(unchecked warn: Int64, _ soft: Int64, _ hard: Int64, degrades: Bool = true, stops: Bool = false) {
    (warnPercent, softPercent, hardPercent) = (warn, soft, hard)
    (self.degrades, self.stops) = (degrades, stops)
  }

  /// The thresholds of a budget in calls: a cheaper call is one call, too, so nothing is degraded for it, and there is no
  /// room beyond the limit for what degraded calls would still take.
  public var ofCalls: PhaseThresholds {
    let hard = min(100, hardPercent)
    return PhaseThresholds(unchecked: min(warnPercent, hard), hard, hard, degrades: false)
  }

  /// Makes thresholds; `nil` when they are out of order or out of range.
  public init?(warnPercent: Int64, softPercent: Int64, hardPercent: Int64) {
    guard 0 < warnPercent, warnPercent <= softPercent, softPercent <= hardPercent, hardPercent <= 1000 else {
      return nil
    }
    self.init(unchecked: warnPercent, softPercent, hardPercent)
  }

  /// The phase of a use of `used` out of `limit`, both ≥ 0 and of one unit. Nothing used is always `ok`, but to
  /// whom is paused.
  public func phase(used: Int64, limit: Int64) -> Phase {
    if stops { return .hard }
    if used <= 0 { return .ok }
    func atLeast(_ percent: Int64) -> Bool {
      !Amount.fraction(percent, over: 100, isGreaterThan: used, over: limit)
    }
    if limit <= 0 || Amount.fraction(used, over: limit, isGreaterThan: hardPercent, over: 100) { return .hard }
    if degrades, atLeast(softPercent) { return .soft }
    return atLeast(warnPercent) ? .warn : .ok
  }

  /// The most that can ever be in use of a limit: its `hardPercent`, rounded down, saturating at `Int64.max`.
  public func ceiling(ofLimit limit: Int64) -> Int64 {
    stops ? 0 : (try? Amount.scaledDown(max(0, limit), by: hardPercent, over: 100)) ?? .max
  }

  /// The most that can be in use of a limit below `soft` or below `hard`, saturating.
  func most(ofLimit limit: Int64, below bound: Phase) -> Int64 {
    guard bound == .soft, degrades else { return ceiling(ofLimit: limit) }
    return max(0, ((try? Amount.scaledUp(max(0, limit), by: softPercent, over: 100)) ?? .max) - 1)
  }

  /// The least limit of which so much can be in use below `soft` or below `hard`, saturating.
  func leastLimit(for used: Int64, below bound: Phase) -> Int64 {
    if stops { return .max }
    guard bound == .soft, degrades else { return (try? Amount.scaledUp(used, by: 100, over: hardPercent)) ?? .max }
    guard let most = try? Amount.scaledDown(used, by: 100, over: softPercent), most < .max else { return .max }
    return most + 1
  }
}
