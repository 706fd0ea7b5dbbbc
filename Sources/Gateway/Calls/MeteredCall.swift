import Configuration
import Guard
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import Providers
import TextFormats
import Upstream

/// One metered call, from its bytes to its settlement.
struct MeteredCall {
  let exchange: Exchange
  let format: WireFormat
  var gateway: Gateway { exchange.gateway }
  /// Read in place: they hold all rules, which would be copied.
  var options: GatewayOptions { _read { yield exchange.rules.options } }

  init(_ exchange: Exchange, _ format: WireFormat) {
    self.exchange = exchange
    self.format = format
  }

  func run() throws(ClientFault) {
    let part = SharedRoom.Part(gateway.room, of: exchange.user)
    defer { withExtendedLifetime(part) {} }
    let sent = try wholeBody(in: part)
    let body: [UInt8]
    do throws(PackedRequest.Unreadable) {
      body = try PackedRequest.unpacked(
        sent, exchange.head.fields, atMost: options.limits.unpackedBodyBytes, in: part)
    } catch {
      return try turnAway(status: error.status, error.message)
    }
    let (stated, request): (ProviderRequest, ProviderRequest)
    do throws(ProviderRequest.Unreadable) {
      stated = try ProviderRequest(
        format, target: exchange.target, body: body, deployments: exchange.route.provider.deployments,
        takesMaximum: exchange.route.provider.takesMaximum,
        needsModel: BuiltInProviders.needsModel(exchange.route.provider, at: exchange.route.origin))
      request = try stated.asking(atMost: exchange.terms.maxOutputTokens)
    } catch {
      return try turnAway(status: 400, error.message, isOutOfRange: error.isMaximumOutOfRange)
    }
    if let fault = StatedMode(exchange.head.fields).fault { return try turnAway(status: 400, fault) }
    if let most = exchange.terms.maxOutputTokens {
      if !stated.fits(most) { return try refuse(stated, most) }
      if request.isUnbounded { return try turnAway(request, whatAsks: "--max-tokens") }
    }
    if request.goesOnAfterReply, exchange.terms.isStrict {
      exchange.noteTurnedAway()
      return try exchange.fail(
        format, .request, status: 403,
        message: "llmguard: what a call takes that goes on after its reply is not known, and --strict refuses it",
        details: [
          "refused": "background",
          "hint": "leave out 'background' (or --strict: then it is charged what is held for it)",
        ])
    }
    let (call, question) = read(request)
    if request.isUnbounded, let limit = limitOfACall(call.operation) { return try turnAway(request, whatAsks: limit) }
    switch try decide(call, question, request) {
    case .answered: return
    case .refused(let plan, let offer):
      noteRefusal(plan, question)
      try refuse(plan, offer ?? lateOffer(plan, question, request.replyForm))
    case .failed(let error) where error.isOverflow:
      // The same would fail again: it is the request that is to blame, and no budget covers it.
      let name = request.maximumName
      return try turnAway(
        status: 400, "\(name.map { "'\($0)'" } ?? "what it asks for") is too large", isOutOfRange: name != nil)
    case .failed(let error):
      let goesOut = exchange.terms.failsOpen && error.isLedgerUnusable
      let (unrecorded, refused) = goesOut ? underCaps(unrecorded: call) : (nil, nil)
      if let plan = refused { return try refuse(plan, nil) }
      exchange.teller(.failed(error, isOpen: goesOut))
      exchange.standing = .unknown(tokens: goesOut ? request.countedInputTokens : nil)
      if !goesOut {
        exchange.noteTurnedAway()
        return try exchange.fail(format, error)
      }
      gateway.tally.note(exchange.joined) { $0.addUnmetered(nil) }
      try send(request, nil, nil, unrecorded: unrecorded)
    case .admitted(let held, let cached):
      exchange.standing = .held(held.call)
      defer { cached?.flight?.end(isAnswered: cached?.isAnswered == true) }
      defer { for ticket in held.takeTickets() { leave(ticket) } }
      gateway.tally.note(exchange.joined) { tally in
        tally.calls += 1
        tally.lastWasRefused = false
      }
      exchange.tell(.admitted(held.call.plan, couldBeAnswered: cached?.couldAnswer == true))
      if let offer = cached?.offer { exchange.tell(.offered(user: exchange.user, offer)) }
      if let delay = held.call.plan.degradation?.delayMs, !stays(forMs: delay) {
        giveBack(held.call, Self.neverSent)
        throw .gone
      }
      try send(request, held, cached)
    }
  }

