import Guard
import GuardModel
import Ledger
import Posix
import Providers

/// A run's command under way: what it is told, and what it took.
extension GuardedRun {
  func send(_ held: HeldCall, _ prompt: PromptText, _ pipeline: Guard) throws(Failure) -> Int32 {
    let plan = held.plan
    if !arguments[RunCommand.quiet] {
      let announcement = Announcement(nowUnixMs: context.nowUnixMs)
      if let text = announcement.degradation(plan) { context.say(.degraded, text) }
      if let text = announcement.cap(plan) { context.say(.note, text) }
      if let text = announcement.warning(plan) { context.say(.warning, text) }
      if let text = announcement.retry(plan) { context.say(.note, text) }
    }
    if let delay = plan.degradation?.delayMs, delay > 0, let signal = SignalPause.wait(ms: delay) {
      return giveUp(held, signal, pipeline)
    }
    let shape = plan.shape
    let changed = plan.degradation != nil || plan.cap != nil || shape.maxOutputTokens != plan.request.maxOutputTokens
    var line = Placeholders.filled(commandLine, model: shape.model, maxOutputTokens: shape.maxOutputTokens)
    if changed, let client {
      line = client.rewrite(
        line, model: shape.model == plan.request.model ? nil : shape.model,
        maxOutputTokens: shape.maxOutputTokens == plan.request.maxOutputTokens ? nil : shape.maxOutputTokens)
    }
    let answer = Answer(usage: client?.usage ?? .none)
    let status = child(prompt, line, shape.model, shape.maxOutputTokens, phase: plan.phase, answer)
    let settled = settle(held, prompt, answer, status, pipeline)
    writeReceipt(plan, settled: settled, status: status)
    return finish(status)
  }

  /// A signal came before the command was started: its charge goes back, and llmguard ends by that signal.
  func giveUp(_ held: HeldCall, _ signal: Int32, _ pipeline: Guard) -> Int32 {
    do throws(GuardError) {
      try pipeline.giveBack(held, reason: "a signal ended the delay")
    } catch {
      context.say(
        .error, "the command was not started, but its charge could not be given back: \(error.message)",
        hint: error.hint + "; the next llmguard run recovers it")
    }
    writeReceipt(held.plan, settled: nil, status: .signaled(signal))
    return finish(.signaled(signal))
  }

  func child(
    _ prompt: PromptText, _ line: [String], _ model: String?, _ maximum: Int64?, phase: Phase?, _ answer: Answer
  ) -> ChildStatus {
    var command = ChildCommand(arguments: line)
    command.environment["LLMGUARD_MODEL"] = .some(model)
    command.environment["LLMGUARD_MAX_TOKENS"] = .some(maximum.map(String.init))
    if let phase {
      command.environment["LLMGUARD_PHASE"] = .some(phase.rawValue)
      command.watchOutput = { answer.consumeOutput($0) }
      if answer.watchesError { command.watchError = { answer.consumeError($0) } }
    }
    if let first = prompt.readAhead { command.input = .relayed(first: first, watch: { answer.consumeInput($0) }) }
    return command.run()
  }

  /// Settles what the command took. When that fails the command has run all the same: its status stands, the hold stays,
  /// and the next run recovers it.
  func settle(
    _ held: HeldCall, _ prompt: PromptText, _ answer: Answer, _ status: ChildStatus, _ pipeline: Guard
  ) -> Settled? {
    let reply = answer.reply()
    do throws(GuardError) {
      if reply.usage == nil, answer.isEmpty || reply.isError {
        switch status {
        case .notStarted:
          try pipeline.giveBack(held, reason: "the command could not be started")
          return nil
        case .exited(let code) where code != 0 || reply.isError:
          try pipeline.giveBack(
            held, reason: reply.isError ? "the provider answered with an error" : "the command failed without an answer"
          )
          return nil
        default: break
        }
      }
      let ending: CallEnding = status == .exited(0) ? .complete : .failed
      let counted = TokenUsage(
        input: held.plan.shape.inputTokens + answer.laterInput.tokens, output: answer.countedTokens,
        exactness: .estimated)
      return try pipeline.settle(
        held, usage: reply.usage ?? counted, reportedCostMicroUSD: reply.costMicroUSD, ending: ending)
    } catch {
      context.say(
        .error, "the call has run, but could not be settled: \(error.message)",
        hint: error.hint + "; the next llmguard run charges its estimate")
      return nil
    }
  }
}
