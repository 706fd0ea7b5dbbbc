import Guard
import GuardModel
import Ledger
import Posix
import Providers

/// Asks a judge through the same client as the call, as a call of its own.
///
/// The client is started with nothing but the model and the question: no input, no files, no system prompt. Its charge is
/// held and settled as any call's, for the operation `cache-judge`.
struct RunJudge: CacheJudge {
  let client: Client
  let program: String
  let user: String
  let pipeline: Guard
  /// Told why a judge could not be asked, for a person.
  let onTrouble: (String) -> Void

  func isSame(_ asked: String, _ stored: String, model: String) -> Bool? {
    let question = JudgePrompt.text(asked, stored)
    guard let line = client.asking(question, of: model, maxOutputTokens: JudgePrompt.maxOutputTokens, program: program)
    else { return nil }
    let request = CallRequest(
      user: user, operation: CacheStep.judgeOperation, model: model, maxOutputTokens: JudgePrompt.maxOutputTokens,
      countedInputTokens: TokenCounter.tokens(in: question), run: Random.hexadecimal(bytes: 8),
      program: File.name(of: program), mayDegrade: false)
    do throws(GuardError) {
      guard case .admitted(let held) = try pipeline.admit(request) else { return nil }
      guard let answer = ask(line) else {
        try pipeline.giveBack(held, reason: "the judge gave no answer")
        return nil
      }
      let usage = TokenUsage(
        input: held.plan.shape.inputTokens, output: TokenCounter.tokens(in: answer), exactness: .estimated)
      _ = try pipeline.settle(held, usage: usage, ending: .complete)
      return JudgePrompt.verdict(answer)
    } catch {
      onTrouble(error.message)
      return nil
    }
  }

  /// Runs the client, without this run's input and apart from its output; `nil` when it failed.
  private func ask(_ line: [String]) -> String? {
    guard let folder = try? Folder.makeTemporary(prefix: "llmguard-judge") else { return nil }
    defer { try? Folder.removeTree(folder) }
    // The shell only opens the files; what it runs are arguments, never its own text.
    let shell = ["/bin/sh", "-c", "exec \"$@\" </dev/null >\"$0\" 2>/dev/null", folder + "/answer"]
    guard ChildCommand(arguments: shell + line).run() == .exited(0),
      let bytes = try? File.readAll(folder + "/answer", maximumBytes: 65_536)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