  /// What a call is to the ledger, and what it asks of the cache. What both read of its words is let go before it waits.
  private func read(_ request: ProviderRequest) -> (CallRequest, CacheQuestion?) {
    var asked = Question()
    asked.add(request.question)
    let question = options.cache == nil ? nil : question(request, asked)
    if let question { asked.read(for: question) }
    return (callRequest(request, asked), question)
  }

  /// Turns a call away that nobody can hold to a maximum.
  private func turnAway(_ request: ProviderRequest, whatAsks: String) throws(ClientFault) {
    let provider = exchange.route.provider
    let who = provider.takesMaximum ? "a compaction" : provider.name
    // What its command holds by its text is for a call that is not made.
    if let taken = takeStandIn() { giveBack(taken, .calls) }
    try turnAway(status: 400, "\(who) takes no maximum of output tokens, which \(whatAsks) asks for")
  }

  /// What an operation says of the most that one call may take, for a person; `nil` where it says nothing.
  private func limitOfACall(_ operation: String) -> String? {
    guard let rules = options.settings.operations[operation],
      rules.maxTokensPerCall != nil || rules.maxCostMicroUSDPerCall != nil
    else { return nil }
    let key = rules.maxTokensPerCall == nil ? "max_cost_per_call" : "max_tokens_per_call"
    return "\(key) of the operation '\(operation)'"
  }

  /// Turns a call away that cannot be read. Scripts throw replies away: whoever runs them is told, too.
  private func turnAway(status: Int, _ why: String, isOutOfRange: Bool = false) throws(ClientFault) {
    exchange.noteTurnedAway()
    exchange.tell(
      HTTPFault(status, why).crowding(of: exchange.user)
        ?? .unreadable(user: exchange.user, provider: exchange.route.provider.name, why: why))
    try failUnread(status: status, why, isOutOfRange: isOutOfRange)
  }

  /// Where only other calls are in the way, the client's own patience is the right one.
  private func failUnread(status: Int, _ why: String, isOutOfRange: Bool = false) throws(ClientFault) {
    try exchange.fail(
      format, status == SharedRoom.none.status ? .crowd : .request, status: status,
      message: "llmguard: this call cannot be metered: \(why); it was not sent",
      details: ["refused": isOutOfRange ? "maximum_out_of_range" : "unreadable"])
  }

  /// Refuses a call whose answers cannot all be asked for within `--max-tokens`.
  private func refuse(_ request: ProviderRequest, _ most: Int64) throws(ClientFault) {
    // What its command holds by its text is for a call that is not made.
    if let taken = takeStandIn() { giveBack(taken, .calls) }
    exchange.noteTurnedAway()
    exchange.tell(.overMaximum(answers: request.answers, most: most))
    try exchange.fail(
      format, .request, status: 400,
      message: "llmguard: \(ProviderRequest.excess(of: request.answers, over: most)); it was not sent",
      details: ["refused": "max_tokens", "hint": "ask for fewer answers, or raise --max-tokens"])
  }

  /// The body of the call. Where it cannot be had, the client is told, and the connection ends.
  private func wholeBody(in part: SharedRoom.Part) throws(ClientFault) -> [UInt8] {
    do throws(ClientFault) {
      return try exchange.client.wholeBody(atMost: options.limits.meteredBodyBytes, in: part)
    } catch {
      guard case .http(let fault) = error else { throw error }
      exchange.writer.cut()
      exchange.noteTurnedAway()
      if let news = fault.crowding(of: exchange.user) {
        exchange.tell(news)
      } else {
        exchange.tell(.unreadable(user: exchange.user, provider: exchange.route.provider.name, why: fault.message))
      }
      try failUnread(status: fault.status, fault.message)
      throw .gone
    }
  }

  private func refuse(_ plan: Plan, _ offer: CacheOffer?) throws(ClientFault) {
    gateway.tally.note(exchange.joined) { tally in
      if let entry = plan.entry { tally.ended(entry) }
      // A judge's call, of the gateway's own or of a run inside this one, was not the run's to ask.
      if exchange.isJudges || plan.request.operation == CallFacts.judgeOperation { return }
      tally.add(.refused)
      tally.refusals += 1
      tally.lastWasRefused = true
    }
    exchange.teller(.refused(plan))
    // The client reads of it in its reply; whoever looks at the run, here.
    if let offer { exchange.tell(.offered(user: exchange.user, offer)) }
    try exchange.refuse(plan, format, offer: offer)
  }

