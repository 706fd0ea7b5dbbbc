import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import Providers
import Reports
import SQLiteLedger

/// A run's command under way: what it is told, and what it took.
extension GuardedRun {
  func send(
    _ held: HeldCall, _ prompt: PromptText, _ tools: RunTools, _ place: TurnPlace?, _ cache: RunCache?
  ) throws(Failure) -> Int32 {
    let plan = held.plan
    if !arguments[RunCommand.quiet] {
      let announcement = Announcement(nowUnixMs: context.nowUnixMs)
      if let text = announcement.degradation(plan) { context.say(.degraded, text) }
      if let text = announcement.cap(plan) { context.say(.note, text) }
      if let text = announcement.warning(plan) { context.say(.warning, text) }
      let free = cache?.couldAnswer == true ? "--cache only" : nil
      if let text = announcement.retry(plan, freeBy: free, mayBeAnswered: mayBeAnswered(plan, tools)) {
        context.say(.note, text)
      }
      if let offer = cache?.offer { context.say(.note, announcement.offer(offer)) }
    }
    let shape = plan.shape
    if !arguments[RunCommand.quiet] {
      for place in Placeholders.empty(commandLine, model: shape.model, maxOutputTokens: shape.maxOutputTokens) {
        context.say(
          .warning, "'\(place.rawValue)' stays as it is: nothing says what to put there",
          hint: place == .model ? "name the model (--model gpt-4o)" : "name a maximum (--max-tokens 500)")
      }
    }
    // One that has come since the call was held ends it, too.
    let delay = max(0, plan.degradation?.delayMs ?? 0)
    if delay > 0 || SignalPause.hasCome, let signal = SignalPause.wait(ms: delay) {
      return giveUp(held, signal, tools.pipeline)
    }
    let line = line(for: plan, as: plan.shape, prompt)
    let answer = Answer(usage: client?.usage ?? .none, keepsUpTo: cache?.maximumBytes ?? 0)
    let door: RunDoor
    do throws(Failure) { door = try openDoor(plan.request, tools, told: plan) } catch {
      giveBack(held, "the gateway could not be started", tools.pipeline)
      SignalPause.unblock()
      guard error.isLedgerUnusable else { throw error }
      return try performUnmetered(prompt, plan.request, or: error)
    }
    door.standIn(for: held, keeping: cache.keeping, place: place)
    // With a gateway the ledger is not this thread's while the command runs.
    let meanwhile = door.usesLedger ? nil : { tools.ledger.prepareToSettle() }
    let status = child(
      prompt, line, shape.model, shape.maxOutputTokens, phase: plan.phase, answer, door, meanwhile: meanwhile)
    // A call that passed the gateway has taken the place of the hold, and is settled by what it was.
    let ended = door.hasReplacedStandIn() ? nil : door.isHandedOver ? stillHeld(held, door, tools) : held
    let settled = ended.flatMap { settle($0, prompt, answer, status, tools.pipeline, sentNothing: door.sentNothing) }
    // Who is to have it may have it again: what was neither delivered nor kept is owed.
    let isLost = answer.failure != nil || FileDescriptor.output.wasClosed && status != .exited(0)
    if let settled, let ended { part.add(settled.sums(of: plan), ended.hold.number) }
    let calls = door.end(posted: settled?.charge, looksUp: reportsCalls || isLost)
    tellOfLostRun(door, calls)
    if isLost { owe([held.hold.number] + (calls?.ended ?? []), tools.ledger) }
    if let cache { store(answer, of: line, prompt, plan, settled, calls, status, in: cache) }
    writeReceipt(Receipt.json(plan, settled: settled, status: status, isDryRun: false, calls: calls))
    return finish(status, calls, outputFailure: answer.failure)
  }

  /// Whether the gateway may have an answer for a call that goes out: it knows more of it than its text does.
  private func mayBeAnswered(_ plan: Plan, _ tools: RunTools) -> Bool {
    if arguments[RunCommand.noGateway] || plan.attempt ?? 1 == 1 { return false }
    let step = CacheStep(
      tools.pipeline, ledger: tools.ledger, cache: nil, nowUnixMs: { Clock.unixMs }, onTrouble: { _ in })
    let mode = step.mode(plan, stated: statedMode)
    return mode != .off && mode != .refresh
  }

