import Guard
import GuardModel
import IntentCache
import Ledger
import Posix
import Providers

/// The way from a call to its hold, or to the answer that makes one needless.
///
/// Planning it, looking in the cache and holding its charge are one piece of work at the ledger's desk: nobody comes between,
/// and a call that need not wait for others comes there once.
extension MeteredCall {
  /// What was decided about a call.
  enum Decided {
    /// Its charge is held. Its answer may be kept.
    case admitted(HeldExchange, CachedExchange?)
    /// It has been answered.
    case answered
    /// It may not go out; perhaps a similar answer can be offered.
    case refused(Plan, CacheOffer?)
    case failed(GuardError)
  }

  /// What came of the first look.
  private enum Look {
    case held(HeldCall, CachedExchange?)
    case given(CachedAnswer, Plan)
    case refused(Plan, CacheOffer?)
    /// The same call is under way elsewhere.
    case underWay(CachedExchange)
    /// There is a line.
    case queues(CachedExchange?)
    /// A judge may say that there is an answer.
    case toJudge(CachedExchange, JudgeCase)
    /// There is an answer, which takes a while to be given the form that is asked for.
    case toConvert(CachedExchange)
  }

  /// Decides about a call: what the cache answers is answered, what has to wait has waited.
  ///
  /// - Parameter judged: what came of the look before, away from the desk: a judge was asked, or an answer given its form; `nil`
  ///   at the first one.
  func decide(
    _ call: CallRequest, _ question: CacheQuestion?, _ request: ProviderRequest, judged: CachedExchange? = nil
  ) throws(ClientFault) -> Decided {
    let taken = takeStandIn()
    let isReplaced = Locked(false)
    let used = Locked<Charge?>(nil)
    let looked: Result<(Look, LedgerDesk.Stamp), GuardError>
    // Made before, as others wait for what is done at the desk.
    let asked = call.attemptKey
    let keys = judged?.keys ?? question.flatMap { options.settings.cacheKeys($0, beforePlanning: call) }
    var isKept = true
    do throws(LedgerError) {
      let (result, stamp) = try gateway.desk.perform(makesSafe: true) { tools -> Result<Look, GuardError> in
        do throws(GuardError) {
          return .success(
            try look(call, asked, question, keys, request.replyForm, judged, tools, taken, used) {
              isReplaced.use { $0 = true }
            })
        } catch { return .failure(error) }
      }
      isKept = !isReplaced.use { $0 }
      looked = result.map { ($0, stamp) }
    } catch {
      // Nothing of the work stays: the command's own hold is still there, and nothing was taken under the caps.
      if let charge = used.use({ $0 }) { exchange.settleCaps(charge, nil) }
      giveBackTaken()
      looked = .failure(.ledger(error))
    }
    // A hold is made safe while the provider works; for the rest the client need not wait.
    if case .success((.held, _)) = looked {} else { gateway.desk.flushSoon() }
    let place = taken?.standIn.place
    if isKept, let taken { gateway.runs.putBack(taken) }
    let cached: CachedExchange?
    switch looked {
    case .success((.held(let held, let cached), let stamp)):
      return .admitted(HeldExchange(call: held, stamp: stamp, tickets: [place?.ticket].compactMap { $0 }), cached)
    case .failure(let error):
      if !isKept, let place { leave(place.ticket) }
      return .failed(error)
    case .success((.given(let answer, let plan), let stamp)):
      if !isKept, let place { leave(place.ticket) }
      try give(answer, plan, stamp)
      return .answered
    case .success((.refused(let plan, let offer), _)):
      if !isKept, let place { leave(place.ticket) }
      return .refused(plan, offer)
    case .success((.underWay(let same), _)):
      if try waitForTheSame(same, hasTurn: place != nil) { return .answered }
      // Whoever waited for a call that left no answer is as any other.
      if same.flight != nil, same.said == nil, let toJudge = same.toJudge {
        return try decide(call, question, request, judged: same, toJudge)
      }
      cached = same
    case .success((.queues(let exchange), _)): cached = exchange
    case .success((.toJudge(let exchange, let toJudge), _)):
      return try decide(call, question, request, judged: exchange, toJudge)
    case .success((.toConvert(let exchange), _)):
      _ = exchange.convert()
      return try decide(call, question, request, judged: exchange)
    }
    var call = call
    if cached?.isOwed == true { call.isOwed = true }
    switch try admit(call) {
    case .admitted(let held): return .admitted(held, cached)
    case .refused(let plan): return .refused(plan, cached?.offer)
    case .failed(let error): return .failed(error)
    }
  }

  /// Decides about a call that a judge is asked about.
  private func decide(
    _ call: CallRequest, _ question: CacheQuestion?, _ request: ProviderRequest, judged exchange: CachedExchange,
    _ toJudge: JudgeCase
  ) throws(ClientFault) -> Decided {
    exchange.said = JudgeSaying(of: toJudge, isSame: try ask(toJudge, exchange, request))
    return try decide(call, question, request, judged: exchange)
  }

