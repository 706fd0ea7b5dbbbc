import CommandSpec
import Gateway
import Guard
import GuardModel
import IntentCache
import Ledger
import Posix
import Providers
import SQLiteLedger
import Terminal

/// The cache, as one run sees it.
final class RunCache {
  let step: CacheStep
  /// Whom to ask about similar requests; `nil` for nobody.
  let judge: RunJudge?
  let mode: CacheMode
  /// The most bytes of an answer that is kept.
  let maximumBytes: Int
  /// A similar answer that was named and not given.
  var offer: CacheOffer?
  /// Whether the answer that is asked for anew is there.
  var couldAnswer = false
  /// The call that others wait for; it ends with the run, whatever happens.
  var flight: CacheFlights.Flight?

  /// What is asked.
  private let question: CacheQuestion
  /// What is asked as it goes out, where that is something cheaper, or would with more room.
  private let lowered: [CacheQuestion]
  /// Where answers are kept.
  fileprivate let kept: IntentCache?

  init(
    _ question: CacheQuestion, lowered: [CacheQuestion], _ kept: IntentCache?, step: CacheStep, judge: RunJudge?,
    mode: CacheMode, maximumBytes: Int64
  ) {
    self.question = question
    self.lowered = lowered
    self.kept = kept
    self.step = step
    self.judge = judge
    self.mode = mode
    self.maximumBytes = Int(clamping: maximumBytes)
  }

  /// Asks a judge, and keeps what it says.
  func ask(_ judge: RunJudge, _ asked: JudgeCase) -> Bool? {
    guard let isSame = judge.isSame(asked.asked, asked.stored, model: asked.model) else { return nil }
    let label = CacheLabel.judged(asked.asked, asked.stored, isSame: isSame, by: asked.model, atUnixMs: Clock.unixMs)
    // One that cannot be kept holds for this call.
    try? kept?.label(
      label.a, label.b, isSame: isSame, source: label.source, nowUnixMs: label.atUnixMs)
    return isSame
  }

  /// Looks for an answer: to what is asked, else to what would go out in its place. That one was no better, and is free.
  func find(_ plan: Plan, said: JudgeSaying?) throws(GuardError) -> CacheAnswer {
    let asked = try step.find(question, plan, mode: mode, said: said)
    if case .given = asked { return asked }
    var offer: CacheOffer?
    for lowered in lowered {
      let found = try step.find(lowered, plan, mode: mode)
      if case .given = found { return found }
      offer = offer ?? found.offer
    }
    if case .none(nil) = asked { return .none(offer: offer) }
    return asked
  }

  /// What `find` would come to.
  func rehearse(_ plan: Plan) -> CacheRehearsal {
    let asked = step.rehearse(question, plan, mode: mode)
    if case .given = asked { return asked }
    var offer: CacheOffer?
    for lowered in lowered {
      switch step.rehearse(lowered, plan, mode: mode) {
      case .given(let finding, let ageMs, let isPast):
        return .given(finding, ageMs: ageMs, isPastUsualAge: isPast)
      case .nothing(let named, _): offer = offer ?? named
      }
    }
    if case .nothing(nil, nil) = asked { return .nothing(offer: offer) }
    return asked
  }

  /// Whether the answer is there that would be given.
  func canAnswer(_ plan: Plan) -> Bool {
    ([question] + lowered).contains { step.couldAnswer($0, plan) }
  }

  /// Whether the call makes up for a stored answer that was rejected.
  func isOwed(_ plan: Plan) -> Bool { ([question] + lowered).contains { step.isOwed($0, plan) } }

  /// Whether an answer to the call may be missing for the cache's own trouble: it could not be read, or cannot keep any.
  var isInTrouble: Bool {
    mode != .refresh && (step.hasMissed || kept.map { IntentCache.cannotKeep(at: $0.path) } ?? true)
  }

  /// Notes that the call was refused.
  func noteRefusal(_ plan: Plan) { step.noteRefusal(question, plan) }

  /// What is named to a call that was refused after all.
  func offer(refused plan: Plan) -> CacheOffer? {
    offer ?? ([question] + lowered).lazy.compactMap { [self] in step.offer($0, refused: plan, mode: mode) }.first
  }
}

extension RunCache? {
  /// Who keeps the answer.
  var keeping: AnswerKeeping {
    guard let self else { return .gateway }
    return self.couldAnswer ? .runAnew : .run
  }
}

extension GuardedRun {
  /// What the command line says of the cache.
  var statedMode: CacheMode? { arguments[RunCommand.noCache] ? .refresh : arguments[RunCommand.cache] }

  /// Fails where the command line wants what the administrator has locked.
  func checkLock() throws(Failure) {
    guard statedMode == .similar, !settings.allowsSimilar, let place = settings.lockPlace(of: "cache", "mode")
    else { return }
    throw Failure(
      "'--cache similar' is not allowed: 'cache.mode' is locked by \(place)",
      hint: "take it out, or ask whoever keeps the system file", status: Failure.Status.configuration)
  }

