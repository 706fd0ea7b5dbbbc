import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix
import Providers
import TextFormats
import Upstream

/// A request that is no metered call: it goes to the provider and back as it is, in constant memory.
struct PassThrough {
  private let exchange: Exchange

  init(_ exchange: Exchange) { self.exchange = exchange }

  func run() throws(ClientFault) {
    let gateway = exchange.gateway
    var body: UnknownBody?
    if !isFree {
      let read = try UnknownBody(exchange.client, exchange.head, kind: kind, limits: gateway.options.limits)
      body = read
      if try isTurnedAway(read) { return }
    }
    gateway.tally.note(exchange.joined) { if isFree { $0.free += 1 } else { $0.unmetered += 1 } }
    let client: UpstreamClient
    do throws(UpstreamError) { client = try gateway.upstream.client() } catch { return try exchange.fail(nil, error) }
    let relay = PlainRelay(exchange, body)
    let awaited = gateway.background.awaited(method: exchange.head.method, path: path, exchange.route)
    if awaited != nil { relay.reader = ReplyReader(streaming: nil) }
    do throws(UpstreamError) {
      try client.send(
        request(relay, isRead: awaited != nil), for: exchange.client.socket, onHead: { relay.take(head: $0) },
        onBody: { relay.take(body: $0) })
    } catch {
      if let fault = relay.fault { throw fault }
      if error == .cancelled { throw .gone }
      if exchange.writer.hasBegun { return exchange.writer.cut() }
      return try exchange.fail(nil, error)
    }
    // It stands in the line before the last byte leaves: what is asked next is decided after it.
    if let awaited, let reply = relay.reader?.finish().reply {
      gateway.background.settle(awaited, exchange.route, reply, gateway)
    }
    try exchange.writer.end()
  }

  private var path: Substring { HTTPRequestHead.path(of: exchange.target) }
  private var kind: String { RouteKind.name(path: path) }
  private var isFree: Bool { FreeRoutes.contain(method: exchange.head.method, path: path) }

  /// Records a request that nobody can meter before it goes out, or answers one that may not.
  private func isTurnedAway(_ body: UnknownBody) throws(ClientFault) -> Bool {
    let gateway = exchange.gateway
    let isStrict = exchange.terms.isStrict
    let isOut: Bool
    let recorded = record(isStrict: isStrict, isCall: body.isCall)
    switch recorded {
    case .success(let record): isOut = record.isRefused
    case .failure(let error):
      isOut = isStrict
      let isOpen = exchange.terms.failsOpen && error.isLedgerUnusable
      gateway.options.tell(.failed(error, isOpen: isOpen))
      if !isOpen, !isStrict {
        exchange.noteTurnedAway()
        try exchange.fail(nil, error)
        return true
      }
    }
    var entry: Int64?
    if case .success(let record) = recorded { entry = record.entry }
    exchange.tell(
      .unmetered(
        provider: exchange.route.provider.name,
        isOut ? (isStrict ? .refusedAsStrict : .refusedAsCall) : body.isCall ? .call : .other,
        request: RouteWords.text(method: exchange.head.method, path: path), entry: entry))
    gateway.tally.note(exchange.joined) { tally in
      tally.add(isOut ? .refused : .unmetered)
      if case .success(let record) = recorded { tally.ended(record.entry) }
    }
    if isOut, isStrict {
      try exchange.fail(
        nil, .request, status: 403,
        message: "llmguard: this request cannot be metered, and --strict refuses what cannot be",
        details: ["hint": "leave out --strict to let such requests pass and be counted"])
    } else if isOut {
      exchange.standing = .unplanned
      try exchange.fail(
        nil, .limit, status: 429,
        message: "llmguard: a budget is used up, and this request is a call that nobody can meter",
        details: [
          "refused": "budget",
          "hint": "call the model by a route that is metered, or wait until the budget opens ('llmguard budget show')",
        ])
    }
    return isOut
  }

  /// Records that the request goes out, or is refused, before either happens.
  ///
  /// - Parameters:
  ///   - isStrict: whether it is refused whatever it is.
  ///   - isCall: whether it is refused where no call may go out.
  /// - Returns: the ledger's entry, or why it could not be recorded.
  private func record(isStrict: Bool, isCall: Bool) -> Result<(entry: Int64, isRefused: Bool), GuardError> {
    let operation = exchange.operation(
      endpoint: kind == RouteKind.other ? nil : kind, model: nil, instruction: nil)
    let request = UnmeteredRequest(
      user: exchange.user, operation: operation.name, provider: exchange.route.provider.name, route: kind,
      run: exchange.identity.run, program: exchange.identity.program)
    do throws(LedgerError) {
      let (result, _) = try exchange.gateway.desk.perform {
        tools -> Result<(entry: Int64, isRefused: Bool), GuardError> in
        do throws(GuardError) {
          var isRefused = isStrict
          if isCall, !isStrict { isRefused = try tools.pipeline.isShut(to: request) }
          return .success(
            (isRefused ? try tools.pipeline.refuse(request) : try tools.pipeline.letOut(request), isRefused))
        } catch { return .failure(error) }
      }
      return result
    } catch { return .failure(.ledger(error)) }
  }

  private func request(_ relay: PlainRelay, isRead: Bool) -> UpstreamRequest {
    let client = exchange.client
    let body: UpstreamRequest.Body
    switch exchange.head.framing {
    case .length(0): body = ["POST", "PUT", "PATCH"].contains(exchange.head.method) ? .bytes([]) : .none
    case .length(let length): body = .stream(length: length) { relay.read(client, into: $0) }
    default: body = .stream(length: nil) { relay.read(client, into: $0) }
    }
    var fields = exchange.forwardedFields()
    let codings = isRead ? [Array("identity".utf8)] : exchange.head.fields.values(of: "Accept-Encoding")
    for value in codings { fields.append(("Accept-Encoding", value)) }
    return UpstreamRequest(
      method: exchange.head.method, url: exchange.route.origin + exchange.target, fields: fields, body: body)
  }
}

/// Passes a reply on as it arrives.
private final class PlainRelay {
  private let exchange: Exchange
  /// What was read of the body already.
  private var body: UnknownBody?
  private(set) var fault: ClientFault?
  /// Reads along what the reply says of a call that was made before.
  var reader: ReplyReader?

  init(_ exchange: Exchange, _ body: UnknownBody?) {
    self.exchange = exchange
    self.body = body
  }

  func read(_ client: ClientConnection, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    if let count = body?.take(into: buffer), count > 0 { return count }
    do throws(ClientFault) { return try client.readBody(into: buffer) } catch {
      fault = error
      return nil
    }
  }

  func take(head bytes: [UInt8]) -> Bool {
    guard let head = try? HTTPResponseHead(reading: bytes) else { return false }
    var length: Int64?
    if case .length(let stated)? = try? head.framing(requestMethod: "GET") { length = stated }
    return attempt { () throws(ClientFault) in try exchange.writer.begin(exchange.passedOn(head), length: length) }
  }

  func take(body: UnsafeRawBufferPointer) -> Bool {
    reader?.read(piece: body)
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