  /// The command line of a call as it goes out with a model and a maximum.
  func line(for plan: Plan, as shape: CallShape, _ prompt: PromptText) -> [String] {
    // What --max-tokens allows less of, the gateway asks less of; without one the command line has to.
    let asked = arguments[RunCommand.noGateway] ? call.maxOutputTokens : plan.request.maxOutputTokens
    let changed =
      plan.degradation != nil || plan.cap != nil || shape.maxOutputTokens != asked || shape.model != plan.request.model
    let line = Placeholders.filled(commandLine, model: shape.model, maxOutputTokens: shape.maxOutputTokens)
    guard changed, let client else { return line }
    // A request that asks for several answers says the maximum of each.
    let answers = max(1, plan.request.answers)
    return client.rewrite(
      line,
      model: shape.model == plan.request.model
        ? nil : shape.model.map { httpCall(prompt)?.request.wireName(of: $0) ?? $0 },
      maxOutputTokens: shape.maxOutputTokens == asked ? nil : shape.maxOutputTokens.map { max(1, $0 / answers) })
  }

  /// Forgets calls whose answer nobody has: the next same call is no retry.
  private func owe(_ calls: [Int64], _ ledger: SQLiteLedger) {
    do throws(LedgerError) {
      try ledger.forgetAttempts(of: calls.map { HoldID($0) }, nowUnixMs: context.nowUnixMs)
    } catch {
      context.say(
        .warning, "the call whose answer was lost counts as an attempt all the same: \(error)",
        hint: error.hint)
    }
  }

  /// The hold of a command that has ended and whose text decides. A run inside may have given it back to be its call; where
  /// nothing inside the command then took anything, the charge is held again: what goes past the gateway is not free for
  /// having started a run, nor for what the script around it called before.
  ///
  /// - Returns: `nil` where what took its place is charged.
  private func stillHeld(_ held: HeldCall, _ door: RunDoor, _ tools: RunTools) -> HeldCall? {
    guard let entries = try? tools.ledger.entries(ofCall: held.hold.number),
      entries.contains(where: { $0.kind == .void })
    else { return held }
    if let hasTaken = door.hasTaken {
      if hasTaken { return nil }
    } else {
      // The gateway is gone with what it knew of this command; the ledger knows of the whole run.
      guard let sums = try? RunReport.read(run, from: tools.ledger).sums else { return held }
      if sums.calls > 0 || sums.cached > 0 { return nil }
    }
    do throws(GuardError) { return try tools.pipeline.holdAgain(held) } catch { return held }
  }

  /// A signal came before the command was started: its charge goes back, and llmguard ends by that signal.
  func giveUp(_ held: HeldCall, _ signal: Int32, _ pipeline: Guard) -> Int32 {
    giveBack(held, "a signal ended the delay", pipeline)
    writeReceipt(Receipt.json(held.plan, settled: nil, status: .signaled(signal), isDryRun: false))
    return finish(.signaled(signal))
  }

  private func giveBack(_ held: HeldCall, _ reason: String, _ pipeline: Guard) {
    do throws(GuardError) {
      try pipeline.giveBack(held, reason: reason)
    } catch {
      context.say(
        .error, "the charge that was held for the command could not be given back: \(error.message)",
        hint: error.hint + "; the next llmguard run recovers it")
    }
  }

  func child(
    _ prompt: PromptText, _ line: [String], _ model: String?, _ maximum: Int64?, phase: Phase?, _ answer: Answer,
    _ door: RunDoor = .none, meanwhile: (() -> Void)? = nil
  ) -> ChildStatus {
    var command = command(line, through: door)
    command.meanwhile = meanwhile
    command.environment["LLMGUARD_MODEL"] = .some(model)
    command.environment["LLMGUARD_MAX_TOKENS"] = .some(maximum.map(String.init))
    if let flight = part.flight { command.environment[OuterRun.flightVariable] = .some(OuterRun.flights(with: flight)) }
    if let phase {
      command.environment["LLMGUARD_PHASE"] = .some(phase.rawValue)
      command.watchOutput = { answer.consumeOutput($0) }
      if answer.watchesError { command.watchError = { answer.consumeError($0) } }
      command.outputCut = { answer.cut(by: $0) }
    }
    if let first = prompt.readAhead { command.input = .relayed(first: first, watch: { answer.consumeInput($0) }) }
    return command.run()
  }

