import Gateway
import Guard
import GuardModel
import Ledger
import SQLiteLedger
import Terminal
import Posix

/// The waiting line, as a run sees it.
extension GuardedRun {
  /// The limits for whose room a rehearsed call would wait now.
  func rehearseTurn(_ plan: Plan, _ tools: RunTools) throws(Failure) -> [LaneLimit] {
    if plan.refusal != nil || settings.limitsNothing { return [] }
    return try Failure.ledger { () throws(LedgerError) in
      try tools.ledger.reachedLimits(
        on: tools.pipeline.lanes(plan), tokens: plan.shape.charge.tokens, nowUnixMs: context.nowUnixMs)
    }
  }

  /// Waits for room where the user's tier or the model has limits. A call that its budgets refuse anyway does not wait.
  func awaitTurn(
    _ request: CallRequest, _ pipeline: Guard, _ ledger: SQLiteLedger
  ) throws(Failure) -> Turn.Ending {
    // The command around this one has given up its place for it. It is made this one's own: where this one is killed, the
    // place is free, and not kept as long as that command goes on.
    if let turn = part.outer?.turn,
      let ticket = try Failure.ledger({ () throws(LedgerError) in
        try ledger.takeOver(turn.ticket, nowUnixMs: Clock.unixMs)
      })
    {
      return .came(TurnPlace(ticket: ticket, lanes: turn.lanes), waitedMs: nil)
    }
    let paused = try Failure.ledger { () throws(LedgerError) in try ledger.pausedLanes(nowUnixMs: Clock.unixMs) }
    if settings.limitsNothing, paused.isEmpty { return .came(nil, waitedMs: nil) }
    let plan = try Failure.pipeline { () throws(GuardError) in try pipeline.plan(request) }
    if plan.refusal != nil { return .came(nil, waitedMs: nil) }
    let ticket = TicketRequest(
      user: request.user, operation: request.operation, program: request.program,
      priority: priority ?? settings.operations[request.operation]?.priority ?? .normal,
      lanes: pipeline.lanes(plan, paused: paused), tokens: plan.shape.charge.tokens)
    let progress = WaitingProgress(
      isTerminal: context.error.isTerminal && !FullScreen.isDumb, isQuiet: arguments[RunCommand.quiet],
      write: StandardStreams.complain)
    let turn = Turn(
      queue: ledger, request: ticket, waitMs: arguments[RunCommand.wait] ?? settings.queueWaitMs,
      provider: request.provider, progress: progress,
      shut: {
        // What calls under way hold may yet be its own.
        guard let plan = try? pipeline.plan(request), plan.refusal != nil, !plan.mayBeHeldUpByItself else {
          return nil
        }
        return plan
      })
    return try Failure.ledger { () throws(LedgerError) in try turn.wait() }
  }

  /// The end of a run that a signal ended while it waited for something: nothing was started, and whoever looks into the receipt and
  /// the reports finds that there.
  func end(waiting request: CallRequest, for what: String, by signal: Int32) -> Never {
    let reason = "a signal ended its wait for \(what)"
    writeReceipt(Receipt.json(unstarted: request, because: reason))
    conclude(nil, nil, because: reason)
    atEnd.perform()
    ChildStatus.signaled(signal).reproduce()
  }
}