  /// Says that what the command line wants of the cache is not to be had. Whoever wants nothing else is refused, with that.
  func tellOfBar(_ plan: Plan) {
    guard let statedMode, statedMode != .off, statedMode != .only, let bar = settings.cacheBar(plan) else { return }
    let option = arguments[RunCommand.noCache] ? "--no-cache" : "--cache \(statedMode.rawValue)"
    context.say(.warning, "the cache is off for this run, so that '\(option)' does nothing: \(bar)")
  }

  /// Opens the cache for a call that it may answer or whose answer it may keep.
  ///
  /// - Parameter onBarred: hears of a cache that cannot be used, and what the call wants of it.
  /// - Returns: `nil` where the cache has nothing to do with the call, or cannot be used; that is said once.
  func openCache(
    _ question: CacheQuestion, _ prompt: PromptText, _ plan: Plan, _ tools: RunTools,
    onBarred: (CacheMode) -> Void = { _ in }
  ) throws(Failure) -> RunCache? {
    try checkLock()
    let judge = judge(plan, tools)
    func step(_ cache: IntentCache?) -> CacheStep {
      let step = CacheStep(
        tools.pipeline, ledger: tools.ledger, cache: cache, likeness: SentenceLikeness(),
        asksJudge: judge != nil, nowUnixMs: { Clock.unixMs },
        onTrouble: { context.say(.warning, "\($0); the call goes on without it", hint: $0.hint) })
      step.onUnnoted = { context.say(.warning, "\($0); that it answered is not noted", hint: $0.hint) }
      step.takes = { hasRoom(for: $0, plan.request.user, tools.ledger) }
      return step
    }
    let mode = step(nil).mode(plan, stated: statedMode)
    if mode == .off {
      tellOfBar(plan)
      return nil
    }
    let policy = step(nil).policy(plan)
    let path = try context.cachePath()
    var cache: IntentCache?
    do throws(CacheTrouble) {
      cache = try IntentCache(
        path: path,
        limits: IntentCache.Limits(
          maximumBytes: policy.maximumBytes, maximumEntryBytes: policy.maximumEntryBytes), readsLittle: true)
      cache?.onReplaced = { [context] in context.say(.warning, "\($0)", hint: $0.hint) }
      cache?.onDamagedAnswer = { [context] in context.say(.warning, "\($0)", hint: $0.hint) }
    } catch {
      context.say(.warning, "\(error); the call goes on without it", hint: error.hint)
      onBarred(mode)
      if mode != .only { return nil }
    }
    return RunCache(
      question, lowered: loweredQuestions(prompt, plan), cache, step: step(cache), judge: judge, mode: mode,
      maximumBytes: policy.maximumEntryBytes)
  }

  /// What the cache would do for a call; `nil` where it has nothing to do with it. It is not made for that.
  func rehearseCache(_ prompt: PromptText, _ plan: Plan, _ tools: RunTools) throws(Failure) -> CacheRehearsal? {
    let (model, maximum) = (plan.request.model, plan.request.maxOutputTokens)
    guard let question = cacheQuestion(prompt, commandLine, model, maximum) else { return nil }
    guard File.exists(try context.cachePath()) else {
      try checkLock()
      let mode = CacheStep(
        tools.pipeline, ledger: tools.ledger, cache: nil, nowUnixMs: { Clock.unixMs }, onTrouble: { _ in }
      ).mode(plan, stated: statedMode)
      if mode == .off { tellOfBar(plan) }
      return mode == .off || mode == .refresh ? nil : .nothing(offer: nil)
    }
    guard let cache = try openCache(question, prompt, plan, tools), cache.mode != .refresh else { return nil }
    return cache.rehearse(plan)
  }

  /// Whom to ask about similar requests, where the rules name somebody.
  private func judge(_ plan: Plan, _ tools: RunTools) -> RunJudge? {
    guard settings.cache.judgeModel != nil, let client, let program = commandLine.first else { return nil }
    return RunJudge(client: client, program: program, asker: self, plan: plan, tools: tools)
  }

