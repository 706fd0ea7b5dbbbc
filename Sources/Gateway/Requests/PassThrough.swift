import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix
import Providers
import TextFormats
import Upstream

/// A request that is no metered call: it goes to the provider and back as it is, in constant memory. Its reply says how its user
/// stands, as any call's does.
struct PassThrough {
  private let exchange: Exchange

  init(_ exchange: Exchange) { self.exchange = exchange }

  func run() throws(ClientFault) {
    if isFree {
      exchange.standing = .free(gateway.looks.begin(exchange.user, at: gateway.desk))
      return try send(PlainRelay(exchange, nil), isCall: nil, isRecorded: false)
    }
    // The relay alone has what was read: it lets go of it when that is sent.
    let (relay, isCall) = try read()
    switch try decide(isCall: isCall) {
    case .refused: return
    case .mayLeave: try send(relay, isCall: isCall, isRecorded: true)
    case .mayLeaveUnrecorded: try send(relay, isCall: isCall, isRecorded: false)
    }
  }

  /// Reads of a request what tells whether it is a call.
  private func read() throws(ClientFault) -> (relay: PlainRelay, isCall: Bool) {
    let body = try UnknownBody(
      exchange.client, exchange.head, path: path, limits: gateway.options.limits, room: gateway.room)
    return (PlainRelay(exchange, body), body.isCall)
  }

  /// Sends a request on, and its reply back.
  ///
  /// - Parameters:
  ///   - isCall: whether it is plainly a call; `nil` for one that is free.
  ///   - isRecorded: whether the ledger is to be asked.
  private func send(_ relay: PlainRelay, isCall: Bool?, isRecorded: Bool) throws(ClientFault) {
    relay.isTaken = isCall == true
    // What did not leave took nothing, which holds before the client is told.
    func giveBackUnsent() { if !relay.hasLeft { relay.giveBack() } }
    defer { giveBackUnsent() }
    let client: UpstreamClient
    do throws(UpstreamError) { client = try gateway.upstream.client() } catch {
      giveBackUnsent()
      return try exchange.fail(nil, error)
    }
    let awaited = gateway.background.awaited(method: exchange.head.method, path: path, exchange.route)
    if awaited != nil { relay.reader = ReplyReader(streaming: nil) }
    let request = try request(relay, isRead: awaited != nil)
    let trailers: [UInt8]
    do throws(UpstreamError) {
      trailers = try client.send(
        request, for: exchange.client.socket,
        mayLeave: {
          relay.unrecorded = leave(isCall: isCall, isRecorded: isRecorded)
          relay.hasLeft = relay.unrecorded == nil
          relay.isCounted = relay.hasLeft && isCall != nil
          return relay.hasLeft
        }, onHead: { relay.take(head: $0) }, onBody: { relay.take(body: $0) })
    } catch {
      giveBackUnsent()
      if let error = relay.unrecorded {
        exchange.noteTurnedAway()
        return try exchange.fail(nil, error)
      }
      if let fault = relay.fault { throw fault }
      if let unsound = relay.unsound { return try exchange.fail(nil, unsound) }
      if error == .cancelled { throw .gone }
      if exchange.writer.hasBegun { return exchange.writer.cut() }
      return try exchange.fail(nil, error)
    }
    // It stands in the line before the last byte leaves: what is asked next is decided after it.
    let (method, status) = (exchange.head.method, relay.head?.status ?? 0)
    if let awaited, ResponsePath.deletedID(method: method, path: path) != nil {
      if (200..<300).contains(status) { gateway.background.noteDeleted(awaited, exchange.route, gateway) }
    } else if let awaited, let reply = relay.reader?.finish().reply {
      let isDeferred = ResponsePath.deferredID(method: method, path: path) != nil
      gateway.background.settle(awaited, exchange.route, reply, isDeferred: isDeferred, gateway)
    }
    try exchange.writer.end(trailers: exchange.passedTrailers(trailers, of: relay.head))
  }

  private var path: Substring { HTTPRequestHead.path(of: exchange.target) }
  private var kind: String { RouteKind.name(path: path) }
  private var isFree: Bool { exchange.head.takenMethods.allSatisfy { FreeRoutes.contain(method: $0, path: path) } }

