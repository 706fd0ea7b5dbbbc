import GuardModel

/// Envelopes in memory.
extension MemoryLedger {
  /// What is left of an envelope, by account.
  struct Envelope {
    var remaining: [Int: Int64]
  }

  /// Holds a run's share on every budget or on none.
  public func holdEnvelope(_ request: EnvelopeRequest, nowUnixMs: Int64) throws(LedgerError) -> EnvelopeOutcome {
    if envelopes[request.run] != nil { return .alreadyHeld }
    let now = tick(nowUnixMs)
    for part in request.parts {
      let state = states([part.budget], now)[0]
      if !state.hasRoom(for: part.amount) { return .doesNotFit(state, amount: part.amount) }
    }
    var envelope = Envelope(remaining: [:])
    for part in request.parts where part.amount > 0 {
      let places = try change([part.budget], now) { balance, _ throws(AmountOverflow) in try balance.hold(part.amount) }
      envelope.remaining[places[0], default: 0] += part.amount
    }
    envelopes[request.run] = envelope
    return .held
  }

  /// Gives back what is left of a run's envelope.
  public func releaseEnvelope(run: String, nowUnixMs: Int64) throws(LedgerError) {
    guard let envelope = envelopes.removeValue(forKey: run) else { return }
    for (place, amount) in envelope.remaining { accounts[place].balance.release(amount) }
  }

  /// Reads budgets as they stand for the calls of a run.
  public func states(of budgets: [Budget], inRun run: String, nowUnixMs: Int64) throws(LedgerError) -> [BudgetState] {
    states(budgets, tick(nowUnixMs), inRun: run)
  }

  func states(_ budgets: [Budget], _ now: Int64, inRun run: String) -> [BudgetState] {
    let states = states(budgets, now)
    guard let envelope = envelopes[run] else { return states }
    return states.map { state in
      state.credited(current(state.budget.key, now).flatMap { envelope.remaining[$0] } ?? 0)
    }
  }

  /// Lets a hold take its charge from its run's envelope as far as that reaches.
  func draw(_ hold: HoldID, run: String, _ charge: Charge, _ places: [Int]) {
    guard envelopes[run] != nil else { return }
    for place in places {
      let taken = min(charge.amount(in: accounts[place].key.unit), envelopes[run]?.remaining[place] ?? 0)
      if taken == 0 { continue }
      envelopes[run]?.remaining[place]? -= taken
      accounts[place].balance.release(taken)
      draws[hold, default: (run, [:])].amounts[place] = taken
    }
  }

  /// Puts back into the envelope what a call did not use of what it drew.
  ///
  /// - Parameter charge: what it used; `nil` for nothing at all.
  func putBack(_ hold: HoldID, _ charge: Charge?) {
    guard let (run, amounts) = draws.removeValue(forKey: hold) else { return }
    for (place, taken) in amounts {
      let left = max(0, taken - (charge?.amount(in: accounts[place].key.unit) ?? 0))
      guard left > 0, envelopes[run] != nil else { continue }
      envelopes[run]?.remaining[place, default: 0] += left
      accounts[place].balance.pending += left
    }
  }
}
