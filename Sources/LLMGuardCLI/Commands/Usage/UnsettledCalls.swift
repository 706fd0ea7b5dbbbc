import CommandSpec
import GuardModel
import Ledger
import SQLiteLedger
import Terminal

/// Calls that no sum has: their llmguard was killed, and nobody who settles them has come since. Who looks settles nothing.
enum UnsettledCalls {
  /// Says on standard error how many of those that a report is of are not in it yet.
  static func tell(
    _ ledger: SQLiteLedger, _ range: UsageRange, _ arguments: ParsedArguments, _ context: Context
  ) throws(Failure) {
    let (user, operation) = (arguments[UsageFilter.user], arguments[UsageFilter.operation])
    let missing = try Failure.ledger { () throws(LedgerError) in try ledger.abandonedCalls() }.filter { call in
      call.reservedAtUnixMs >= range.sinceUnixMs ?? .min && call.reservedAtUnixMs < range.untilUnixMs ?? .max
        && (user == nil || call.facts.user == user) && (operation == nil || call.facts.operation == operation)
    }
    if missing.isEmpty { return }
    let held = missing.reduce(0) { (try? Amount.sum($0, $1.charge.tokens)) ?? .max }
    let (calls, tokens) = (HumanNumber.counted(Int64(missing.count), "call"), HumanNumber.counted(held, "token"))
    context.say(
      .warning,
      "\(calls) whose llmguard was killed \(missing.count == 1 ? "is" : "are") not settled, and in no sum yet: "
        + "\(tokens) \(held == 1 ? "is" : "are") held",
      hint: "the next call settles \(missing.count == 1 ? "it" : "them"), and so does 'llmguard budget reset'")
  }
}