  /// What becomes of a request.
  private enum Decision {
    /// It was answered.
    case refused
    case mayLeave
    /// The ledger cannot be used, and it may leave all the same.
    case mayLeaveUnrecorded
  }

  /// Answers a request that nobody can meter where it may not go out.
  private func decide(isCall: Bool) throws(ClientFault) -> Decision {
    let isStrict = exchange.terms.isStrict
    guard isStrict || isCall else { return .mayLeave }
    let cap = isStrict ? nil : gateway.runs.takeUnmetered(exchange.joined, nowMs: Clock.sinceStartMs)
    let (whose, wantsCached) = (whose, wantsCached)
    let asked = ask { pipeline throws(GuardError) -> (reason: ShutReason?, opensAtUnixMs: Int64?, entry: Int64)? in
      if isStrict { return (nil, nil, try pipeline.refuse(whose)) }
      if let cap { return (.run(cap), nil, try pipeline.refuse(whose, policy: ShutReason.run(cap).policy)) }
      guard let (reason, opens) = try pipeline.whatShuts(whose, wantsCached: wantsCached) else { return nil }
      return (reason, opens, try pipeline.refuse(whose, policy: reason.policy))
    }
    func giveBack() { if !isStrict, cap == nil { gateway.runs.returnUnmetered(exchange.joined) } }
    switch asked {
    case .success(nil): return .mayLeave
    case .success(let refused?):
      giveBack()
      try refuse(refused.reason, refused.entry, opensAtUnixMs: refused.opensAtUnixMs)
    case .failure(let error):
      let isOpen = !isStrict && cap == nil && exchange.terms.failsOpen && error.isLedgerUnusable
      gateway.options.tell(.failed(error, isOpen: isOpen))
      exchange.standing = .unknown(tokens: isOpen ? 0 : nil)
      if isOpen { return .mayLeaveUnrecorded }
      giveBack()
      if isStrict {
        try refuse(nil, nil)
      } else if let cap {
        try refuse(.run(cap), nil)
      } else {
        exchange.noteTurnedAway()
        try exchange.fail(nil, error)
      }
    }
    return .refused
  }

  /// Whether only the cache may answer it, as the request, its run or the gateway says.
  private var wantsCached: Bool {
    guard let cache = exchange.rules.options.cache else { return false }
    return (StatedMode(exchange.head.fields).mode ?? exchange.terms.cacheMode ?? cache.mode) == .only
  }

  /// - Parameter reason: why; `nil` for `--strict`.
  private func refuse(_ reason: ShutReason?, _ entry: Int64?, opensAtUnixMs: Int64? = nil) throws(ClientFault) {
    tell(reason.map { .refusedAsCall($0) } ?? .refusedAsStrict, entry)
    count(.refused, entry)
    guard let reason else {
      return try exchange.fail(
        nil, .ban, status: 403,
        message: "llmguard: this request cannot be metered, and --strict refuses what cannot be",
        details: ["cause": "rules", "hint": "leave out --strict to let such requests pass and be counted"])
    }
    let (word, message, hint) = Self.words(reason, user: exchange.user)
    let retryAfter = opensAtUnixMs.map { max(1, ($0 - Clock.unixMs + 999) / 1000) }
    try exchange.fail(
      nil, .limit, status: 429, message: "llmguard: " + message,
      details: [
        "refused": .string(word), "cause": "rules", "hint": .string(hint), "opens_at_unix_ms": .int(opensAtUnixMs),
        "retry_after_seconds": .int(retryAfter),
      ], fields: retryAfter.map { ["Retry-After": String($0)] } ?? [:])
  }

  private static func words(_ reason: ShutReason, user: String) -> (word: String, message: String, hint: String) {
    let isCall = "and this request is a call that nobody can meter"
    return switch reason {
    case .pause:
      ("budget", "refused: the calls of \(user) are paused", "'llmguard ledger audit' says who paused them, and why")
    case .budget:
      (
        "budget", "a budget is used up, " + isCall,
        "call the model by a route that is metered, or wait until the budget opens ('llmguard budget show')"
      )
    case .run:
      (
        "run_cap", "refused: \(reason.policy ?? "its run may take no more"), " + isCall,
        "raise what the run may take (--max-calls, --max-duration, --run-budget)"
      )
    case .notCached:
      (
        "not_cached", "refused: only the cache may answer, " + isCall + ", whose answers are not kept",
        "leave out --cache only to let it go out"
      )
    }
  }

