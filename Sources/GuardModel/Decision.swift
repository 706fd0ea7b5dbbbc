/// What the budgets say to a call.
public struct Decision: Hashable, Sendable {
  /// The phase the call would go out in: that of the tightest budget.
  public let phase: Phase
  /// The budget that decides; `nil` when no budget applies.
  public let tightest: BudgetState?
  /// In `hard`, when every budget would let this call through again; `nil` when one never will, where only calls under way
  /// are in the way, or in other phases.
  public let opensAtUnixMs: Int64?
  /// In `hard`, whether the call would go out if calls under way held nothing: then it waits for them to end, and for no
  /// window.
  public let waitsForCalls: Bool

  init(phase: Phase, tightest: BudgetState?, opensAtUnixMs: Int64? = nil, waitsForCalls: Bool = false) {
    self.phase = phase
    self.tightest = tightest
    self.opensAtUnixMs = opensAtUnixMs
    self.waitsForCalls = waitsForCalls
  }

  /// The same, of a call that would go out in another shape if calls under way held nothing.
  public var waitingForCalls: Decision { Decision(phase: phase, tightest: tightest, waitsForCalls: phase == .hard) }

  /// Decides about a call. Pure: the same values give the same decision, in the pipeline, inside the ledger's
  /// transaction, and in a simulation.
  ///
  /// - Parameters:
  ///   - charge: what the call would take.
  ///   - states: every budget that applies to it.
  ///   - nowUnixMs: the ledger's clock.
  public static func on(_ charge: Charge, _ states: [BudgetState], nowUnixMs: Int64) -> Decision {
    guard var tightest = states.first else { return Decision(phase: .ok, tightest: nil) }
    for state in states.dropFirst() where isTighter(state, than: tightest, for: charge) { tightest = state }
    let phase = tightest.phase(after: charge)
    guard phase == .hard else { return Decision(phase: phase, tightest: tightest) }
    // What is held is the most that calls may take: a budget that only they are in the way of opens when they end.
    let full = states.filter { $0.phaseOfUsed(after: charge) == .hard }
    if full.isEmpty { return Decision(phase: phase, tightest: tightest, waitsForCalls: true) }
    var opens: Int64? = nowUnixMs
    for state in full {
      guard let soFar = opens, let one = state.opensAtUnixMs(for: charge, nowUnixMs: nowUnixMs) else {
        opens = nil
        break
      }
      opens = max(soFar, one)
    }
    return Decision(phase: phase, tightest: tightest, opensAtUnixMs: opens)
  }

  /// The later phase is tighter; within a phase, the larger share of the limit.
  private static func isTighter(_ a: BudgetState, than b: BudgetState, for charge: Charge) -> Bool {
    let phaseOfA = a.phase(after: charge)
    let phaseOfB = b.phase(after: charge)
    if phaseOfA != phaseOfB { return phaseOfA > phaseOfB }
    return Amount.fraction(a.projected(charge), over: a.limit, isGreaterThan: b.projected(charge), over: b.limit)
  }
}
