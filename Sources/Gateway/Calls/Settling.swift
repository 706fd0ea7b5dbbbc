import Guard
import GuardModel
import Ledger

/// The end of a call's hold.
extension Gateway {
  /// What an answer of this length took in the past, with what its model thought unseen; `nil` where nobody knows.
  func likelyOutput(ofShown shown: Int64, model: String?) -> Int64? {
    let found = try? desk.perform { tools in tools.pipeline.likelyOutput(ofShown: shown, model: model) }
    return found?.value ?? nil
  }

  /// Puts a call's end in the ledger's line.
  ///
  /// - Parameters:
  ///   - joined: the run inside the run that it belongs to.
  ///   - isAnswered: whether anything of an answer reached whoever asked.
  ///   - isChargedElsewhere: whether another gateway over the same ledger has charged it.
  ///   - isExtra: whether it is a call that no run made.
  ///   - reason: why its answer did not come whole; `nil` where it did.
  ///   - tell: hears what becomes of it.
  /// - Returns: how the call stands.
  func post(
    _ verdict: Verdict, _ call: HeldCall, joined: String?, isAnswered: Bool, isChargedElsewhere: Bool = false,
    isExtra: Bool = false, because reason: String? = nil, tell: @escaping @Sendable (GatewayNews) -> Void
  ) -> CallStanding {
    switch verdict {
    case .giveBack(let reason):
      runs.settle(joined, call.plan.shape.charge, nil, isExtra: isExtra)
      tally.note(joined) { tally in
        tally.ended(call.hold.number)
        if reason == Entry.refusedElsewhere, !isExtra { tally.refusedElsewhere += 1 }
      }
      tell(.givenBack(call.plan, reason: reason))
      let states = balances.end(call, posted: nil)
      desk.post(
        { [balances] tools throws(LedgerError) in
          balances.forget(call, isInLedger: true)
          do throws(GuardError) { try tools.pipeline.giveBack(call, reason: reason) } catch {
            try error.throwIfLedgerIsUnusable()
            tell(.unsettled(error))
          }
        }, lost: { [balances] in lost($0, call, balances, tell) })
      return .givenBack(call.with(states), wasSent: true)
    case .settle(let usage, let cost, let tier, let ending):
      let posted = try? call.plan.shape.posted(usage, reportedCostMicroUSD: cost, in: tier)
      let states = balances.end(call, posted: posted?.charge)
      let settlement = posted.map {
        Settlement(
          usage: usage, charge: $0.charge, ending: ending, surchargeTokens: $0.surcharge, unpriced: $0.unpriced)
      }
      // What it took is told of the run all the same.
      let missed: @Sendable (GuardError) -> Void = { [tally] error in
        if let settlement, !isChargedElsewhere, !error.isOfNoHold {
          tally.note(joined) { $0.addUnsettled(call.plan, settlement) }
        }
        tell(.unsettled(error))
      }
      desk.post(
        { [balances] tools throws(LedgerError) in
          balances.forget(call, isInLedger: true)
          do throws(GuardError) {
            if isChargedElsewhere { return try tools.pipeline.giveBack(call, reason: Entry.chargedElsewhere) }
            _ = try tools.pipeline.settle(
              call, usage: usage, reportedCostMicroUSD: cost, in: tier, ending: ending, isAnswered: isAnswered,
              because: ending == .failed ? reason : nil)
          } catch {
            try error.throwIfLedgerIsUnusable()
            missed(error)
          }
        }, lost: { [balances] error in lost(error, call, balances) { _ in missed(.ledger(error)) } })
      guard let posted, let settlement else { return .held(call.with(states)) }
      runs.settle(joined, call.plan.shape.charge, posted.charge, isExtra: isExtra)
      tally.note(joined) { tally in
        tally.settle(call.plan, settlement)
        if isChargedElsewhere { tally.addChargedElsewhere(call.plan, settlement) }
        tally.ended(call.hold.number)
      }
      tell(.settled(call.plan, usage, posted.charge))
      return .settled(call.with(states), usage, posted.charge)
    }
  }
}

extension GuardError {
  /// Throws what the ledger said where it cannot be used now, and may be later.
  func throwIfLedgerIsUnusable() throws(LedgerError) {
    if case .ledger(let error) = self, error.isLedgerUnusable { throw error }
  }
}

/// Says that the end of a call's hold never came to the ledger.
private func lost(
  _ error: LedgerError, _ call: HeldCall, _ balances: BalanceBoard, _ tell: @Sendable (GatewayNews) -> Void
) {
  balances.forget(call, isInLedger: false)
  tell(.unsettled(.ledger(error)))
}