  /// Looks at a call at the desk, and does with it what can be done at once.
  private func look(
    _ call: CallRequest, _ asked: AttemptKey?, _ question: CacheQuestion?, _ keys: CacheKeys?, _ form: ReplyForm,
    _ judged: CachedExchange?, _ tools: LedgerDesk.Tools, _ taken: RunTree.Taken?, _ used: Locked<Charge?>,
    onReplaced: () -> Void
  ) throws(GuardError) -> Look {
    let pipeline = tools.pipeline
    func replaceStandIn(_ reason: Replacement) throws(GuardError) {
      guard let taken else { return }
      try giveBack(taken, reason, pipeline)
      onReplaced()
    }
    var call = call
    var prepared = try pipeline.prepare(call, asked: asked)
    var plan = prepared.plan
    var cached: CachedExchange?
    if let question, let cache = options.cache {
      let stated = statedMode(cache)
      let step = cache.step(tools, form)
      let mode = stated == .off ? .off : step.mode(plan, stated: stated)
      if mode != .off {
        // Only asked where it would be taken for a retry.
        if plan.attempt ?? 1 > 1,
          plan.questions(question).contains(where: { step.isOwed($0, plan) })
            // What was answered before would be given for nothing, had the cache kept it.
            || mode != .refresh && cache.hasKeptNothing
        {
          call.isOwed = true
          prepared = try pipeline.prepare(call)
          plan = prepared.plan
        }
        let exchange = CachedExchange(cache, question, form, step.keys(question, plan, ahead: keys), plan, mode)
        exchange.isKeptElsewhere = taken.map { $0.standIn.keeping != .gateway } ?? false
        exchange.isOwed = call.isOwed
        if let judged { exchange.goOn(from: judged) }
        // Begun before it is looked: an answer that is stored in between would be seen by neither.
        let isBegun = mode == .only || begins(exchange)
        if let answer = find(exchange, step) {
          // A command that was metered by its text has its answer from here: it takes nothing.
          try replaceStandIn(.cache)
          return .given(answer, plan)
        }
        if exchange.waitsForForm { return .toConvert(exchange) }
        if mode == .only {
          return .refused(try pipeline.refuse(plan, exchange.cap.map { .runCap($0) } ?? .notCached()), exchange.offer)
        }
        // A call that has its turn waits for nobody while others wait for theirs: who makes the same may be one of them.
        guard isBegun || taken?.standIn.place != nil && Self.areAnyInLine(tools) else { return .underWay(exchange) }
        if let toJudge = exchange.toJudge { return .toJudge(exchange, toJudge) }
        if exchange.isOwed, !call.isOwed {
          call.isOwed = true
          prepared = try pipeline.prepare(call)
          plan = prepared.plan
        }
        // Where the command's own run keeps it, that run has looked.
        exchange.couldAnswer = taken?.standIn.keeping == .runAnew || couldAnswer(question, exchange, tools)
        cached = exchange
      }
    }
    if cached == nil, let cache = options.cache, statedMode(cache) == .only {
      // Nothing is kept for such a call, and no other answer is wanted.
      return .refused(try pipeline.refuse(plan, .notCached(barredBy: options.settings.cacheBar(plan))), nil)
    }
    if try !lanes(plan, tools, beside: taken?.standIn.place).isEmpty { return .queues(cached) }
    if let taken {
      try replaceStandIn(.calls)
      call.earlier = taken.standIn.earlier
      prepared = try pipeline.prepare(call, asked: asked)
    }
    switch try underCaps(try pipeline.admit(prepared), pipeline, used) {
    case .admitted(let held): return .held(held, cached)
    case .refused(let plan): return .refused(plan, cached?.offer)
    }
  }

  /// Whether an answer is kept: whoever asks anew and pays more for it is told of it.
  private func couldAnswer(_ question: CacheQuestion, _ asked: CachedExchange, _ tools: LedgerDesk.Tools) -> Bool {
    let (plan, cache, form) = (asked.plan, asked.cache, asked.form)
    guard asked.mode == .refresh, plan.shape.retryMultiplier != .one else { return false }
    let questions = plan.questions(question)
    for asked in questions { cache.awaitKept(options.settings.cacheKeys(asked, plan), form, all: false) }
    return questions.contains { cache.step(tools, form).couldAnswer($0, plan) }
  }

  /// Begins a call that others may wait for. - Returns: `false` while somebody else makes the same.
  private func begins(_ cached: CachedExchange) -> Bool {
    if cached.mode == .refresh || cached.plan.refusal != nil || cached.flight != nil { return true }
    guard let flights = cached.cache.underWay() else { return true }
    do throws(CacheTrouble) {
      cached.flight = try flights.begin(cached.keys)
      return cached.flight != nil
    } catch { return true }
  }
}
