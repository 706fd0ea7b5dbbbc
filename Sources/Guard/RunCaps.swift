import GuardModel

/// What one run may take at most, whatever its user's budgets say.
public struct RunCaps: Hashable, Sendable {
  /// Calls.
  public var calls: Int64?
  /// Charged tokens.
  public var tokens: Int64?
  /// Money in millionths of a dollar; a call of unknown price does not fit.
  public var costMicroUSD: Int64?
  /// When no call goes out any more, in milliseconds since the machine was started: somebody may set its clock meanwhile.
  public var endsAtMs: Int64?

  /// No caps.
  public init() {}

  /// The caps of a run.
  ///
  /// - Parameter startedMs: when it started, in milliseconds since the machine was.
  public init(_ limits: RunLimits, startedMs: Int64) {
    calls = limits.calls
    tokens = limits.tokens
    costMicroUSD = limits.costMicroUSD
    endsAtMs = limits.durationMs.map { duration in
      let (end, isTooFar) = startedMs.addingReportingOverflow(duration)
      return isTooFar ? .max : end
    }
  }

  /// Whether nothing is capped.
  public var areNone: Bool { self == RunCaps() }
}

/// A cap of a run that a call does not fit under.
public enum RunCap: Hashable, Sendable {
  /// So many calls.
  case calls(Int64)
  /// So many charged tokens, of which some are used and some held for calls under way.
  case tokens(Int64, used: Int64, held: Int64)
  /// So much money, of which some is used and some held for calls under way.
  case cost(microUSD: Int64, used: Int64, held: Int64)
  /// The run's time is over.
  case duration
}

extension RunCap {
  /// What stands of a cap, in its unit; money in millionths of a dollar.
  public typealias Figures = (unit: BudgetUnit, limit: Int64, used: Int64?, held: Int64?, taken: Int64)

  /// The unit, the cap, what is used of it and what calls under way hold; `nil` for the run's time. Of calls nobody tells
  /// used and held apart: one that has begun counts.
  public var figures: Figures? {
    switch self {
    case .calls(let most): (.calls, most, nil, nil, most)
    case .tokens(let most, let used, let held): (.tokens, most, used, held, Self.sum(used, held))
    case .cost(let most, let used, let held): (.money, most, used, held, Self.sum(used, held))
    case .duration: nil
    }
  }

  /// Whether only what calls under way hold is in the charge's way: it fits beside what is used.
  public func waitsForCalls(_ charge: Charge) -> Bool {
    switch self {
    case .tokens(let most, let used, let held): held > 0 && Self.sum(used, charge.tokens) <= most
    case .cost(let most, let used, let held):
      held > 0 && charge.costMicroUSD.map { Self.sum(used, $0) <= most } ?? false
    case .calls, .duration: false
    }
  }

  fileprivate static func sum(_ a: Int64, _ b: Int64) -> Int64 { (try? Amount.sum(a, b)) ?? .max }
}

/// What a run has taken and holds, under its caps. What is held counts as taken, so that calls which come together cannot
/// all take the last of it.
public struct RunUse: Hashable, Sendable {
  /// Tokens and money of calls.
  private struct Sum: Hashable {
    var tokens: Int64 = 0
    var costMicroUSD: Int64 = 0

    mutating func add(_ charge: Charge) {
      tokens = RunCap.sum(tokens, charge.tokens)
      costMicroUSD = RunCap.sum(costMicroUSD, charge.costMicroUSD ?? 0)
    }

    mutating func subtract(_ charge: Charge) {
      tokens = max(0, tokens - charge.tokens)
      costMicroUSD = max(0, costMicroUSD - (charge.costMicroUSD ?? 0))
    }
  }

  /// What is held to.
  public let caps: RunCaps
  private var calls: Int64 = 0
  /// Calls that nobody can meter.
  private var unmetered: Int64 = 0
  private var used = Sum()
  private var held = Sum()

  /// Nothing taken yet.
  public init(_ caps: RunCaps) { self.caps = caps }

  /// Takes a charge, or nothing where it does not fit.
  ///
  /// - Parameters:
  ///   - isExtra: whether it is a call that the run did not make: it takes its tokens, and is none of its calls.
  ///   - nowMs: milliseconds since the machine was started.
  /// - Returns: the cap that it does not fit under; `nil` when it was taken.
  public mutating func take(_ charge: Charge, isExtra: Bool = false, nowMs: Int64) -> RunCap? {
    if isOver(atMs: nowMs) { return .duration }
    if let most = caps.calls, RunCap.sum(calls, unmetered) >= most, !isExtra { return .calls(most) }
    var with = held
    with.add(charge)
    if let most = caps.tokens, RunCap.sum(used.tokens, with.tokens) > most {
      return .tokens(most, used: used.tokens, held: held.tokens)
    }
    if let most = caps.costMicroUSD,
      charge.costMicroUSD == nil || RunCap.sum(used.costMicroUSD, with.costMicroUSD) > most
    {
      return .cost(microUSD: most, used: used.costMicroUSD, held: held.costMicroUSD)
    }
    if !isExtra { calls += 1 }
    held = with
    return nil
  }

  /// Whether the run's time is over.
  ///
  /// - Parameter nowMs: milliseconds since the machine was started.
  public func isOver(atMs nowMs: Int64) -> Bool { caps.endsAtMs.map { nowMs >= $0 } ?? false }

  /// Takes a call that nobody can meter, or nothing where not even the smallest call fits.
  ///
  /// - Parameters:
  ///   - charge: what it may take, for one that is only not recorded: it counts as used.
  ///   - nowMs: milliseconds since the machine was started.
  /// - Returns: the cap that it does not fit under; `nil` when it was taken.
  public mutating func takeUnmetered(_ charge: Charge? = nil, nowMs: Int64) -> RunCap? {
    var copy = self
    if let cap = copy.take(charge ?? .least, nowMs: nowMs) { return cap }
    unmetered += 1
    if let charge { used.add(charge) }
    return nil
  }

  /// Gives such a call back, that did not happen.
  public mutating func returnUnmetered(_ charge: Charge? = nil) {
    unmetered -= 1
    if let charge { used.subtract(charge) }
  }

  /// Whether any call of the run has taken something, or holds it. Those that nobody can meter are not among them.
  public var hasCalls: Bool { calls > 0 }

  /// Counts a call for which nothing was taken before it went out.
  public mutating func add(_ posted: Charge) {
    calls += 1
    used.add(posted)
  }

  /// Puts what a call took in the place of what was taken for it; `nil` when it did not happen.
  public mutating func settle(_ charge: Charge, _ posted: Charge?, isExtra: Bool = false) {
    if posted == nil, !isExtra { calls -= 1 }
    held.subtract(charge)
    if let posted { used.add(posted) }
  }
}
