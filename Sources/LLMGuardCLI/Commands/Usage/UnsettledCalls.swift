import CommandSpec
import GuardModel
import Ledger
import SQLiteLedger
import Terminal

/// Calls that no sum has: their llmguard was killed, and nobody who settles them has come since. Who looks settles nothing.
enum UnsettledCalls {
  /// Says on standard error how many of those that were asked for are missing in what is shown.
  ///
  /// - Parameter operation: the operation that was asked for, as the ledger has it.
  static func tell(
    _ ledger: SQLiteLedger, _ range: UsageRange, _ arguments: ParsedArguments, operation: String?, _ context: Context
  ) throws(Failure) {
    // They went out.
    if arguments.takes(UsageFilter.refused), arguments[UsageFilter.refused] { return }
    func given<Value>(_ option: Option<Value>) -> Value? { arguments.takes(option) ? arguments[option] : nil }
    let user = given(UsageFilter.user)
    let (model, run, phase) = (given(UsageFilter.model), given(UsageFilter.run), given(UsageFilter.phase))
    let missing = try Failure.ledger { () throws(LedgerError) in try ledger.abandonedCalls() }.filter { call in
      call.reservedAtUnixMs >= range.sinceUnixMs ?? .min && call.reservedAtUnixMs < range.untilUnixMs ?? .max
        && (user == nil || call.facts.user == user) && (operation == nil || call.facts.operation == operation)
        && (model == nil || call.facts.model == model) && (run == nil || call.facts.run == run)
        && (phase == nil || call.facts.phase == phase)
    }
    if missing.isEmpty { return }
    let held = missing.reduce(0) { (try? Amount.sum($0, $1.charge.tokens)) ?? .max }
    let (calls, tokens) = (HumanNumber.counted(Int64(missing.count), "call"), HumanNumber.counted(held, "token"))
    context.say(
      .warning,
      "\(calls) whose llmguard was killed \(missing.count == 1 ? "is" : "are") not settled, and in no sum or list yet: "
        + "\(tokens) \(held == 1 ? "is" : "are") held",
      hint: "the next call settles \(missing.count == 1 ? "it" : "them"), and so does 'llmguard budget reset'")
  }
}