  private func callRequest(_ request: ProviderRequest, _ question: Question) -> CallRequest {
    let identity = exchange.identity
    let operation = exchange.operation(
      endpoint: format.operation, model: request.model,
      instruction: options.settings.rules.contains { $0.instruction != nil }
        ? request.instruction.map {
          String(decoding: $0.utf8.prefix(CallTraits.maximumInstructionBytes), as: UTF8.self)
        } : nil)
    var call = CallRequest(
      user: exchange.user, operation: operation.name,
      model: request.model, maxOutputTokens: request.maxOutputTokens,
      countedInputTokens: request.countedInputTokens, run: identity.run, program: identity.program,
      // An embedding is the same each time: to ask for it again is no other try at a better answer.
      fingerprint: exchange.isJudges || format.answersWithNumbers ? nil : question.fingerprint,
      canChangeModel: !exchange.isJudges,
      canCapTokens: request.canCapTokens && !exchange.isJudges, mayDegrade: identity.mayDegrade)
    call.operationBasis = operation.basis
    call.envelope = exchange.terms.envelope
    call.provider = exchange.route.provider.name
    call.reachableModels = request.reachableModels
    call.answers = request.answers
    call.predictedTokens = request.predictedTokens
    call.serviceTier = request.serviceTier
    // What costs more may be asked for in the head. *Source:* Google Cloud's documentation, "Priority PayGo".
    if format == .gemini, request.serviceTier == .standard,
      let asked = exchange.head.fields["X-Vertex-AI-LLM-Shared-Request-Type"], ServiceTier(said: asked) == .priority
    {
      call.serviceTier = .priority
    }
    call.promptCacheWrite = request.promptCacheWrite
    call.number = gateway.tally.nextNumber()
    return call
  }

  /// Waits, as long as the client does. - Returns: whether it is still there.
  func stays(forMs ms: Int64) -> Bool {
    let end = Clock.monotonicNanoseconds + ms * 1_000_000
    while true {
      if exchange.client.socket.pending == .end { return false }
      let left = (end - Clock.monotonicNanoseconds) / 1_000_000
      if left <= 0 { return true }
      Clock.sleep(ms: min(left, 25))
    }
  }

  // MARK: - Sending

  /// Why a call takes nothing whose client gave up before anything of it left.
  private static let neverSent = "the client left"

  /// Sends the call as it was decided, again where that may help, and passes the reply on.
  ///
  /// - Parameters:
  ///   - held: its hold; `nil` for a call that goes out unmetered.
  ///   - cached: what the cache knows of it; `nil` where its answer is not kept.
  ///   - unrecorded: what was taken under the caps for one that goes out unmetered.
  private func send(
    _ request: ProviderRequest, _ held: HeldExchange?, _ cached: CachedExchange?, unrecorded: Charge? = nil
  ) throws(ClientFault) {
    let shape = held?.call.plan.shape
    let client: UpstreamClient
    do throws(UpstreamError) { client = try gateway.upstream.client() } catch {
      if let held {
        giveBack(held.call, "the provider could not be asked")
        exchange.standing = .givenBack(held.call, wasSent: false)
      }
      giveBack(unrecorded)
      return try exchange.fail(format, error)
    }
    let option = UsageOption(gateway.memory, exchange.route, model: shape?.model ?? request.model)
    let isTold = BuiltInProviders.tellsUsage(exchange.route.provider, at: exchange.route.origin)
    let mayAsk = !request.asksForUsage && !isTold
    var addsUsage = request.streaming != nil && mayAsk && option.mayBeTaken
    var (isNamed, tries) = (false, 0)
    /// Whether the provider may be at work on it.
    var wasSent = false
    while true {
      let (target, body) = request.edited(
        model: shape?.model, maxOutputTokens: shape?.maxOutputTokens, addsUsage: addsUsage)
      let relay = ReplyRelay(exchange, request, held: held, hidesUsage: addsUsage && !request.wantsUsage)
      exchange.offer = cached?.offer
      let sentAtUnixMs = Clock.unixMs
      relay.onHead = { noteLimits($0, held, request, sentAtUnixMs: sentAtUnixMs) }
      if let held, let cached {
        relay.keep(atMost: cached.cache.maximumEntryBytes, ReplyKeeper(self, cached, held.call.plan))
      }
      let (failure, hasLeft) = ask(client, target, body, relay)
      wasSent = wasSent || hasLeft
      if failure == .cancelled, !wasSent {
        if let held { giveBack(held.call, Self.neverSent) }
        giveBack(unrecorded)
        throw .gone
      }
      // Of one that was turned away nobody is at work any more when it goes out again.
      if relay.status != nil { wasSent = false }
      if relay.isSuccess {
        if addsUsage { option.noteTaken() } else if isNamed { option.noteRefused() }
      }
      if !exchange.writer.hasBegun, relay.fault == nil {
        // Some servers that speak the form do not know the option: without it the usage is estimated. What the run has no time left
        // for goes out no more in this way either.
        if addsUsage, let refusal = option.refusal(by: relay), hasTime() {
          (addsUsage, isNamed) = (false, refusal == .named)
          continue
        }
        // What the run has no time left for is not waited for.
        if tries < exchange.terms.retries, let delayMs = Retry.delayMs(relay, failure, tries), hasTime(inMs: delayMs) {
          tries += 1
          if stays(forMs: delayMs), hasTime() { continue }
        }
      }
      if !(relay.status.map { (200..<300).contains($0) } ?? wasSent) { giveBack(unrecorded) }
      if held == nil, relay.status ?? 0 >= 400 { gateway.tally.note(exchange.joined) { $0.declined += 1 } }
      return try relay.finish(failure)
    }
  }

