import Guard
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import Providers

/// Answers from the cache, in place of the provider's.
extension MeteredCall {
  /// What the cache may do for this call, as the request, its run or the gateway says. What the administrator has locked is
  /// not the client's to say.
  func statedMode(_ cache: GatewayCache) -> CacheMode? {
    let stated = StatedMode(exchange.head.fields).mode
    let isLocked = stated == .similar && !exchange.rules.allowsSimilar
    return (isLocked ? nil : stated) ?? exchange.terms.cacheMode ?? cache.mode
  }

  /// What a call asks for. The host and the fields that change what is answered must be equal, too.
  ///
  /// - Parameter known: what was read of it already.
  func question(_ request: ProviderRequest, _ known: Question) -> CacheQuestion? {
    var surroundings = CacheQuestion.Surroundings()
    surroundings.add(exchange.route.origin)
    surroundings.add(request.targetOfAnyForm)
    AskingFields.add(exchange.head.fields, to: &surroundings, isStream: request.streaming == .events)
    // A completion goes on with its prompt to the last blank.
    let isWorded = !format.answersWithNumbers && format != .openAICompletions && !exchange.isJudges
    return HTTPQuestion.question(
      of: request.json, surroundings: surroundings, isWorded: isWorded,
      inAnyForm: true, known: known)
  }

  /// Looks for an answer to a call, at the desk, and records it as given. What is wrong with the ledger is told by the step
  /// that holds the charge.
  func find(_ cached: CachedExchange, _ step: CacheStep) -> CachedAnswer? {
    holdToCaps(cached, step)
    step.inForm = { cached.reply($0) }
    if cached.mode != .refresh {
      let all = step.looksFurther(cached.plan, mode: cached.mode)
      cached.cache.awaitKept(cached.keys, cached.form, all: all)
      for lowered in cached.lowered where !all {
        cached.cache.awaitKept(step.keys(lowered, cached.plan), cached.form, all: false)
      }
    }
    defer {
      cached.barred = step.barred
      // What was answered before would be given for nothing, could it be read.
      if cached.mode != .refresh, step.hasMissed, cached.plan.attempt ?? 1 > 1 { cached.isOwed = true }
    }
    do throws(GuardError) {
      if let answer = try findAsked(cached, step) { return answer }
      // What went out in its place before is no worse than what would go out in its place now, and is free.
      for lowered in cached.lowered where !cached.waitsForForm {
        let found = try step.find(lowered, cached.plan, mode: cached.mode)
        if case .given(let answer) = found { return answer }
        if cached.offer == nil, exchange.rules.allowsSimilar { cached.offer = found.offer }
      }
    } catch {}
    return nil
  }

  /// Has what an answer is charged taken under the caps of its runs before it is recorded: answers that come together must not
  /// all get the last of them. They are none of the run's calls.
  private func holdToCaps(_ cached: CachedExchange, _ step: CacheStep) {
    step.takes = { charge in
      cached.cap = gateway.runs.take(charge, exchange.joined, isExtra: true, nowMs: Clock.sinceStartMs)
      if cached.cap == nil { exchange.takenForAnswer = charge }
      return cached.cap == nil
    }
    step.givesBack = { _ in giveBackTaken() }
  }

  /// Gives back what was taken under the caps for an answer that is not given after all.
  func giveBackTaken() {
    guard let charge = exchange.takenForAnswer else { return }
    exchange.takenForAnswer = nil
    gateway.runs.settle(exchange.joined, charge, nil, isExtra: true)
  }

  /// The same, to what is asked for.
  private func findAsked(_ cached: CachedExchange, _ step: CacheStep) throws(GuardError) -> CachedAnswer? {
    cached.toJudge = nil
    switch try step.find(
      cached.question, cached.plan, mode: cached.mode, keys: cached.keys, said: cached.said)
    {
    case .given(let answer): return answer
    case .none(let offer):
      // What could not be had is not offered.
      cached.offer = exchange.rules.allowsSimilar ? offer : nil
      return nil
    case .judge(let toJudge):
      // Nothing may wait here: it is asked away from the desk.
      cached.toJudge = toJudge
      cached.offer = exchange.rules.allowsSimilar ? toJudge.offer : nil
      return nil
    }
  }

