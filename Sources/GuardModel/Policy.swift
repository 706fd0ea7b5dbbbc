/// A named set of budgets and policies that users belong to.
public struct Tier: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// Its budgets; the tightest decides. None means no limit.
  public var budgets: [BudgetLimit]
  /// When its phases begin.
  public var thresholds: PhaseThresholds
  /// What its soft phase does.
  public var ladder: Ladder
  /// What its users' retries cost.
  public var escalation: Escalation
  /// How many calls each of its users may have under way and start; more wait.
  public var lane = LaneLimits()
  /// What its users may book themselves on top of their budgets, at most, in each window.
  public var selfGrants: [BudgetLimit] = []
  /// What its users' calls want of the cache, where that is not as for all.
  public var cache = CacheRules()

  /// Makes a tier.
  public init(
    name: String, budgets: [BudgetLimit] = [], thresholds: PhaseThresholds = .standard, ladder: Ladder = Ladder(),
    escalation: Escalation = .standard
  ) {
    self.name = name
    self.budgets = budgets
    self.thresholds = thresholds
    self.ladder = ladder
    self.escalation = escalation
  }
}

/// What a call is for, with its own price and quotas.
public struct Operation: Hashable, Sendable {
  /// What calls are for that ask a judge about an answer of the cache. Nobody else may name it, with whatever capitals.
  public static let judges = "cache-judge"
  /// Its name.
  public var name: String
  /// A factor on the charge of its calls.
  public var weight: Multiplier
  /// Quotas of each user for it, beside the user's budgets.
  public var budgets: [BudgetLimit]
  /// Its own ladder; `nil` takes the tier's.
  public var ladder: Ladder?
  /// What its retries cost; `nil` takes the tier's.
  public var escalationSteps: [Multiplier]?
  /// How long its attempts are remembered; `nil` takes the tier's.
  public var retryWindowMs: Int64?
  /// How urgent its calls are.
  public var priority = Priority.normal
  /// What its calls want of the cache, where that is not as their tier says.
  public var cache = CacheRules()
  /// The most tokens, input and output, that one of its calls may take; `nil` for no limit.
  public var maxTokensPerCall: Int64?
  /// The most that one of its calls may cost, in millionths of a dollar; `nil` for no limit.
  public var maxCostMicroUSDPerCall: Int64?

  /// Makes an operation.
  public init(
    name: String, weight: Multiplier = .one, budgets: [BudgetLimit] = [], ladder: Ladder? = nil,
    escalationSteps: [Multiplier]? = nil, retryWindowMs: Int64? = nil
  ) {
    self.name = name
    self.weight = weight
    self.budgets = budgets
    self.ladder = ladder
    self.escalationSteps = escalationSteps
    self.retryWindowMs = retryWindowMs
  }
}

/// What one call of an operation may take at most.
public enum CallLimit: Hashable, Sendable {
  /// Tokens, input and output, before weights.
  case tokens(Int64)
  /// Money, in millionths of a dollar.
  case cost(microUSD: Int64)
}

/// What happens to a hold whose owner died.
public enum AbandonedHoldPolicy: String, Hashable, Sendable, CaseIterable {
  /// The estimate is charged: the call may have reached the provider.
  case charge
  /// The hold is given back.
  case void
}