  /// Counts a request that is about to leave, and records it where nobody can meter it: the provider was reached, and has
  /// nothing of it yet. One that could not be reached has cost nothing.
  ///
  /// - Parameters:
  ///   - isCall: whether it is plainly a call; `nil` for one that is free.
  ///   - isRecorded: whether the ledger is to be asked.
  /// - Returns: why it may not leave.
  private func leave(isCall: Bool?, isRecorded: Bool) -> GuardError? {
    guard let isCall else {
      gateway.tally.note(exchange.joined) { $0.free += 1 }
      return nil
    }
    var entry: Int64?
    if isRecorded {
      let whose = whose
      let asked = ask { pipeline throws(GuardError) -> (entry: Int64, states: [BudgetState]?) in
        let entry = try pipeline.letOut(whose)
        return (entry, try? pipeline.states(user: whose.user).states)
      }
      switch asked {
      case .success(let recorded):
        entry = recorded.entry
        exchange.standing = recorded.states.map { .passed($0) } ?? .unknown(tokens: 0)
      case .failure(let error):
        let isOpen = exchange.terms.failsOpen && error.isLedgerUnusable
        gateway.options.tell(.failed(error, isOpen: isOpen))
        exchange.standing = .unknown(tokens: isOpen ? 0 : nil)
        if !isOpen { return error }
      }
    }
    // Of what has a route of its own nobody is told to take another.
    tell(isCall && kind == RouteKind.other ? .call : .other, entry)
    gateway.tally.note(exchange.joined) { $0.addUnmetered(entry) }
    return nil
  }

  private func tell(_ what: GatewayNews.Unmetered, _ entry: Int64?) {
    exchange.tell(
      .unmetered(
        user: exchange.user, provider: exchange.route.provider.name, what,
        request: RouteWords.text(method: exchange.head.method, path: path), entry: entry))
  }

  private func count(_ sums: UsageSums, _ entry: Int64?) {
    gateway.tally.note(exchange.joined) { tally in
      tally.add(sums)
      tally.refusals += sums.refusals
      if let entry { tally.ended(entry) }
    }
  }

  private var gateway: Gateway { exchange.gateway }

  /// What the ledger is told of it.
  private var whose: UnmeteredRequest {
    let operation = exchange.operation(
      endpoint: kind == RouteKind.other ? nil : kind, model: nil, instruction: nil)
    return UnmeteredRequest(
      user: exchange.user, operation: operation.name, provider: exchange.route.provider.name, route: kind,
      run: exchange.identity.run, program: exchange.identity.program)
  }

  /// Asks something of the pipeline.
  private func ask<Answer>(_ question: @escaping (Guard) throws(GuardError) -> Answer) -> Result<Answer, GuardError> {
    do throws(LedgerError) {
      let (result, _) = try gateway.desk.perform { tools -> Result<Answer, GuardError> in
        do throws(GuardError) { return .success(try question(tools.pipeline)) } catch { return .failure(error) }
      }
      return result
    } catch { return .failure(.ledger(error)) }
  }

  /// The longest body that is read before it is sent, so that it can be sent again.
  private static let mostHeld: Int64 = 65_536

