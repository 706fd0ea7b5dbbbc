import Guard
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import Providers

/// Asking a judge whether a similar answer will do.
///
/// It is asked as any client asks: a call of the operation `cache-judge`, over a connection inside this process, from which
/// the gateway's whole pipeline takes it to the provider of the client's own request, with its credentials. Only the model and
/// the question are others. It waits for no turn, is never judged itself, and what fails is a no. One that is cut short before
/// it says yes or no is left alone for an hour, and that is told.
extension MeteredCall {
  /// The most bytes of a judge's reply.
  private static let mostReplyBytes = 1 << 18
  /// How long the judge may take to notice that nobody waits any more.
  private static let stepMs: Int64 = 25

  /// What a judge says; its verdict is kept. `nil` where it gave no clear answer, or was not asked.
  func ask(
    _ toJudge: JudgeCase, _ cached: CachedExchange, _ request: ProviderRequest
  ) throws(ClientFault) -> Bool? {
    let now = Clock.sinceStartMs
    let whose = "\(exchange.user) \(exchange.account.text)"
    guard !gateway.memory.judgeRests(toJudge.model, at: exchange.route, for: whose, nowMs: now),
      hasRoom(for: toJudge, cached.plan, now),
      let (target, body) = request.asking(
        JudgePrompt.text(toJudge.asked, toJudge.stored), of: toJudge.model, maxOutputTokens: JudgePrompt.maxOutputTokens
      )
    else { return nil }
    let reply = try answer(target, body)
    guard let reply else {
      // It hangs, or is not there: not every call is to wait for that.
      gateway.memory.restJudge(toJudge.model, at: exchange.route, nowMs: Clock.sinceStartMs)
      return nil
    }
    // What llmguard refused may be let through the next moment; a provider that has no such model will not have it then. To another
    // one's key, or with other fields of the head, it may answer otherwise.
    if [400, 401, 403, 404, 405, 422].contains(reply.status) {
      gateway.memory.restJudge(toJudge.model, at: exchange.route, for: whose, nowMs: now)
    }
    if reply.status != 200 { return nil }
    guard let isSame = AnswerText.text(of: reply.body, format).flatMap(JudgePrompt.verdict) else {
      // It would take as much the next time, and say no more. What it said whole is kept as an answer, for the same pair.
      if !RepeatableReply.holds(reply.body, statesMaximum: false) {
        gateway.memory.restJudge(
          toJudge.model, at: exchange.route, nowMs: now, forMs: GatewayMemory.unclearRestMs)
        exchange.tell(.judgeUnclear(model: toJudge.model))
      }
      return nil
    }
    cached.cache.keep(
      .judged(toJudge.asked, toJudge.stored, isSame: isSame, by: toJudge.model, atUnixMs: Clock.unixMs))
    return isSame
  }

  /// Whether the run's caps have room for the judge beside the call itself.
  private func hasRoom(for toJudge: JudgeCase, _ plan: Plan, _ nowMs: Int64) -> Bool {
    let (own, judges) = (plan.shape.charge, toJudge.charge)
    guard let tokens = try? Amount.sum(own.tokens, judges.tokens) else { return false }
    let cost = own.costMicroUSD.flatMap { own in judges.costMicroUSD.flatMap { try? Amount.sum(own, $0) } }
    return gateway.runs.hasRoom(
      for: Charge(tokens: tokens, costMicroUSD: cost), exchange.joined, nowMs: nowMs)
  }

  private struct Reply {
    let status: Int
    let body: [UInt8]
  }

  /// Sends a call of the gateway's own, and waits for its reply as long as the client stays, and not for too long.
  private func answer(_ target: String, _ body: [UInt8]) throws(ClientFault) -> Reply? {
    guard let (mine, its) = try? Socket.pair() else { return nil }
    let limitMs = options.limits.judgeMs
    mine.setTimeouts(readMs: Self.stepMs, writeMs: limitMs)
    let hasEnded = Locked(false)
    var identity = exchange.identity
    identity.user = exchange.user
    identity.mayNameUser = false
    identity.operation = CacheStep.judgeOperation
    identity.mayDegrade = false
    let asking = Asking(
      gateway: gateway, rules: exchange.rules, socket: its, route: exchange.route, prefix: exchange.prefix,
      target: target, identity: identity, joined: exchange.joined, terms: exchange.terms.ofJudge, format: format)
    do throws(PosixError) {
      try Thread.start {
        asking.perform()
        its.close()
        hasEnded.use { $0 = true }
      }
    } catch {
      mine.close()
      its.close()
      return nil
    }
    defer {
      // To whoever asks on the other side this is a client that leaves.
      mine.shutdown()
      hasEnded.wait(until: { $0 }) { _ in }
      mine.close()
    }
    return try exchange(head(target, body.count) + body, over: mine, forMs: limitMs)
  }

