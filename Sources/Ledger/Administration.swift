import GuardModel

/// A top-up: what is added to a budget, until when, and why.
public struct Grant: Hashable, Sendable {
  /// The budget.
  public var key: BudgetKey
  /// How much, in the budget's unit, > 0.
  public var amount: Int64
  /// From then on it no longer counts.
  public var expiresAtUnixMs: Int64
  /// Why, for the audit.
  public var reason: String
  /// Who gave it.
  public var actor: String
  /// Set when its user books it: what they may have booked on the budget in all, this included, that has not expired.
  public var ceiling: Int64?

  /// Makes a grant.
  public init(
    key: BudgetKey, amount: Int64, expiresAtUnixMs: Int64, reason: String, actor: String, ceiling: Int64? = nil
  ) {
    self.ceiling = ceiling
    self.key = key
    self.amount = amount
    self.expiresAtUnixMs = expiresAtUnixMs
    self.reason = reason
    self.actor = actor
  }
}

/// What became of a top-up.
public enum GrantOutcome: Hashable, Sendable {
  /// It counts.
  case granted
  /// Its user may not book as much: so much is booked already. Nothing was recorded.
  case overCeiling(booked: Int64)
}

extension Grant {
  /// What the entry says.
  public var note: String {
    "\(key.text(of: amount)) to the \(key.label)\(ceiling == nil ? "" : ", booked by the user"): \(reason)"
  }
}

/// A top-up, or a part of it, that is taken back.
public struct TakenBack: Hashable, Sendable {
  /// The budget.
  public var key: BudgetKey
  /// How much, in the budget's unit, > 0.
  public var amount: Int64
  /// Why, for the audit.
  public var reason: String
  /// Who takes it back.
  public var actor: String

  /// Makes one.
  public init(key: BudgetKey, amount: Int64, reason: String, actor: String) {
    (self.key, self.amount, self.reason, self.actor) = (key, amount, reason, actor)
  }

  /// What the entry says.
  public var note: String { "\(key.text(of: amount)) of the \(key.label) taken back: \(reason)" }
}

/// What became of taking back.
public enum TakeBackOutcome: Hashable, Sendable {
  /// It counts no more; so much is still on top.
  case takenBack(left: Int64)
  /// No more than this is on top. Nothing was recorded.
  case tooMuch(onTop: Int64)
}

/// What entries say of resets.
public enum BudgetReset {
  /// `1560 of the daily token budget count again, a reset is taken back: a slip`
  public static func undone(_ amount: Int64, of key: BudgetKey, reason: String) -> String {
    "\(key.text(of: amount)) of the \(key.label) count again, a reset is taken back: \(reason)"
  }
}

/// A user as the ledger knows them.
public struct LedgerUser: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The tier assigned on the command line; `nil` leaves it to the configuration.
  public var tier: String?
  /// Budgets of their own; each replaces the tier's budget of the same unit and window, the others add to it.
  public var budgets: [BudgetLimit]
  /// Set when they were removed: they are no longer listed, their entries stay.
  public var removed: Bool
  /// Their last call; `nil` when they never called.
  public var lastCallAtUnixMs: Int64?
  /// What they give up first when a call must become cheaper; `nil` leaves it to the configuration.
  public var givesUpFirst: Sacrifice?
  /// Limits that they set themselves: each can lower what else applies, and never raise it.
  public var lowered: [BudgetLimit] = []
  /// What each of their runs may take, as they set it themselves.
  public var runLimits = RunLimits()

  /// Makes a user.
  public init(
    name: String, tier: String? = nil, budgets: [BudgetLimit] = [], removed: Bool = false,
    lastCallAtUnixMs: Int64? = nil
  ) {
    self.name = name
    self.tier = tier
    self.budgets = budgets
    self.removed = removed
    self.lastCallAtUnixMs = lastCallAtUnixMs
  }
}

/// A change of who a user is to the ledger.
public enum UserChange: Hashable, Sendable {
  /// Assigns a tier; `nil` leaves it to the configuration again.
  case tier(String?)
  /// Sets all budgets of their own; none leaves them to the tier.
  case budgets([BudgetLimit])
  /// Sets what they give up first; `nil` leaves it to the configuration again.
  case sacrifice(Sacrifice?)
  /// Sets all limits that they lowered themselves; none takes them away.
  case lowered([BudgetLimit])
  /// Lets none of their calls out, or lets them out again, and why.
  case paused(Bool, reason: String)
  /// Sets what each of their runs may take.
  case runLimits(RunLimits)
  /// Takes their assignments away and stops listing them.
  case remove
}

/// What past settlements of a model and an operation showed.
public struct Learned: Hashable, Sendable {
  /// Exact settlements of the model.
  public var exactSettlements: Int64
  /// Their estimated input tokens, summed, older ones fading.
  public var estimatedInput: Int64
  /// Their actual input tokens, summed likewise.
  public var actualInput: Int64
  /// The output that 95 % of settled calls of the model and operation stayed within, for each answer they asked for; `nil`
  /// below 20 of them.
  public var p95Output: Int64?

  /// Makes a record of what was learned.
  public init(exactSettlements: Int64, estimatedInput: Int64, actualInput: Int64, p95Output: Int64?) {
    self.exactSettlements = exactSettlements
    self.estimatedInput = estimatedInput
    self.actualInput = actualInput
    self.p95Output = p95Output
  }

  /// Nothing yet.
  public static let nothing = Learned(exactSettlements: 0, estimatedInput: 0, actualInput: 0, p95Output: nil)
}

extension LedgerUser {
  /// Whether none of their calls is let out.
  public var isPaused: Bool { lowered.contains(.pause) }

  /// Makes a change.
  ///
  /// - Returns: the change in words, for the audit.
  public mutating func apply(_ change: UserChange) -> String {
    switch change {
    case .tier(let tier):
      self.tier = tier
      removed = false
      return tier.map { "tier \($0)" } ?? "tier as configured"
    case .budgets(let budgets):
      self.budgets = budgets
      removed = false
      return budgets.isEmpty
        ? "budgets of the tier" : "budgets " + budgets.map(\.description).joined(separator: ", ")
    case .sacrifice(let sacrifice):
      givesUpFirst = sacrifice
      removed = false
      return sacrifice.map { "gives up the \($0.rawValue) first" } ?? "gives up first what is configured"
    case .lowered(let limits):
      // Whoever is paused does not end that by setting other limits.
      lowered = limits + (isPaused ? [.pause] : [])
      removed = false
      return limits.isEmpty
        ? "limits no longer lowered" : "limits lowered to " + limits.map(\.description).joined(separator: ", ")
    case .paused(let isPaused, let reason):
      lowered = lowered.filter { $0 != .pause } + (isPaused ? [.pause] : [])
      removed = false
      return (isPaused ? "calls paused: " : "calls resumed: ") + reason
    case .runLimits(let limits):
      runLimits = limits
      removed = false
      return limits.areNone ? "runs capped as configured" : "runs capped at \(limits)"
    case .remove:
      tier = nil
      givesUpFirst = nil
      lowered = []
      runLimits = RunLimits()
      budgets = []
      removed = true
      return "removed"
    }
  }
}