  /// Settles what the command took. When that fails the command has run all the same: its status stands, the hold stays,
  /// and the next run recovers it.
  func settle(
    _ held: HeldCall, _ prompt: PromptText, _ answer: Answer, _ status: ChildStatus, _ pipeline: Guard,
    sentNothing: Bool = false
  ) -> Settled? {
    var reply = answer.reply()
    let model = held.plan.shape.model
    let stated = reply.usage
    reply.usage = believed(reply, held, prompt, answer)
    do throws(GuardError) {
      if stated == nil, sentNothing, sendsToGatewayAlone {
        try pipeline.giveBack(held, reason: "llmguard answered it itself, and sent nothing")
        return nil
      }
      if stated == nil, isUnsent(status) {
        try pipeline.giveBack(held, reason: "the command reached nobody")
        return nil
      }
      if stated == nil, answer.isEmpty || reply.isError {
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
      let later = answer.laterInput.tokens(by: TokenizerFamily(model: model))
      let seen = reply.usage == nil && held.plan.request.statedTokens == nil ? prompt.inputOutcome(for: model) : nil
      if let remark = seen?.remark, !arguments[RunCommand.quiet] { context.say(.note, remark.text, hint: remark.hint) }
      let input = max(0, held.plan.shape.inputTokens - (seen?.unread ?? 0))
      var said = answer.countedTokens(for: model)
      // A reply's text is less than the reply.
      if stated != nil, let text = answer.answerTokens(for: model) { said = min(said, text.counted) }
      if reply.usage == nil { said = max(said, thoughtOutput(held, prompt, ofShown: said, ending, pipeline)) }
      let counted = Self.countedUsage(
        input: input + later, output: said, stated: held.plan.request.statedTokens)
      let usage = reply.usage ?? counted
      tell(ofStated: stated, usage, held.plan)
      let cost = UsageTrust.believedCost(reply.costMicroUSD, of: usage)
      tell(ofStatedMicroUSD: reply.costMicroUSD, cost, usage, held.plan)
      return try pipeline.settle(
        held, usage: usage, reportedCostMicroUSD: cost,
        in: reply.served(asked: held.plan.shape.serviceTier),
        ending: ending, isAnswered: status == .exited(0) || !answer.isEmpty)
    } catch {
      context.say(
        .error, "the call has run, but could not be settled: \(error.message)",
        hint: Failure.hint(unsettled: error))
      return nil
    }
  }

  /// Whether all that a command sends comes to its gateway, as far as its own words tell: one request of a program that sends what
  /// it is told, to an address that leads there. Of any other nobody knows what else it asked, and whom.
  private var sendsToGatewayAlone: Bool {
    guard let url = oneRequest else { return false }
    let address = HTTPCallText.withoutUser(url)
    let outer = OuterRun.current == nil ? nil : Environment.value(OuterRun.gatewayVariable)
    if let outer, address.hasPrefix(outer + "/") { return true }
    let routes = RouteTable(providers: settings.providers, environment: OuterRun.environmentWithout())
    return routes.servers.place(of: address) != nil
  }

  /// The address of a command that makes one request; `nil` for others.
  private var oneRequest: String? {
    guard client?.bodyOptions.isEmpty == false else { return nil }
    let curl = CurlRequest(commandLine)
    guard curl.transfers == 1, curl.urls.count == 1, !curl.readsFiles, let url = curl.urls.first else { return nil }
    let standing = Shim.standingFile(of: File.name(of: commandLine.first ?? ""), commandLine)
    if let standing, standing.text.isEmpty || CurlFiles.mayAskMore(standing.text) { return nil }
    // Of a pattern it makes several.
    return url.contains("{") || url.contains("[") ? nil : url
  }

  /// Whether curl says that it found nobody to send its one request to, whatever it writes of that (`--write-out`).
  ///
  /// *Source:* curl(1), "EXIT CODES": 5 and 6, a host's name could not be resolved; 7, it could not be connected to.
  private func isUnsent(_ status: ChildStatus) -> Bool {
    guard case .exited(let code) = status, (5...7).contains(code) else { return false }
    return oneRequest != nil
  }

  /// What a command took that says nothing of it, where its model thinks what it does not show. What was thought comes before what
  /// is shown: nobody knows more of a call that broke off than was held, nor of another, where nothing was learned.
  private func thoughtOutput(
    _ held: HeldCall, _ prompt: PromptText, ofShown shown: Int64, _ ending: CallEnding, _ pipeline: Guard
  ) -> Int64 {
    let (shape, request) = (held.plan.shape, httpCall(prompt)?.request)
    // A program's model is the one that it was told; what it writes where nobody sees it is no answer of that one.
    let thinks =
      request?.mayThinkUnseen(model: shape.model, showsThoughts: false)
      ?? (shown > 0 && ending == .complete && shape.model.map(ProviderRequest.thinksUnseen) == true)
    if !thinks { return 0 }
    if ending == .failed { return shape.outputTokens }
    return min(
      pipeline.likelyOutput(ofShown: shown, model: shape.model) ?? shape.outputTokens, shape.maxOutputTokens ?? .max)
  }

  /// What is believed of the usage that a command wrote, by the gateway's own rule.
  private func believed(
    _ reply: ProviderReply, _ held: HeldCall, _ prompt: PromptText, _ answer: Answer
  ) -> TokenUsage? {
    guard let stated = reply.usage else { return nil }
    let model = held.plan.shape.model
    let request = httpCall(prompt)?.request
    var said = answer.answerTokens(for: model)
    if request?.repeatsPrompt == true || request?.format.answersWithNumbers == true { said = nil }
    // What a command writes beside its answer is no part of it: of such a one only that it was an answer is known.
    let isReply = request != nil || said != nil || (try? stated.total()) != 0
    return UsageTrust(
      held.plan, countedOutput: said?.counted ?? (isReply ? 0 : answer.countedTokens(for: model)),
      leastOutput: said?.least ?? 0, isText: said != nil,
      mayLeaveInputOut: request?.format.mayLeaveInputOut ?? true
    ).believed(request?.charging(reply) ?? reply)
  }

  /// Says that more is stated than is charged.
  private func tell(ofStated stated: TokenUsage?, _ charged: TokenUsage, _ plan: Plan) {
    guard let stated, !arguments[RunCommand.quiet], let most = try? charged.total() else { return }
    let total = (try? stated.total()) ?? .max
    if total <= most { return }
    let remark = DisbeliefRemark.parts(plan.request.provider, stated: total, charged: most)
    context.say(remark.kind, remark.text, hint: remark.hint)
  }

  private func tell(ofStatedMicroUSD stated: Int64?, _ believed: Int64?, _ charged: TokenUsage, _ plan: Plan) {
    guard let stated, believed == nil, charged.exactness == .exact, !arguments[RunCommand.quiet] else { return }
    let remark = DisbeliefRemark.parts(plan.request.provider, statedMicroUSD: stated)
    context.say(remark.kind, remark.text, hint: remark.hint)
  }

  /// The usage of a call that no provider told of: what was counted from the text; but where the user stated what the whole
  /// call takes, that, whatever of it was to be seen.
  static func countedUsage(input: Int64, output: Int64, stated: Int64?) -> TokenUsage {
    TokenUsage(input: stated.map { max(0, $0 - output) } ?? input, output: output, exactness: .estimated)
  }
}

extension Settled {
  /// What it adds to a report.
  func sums(of plan: Plan) -> UsageSums {
    .settled(
      Settlement(
        usage: usage, charge: charge, ending: ending, surchargeTokens: surchargeTokens, unpriced: unpriced),
      plan.facts, receipt.overrunTokens)
  }
}
