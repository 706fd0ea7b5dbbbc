import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import Providers
import SQLiteLedger

/// Asks a judge through the same client as the call, as a call of its own.
///
/// The client is started with nothing but the model and the question: no input, no files, no system prompt. Its charge is
/// held and settled as any call's, for the operation `cache-judge`, and its calls take the way that the run's own would take:
/// it goes where the run's clients are led, reaches no more than they do, and is charged once.
struct RunJudge {
  /// How long it may take to answer; then the call goes its own way.
  private static let limitMs: Int64 = 10_000

  let client: Client
  let program: String
  let asker: GuardedRun
  /// The call that its yes would save.
  let plan: Plan
  let tools: RunTools

  /// Asks. - Returns: `nil` where there was no clear answer, or the call was refused.
  func isSame(_ asked: String, _ stored: String, model: String) -> Bool? {
    let question = JudgePrompt.text(asked, stored)
    guard let line = client.asking(question, of: model, maxOutputTokens: JudgePrompt.maxOutputTokens, program: program)
    else { return nil }
    var request = CallRequest(
      user: plan.request.user, operation: CacheStep.judgeOperation, model: model,
      maxOutputTokens: JudgePrompt.maxOutputTokens, countedInputTokens: TokenCounter.tokens(in: question),
      run: asker.run, program: plan.request.program, mayDegrade: false)
    request.number = CallNumbers.draw()
    let held: HeldCall
    do throws(GuardError) {
      guard case .admitted(let call) = try tools.pipeline.admit(request) else { return nil }
      held = call
    } catch {
      asker.context.say(.warning, JudgeRemark.unasked(error.message), hint: error.hint)
      return nil
    }
    do throws(GuardError) { return try ask(line, held) } catch {
      asker.context.say(.error, JudgeRemark.unsettled(error), hint: Failure.hint(unsettled: error))
      return nil
    }
  }

  private func ask(_ line: [String], _ held: HeldCall) throws(GuardError) -> Bool? {
    guard asker.hasRoom(forJudge: held.plan.shape.charge, beside: plan, tools.ledger), let door = door(held) else {
      try tools.pipeline.giveBack(held, reason: "the judge was not asked")
      return nil
    }
    let (answer, status) = answer(line, through: door)
    if door.hasReplacedStandIn() {
      if let calls = door.end(looksUp: false) { asker.part.addJudges(calls) }
    } else if let answer {
      let usage = TokenUsage(
        input: held.plan.shape.inputTokens, output: TokenCounter.tokens(in: answer), exactness: .estimated)
      let settled = try tools.pipeline.settle(held, usage: usage, ending: .complete)
      asker.part.add(settled.sums(of: held.plan), held.hold.number)
      _ = door.end(posted: settled.charge, looksUp: false)
    } else {
      try tools.pipeline.giveBack(held, reason: "the judge gave no answer")
      _ = door.end(looksUp: false)
    }
    // Whoever ends the judge by ^C means the call, too.
    if case .signaled(let number) = status, SignalPause.ends(number) {
      asker.atEnd.perform()
      status.reproduce()
    }
    SignalPause.unblock()
    let verdict = answer.flatMap(JudgePrompt.verdict)
    if answer != nil, verdict == nil, !asker.arguments[RunCommand.quiet] {
      asker.context.say(.warning, JudgeRemark.text(held.plan.shape.model ?? ""), hint: JudgeRemark.hint)
    }
    return verdict
  }

  /// The way of its calls; `nil` where there is none to be had.
  private func door(_ held: HeldCall) -> RunDoor? {
    do throws(Failure) {
      if asker.part.outer != nil {
        guard let outer = try OuterRun(user: plan.request.user, terms: terms, isMeteredByText: false) else {
          return nil
        }
        if outer.standIn(for: held, keeping: .gateway, place: nil) == nil { return .outer(outer) }
        _ = outer.leave(posted: nil)
        return nil
      }
      if asker.arguments[RunCommand.noGateway] { return RunDoor.none }
      let gateway = try asker.judgesGateway(held.plan.request, tools)
      gateway.gateway.standIn(for: held, keeping: .gateway, place: nil)
      return .own(gateway)
    } catch { return nil }
  }

  /// What holds for its calls in the run around this one: they wait for no turn, are sent once and looked up nowhere.
  private var terms: JoinedTerms {
    var terms = JoinedTerms()
    (terms.operation, terms.cacheMode) = (CacheStep.judgeOperation, .off)
    (terms.waitMs, terms.retries, terms.failsOpen) = (0, 0, false)
    (terms.mayDegrade, terms.isQuiet) = (false, true)
    return terms
  }

  /// Runs the client, without this run's input and apart from its output; no answer where it failed, or took too long.
  private func answer(_ line: [String], through door: RunDoor) -> (String?, ChildStatus) {
    guard let folder = try? Folder.makeTemporary(prefix: "llmguard-judge") else { return (nil, .exited(1)) }
    defer { try? Folder.removeTree(folder) }
    // The shell only opens the files; what it runs are arguments, never its own text.
    let shell = ["/bin/sh", "-c", "exec \"$@\" </dev/null >\"$0\" 2>/dev/null", folder + "/answer"]
    var command = asker.command(shell + line, through: door)
    command.limitMs = Self.limitMs
    let status = command.run()
    guard status == .exited(0), let bytes = try? File.readAll(folder + "/answer", maximumBytes: 65_536) else {
      return (nil, status)
    }
    return (String(decoding: bytes, as: UTF8.self), status)
  }
}

extension GuardedRun {
  /// Whether the run's caps have room for a judge beside the call itself. It is none of the run's calls.
  fileprivate func hasRoom(forJudge charge: Charge, beside plan: Plan, _ ledger: SQLiteLedger) -> Bool {
    guard let caps = try? caps(plan.request.user, ledger) else { return false }
    var use = RunUse(caps)
    return use.take(charge, isExtra: true, nowMs: Clock.sinceStartMs) == nil
      && use.take(plan.shape.charge, nowMs: Clock.sinceStartMs) == nil
  }

  /// The gateway of a judge's call: as the run's own would be, but that nobody hears of it and nothing is looked up.
  fileprivate func judgesGateway(_ request: CallRequest, _ tools: RunTools) throws(Failure) -> RunGateway {
    let identity = GatewayIdentity(
      user: request.user, operation: request.operation, run: request.run, program: request.program,
      script: scriptPath, priority: priority, mayDegrade: false)
    return try RunGateway(
      settings, identity: identity, ledger: tools.ledger, voice: GatewayVoice(context, settings, isQuiet: true),
      observer: tools.notifier, isIsolated: arguments[RunCommand.isolate],
      allowsUnixSockets: arguments[RunCommand.unixSockets]
    ) { options in
      options.isStrict = arguments[RunCommand.strict]
      options.waitMs = 0
      options.tell = { _ in }
    }
  }
}

/// What is said of a judge that failed: it was not the call that it was asked for.
enum JudgeRemark {
  /// Of one that was not asked.
  static func unasked(_ message: String) -> String {
    "the judge of a similar answer could not be asked, so the call goes its own way: \(message)"
  }

  /// Of one whose call has run.
  static func unsettled(_ error: GuardError) -> String {
    "the call of a judge has run, but could not be settled: \(error.message)"
  }

  /// Of one whose answer is neither a yes nor a no.
  static func text(_ model: String) -> String {
    "the judge '\(model)' said neither yes nor no within \(JudgePrompt.maxOutputTokens) tokens, which were charged"
  }
  static let hint =
    "a model that thinks before it answers cannot be a judge: name another one in llmguard.toml ([cache.judge] model = …)"
}
