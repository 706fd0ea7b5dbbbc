import CommandSpec
import Posix
import Providers
import Terminal

/// A run in a command that `llmguard doctor` has before its dead end: what it would call stands on that list, and nothing of it is
/// in a ledger or goes out, whatever the run was told of gateways and networks.
struct RehearsedRun {
  let context: Context
  let arguments: ParsedArguments

  /// Puts the run's command in the place of this process, before the same dead end.
  ///
  /// - Returns: only where that cannot be done, a shell's status for it.
  func perform() -> Int32 {
    let (model, maximum) = (arguments[RunCommand.model], arguments[RunCommand.maxTokens])
    let line = Placeholders.filled(arguments.operands, model: model, maxOutputTokens: maximum)
    var variables: [String: String?] = [:]
    if let model { variables["LLMGUARD_MODEL"] = .some(model) }
    if let maximum { variables["LLMGUARD_MAX_TOKENS"] = .some(String(maximum)) }
    let error = Program.replaceThis(by: Executable.find(line[0]) ?? line[0], line, variables: variables)
    context.say(.error, "cannot run '\(line[0])': \(error.reason)", hint: Failure.hint(notStarted: line[0], error))
    return error.isMissing ? 127 : 126
  }

  /// Nobody would see what becomes of a call that goes on by itself.
  static let submission = Failure(
    "nothing is submitted in a rehearsal ('llmguard doctor'); nothing was started",
    hint: "rehearse the submitted command by itself: llmguard doctor -- COMMAND", status: Failure.Status.failed)
}