  /// Notes that a call was refused that nothing had answered, for whoever asks why.
  func noteRefusal(_ plan: Plan, _ question: CacheQuestion?) {
    guard let question, let cache = options.cache else { return }
    if options.settings.cacheMode(plan, stated: statedMode(cache)) == .off { return }
    cache.note(CacheHit(refused: options.settings.cacheKeys(question, plan), nowUnixMs: Clock.unixMs))
  }

  /// What is named to a call that was refused after it had been looked for: by a cap of its run, in the line, or one that
  /// wanted no stored answer.
  func lateOffer(_ plan: Plan, _ question: CacheQuestion?, _ form: ReplyForm) -> CacheOffer? {
    guard let question, let cache = options.cache else { return nil }
    let stated = statedMode(cache)
    switch plan.refusal {
    case .runCap, .queue: break
    default: if stated != .refresh { return nil }
    }
    let found = work { tools throws(GuardError) in
      let step = cache.step(tools, form)
      let mode = stated == .off ? .off : step.mode(plan, stated: stated)
      return plan.questions(question).lazy.compactMap { step.offer($0, refused: plan, mode: mode) }.first
    }
    guard case .success((let offer?, _)) = found else { return nil }
    return exchange.rules.allowsSimilar || offer.tier != .similar ? offer : nil
  }

  /// Gives a stored answer that was recorded as given.
  func give(_ answer: CachedAnswer, _ plan: Plan, _ stamp: LedgerDesk.Stamp) throws(ClientFault) {
    exchange.standing = .planned(plan)
    // An answer that takes nothing need not wait for the disk: what a power cut forgets of it was free.
    if answer.charge.tokens != 0 || answer.charge.costMicroUSD ?? 0 != 0 {
      do throws(LedgerError) { try gateway.desk.waitUntilSafe(stamp) } catch {
        return try exchange.fail(format, .ledger(error))
      }
    }
    gateway.tally.note(exchange.joined) { tally in
      tally.cached += 1
      tally.savedTokens &+= answer.saved.tokens
      tally.chargeTokens &+= answer.charge.tokens
      tally.add(.cached(charge: answer.charge, saved: answer.saved))
      tally.lastWasRefused = false
      tally.ended(answer.entry)
    }
    if answer.charge.tokens > 0 { gateway.runs.settle(exchange.joined, answer.charge, answer.charge, isExtra: true) }
    exchange.tell(.cached(answer, plan))
    try replay(answer, plan)
  }

  /// Gives a stored reply: its status, its fields, and its bytes in the form that is asked for.
  private func replay(_ answer: CachedAnswer, _ plan: Plan) throws(ClientFault) {
    guard case .http(let status, let contentType) = answer.reply.form else {
      throw .http(HTTPFault(500, "a stored reply has no status"))
    }
    var head = HTTPResponseHead(Int(status))
    head.fields.append("Content-Type", contentType)
    head.fields.append(all: ReplayedFields.given(answer.reply.fields, ageMs: answer.ageMs))
    head.fields.append(
      "x-llmguard-cache",
      "\(answer.finding.tier.rawValue); age=\(answer.ageMs / 1000)" + (answer.isJudged ? "; judged" : ""))
    head.fields.append("x-llmguard-cache-entry", answer.name)
    // It may be the answer that a cheaper model gave in its place.
    if let model = answer.finding.entry.model, model != plan.request.model {
      head.fields.append("x-llmguard-model", model)
    }
    if answer.finding.tier != .exact {
      head.fields.append("x-llmguard-cache-request", FieldText.short(answer.finding.entry.instruction))
    }
    head.fields.append(all: exchange.headers(plan, plan.states).cached(answer.charge))
    let body = answer.reply.body
    let type = MediaType(contentType)
    if type.isEventStream || type.isLines {
      try exchange.writer.begin(head, length: nil)
      try exchange.writer.write(body)
      try exchange.writer.end()
    } else {
      try exchange.writer.begin(head, length: Int64(body.count), with: body)
    }
  }

  /// How many calls somebody waits for who asks for the same. One that leaves no answer is made once more for all who wait,
  /// for its client may have left, or chance was against it; behind a second one each goes by itself, and not one after the
  /// other.
  private static let mostAwaited = 2

  /// Whether anybody waits for a turn, as far as that can be told.
  static func areAnyInLine(_ tools: LedgerDesk.Tools) -> Bool {
    guard let tickets = try? tools.ledger.tickets(nowUnixMs: Clock.unixMs) else { return true }
    return tickets.contains { $0.startedAtUnixMs == nil }
  }

