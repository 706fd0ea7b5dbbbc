import CommandSpec
import GuardModel
import Ledger

/// The options that choose calls.
enum UsageFilter {
  static let operation = Option<String>(
    "--operation", metavar: "NAME", summary: "only calls of this operation", completion: .names(kind: "operations"),
    read: Readers.name("operation"))
  static let user = NamedUser.option("only calls of this user")
  static let model = Option<String>(
    "--model", "-m", metavar: "NAME", summary: "only calls of this model", completion: .names(kind: "models"),
    read: Readers.name("model"))
  static let run = Option<String>(
    "--run", metavar: "ID", summary: "only calls of this run",
    details: "LLMGUARD_RUN in a guarded command holds its id.")
  static let phase = Option(
    "--phase", metavar: "PHASE", summary: "only calls that were decided in this phase: ok, warn, soft or hard",
    completion: .words(Phase.allCases.map(\.rawValue)), read: ValueReader.choice(Phase.self))
  static let refused = Flag(
    "--refused", summary: "only calls that were refused, by a budget, a cap, a limit or the line")

  static let specs = [user.spec, operation.spec, model.spec, run.spec, phase.spec]

  /// The calls that are chosen.
  ///
  /// - Parameter operation: the operation that the arguments mean.
  static func query(
    _ arguments: ParsedArguments, _ range: UsageRange, operation: String?, order: CallQuery.Order, limit: Int
  ) -> CallQuery {
    CallQuery(
      sinceUnixMs: range.sinceUnixMs, untilUnixMs: range.untilUnixMs, user: arguments[user],
      operation: operation, model: arguments[model], run: arguments[run], phase: arguments[phase],
      isRefusedOnly: arguments[refused], order: order, limit: limit)
  }
}
