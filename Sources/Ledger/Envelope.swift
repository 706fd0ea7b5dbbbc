import GuardModel

/// A request to hold a run's share of its budgets before its first call, so that it is not starved half-way.
public struct EnvelopeRequest: Hashable, Sendable {
  /// What is held on one budget.
  public struct Part: Hashable, Sendable {
    /// The budget.
    public var budget: Budget
    /// How much, in its unit; ≥ 0.
    public var amount: Int64

    /// Makes a part.
    public init(budget: Budget, amount: Int64) {
      self.budget = budget
      self.amount = amount
    }
  }

  /// The run, or what names a run inside it. Its calls draw from the envelope, whoever makes them.
  public var run: String
  /// What is held; each budget once.
  public var parts: [Part]

  /// Makes a request.
  public init(run: String, parts: [Part]) {
    self.run = run
    self.parts = parts
  }
}

/// The ledger's answer to a request for an envelope.
public enum EnvelopeOutcome: Hashable, Sendable {
  /// Held, on every budget.
  case held
  /// The run has an envelope already, which is another's to give back; nothing more is held.
  case alreadyHeld
  /// Held on none: this budget has no room for it before its soft phase.
  case doesNotFit(BudgetState, amount: Int64)
}

extension BudgetState {
  /// The state as it is for a run that has an envelope: what is held for it there is not in its way.
  public func credited(_ amount: Int64) -> BudgetState {
    amount == 0
      ? self
      : BudgetState(
        budget: budget, window: window, posted: posted, pending: max(0, pending - amount), granted: granted,
        countsFromUnixMs: countsFromUnixMs, drainedPart: drainedPart, drainedAtUnixMs: drainedAtUnixMs)
  }

  /// Whether so much more goes through without degradation.
  public func hasRoom(for amount: Int64) -> Bool {
    guard amount > 0 else { return true }
    guard let taken = try? Amount.sum(taken, amount) else { return false }
    return budget.thresholds.phase(used: taken, limit: limit) < .soft
  }
}
