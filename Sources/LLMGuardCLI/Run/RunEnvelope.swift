import Guard
import GuardModel
import Ledger
import SQLiteLedger

/// `--require-fit`: what nine of ten runs use and hold at once, at most, is held before the first call, so that two jobs cannot starve each other
/// half-way.
extension GuardedRun {
  /// Holds the run's envelope.
  ///
  /// - Returns: the exit status when it does not fit, and the command is not started.
  func holdEnvelope(_ request: CallRequest, _ ledger: SQLiteLedger) throws(Failure) -> Int32? {
    guard arguments[RunCommand.requireFit] else { return nil }
    let now = context.nowUnixMs
    let forecast = try Forecaster(settings: settings, ledger: ledger).forecast(
      user: request.user, program: request.program, operation: nil, sinceUnixMs: now - Self.historyMs, nowUnixMs: now)
    let parts = forecast.budgets.compactMap { budget in
      budget.nextRun.map {
        EnvelopeRequest.Part(budget: budget.state.budget, amount: max($0.p90, budget.peak?.p90 ?? 0))
      }
    }
    guard parts.count == forecast.budgets.count else {
      context.say(
        .note,
        "not enough history to hold a run's share: \(forecast.runs) runs of \(request.program), "
          + "\(UseRange.minimumCount) are needed; it goes on without one")
      return nil
    }
    let outcome = try Failure.ledger { () throws(LedgerError) in
      _ = try ledger.recover(nowUnixMs: now)
      return try ledger.holdEnvelope(EnvelopeRequest(run: request.run, parts: parts), nowUnixMs: now)
    }
    switch outcome {
    case .held:
      let run = request.run
      atEnd.add { try? ledger.releaseEnvelope(run: run, nowUnixMs: now) }
      return nil
    // That of the run around this one: this one's calls draw from it, and it goes back when that run ends.
    case .alreadyHeld: return nil
    case .doesNotFit(let state, let amount):
      let announcement = Announcement(nowUnixMs: now)
      let unit = state.budget.limit.unit
      let reset = announcement.reset(of: state).map { "; it \($0)" } ?? ""
      context.say(
        .refused,
        "refused: nine of ten runs of \(request.program) have up to \(announcement.exact(amount, unit)) used and held at "
          + "once, and the \(state.budget.key.label) of \(request.user) has "
          + "\(announcement.exact(state.remaining, unit)) left\(reset)",
        hint:
          "'llmguard forecast \(request.program)' says more; without --require-fit it starts and goes as far as it gets"
      )
      return Failure.Status.refused
    }
  }

  /// How far back the history is read.
  private static var historyMs: Int64 { 90 * 86_400_000 }
}

/// What is to be done when a run is over, before this process ends as its command did.
final class AtEnd {
  private var actions: [() -> Void] = []

  func add(_ action: @escaping () -> Void) { actions.append(action) }

  /// Does it, once.
  func perform() {
    let actions = actions
    self.actions = []
    for action in actions { action() }
  }
}