  /// Whether the run's time is not over, some milliseconds from now.
  private func hasTime(inMs ms: Int64 = 0) -> Bool {
    !gateway.runs.isOver(exchange.joined, atMs: Clock.sinceStartMs + ms)
  }

  /// Asks the provider. - Returns: why there is no whole reply, and whether anything of the call may have left; where libcurl cannot
  /// tell, it has.
  private func ask(
    _ client: UpstreamClient, _ target: String, _ body: [UInt8], _ relay: ReplyRelay
  ) -> (failure: UpstreamError?, hasLeft: Bool) {
    var hasLeft = false
    var fields = exchange.forwardedFields(leavingOut: ["content-encoding"])
    fields.append(("Accept-Encoding", Array("identity".utf8)))
    var request = UpstreamRequest(
      method: exchange.head.method, url: exchange.route.origin + target, fields: fields, body: .bytes(body))
    request.idleTimeoutSeconds = exchange.route.provider.idleTimeoutSeconds
    // As its client would have asked the provider itself.
    request.mayAskFirst = exchange.head.expectsContinue
    // It may have been unpacked, or lowered.
    let trailers = exchange.forwardedTrailers(isEdited: true)
    if trailers.count > 0 { request.put(trailers, behind: body) }
    do throws(UpstreamError) {
      relay.trailerLines = try client.send(
        request, for: exchange.client.socket,
        mayLeave: {
          hasLeft = true
          return true
        }, onSent: { relay.makeSafe() }, onHead: { relay.take(head: $0) }, onBody: { relay.take(body: $0) })
      return (nil, hasLeft)
    } catch { return (relay.unsound ?? error, hasLeft) }
  }

  /// What a provider says of its limits holds for everybody, in every process, as soon as its reply begins.
  func noteLimits(
    _ head: HTTPResponseHead, _ held: HeldExchange?, _ request: ProviderRequest, sentAtUnixMs: Int64
  ) {
    let (now, plan) = (Clock.unixMs, held?.call.plan)
    let tokens = plan?.shape.charge.tokens ?? request.countedInputTokens
    let limits = RateLimits(head.fields, nowUnixMs: now)
    let rests = limits.rests(tokens: tokens)
    // A call before which nothing was remembered corrects nothing.
    let corrections = exchange.sawHolds ? limits.corrections(tokens: tokens) : []
    var until: Int64?
    if Retry.asksToWait(head.status), Retry.speaksForAll(head.fields),
      let ms = Retry.afterMs(head.fields, nowUnixMs: now), ms > 0
    {
      until = now + min(ms, Retry.longestPauseMs)
    }
    if rests.isEmpty, corrections.isEmpty, until == nil { return }
    let said = SaidRests(rests, corrections: corrections, sentAtUnixMs: sentAtUnixMs, tickets: held?.places ?? [])
    let lane = Guard.lane(
      ofModel: plan?.shape.model ?? request.model, at: exchange.route.provider.name, exchange.account)
    gateway.desk.post(
      { [until] tools in
        if let until { try? tools.ledger.pause(lane: lane, untilUnixMs: until, nowUnixMs: now) }
        let isNews = !said.rests.isEmpty || (try? tools.ledger.pausedLanes(nowUnixMs: now).contains(lane)) ?? false
        if isNews { try? tools.ledger.remember(said, lane: lane, nowUnixMs: now) }
      }, lost: { _ in })
    gateway.desk.flushSoon()
  }
}
