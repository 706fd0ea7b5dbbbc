/// A budget at an instant: what is used of it and what is held for calls under way.
///
/// Invariants: `posted, pending, granted ≥ 0`.
public struct BudgetState: Hashable, Sendable {
  /// The budget.
  public let budget: Budget
  /// The window that is open; `nil` when a rolling window has not begun.
  public let window: Window?
  /// Settled use in this window, less what was reset or has drained.
  public let posted: Int64
  /// Held for calls that have not settled.
  public let pending: Int64
  /// Top-ups in force.
  public let granted: Int64
  /// When the first call of the window was held, or the budget taken back to zero after it; `nil` when nothing was held yet.
  public let countsFromUnixMs: Int64?
  /// What has drained already of the unit that a replenishing budget is free of next: a part of `seconds` × 1000, of which its
  /// amount drains in a millisecond. 0 of any other.
  public let drainedPart: Int64
  /// Up to when a replenishing budget has drained: the ledger's clock, which may be ahead of the machine's. 0 of any other.
  public let drainedAtUnixMs: Int64

  /// Makes a state.
  public init(
    budget: Budget, window: Window?, posted: Int64, pending: Int64, granted: Int64, countsFromUnixMs: Int64? = nil,
    drainedPart: Int64 = 0, drainedAtUnixMs: Int64 = 0
  ) {
    self.countsFromUnixMs = countsFromUnixMs
    (self.drainedPart, self.drainedAtUnixMs) = (drainedPart, drainedAtUnixMs)
    self.budget = budget
    self.window = window
    self.posted = posted
    self.pending = pending
    self.granted = granted
  }

  /// What is taken: used or held, saturating. Phases go by it; what is called used is `posted` alone.
  public var taken: Int64 { (try? Amount.sum(posted, pending)) ?? .max }

  /// The capacity with top-ups, saturating.
  public var limit: Int64 { (try? Amount.sum(budget.limit.capacity, granted)) ?? .max }

  /// What is left before the limit, never negative; nothing to whom is paused.
  public var remaining: Int64 { budget.isPause ? 0 : max(0, limit - min(limit, taken)) }

  /// What calls may use or hold before they are refused.
  public var ceiling: Int64 { budget.thresholds.ceiling(ofLimit: limit) }

  /// What a call may still take before it is refused, never negative.
  public var room: Int64 { max(0, ceiling - min(ceiling, taken)) }

  /// What calls may use or hold below a phase, never negative.
  public func most(below bound: Phase) -> Int64 { budget.thresholds.most(ofLimit: limit, below: bound) }

  /// What a call may still take below a phase, never negative.
  public func room(below bound: Phase) -> Int64 {
    let most = most(below: bound)
    return max(0, most - min(most, taken))
  }

  /// What is used or held after a charge, saturating.
  public func projected(_ charge: Charge) -> Int64 {
    (try? Amount.sum(taken, charge.amount(in: budget.limit.unit))) ?? .max
  }

  /// The phase of what is taken now.
  public var phase: Phase {
    // Of calls none goes out beyond the limit, so at the limit nothing is left.
    if budget.limit.unit == .calls, taken >= limit { return .hard }
    return budget.thresholds.phase(used: taken, limit: limit)
  }

  /// The phase a call of a charge would go out in.
  public func phase(after charge: Charge) -> Phase {
    budget.thresholds.phase(used: projected(charge), limit: limit)
  }

  /// The phase a call of a charge would go out in when calls under way have ended, and have taken none of the tokens or the
  /// money that they hold. A call that ends has been a call: only one that is given back frees a budget in calls.
  public func phaseWhenCallsEnd(after charge: Charge) -> Phase {
    budget.limit.unit == .calls ? phase(after: charge) : phaseOfUsed(after: charge)
  }

  /// The phase a call of a charge would go out in if calls under way held nothing.
  public func phaseOfUsed(after charge: Charge) -> Phase {
    let projected = (try? Amount.sum(posted, charge.amount(in: budget.limit.unit))) ?? .max
    return budget.thresholds.phase(used: projected, limit: limit)
  }

  /// What is taken over limit in whole percent, rounded down, saturating: to compare, not to show.
  public var takenPercent: Int64 { percent(taken) ?? .max }

  /// Settled use over limit in whole percent, rounded down, saturating: to compare, not to show.
  public var postedPercent: Int64 { percent(posted) ?? .max }

  /// An amount over the limit in whole percent; `nil` for one that cannot be counted. Rounded down: no threshold is shown as
  /// reached that is not.
  public func percent(_ amount: Int64) -> Int64? {
    if amount <= 0 { return 0 }
    return limit > 0 ? try? Amount.scaledDown(amount, by: 100, over: limit) : nil
  }

  /// When a call of this charge would no longer be refused, if nothing else is used; `nil` when it never fits.
  ///
  /// Top-ups may expire and holds may be voided before then; both make it sooner or later, never unsafe.
  ///
  /// - Parameter bound: the phase it has to stay below.
  public func opensAtUnixMs(for charge: Charge, below bound: Phase = .hard, nowUnixMs: Int64) -> Int64? {
    let amount = charge.amount(in: budget.limit.unit)
    let capacity = budget.limit.capacity
    // A top-up may let it out that the budget alone never would.
    guard phase(after: charge) >= bound else { return nowUnixMs }
    guard budget.thresholds.phase(used: amount, limit: capacity) < bound else { return nil }
    guard case .replenishing(let seconds, _) = budget.limit.rule else { return window?.endUnixMs ?? nowUnixMs }
    let excess = max(0, projected(charge) - budget.thresholds.most(ofLimit: limit, below: bound))
    // What has drained of the next unit is not waited for again: where little drains, that may be half an hour.
    let parts = Int128(excess) * Int128(seconds) * 1000 - Int128(drainedPart)
    let amount128 = Int128(budget.limit.amount)
    guard let wait = Int64(exactly: max(0, (parts + amount128 - 1) / amount128)) else { return nil }
    // It stands still until the machine's clock has caught up with the ledger's.
    return try? Amount.sum(max(nowUnixMs, drainedAtUnixMs), wait)
  }

  /// The least top-up with which a call of this charge would stay below a phase now, calls under way or not; saturating.
  public func lack(for charge: Charge, below bound: Phase) -> Int64 {
    if phase(after: charge) < bound { return 0 }
    return max(0, budget.thresholds.leastLimit(for: projected(charge), below: bound) - limit)
  }
}
