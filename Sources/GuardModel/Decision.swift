/// What the budgets say to a call.
public struct Decision: Hashable, Sendable {
  /// The phase the call would go out in: that of the tightest budget.
  public let phase: Phase
  /// The budget that decides; `nil` when no budget applies. Of a call that goes out in no form, the one that opens last
  /// for the form that goes out first.
  public let tightest: BudgetState?
  /// Of a call that does not go out, when every budget would let it through again, in the first of its forms; `nil` when one
  /// never will, where only calls under way are in the way, or where it goes out.
  public let opensAtUnixMs: Int64?
  /// Of a call that does not go out, whether it would when calls under way have ended: then it waits for them, and for no
  /// window. Those that end have used up budgets in calls.
  public let waitsForCalls: Bool
  /// Of a call that does not go out, whether it would if what is held were given back, calls included.
  public let fitsWithoutHolds: Bool

  init(
    phase: Phase, tightest: BudgetState?, opensAtUnixMs: Int64? = nil, waitsForCalls: Bool = false,
    fitsWithoutHolds: Bool = false
  ) {
    self.phase = phase
    self.tightest = tightest
    self.opensAtUnixMs = opensAtUnixMs
    self.waitsForCalls = waitsForCalls
    self.fitsWithoutHolds = fitsWithoutHolds
  }

  /// Decides about a call. Pure: the same values give the same decision, in the pipeline, inside the ledger's
  /// transaction, and in a simulation.
  ///
  /// - Parameters:
  ///   - charge: what the call would take.
  ///   - states: every budget that applies to it.
  ///   - nowUnixMs: the ledger's clock.
  public static func on(_ charge: Charge, _ states: [BudgetState], nowUnixMs: Int64) -> Decision {
    guard let tightest = Self.tightest(of: states, for: charge) else { return Decision(phase: .ok, tightest: nil) }
    let phase = tightest.phase(after: charge)
    guard phase == .hard else { return Decision(phase: phase, tightest: tightest) }
    let refused = Self.refused([CallForm(charge)], states, nowUnixMs: nowUnixMs)
    return Decision(
      phase: phase, tightest: tightest, opensAtUnixMs: refused.opensAtUnixMs, waitsForCalls: refused.waitsForCalls,
      fitsWithoutHolds: refused.fitsWithoutHolds)
  }

  /// Decides about a call that goes out in none of its forms: what is told is when the first of them would, and which
  /// budget that is up to.
  ///
  /// - Parameters:
  ///   - forms: every form in which it may go out, from the one that was asked for to the cheapest; one at least.
  ///   - states: every budget that applies to it.
  ///   - phase: the one that it would go out in: `soft` for a call that may not be made cheaper.
  ///   - nowUnixMs: the ledger's clock.
  public static func refused(
    _ forms: [CallForm], _ states: [BudgetState], phase: Phase = .hard, nowUnixMs: Int64
  ) -> Decision {
    var first: (decider: BudgetState, opens: Int64)?
    var never: BudgetState?
    for form in forms {
      // What is held is the most that calls may take: a budget that only they are in the way of opens when they end.
      let full = states.filter { $0.phaseWhenCallsEnd(after: form.charge) >= form.below }
      if full.isEmpty {
        return Decision(
          phase: phase, tightest: Self.tightest(of: states, for: form.charge), waitsForCalls: true,
          fitsWithoutHolds: true)
      }
      let opens = full.map { $0.opensAtUnixMs(for: form.charge, below: form.below, nowUnixMs: nowUnixMs) }
      // The budgets that open last.
      let latest = opens.contains(nil) ? nil : opens.compactMap { $0 }.max()
      let decider = Self.tightest(of: zip(full, opens).filter { $0.1 == latest }.map { $0.0 }, for: form.charge)
      if let latest, let decider {
        if first.map({ latest < $0.opens }) ?? true { first = (decider, latest) }
      } else {
        never = decider
      }
    }
    return Decision(
      phase: phase, tightest: first?.decider ?? never, opensAtUnixMs: first?.opens,
      fitsWithoutHolds: forms.contains { form in
        states.allSatisfy { $0.phaseOfUsed(after: form.charge) < form.below }
      })
  }

  private static func tightest(of states: [BudgetState], for charge: Charge) -> BudgetState? {
    guard var tightest = states.first else { return nil }
    for state in states.dropFirst() where isTighter(state, than: tightest, for: charge) { tightest = state }
    return tightest
  }

  /// The later phase is tighter; within a phase, the larger share of the limit. A pause is before them all: nothing else lets a call
  /// out.
  private static func isTighter(_ a: BudgetState, than b: BudgetState, for charge: Charge) -> Bool {
    let phaseOfA = a.phase(after: charge)
    let phaseOfB = b.phase(after: charge)
    if phaseOfA != phaseOfB { return phaseOfA > phaseOfB }
    if phaseOfA == .hard, a.budget.isPause != b.budget.isPause { return a.budget.isPause }
    return Amount.fraction(a.projected(charge), over: a.limit, isGreaterThan: b.projected(charge), over: b.limit)
  }
}

/// A form in which a call may go out: as it was asked for, or cheaper.
public struct CallForm: Hashable, Sendable {
  /// What it takes.
  public let charge: Charge
  /// The phase that it goes out below: as it was asked for `soft`, in which it is made cheaper, and then `hard`.
  public let below: Phase

  /// Makes a form.
  public init(_ charge: Charge, below: Phase = .hard) { (self.charge, self.below) = (charge, below) }
}