  /// Answers a call from the cache, or says that it has to go out.
  ///
  /// Of several identical calls one goes out, and the others wait for its answer.
  ///
  /// - Returns: the exit status of a call that has been answered or refused; `nil` for one that goes out.
  func answer(
    _ question: CacheQuestion, _ plan: Plan, _ cache: RunCache, _ pipeline: Guard
  ) throws(Failure) -> Int32? {
    var toJudge: JudgeCase?
    func look(_ said: JudgeSaying? = nil) throws(Failure) -> Int32? {
      toJudge = nil
      let offer: CacheOffer?
      switch try Failure.pipeline({ () throws(GuardError) in
        try cache.find(plan, said: said)
      }) {
      case .given(let answer): return try replay(answer, plan)
      case .none(let named): offer = named
      case .judge(let asked): (toJudge, offer) = (asked, asked.offer)
      }
      // What could not be had is not offered.
      cache.offer = settings.allowsSimilar ? offer : nil
      return nil
    }
    // Asked while others that want the same wait, so that they find what it said.
    func judge() throws(Failure) -> Int32? {
      guard let toJudge, let judge = cache.judge else { return nil }
      return try look(JudgeSaying(of: toJudge, isSame: cache.ask(judge, toJudge)))
    }
    let mark = cache.kept?.contentMark
    if let status = try look() { return status }
    if cache.mode == .only {
      let refused = try Failure.pipeline { () throws(GuardError) in try pipeline.refuse(plan, .notCached()) }
      return try refuse(refused, cache)
    }
    if cache.mode == .refresh { cache.couldAnswer = cache.canAnswer(plan) }
    guard cache.mode != .refresh, plan.refusal == nil else { return try judge() }
    let keys = cache.step.keys(question, plan)
    // A run around this one that asks the same is answered by this one's command: it would be waited for in vain.
    let flight = String(keys.flight, radix: 16)
    if OuterRun.flights.contains(flight) { return try judge() }
    let limitMs = arguments[RunCommand.wait] ?? settings.queueWaitMs
    let path = try context.cachePath()
    let flights: CacheFlights
    do throws(CacheTrouble) { flights = try CacheFlights(cache: path) } catch { return try judge() }
    var failure: Failure?
    func hasChanged() -> Bool { mark.map { cache.kept?.hasChanged(since: $0) ?? false } ?? false }
    // Meanwhile a signal is waited for, too, as in the line: there is a record to be written.
    func heed() {
      SignalPause.block()
      if SignalPause.hasCome, let signal = SignalPause.wait(ms: 0) {
        end(waiting: plan.request, for: "the same call", by: signal)
      }
    }
    let joined = try? flights.join(keys, limitMs: limitMs, waiting: { _ in heed() }, hasChanged: hasChanged) {
      () throws(CacheTrouble) -> Int32? in
      SignalPause.unblock()
      do throws(Failure) { return try look() } catch {
        failure = error
        return nil
      }
    }
    SignalPause.unblock()
    if let failure { throw failure }
    if let status = joined?.found { return status }
    cache.flight = joined?.flight
    if cache.flight != nil { part.flight = flight }
    return try judge()
  }

  /// Gives a stored answer: its bytes, and a status of 0.
  private func replay(_ answer: CachedAnswer, _ plan: Plan) throws(Failure) -> Int32 {
    if !arguments[RunCommand.quiet] || answer.isSubstitute {
      context.say(.note, Announcement(nowUnixMs: context.nowUnixMs).cached(answer, plan))
    }
    do throws(PosixError) { try FileDescriptor.output.writeAll(answer.finding.reply.body) } catch {
      throw Failure(error, hint: "nothing is wrong with the cache; only this output was cut short")
    }
    writeReceipt(Receipt.json(plan, settled: nil, status: .exited(0), isDryRun: false, cached: answer))
    part.add(.cached(charge: answer.charge, saved: answer.saved), answer.entry)
    part.answer = answer.entry
    conclude(.exited(0), nil)
    return 0
  }

  /// Keeps the answer of a command that ended well.
  ///
  /// - Parameters:
  ///   - settled: what its text came to.
  ///   - calls: what was seen of its calls, where they passed the gateway. Of several nobody knows what each was for.
  func store(
    _ answer: Answer, of line: [String], _ prompt: PromptText, _ plan: Plan, _ settled: Settled?,
    _ calls: GatewaySummary?, _ status: ChildStatus, in cache: RunCache
  ) {
    defer { cache.flight?.end() }
    guard status == .exited(0), let body = answer.output, !body.isEmpty,
      let question = cacheQuestion(prompt, line, plan.shape.model, plan.shape.maxOutputTokens)
    else { return }
    // An answer that was cut off, filtered or refused is none, though the command ended well.
    if calls?.partial ?? 0 > 0 { return }
    if client?.usage == .reply,
      !RepeatableReply.holds(body, statesMaximum: plan.request.maxOutputTokens != nil)
    {
      return
    }
    let usage: TokenUsage
    var cost: Int64?
    if let settled {
      guard settled.ending == .complete, client?.usage != .reply || settled.usage.exactness == .exact else { return }
      (usage, cost) = (settled.usage, settled.charge.costMicroUSD)
    } else {
      guard let calls, let one = calls.usageOfOne else { return }
      (usage, cost) = (one, calls.sums.callsOfUnknownCost > 0 ? nil : calls.costMicroUSD)
    }
    cache.step.store(
      CachedReply(body: body), question, plan, usage: usage, costMicroUSD: cost, mode: cache.mode)
  }

  /// The cache of a gateway.
  func gatewayCache() throws(Failure) -> GatewayCache? {
    try checkLock()
    let policy = settings.cache
    let context = context
    let path: String
    do throws(Failure) { path = try context.cachePath() } catch {
      // A run inside may want it all the same; where there is no place for it, nobody gets it.
      if statedMode == .off { return nil }
      throw error
    }
    return GatewayCache(
      path: path, mode: statedMode,
      limits: IntentCache.Limits(maximumBytes: policy.maximumBytes, maximumEntryBytes: policy.maximumEntryBytes),
      likeness: { SentenceLikeness() },
      tell: { context.say(.warning, $0.saying("calls go on without it"), hint: $0.hint) })
  }
}