  /// Fields that are about the client's own request, and not about who sends it.
  private static let ownFields = [
    "content-type", "content-encoding", "accept", "idempotency-key", "range", "if-match", "if-none-match", "prefer",
  ]

  private func head(_ target: String, _ count: Int) -> [UInt8] {
    var bytes = Array("POST \(exchange.prefix + target) HTTP/1.1\r\nHost: localhost\r\n".utf8)
    for field in exchange.forwardedFields(leavingOut: Self.ownFields) {
      bytes += Array("\(field.name): ".utf8) + field.value + Array("\r\n".utf8)
    }
    return bytes + Array("Content-Type: application/json\r\nContent-Length: \(count)\r\n\r\n".utf8)
  }

  /// Writes a request and reads the reply to it; `nil` where none came.
  private func exchange(
    _ request: [UInt8], over socket: Socket, forMs limitMs: Int64
  ) throws(ClientFault) -> Reply? {
    let end = Clock.monotonicNanoseconds + limitMs * 1_000_000
    do throws(PosixError) { try socket.writeAll(request) } catch { return nil }
    var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 16_384))
    while bytes.count <= Self.mostReplyBytes {
      do throws(PosixError) {
        var count: Int?
        var failure: PosixError?
        buffer.withUnsafeMutableBytes { buffer in
          do throws(PosixError) { count = try socket.read(into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        guard let count, count > 0 else { return nil }
        bytes += buffer[..<count]
        if let reply = Self.reply(bytes) { return reply }
      } catch { if !error.isTimeout { return nil } }
      if exchange.client.socket.pending == .end { throw .gone }
      if Clock.monotonicNanoseconds >= end { return nil }
    }
    return nil
  }

  /// A reply that has come whole; `nil` for any other.
  private static func reply(_ bytes: [UInt8]) -> Reply? {
    guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound,
      let head = try? HTTPResponseHead(reading: Array(bytes[..<end])),
      let framing = try? head.framing(requestMethod: "POST"), var reader = try? HTTPResponseBody(framing)
    else { return nil }
    reader.append(bytes[end...])
    var body: [UInt8] = []
    while let event = (try? reader.next()) ?? nil {
      switch event {
      case .bytes(let more): body += more
      case .end: return Reply(status: head.status, body: body)
      }
    }
    return nil
  }
}

/// The other side of a question to a judge: what a connection's thread does with a request.
private struct Asking: Sendable {
  let gateway: Gateway
  let rules: GatewayRules
  let socket: Socket
  let route: RouteTable.Route
  let prefix: String
  let target: String
  let identity: GatewayIdentity
  let joined: String?
  let terms: CallTerms
  let format: WireFormat

  func perform() {
    let client = ClientConnection(socket, limits: gateway.options.limits)
    guard let head = try? client.nextHead(begun: { _ in true }) else { return }
    let exchange = Exchange(
      gateway: gateway, rules: rules, client: client, head: head, route: route, prefix: prefix, target: target,
      writer: ReplyWriter(client, head), identity: identity, joined: joined, terms: terms, isJudges: true)
    try? MeteredCall(exchange, format).run()
  }
}

extension CallTerms {
  /// What holds for a question to a judge: it waits for no turn, is sent once, and not at all where it cannot be metered.
  var ofJudge: CallTerms {
    var terms = self
    (terms.waitMs, terms.retries, terms.failsOpen, terms.cacheMode) = (0, 0, false, .auto)
    terms.maxOutputTokens = nil
    return terms
  }
}

extension GatewayMemory {
  /// How long a judge is left alone that a provider did not take.
  static let restMs: Int64 = 60_000
  /// How long one is that has no room to answer. It is paid for each time, and stays as it is until the rules change.
  static let unclearRestMs: Int64 = 3_600_000

  /// Whether a provider did not take a judge's model a moment ago, from anybody or from whoever asks.
  func judgeRests(_ model: String, at route: RouteTable.Route, for whose: String, nowMs: Int64) -> Bool {
    resting.use { resting in
      [nil, whose].contains { (resting[key(model, route, $0)] ?? 0) > nowMs }
    }
  }

  /// Leaves a judge alone for a while.
  ///
  /// - Parameter whose: who leaves it alone; `nil` for all.
  func restJudge(
    _ model: String, at route: RouteTable.Route, for whose: String? = nil, nowMs: Int64,
    forMs ms: Int64 = GatewayMemory.restMs
  ) {
    resting.use { resting in
      if resting.count >= Self.mostResting { resting = resting.filter { $0.value > nowMs } }
      resting[key(model, route, whose)] = nowMs + ms
    }
  }

  /// Beyond so many those are forgotten that rest no more.
  private static let mostResting = 256

  /// Asks all judges again: the rules may name others, or give them more room.
  func wakeJudges() { resting.use { $0 = [:] } }

  private func key(_ model: String, _ route: RouteTable.Route, _ whose: String?) -> String {
    "\(route.origin) \(model)" + (whose.map { " \($0)" } ?? "")
  }
}