  private func request(_ relay: PlainRelay, isRead: Bool) throws(ClientFault) -> UpstreamRequest {
    let client = exchange.client
    let body: UpstreamRequest.Body
    switch exchange.head.framing {
    // What it has means nothing, and libcurl would make a `PUT` of it.
    case _ where exchange.head.method == "HEAD": body = .none
    case .length(0): body = ["POST", "PUT", "PATCH"].contains(exchange.head.method) ? .bytes([]) : .none
    // Whoever waits for a go-ahead gets it when the provider was reached.
    case .length(let length) where length <= Self.mostHeld && !exchange.head.expectsContinue:
      body = .bytes(try relay.readAll(client))
    case .length(let length): body = .stream(length: length) { relay.read(client, into: $0) }
    default: body = .stream(length: nil) { relay.read(client, into: $0) }
    }
    var fields = exchange.forwardedFields()
    let codings = isRead ? [Array("identity".utf8)] : exchange.head.fields.values(of: "Accept-Encoding")
    for value in codings { fields.append(("Accept-Encoding", value)) }
    var isChunked = false
    if case .stream(nil, _) = body { isChunked = true }
    if isChunked, exchange.head.fields["Trailer"] != nil {
      let names = PassedTrailers.announced(exchange.head.fields, isEdited: false)
      if !names.isEmpty { fields.append(("Trailer", Array(names.joined(separator: ", ").utf8))) }
    }
    var request = UpstreamRequest(
      method: exchange.head.method, url: exchange.route.origin + exchange.target, fields: fields, body: body)
    request.idleTimeoutSeconds = exchange.route.provider.idleTimeoutSeconds
    // Only when the body has ended they are there.
    if isChunked {
      request.trailers = { [exchange] in exchange.forwardedTrailers(isEdited: false).map { ($0.name, $0.value) } }
    }
    return request
  }
}

/// Passes a reply on as it arrives.
private final class PlainRelay {
  private let exchange: Exchange
  /// What was read of the body already.
  private var body: UnknownBody?
  private(set) var fault: ClientFault?
  private(set) var head: HTTPResponseHead?
  /// Why the reply is none.
  private(set) var unsound: UpstreamError?
  /// Why the ledger could not have it.
  var unrecorded: GuardError?
  /// Whether anything of it may have been sent.
  var hasLeft = false
  /// Whether it is counted among those that nobody can meter.
  var isCounted = false
  /// Whether it counts under the caps of its run.
  var isTaken = false
  /// Reads along what the reply says of a call that was made before, also where it is packed although nobody asked for that.
  var reader: ReplyReader?
  private var packed: PackedReply?

  init(_ exchange: Exchange, _ body: UnknownBody?) {
    self.exchange = exchange
    self.body = body
  }

  /// Gives back what was taken under the caps of its run.
  func giveBack() {
    if isTaken { exchange.gateway.runs.returnUnmetered(exchange.joined) }
    isTaken = false
  }

  func read(_ client: ClientConnection, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    if let count = body?.take(into: buffer), count > 0 { return count }
    do throws(ClientFault) { return try client.readBody(into: buffer) } catch {
      fault = error
      return nil
    }
  }

  /// Reads all that is left of a body.
  func readAll(_ client: ClientConnection) throws(ClientFault) -> [UInt8] {
    var bytes = body?.takeAll() ?? []
    while let piece = try client.nextBody() { bytes += piece }
    return bytes
  }

  func take(head bytes: [UInt8]) -> Bool {
    let head: HTTPResponseHead
    do throws(HTTPFault) { head = try HTTPResponseHead(mending: bytes) } catch {
      unsound = .broken("the head of the reply cannot be read: \(error.message)")
      return false
    }
    self.head = head
    // What is turned away took nothing.
    if !(200..<300).contains(head.status) { giveBack() }
    if isCounted, head.status >= 400 { exchange.gateway.tally.note(exchange.joined) { $0.declined += 1 } }
    isCounted = false
    if reader != nil { packed = PackedReply(head, streaming: nil) }
    var length: Int64?
    if case .length(let stated)? = try? head.framing(requestMethod: "GET") { length = stated }
    var passed = exchange.passedOn(head)
    passed.fields.append(all: exchange.callFields())
    if length == nil { exchange.announceTrailers(in: &passed, of: head, isMetered: false, isEdited: false) }
    return attempt { () throws(ClientFault) in try exchange.writer.begin(passed, length: length) }
  }

  func take(body: UnsafeRawBufferPointer) -> Bool {
    if var reader, packed != nil {
      self.reader = nil
      packed?.read(body, into: &reader)
      self.reader = reader
    } else {
      reader?.read(piece: body)
    }
    return attempt { () throws(ClientFault) in try exchange.writer.write(body) }
  }

  private func attempt(_ step: () throws(ClientFault) -> Void) -> Bool {
    do throws(ClientFault) {
      try step()
      return true
    } catch {
      fault = error
      return false
    }
  }
}
