import GuardModel

/// What one run may take at most, whatever its user's budgets say.
public struct RunCaps: Hashable, Sendable {
  /// Calls.
  public var calls: Int64?
  /// Charged tokens.
  public var tokens: Int64?
  /// Money in millionths of a dollar; a call of unknown price does not fit.
  public var costMicroUSD: Int64?
  /// The instant after which no call goes out.
  public var endsAtUnixMs: Int64?

  /// No caps.
  public init() {}

  /// The caps of a run that starts now.
  public init(_ limits: RunLimits, nowUnixMs: Int64) {
    calls = limits.calls
    tokens = limits.tokens
    costMicroUSD = limits.costMicroUSD
    endsAtUnixMs = limits.durationMs.map { nowUnixMs + $0 }
  }

  /// Whether nothing is capped.
  public var areNone: Bool { self == RunCaps() }
}

/// A cap of a run that a call does not fit under.
public enum RunCap: Hashable, Sendable {
  /// So many calls.
  case calls(Int64)
  /// So many charged tokens, of which some are used.
  case tokens(Int64, used: Int64)
  /// So much money, of which some is used.
  case cost(microUSD: Int64, used: Int64)
  /// The run's time is over.
  case duration
}

extension RunCap {
  /// The unit, the cap and what is used or held of it; `nil` for the run's time.
  public var figures: (unit: BudgetUnit, limit: Int64, taken: Int64)? {
    switch self {
    case .calls(let most): (.calls, most, most)
    case .tokens(let most, let used): (.tokens, most, used)
    case .cost(let most, let used): (.money, most, used)
    case .duration: nil
    }
  }
}

/// What a run has taken and holds, under its caps. What is held counts as taken, so that calls which come together cannot
/// all take the last of it.
public struct RunUse: Hashable, Sendable {
  private let caps: RunCaps
  private var calls: Int64 = 0
  private var tokens: Int64 = 0
  private var costMicroUSD: Int64 = 0

  /// Nothing taken yet.
  public init(_ caps: RunCaps) { self.caps = caps }

  /// Takes a charge, or nothing where it does not fit.
  ///
  /// - Parameter isExtra: whether it is a call that the run did not make: it takes its tokens, and is none of its calls.
  /// - Returns: the cap that it does not fit under; `nil` when it was taken.
  public mutating func take(_ charge: Charge, isExtra: Bool = false, nowUnixMs: Int64) -> RunCap? {
    if let end = caps.endsAtUnixMs, nowUnixMs >= end { return .duration }
    if let most = caps.calls, calls >= most, !isExtra { return .calls(most) }
    if let most = caps.tokens, sum(tokens, charge.tokens) > most { return .tokens(most, used: tokens) }
    if let most = caps.costMicroUSD {
      guard let cost = charge.costMicroUSD, sum(costMicroUSD, cost) <= most else {
        return .cost(microUSD: most, used: costMicroUSD)
      }
    }
    if !isExtra { calls += 1 }
    tokens = sum(tokens, charge.tokens)
    costMicroUSD = sum(costMicroUSD, charge.costMicroUSD ?? 0)
    return nil
  }

  /// Puts what a call took in the place of what was taken for it; `nil` when it did not happen.
  public mutating func settle(_ held: Charge, _ posted: Charge?, isExtra: Bool = false) {
    if posted == nil, !isExtra { calls -= 1 }
    tokens = sum(max(0, tokens - held.tokens), posted?.tokens ?? 0)
    costMicroUSD = sum(max(0, costMicroUSD - (held.costMicroUSD ?? 0)), posted?.costMicroUSD ?? 0)
  }

  private func sum(_ a: Int64, _ b: Int64) -> Int64 { (try? Amount.sum(a, b)) ?? .max }
}
