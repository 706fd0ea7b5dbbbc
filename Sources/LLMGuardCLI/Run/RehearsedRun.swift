import CommandSpec
import Posix
import Providers
import Terminal

/// A run in a command that `llmguard doctor` has before its dead end: what its command calls over HTTP stands on that list, and nothing
/// of it is in a ledger or goes out, whatever the run was told of gateways and networks. Nor does it write records.
struct RehearsedRun {
  let context: Context
  let arguments: ParsedArguments

  /// Runs the run's command before the same dead end. - Returns: its status.
  func perform() -> Int32 {
    let (model, maximum) = (arguments[RunCommand.model], arguments[RunCommand.maxTokens])
    let line = Placeholders.filled(arguments.operands, model: model, maxOutputTokens: maximum)
    var command = ChildCommand(arguments: line)
    if let model { command.environment["LLMGUARD_MODEL"] = .some(model) }
    if let maximum { command.environment["LLMGUARD_MAX_TOKENS"] = .some(String(maximum)) }
    let status = command.run()
    if case .notStarted(let error) = status {
      context.say(.error, "cannot run '\(line[0])': \(error.reason)", hint: Failure.hint(notStarted: line[0], error))
    }
    if case .signaled = status { status.reproduce() }
    return status.shellStatus
  }

  /// Nobody would see what becomes of a call that goes on by itself.
  static let submission = Failure(
    "nothing is submitted in a rehearsal ('llmguard doctor'); nothing was started",
    hint: "rehearse the submitted command by itself: llmguard doctor -- COMMAND", status: Failure.Status.failed)
}
