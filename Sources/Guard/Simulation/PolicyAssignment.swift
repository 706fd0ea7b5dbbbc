import GuardModel

extension PolicyRun {
  /// How calls are decided about.
  public enum Scheme: Hashable, Sendable {
    /// As llmguard does.
    case guarded
    /// The naive scheme: a counter that is looked at before a call and raised after it. What is above the limit is refused,
    /// and so is whatever comes beyond a concurrency or a rate.
    case hardWall
  }

  /// What a user was assigned on the command line.
  public struct Assignment: Hashable, Sendable {
    /// The tier.
    public var tier: String?
    /// The budgets.
    public var budgets: [BudgetLimit]
    /// The limits that the user lowered.
    public var lowered: [BudgetLimit]
    /// What the user gives up first; `nil` leaves it to the configuration.
    public var givesUpFirst: Sacrifice?

    /// Makes an assignment.
    public init(
      tier: String?, budgets: [BudgetLimit], lowered: [BudgetLimit] = [], givesUpFirst: Sacrifice? = nil
    ) {
      self.tier = tier
      self.budgets = budgets
      self.lowered = lowered
      self.givesUpFirst = givesUpFirst
    }
  }
}
