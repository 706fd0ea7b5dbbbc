import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import TextFormats

/// What the run may take at most: as its command line says, else its user, else the configuration.
extension GuardedRun {
  func runLimits(of user: String, _ ledger: SQLiteLedger) throws(Failure) -> RunLimits {
    let stated = try statedLimits()
    let known = try Failure.ledger { () throws(LedgerError) in try ledger.user(user) }
    return settings.runLimits(of: known, stated: stated)
  }

  /// The same as far as the command line says it.
  func statedLimits() throws(Failure) -> RunLimits {
    var stated = RunLimits(
      calls: arguments[RunCommand.maxCalls], durationMs: arguments[RunCommand.maxDuration])
    if let limit = arguments[RunCommand.runBudget] {
      switch limit.unit {
      case .tokens: stated.tokens = limit.amount
      case .money: stated.costMicroUSD = limit.amount
      case .calls: stated.calls = min(limit.amount, stated.calls ?? .max)
      }
    }
    try RunLimits.check(stated, against: settings)
    return stated
  }

  /// Says which limits nobody keeps where nobody sees the run's calls. Those of its user's own stand in the ledger, and are not known.
  func tellOfUnkeptLimits() throws(Failure) {
    let limits = settings.runLimits(of: nil, stated: try statedLimits())
    if limits.areNone { return }
    context.say(
      .warning, "the run's limits do not hold, as nobody sees its calls: it may take more than \(limits)",
      hint: "without fail-open (--no-fail-open) the command is not started then")
  }

  /// A plan under the run's limits: refused where they have no room for it. Nothing is taken.
  func underLimits(_ plan: Plan, _ ledger: SQLiteLedger) throws(Failure) -> Plan {
    guard plan.refusal == nil, let cap = try limit(that: plan, goesBeyondIn: ledger) else { return plan }
    return plan.refused(.runCap(cap))
  }

  /// The limit that a run of one call goes beyond. Inside another run, that run's gateway counts.
  private func limit(that plan: Plan, goesBeyondIn ledger: SQLiteLedger) throws(Failure) -> RunCap? {
    guard OuterRun.current == nil else { return nil }
    var use = RunUse(try caps(plan.request.user, ledger))
    return use.take(plan.shape.charge, nowMs: Clock.sinceStartMs)
  }

  /// Whether the run's limits have room for what an answer from the cache is charged, which is none of its calls.
  func hasRoom(for charge: Charge, _ user: String, _ ledger: SQLiteLedger) -> Bool {
    guard OuterRun.current == nil, let caps = try? caps(user, ledger) else { return true }
    var use = RunUse(caps)
    return use.take(charge, isExtra: true, nowMs: Clock.sinceStartMs) == nil
  }
}
