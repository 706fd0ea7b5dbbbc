import Guard
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import Providers

/// Answers from the cache, in place of the provider's.
extension MeteredCall {
  /// What the cache did with a call.
  enum Caching {
    /// It goes out; its answer may be kept.
    case goesOut(CachedExchange?)
    /// It has been answered.
    case answered
    /// Only a stored answer would have done, and there is none.
    case refused(Plan, CacheOffer?)
  }

  /// Looks for an answer to a call, and gives it. Of several identical calls one goes out, and the others wait for it, as
  /// long as their clients do.
  func answerFromCache(_ request: ProviderRequest, _ call: CallRequest) throws(ClientFault) -> Caching {
    guard let cache = options.cache, let question = question(request.target, request.body) else { return .goesOut(nil) }
    let stated = exchange.head.fields["x-llmguard-cache"].flatMap(CacheMode.init) ?? cache.mode
    let entered = work { tools throws(GuardError) -> CachedExchange? in
      let plan = try tools.pipeline.plan(call)
      let mode = cache.step(tools).mode(plan, stated: stated)
      return mode == .off ? nil : CachedExchange(cache, question, plan, mode)
    }
    // What is wrong with the ledger is told by the step that holds the charge.
    guard case .success((let cached?, _)) = entered else { return .goesOut(nil) }
    if try give(cached) { return .answered }
    if cached.mode == .only {
      let refused = work { tools throws(GuardError) in try tools.pipeline.refuse(cached.plan, .notCached) }
      if case .success((let plan, _)) = refused { return .refused(plan, cached.offer) }
      return .goesOut(nil)
    }
    if cached.mode != .refresh, cached.plan.refusal == nil, try waitForTheSame(cached) { return .answered }
    return .goesOut(cached)
  }

  /// What a call asks for. The host and the fields that change what is answered must be equal, too.
  func question(_ target: String, _ body: [UInt8]) -> CacheQuestion? {
    var surroundings = CacheQuestion.Surroundings()
    surroundings.add(exchange.route.origin)
    surroundings.add(target)
    for name in ["anthropic-version", "anthropic-beta", "openai-organization", "openai-project", "openai-beta"] {
      surroundings.add(exchange.head.fields[name])
    }
    return HTTPQuestion.question(body: body, surroundings: surroundings, isWorded: !format.answersWithNumbers)
  }

  /// Gives a stored answer, where there is one.
  private func give(_ cached: CachedExchange) throws(ClientFault) -> Bool {
    let found = work { tools throws(GuardError) in
      try cached.cache.step(tools).find(cached.question, cached.plan, mode: cached.mode)
    }
    guard case .success((let found, let stamp)) = found else { return false }
    switch found {
    case .none(let offer):
      cached.offer = offer
      return false
    case .given(let answer):
      // A command that was metered by its text has its answer from here: it takes nothing.
      if let standIn = gateway.takeStandIn() { giveBack(standIn, "the cache answered its call", countsForRun: false) }
      do throws(LedgerError) { try gateway.desk.waitUntilSafe(stamp) } catch {
        try exchange.fail(format, .ledger(error))
        return true
      }
      gateway.tally.note { tally in
        tally.cached += 1
        tally.savedTokens &+= answer.saved.tokens
        tally.lastWasRefused = false
      }
      options.tell(.cached(answer, cached.plan))
      try replay(answer, cached.plan)
      return true
    }
  }

  /// Gives a stored reply as it was given: its status, its form and its bytes.
  private func replay(_ answer: CachedAnswer, _ plan: Plan) throws(ClientFault) {
    guard case .http(let status, let contentType) = answer.finding.reply.form else {
      throw .http(HTTPFault(500, "a stored reply has no status"))
    }
    var head = HTTPResponseHead(Int(status))
    head.fields.append("Content-Type", contentType)
    head.fields.append(
      "x-llmguard-cache", "\(answer.finding.tier.rawValue); age=\(answer.ageMs / 1000)")
    head.fields.append(
      all: GatewayHeaders(plan: plan, states: plan.states, nowUnixMs: Clock.unixMs).cached(answer.charge))
    let body = answer.finding.reply.body
    if contentType.lowercased().contains("event-stream") || contentType.lowercased().contains("ndjson") {
      try exchange.writer.begin(head, length: nil)
      try exchange.writer.write(body)
      try exchange.writer.end()
    } else {
      try exchange.writer.begin(head, length: Int64(body.count), with: body)
    }
  }

  /// Waits while the same call is under way elsewhere.
  ///
  /// - Returns: whether its answer has been given to this client, too.
  private func waitForTheSame(_ cached: CachedExchange) throws(ClientFault) -> Bool {
    let keys: CacheKeys
    switch work({ tools throws(GuardError) in cached.cache.step(tools).keys(cached.question, cached.plan) }) {
    case .success((let made, _)): keys = made
    case .failure: return false
    }
    // Locks of one open file do not exclude each other: each call has its own.
    let flights: CacheFlights
    do throws(CacheTrouble) { flights = try CacheFlights(cache: cached.cache.path) } catch { return false }
    let startNs = Clock.monotonicNanoseconds
    var pauseMs: Int64 = 2
    var isFirst = true
    while true {
      var flight: CacheFlights.Flight?
      do throws(CacheTrouble) { flight = try flights.begin(keys) } catch { return false }
      if let flight {
        if !isFirst, try give(cached) { return true }
        cached.flight = flight
        return false
      }
      isFirst = false
      if (Clock.monotonicNanoseconds - startNs) / 1_000_000 >= options.waitMs { return false }
      if !stays(forMs: pauseMs) { throw .gone }
      pauseMs = min(pauseMs * 2, 50)
    }
  }

  /// Keeps a reply that was passed on whole.
  func store(
    _ reply: CachedReply, _ cached: CachedExchange, _ plan: Plan, _ usage: TokenUsage, _ costMicroUSD: Int64?
  ) {
    let shape = plan.shape
    let isChanged = shape.model != plan.request.model || shape.maxOutputTokens != plan.request.maxOutputTokens
    // What was answered is what was sent: a cheaper model's answer is not the one that was asked for.
    guard !isChanged else { return }
    gateway.desk.post(
      { tools in
        cached.cache.step(tools).store(
          reply, cached.question, plan, usage: usage, costMicroUSD: costMicroUSD, mode: cached.mode)
        cached.flight?.end()
      }, lost: { _ in })
    gateway.desk.flush()
  }
}
