import CommandSpec
import Guard
import GuardModel
import Ledger
import Posix
import Providers

/// What a run asks for: its command line and its prompt, as the pipeline takes them.
extension GuardedRun {
  var promptSource: PromptText.Source {
    switch arguments[RunCommand.promptFrom] {
    case nil: .automatic
    case "stdin": .input
    case "args": .arguments
    case let path?: .file(path)
    }
  }

  func request(_ prompt: PromptText) throws(Failure) -> CallRequest {
    func named(_ option: CommandSpec.Option<String>, _ variable: String, _ kind: String) throws(Failure) -> String? {
      if let value = arguments[option] { return value }
      guard let value = Environment.value(variable), !value.isEmpty else { return nil }
      do throws(NameError) {
        try Name.check(kind, value)
        return value
      } catch {
        throw Failure(
          "\(variable): \(error)", hint: "give the \(kind) a short printable name", status: Failure.Status.usage)
      }
    }
    let isKnown = client != nil
    var call = call
    if !prompt.body.isEmpty, let client {
      var piped = ClientCall()
      client.read(body: String(decoding: prompt.body, as: UTF8.self), into: &piped)
      call.model = call.model ?? piped.model
      call.maxOutputTokens = call.maxOutputTokens ?? piped.maxOutputTokens
    }
    return CallRequest(
      user: try named(RunCommand.user, "LLMGUARD_USER", "user") ?? CurrentUser.name,
      operation: try named(RunCommand.operation, "LLMGUARD_OP", "operation") ?? "default",
      model: arguments[RunCommand.model] ?? call.model,
      maxOutputTokens: arguments[RunCommand.maxTokens] ?? call.maxOutputTokens,
      countedInputTokens: prompt.tokens, statedTokens: arguments[RunCommand.estimate],
      run: Random.hexadecimal(bytes: 8),
      program: File.name(of: commandLine.first ?? ""), fingerprint: fingerprint(prompt),
      canChangeModel: call.canChangeModel || Placeholders.holdsModel(commandLine) || !isKnown,
      canCapTokens: call.canCapTokens || Placeholders.holdsMaxTokens(commandLine) || !isKnown,
      mayDegrade: !arguments[RunCommand.noDegrade])
  }

  /// What is asked for, where that can be told: the client is known or the prompt was pointed out, all of it has been
  /// seen, and it does not go on with an earlier conversation.
  func fingerprint(_ prompt: PromptText) -> [UInt8]? {
    let isKnown = client != nil || arguments[RunCommand.promptFrom] != nil
    return isKnown && !prompt.isOpenEnded && !call.continuesConversation ? prompt.question.fingerprint : nil
  }
}