  /// Waits while the same call is under way elsewhere.
  ///
  /// - Parameter hasTurn: whether it has a turn that others may want: it goes on as soon as somebody waits for one, who might be who
  ///   makes the same.
  /// - Returns: whether its answer has been given to this client, too.
  func waitForTheSame(_ cached: CachedExchange, hasTurn: Bool) throws(ClientFault) -> Bool {
    guard let flights = cached.cache.underWay() else { return false }
    let keys = cached.keys
    let startNs = Clock.monotonicNanoseconds
    var pauseMs: Int64 = 2
    var awaited: Set<Int64> = []
    while true {
      do throws(CacheTrouble) { cached.flight = try flights.begin(keys) } catch { return false }
      if cached.flight == nil, let turn = flights.turn(keys), awaited.insert(turn).inserted {
        flights.noteWaiter(keys, for: turn)
      }
      if cached.flight != nil || awaited.count > Self.mostAwaited {
        // Whoever had it before may have kept its answer since this call last looked.
        func look() -> Result<(CachedAnswer?, LedgerDesk.Stamp), GuardError> {
          work { tools throws(GuardError) in find(cached, cached.cache.step(tools, cached.form)) }
        }
        var found = look()
        if cached.convert() { found = look() }
        if case .failure = found { giveBackTaken() }
        guard case .success((let answer?, let stamp)) = found else {
          // Those who go out at once would be each other's retries, though nobody has had an answer yet.
          if cached.flight == nil, awaited.contains(where: flights.hasFailed) { cached.isOwed = true }
          return false
        }
        if let taken = takeStandIn() { giveBack(taken, .cache) }
        try give(answer, cached.plan, stamp)
        return true
      }
      if (Clock.monotonicNanoseconds - startNs) / 1_000_000 >= exchange.terms.waitMs { return false }
      if hasTurn {
        let looked = work { tools throws(GuardError) in Self.areAnyInLine(tools) }
        guard case .success((false, _)) = looked else { return false }
      }
      cached.cache.hurry(keys)
      if !stays(forMs: pauseMs) { throw .gone }
      pauseMs = min(pauseMs * 2, 50)
    }
  }
}

/// Keeps the answer to a call that goes out, for whoever asks for the same.
struct ReplyKeeper {
  private let call: MeteredCall
  private let cached: CachedExchange
  private let plan: Plan

  init(_ call: MeteredCall, _ cached: CachedExchange, _ plan: Plan) {
    (self.call, self.cached, self.plan) = (call, cached, plan)
  }

  /// An answer came, which may be one that is not kept: whoever asks again asks for another.
  func noteAnswer() { cached.isAnswered = true }

  /// Keeps a reply that came whole. What there is to do with it is left to the thread that writes it: its client waits.
  func keep(_ head: HTTPResponseHead, _ body: [UInt8], _ usage: TokenUsage, _ costMicroUSD: Int64?) {
    let (gateway, rules, plan, mode, now) = (call.gateway, call.exchange.rules, plan, cached.mode, Clock.unixMs)
    // What was answered is what was sent: a cheaper model's answer is not the one that was asked for.
    let lowered = plan.lowered(cached.question).first
    let mark = cached.form.mark
    var keys = lowered.map { rules.options.settings.cacheKeys($0, plan) } ?? cached.keys
    // What stands there is the answer in another form, which whoever asks in that one gets as it came.
    if cached.barred.contains(keys) { keys = keys.inForm(mark) }
    let statesMaximum = plan.request.maxOutputTokens != nil
    if cached.isKeptElsewhere {
      // Its command only prints what it says: whether that is all, nobody else can tell.
      if !RepeatableReply.holds(body, statesMaximum: statesMaximum) {
        gateway.tally.note(call.exchange.joined) { $0.partial += 1 }
      }
      return
    }
    // The others go on waiting until it is there.
    cached.cache.keep(keys, bytes: body.count, cached.flight) {
      guard RepeatableReply.holds(body, statesMaximum: statesMaximum) else { return nil }
      let type = head.fields["Content-Type"] ?? "application/json"
      let reply = CachedReply(
        form: .http(status: Int64(head.status), contentType: type), fields: ReplayedFields.kept(head, askedAs: mark),
        body: body)
      return rules.options.settings.keeping(
        reply, keys, plan, usage: usage, costMicroUSD: costMicroUSD, mode: mode, nowUnixMs: now)
    }
    cached.flight = nil
  }
}
