import GuardModel

/// What a policy did to some calls.
public struct PolicyTally: Hashable, Sendable {
  /// Calls that came.
  public var calls: Int64 = 0
  /// Refused because a budget was used up, or because the call would have been degraded and did not accept it.
  public var refusedByBudget: Int64 = 0
  /// Refused because their turn did not come in time.
  public var refusedByQueue: Int64 = 0
  /// Refused for another reason: an unknown price, more than one call may take.
  public var refusedOtherwise: Int64 = 0
  /// Of these, calls of a model whose price is unknown, which budgets in money refuse.
  public var refusedByPrice: Int64 = 0
  /// Went out degraded.
  public var degraded: Int64 = 0
  /// Waited for their turn.
  public var queued: Int64 = 0
  /// How long those that went out had waited, in milliseconds.
  public var waitsMs: [Int32] = []
  /// Were charged more for being retries.
  public var surcharged: Int64 = 0
  /// Charged tokens that were added for that.
  public var surchargeTokens: Int64 = 0
  /// Taken to be answered from the cache.
  public var cached: Int64 = 0
  /// Tokens that providers counted.
  public var tokens: Int64 = 0
  /// Tokens that were charged.
  public var chargeTokens: Int64 = 0
  /// Money, where the price is known.
  public var costMicroUSD: Int64 = 0
  /// Calls that went out at a price that is unknown, wholly or in part; those of the next two among them.
  public var callsOfUnknownCost: Int64 = 0
  /// Of these, calls of which a discount alone is unknown.
  public var callsOfCostAtMost: Int64 = 0
  /// Of these, calls of which a discount and something else are.
  public var callsOfCostAbout: Int64 = 0

  /// Nothing.
  public init() {}

  /// What the cost is of which not all is known.
  public var costBound: CostBound {
    CostBound(mayBeMore: callsOfUnknownCost > callsOfCostAtMost, mayBeLess: callsOfCostAtMost + callsOfCostAbout > 0)
  }

  /// Counts a call by what is known of its cost.
  mutating func count(_ bound: CostBound) {
    if bound != .exact { callsOfUnknownCost += 1 }
    if bound == .atMost { callsOfCostAtMost += 1 }
    if bound == .about { callsOfCostAbout += 1 }
  }

  /// All refusals.
  public var refused: Int64 { refusedByBudget + refusedByQueue + refusedOtherwise }

  /// The wait that a share of the queued calls did not exceed; 0 when none waited.
  public func waitMs(percentile: Int) -> Int64 {
    if waitsMs.isEmpty { return 0 }
    let sorted = waitsMs.sorted()
    return Int64(sorted[min(sorted.count - 1, (sorted.count * percentile + 99) / 100 - 1)])
  }

  /// Adds another tally, saturating: a report must not fail for being long.
  public mutating func add(_ other: PolicyTally) {
    let parts: [WritableKeyPath<PolicyTally, Int64>] = [
      \.calls, \.refusedByBudget, \.refusedByQueue, \.refusedOtherwise, \.refusedByPrice, \.degraded, \.queued,
      \.surcharged, \.surchargeTokens, \.cached, \.tokens, \.chargeTokens, \.costMicroUSD, \.callsOfUnknownCost,
      \.callsOfCostAtMost, \.callsOfCostAbout,
    ]
    for part in parts { self[keyPath: part] = (try? Amount.sum(self[keyPath: part], other[keyPath: part])) ?? .max }
    waitsMs += other.waitsMs
  }
}

/// What was used of budgets beyond their limits.
public struct PolicyOverrun: Hashable, Sendable {
  /// Beyond the limits, over all windows.
  public var beyond: Int64 = 0
  /// The limits, over all windows in which anything was used.
  public var limits: Int64 = 0
  /// The worst window, in thousandths of its limit.
  public var worstPermille: Int64 = 0

  /// Nothing.
  public init() {}

  /// Beyond the limits in thousandths of them.
  public var permille: Int64 { limits > 0 ? (try? Amount.scaledUp(beyond, by: 1000, over: limits)) ?? .max : 0 }

  /// Adds another's windows.
  mutating func add(_ other: PolicyOverrun) {
    beyond = (try? Amount.sum(beyond, other.beyond)) ?? .max
    limits = (try? Amount.sum(limits, other.limits)) ?? .max
    worstPermille = max(worstPermille, other.worstPermille)
  }

  /// Counts a window.
  mutating func count(used: Int64, limit: Int64) {
    let over = max(0, used - limit)
    beyond = (try? Amount.sum(beyond, over)) ?? .max
    limits = (try? Amount.sum(limits, limit)) ?? .max
    if limit > 0 { worstPermille = max(worstPermille, (try? Amount.scaledUp(over, by: 1000, over: limit)) ?? .max) }
  }
}

/// What a policy did to a trace.
public struct PolicyOutcome: Sendable {
  /// A tier and an operation.
  public struct Group: Hashable, Sendable {
    /// The tier.
    public var tier: String
    /// The operation.
    public var operation: String
  }

  /// Whose budgets, and of what.
  public struct Scope: Hashable, Sendable {
    /// The tier of their users.
    public var tier: String
    /// The operation that they are quotas of; `nil` for those of all calls.
    public var operation: String?
    /// What they count.
    public var unit: BudgetUnit
  }

  /// By tier and operation, in their order.
  public var groups: [(group: Group, tally: PolicyTally)] = []
  /// All together.
  public var total = PolicyTally()
  /// What was used beyond budgets, by whose they are.
  public var overrunsByScope: [Scope: PolicyOverrun] = [:]

  /// Budgets in tokens, money and calls, all together.
  public var overruns: [BudgetUnit: PolicyOverrun] { overruns { _ in true } }

  /// What was used beyond the budgets that apply to the calls of a tier for an operation: those of all its users, and their
  /// quotas for it.
  public func overruns(of group: Group) -> [BudgetUnit: PolicyOverrun] {
    overruns { $0.tier == group.tier && ($0.operation ?? group.operation) == group.operation }
  }

  private func overruns(where isWanted: (Scope) -> Bool) -> [BudgetUnit: PolicyOverrun] {
    var sums: [BudgetUnit: PolicyOverrun] = [:]
    for (scope, overrun) in overrunsByScope where isWanted(scope) {
      sums[scope.unit, default: PolicyOverrun()].add(overrun)
    }
    return sums
  }

  /// Nothing.
  public init() {}
}
