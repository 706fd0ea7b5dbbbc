import GuardModel

/// A call that was answered from the cache and did not go out.
public struct CachedCall: Hashable, Sendable {
  /// What is known of the call.
  public var facts: CallFacts
  /// Why the stored answer fitted.
  public var tier: CacheTier
  /// What the call would have taken, going by what it took when the answer was made, less what the answer is charged.
  public var saved: Charge
  /// What the answer is charged all the same: nothing, or the fraction that the configuration says.
  public var charge: Charge
  /// The budgets that take the charge. An answer from the cache is no call, so budgets that count calls take nothing.
  public var budgets: [Budget]
  /// The answer, as `cache reject` takes it: `41`, or `41/3fa92c` with the request that it was given to; `nil` when not known.
  public var answer: String?

  /// Makes a record.
  public init(
    facts: CallFacts, tier: CacheTier, saved: Charge, charge: Charge = .zero, budgets: [Budget] = [],
    answer: String? = nil
  ) {
    self.facts = facts
    self.tier = tier
    self.saved = saved
    self.charge = charge
    self.budgets = budgets
    self.answer = answer
  }

  /// What its entry says, for a person.
  public var note: String? { answer.map { Self.noteMark + $0 } }

  /// What stands before the answer in the note of its entry.
  public static let noteMark = "cache entry "

  /// The budgets that its charge is posted on. A pause is of calls that go out.
  public var chargedBudgets: [Budget] {
    charge == .zero ? [] : budgets.filter { $0.limit.unit != .calls && !$0.isPause }
  }
}

/// The ledger's answer to a cached call.
public enum CachedOutcome: Hashable, Sendable {
  /// Recorded, as an entry of this number.
  case recorded(Int64)
  /// Nothing is recorded: its charge is more than a budget has left.
  case overBudget(Decision, [BudgetState])
}
