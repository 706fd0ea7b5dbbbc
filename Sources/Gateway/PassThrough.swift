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
    let isFree = FreeRoutes.contain(method: exchange.head.method, path: HTTPRequestHead.path(of: exchange.target))
    if !isFree {
      let isRefused = exchange.terms.isStrict
      let recorded = record(isRefused: isRefused)
      if case .failure(let error) = recorded {
        let isOpen = exchange.terms.failsOpen && error.isLedgerUnusable
        gateway.options.tell(.failed(error, isOpen: isOpen))
        if !isOpen, !isRefused { return try exchange.fail(nil, error) }
      }
      exchange.tell(.unmetered(provider: exchange.route.provider.name, isRefused: isRefused))
      gateway.tally.note(exchange.joined) { tally in
        tally.add(isRefused ? .refused : .unmetered)
        if case .success(let entry) = recorded { tally.ended(entry) }
      }
      if isRefused {
        return try exchange.fail(
          nil, .request, status: 403,
          message: "llmguard: this request cannot be metered, and --strict refuses what cannot be",
          details: ["hint": "leave out --strict to let such requests pass and be counted"])
      }
    }
    gateway.tally.note(exchange.joined) { if isFree { $0.free += 1 } else { $0.unmetered += 1 } }
    let client: UpstreamClient
    do throws(UpstreamError) { client = try gateway.upstream.client() } catch { return try exchange.fail(nil, error) }
    let relay = PlainRelay(exchange)
    do throws(UpstreamError) {
      try client.send(
        request(relay), for: exchange.client.socket, onHead: { relay.take(head: $0) }, onBody: { relay.take(body: $0) })
    } catch {
      if let fault = relay.fault { throw fault }
      if error == .cancelled { throw .gone }
      if exchange.writer.hasBegun { return exchange.writer.cut() }
      return try exchange.fail(nil, error)
    }
    try exchange.writer.end()
  }

  /// Records that the request goes out, or is refused, before either happens.
  ///
  /// - Returns: the ledger's entry, or why it could not be recorded.
  private func record(isRefused: Bool) -> Result<Int64, GuardError> {
    let kind = RouteKind.name(path: HTTPRequestHead.path(of: exchange.target))
    let operation = exchange.operation(
      endpoint: kind == RouteKind.other ? nil : kind, model: nil, instruction: nil)
    let request = UnmeteredRequest(
      user: exchange.user, operation: operation.name, provider: exchange.route.provider.name, route: kind,
      run: exchange.identity.run, program: exchange.identity.program)
    do throws(LedgerError) {
      let (result, _) = try exchange.gateway.desk.perform { tools -> Result<Int64, GuardError> in
        do throws(GuardError) {
          return .success(isRefused ? try tools.pipeline.refuse(request) : try tools.pipeline.letOut(request))
        } catch { return .failure(error) }
      }
      return result
    } catch { return .failure(.ledger(error)) }
  }

  private func request(_ relay: PlainRelay) -> UpstreamRequest {
    let client = exchange.client
    let body: UpstreamRequest.Body
    switch exchange.head.framing {
    case .length(0): body = ["POST", "PUT", "PATCH"].contains(exchange.head.method) ? .bytes([]) : .none
    case .length(let length): body = .stream(length: length) { relay.read(client, into: $0) }
    default: body = .stream(length: nil) { relay.read(client, into: $0) }
    }
    var fields = exchange.forwardedFields()
    for value in exchange.head.fields.values(of: "Accept-Encoding") { fields.append(("Accept-Encoding", value)) }
    return UpstreamRequest(
      method: exchange.head.method, url: exchange.route.origin + exchange.target, fields: fields, body: body)
  }
}

/// Passes a reply on as it arrives.
private final class PlainRelay {
  private let exchange: Exchange
  private(set) var fault: ClientFault?

  init(_ exchange: Exchange) { self.exchange = exchange }

  func read(_ client: ClientConnection, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
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
    attempt { () throws(ClientFault) in try exchange.writer.write(body) }
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
