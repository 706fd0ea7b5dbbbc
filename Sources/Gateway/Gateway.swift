import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix
import Providers
import TextFormats
import Upstream

/// Takes LLM calls as their providers would, and lets the pipeline decide about each.
public final class Gateway: Sendable {
  let options: GatewayOptions
  let desk: LedgerDesk
  let upstream = UpstreamLoader()
  let tally = GatewayTally()
  let memory = GatewayMemory()
  /// What all calls together have taken, under the caps of the run.
  let use: Locked<RunUse>
  /// Whose calls come in; asked for every request.
  private let identify: @Sendable (HTTPRequestHead) -> GatewayIdentity?
  private let token: [UInt8]
  private let tokenText: String
  private let hosts = Locked<[String]>([])
  private let running = Locked<GatewayServer?>(nil)
  /// The hold of a command that was metered by its text, until its first call takes its place.
  let standIn = Locked<StandIn?>(nil)

  /// Makes a gateway.
  ///
  /// - Parameters:
  ///   - options: what it is told.
  ///   - desk: where the ledger is used.
  ///   - identify: whose a request is; `nil` for a stranger's.
  public init(
    _ options: GatewayOptions, desk: LedgerDesk, identify: @escaping @Sendable (HTTPRequestHead) -> GatewayIdentity?
  ) {
    self.options = options
    self.desk = desk
    self.identify = identify
    use = Locked(RunUse(options.caps))
    tokenText = Random.hexadecimal(bytes: 16)
    token = Array(tokenText.utf8)
  }

  /// Begins to listen on 127.0.0.1.
  ///
  /// - Parameters:
  ///   - port: the port; 0 lets the kernel choose.
  ///   - listener: a listener that is there already; it becomes the gateway's.
  public func start(port: UInt16 = 0, on listener: Socket? = nil) throws(PosixError) {
    let listener = if let listener { listener } else { try Socket.listening(port: port) }
    let server = GatewayServer(on: listener, limits: options.limits, admits: options.admits) { [self] client, head in
      answer(client, head)
    }
    running.use { $0 = server }
    hosts.use { $0 = ["127.0.0.1:\(server.port)", "localhost:\(server.port)"] }
    try server.start()
  }

  /// The address of a path behind a key.
  public func address(key: String, path: String) -> String { "\(root)/\(key)\(path)" }

  /// The address that all others begin with: `http://127.0.0.1:PORT/TOKEN`.
  public var root: String { "http://127.0.0.1:\(running.use { $0?.port ?? 0 })/\(tokenText)" }

  /// Ends: connections are closed, and what is under way is settled with what is known.
  public func stop() {
    running.use { $0 }?.stop()
    options.cache?.end()
    desk.close()
  }

  /// What has happened so far.
  public var summary: GatewaySummary { tally.summary }

  // MARK: - Requests

  /// Answers one request; says whether the connection goes on.
  private func answer(_ client: ClientConnection, _ head: HTTPRequestHead) -> Bool {
    let writer = ReplyWriter(client, head)
    do throws(ClientFault) {
      guard let way = destination(head) else {
        try writer.reply(HTTPResponseHead(404, fields: ["Content-Type": "text/plain"]), Array("not found\n".utf8))
        return writer.keepsAlive
      }
      guard var identity = identify(head) else {
        try writer.reply(
          HTTPResponseHead(401, fields: ["Content-Type": "text/plain"]), Array("llmguard: no valid key\n".utf8))
        return writer.keepsAlive
      }
      if let operation = way.joined?.operation { identity.operation = operation }
      guard let route = options.routes.routes[way.key] else {
        guard way.key == Self.ownKey, let joined = way.joined else {
          try writer.reply(HTTPResponseHead(404, fields: ["Content-Type": "text/plain"]), Array("not found\n".utf8))
          return writer.keepsAlive
        }
        let body = tally.summary(of: joined.id).json(user: identity.user)
        try writer.reply(
          HTTPResponseHead(200, fields: ["Content-Type": "application/json"]), Array(JSONWriter.compact(body).utf8))
        return writer.keepsAlive
      }
      let path = HTTPRequestHead.path(of: way.target)
      let exchange = Exchange(
        gateway: self, client: client, head: head, route: route, target: way.target, writer: writer, identity: identity,
        joined: way.joined?.id)
      if let format = WireFormat.of(method: head.method, path: path) {
        try MeteredCall(exchange, format).run()
      } else {
        try PassThrough(exchange).run()
      }
      if !client.skipBody() { return false }
      return writer.keepsAlive
    } catch {
      if case .http(let fault) = error, !writer.hasBegun {
        try? writer.reply(
          HTTPResponseHead(fault.status, fields: ["Content-Type": "text/plain; charset=utf-8"]),
          Array("llmguard: \(fault.message)\n".utf8))
      }
      return false
    }
  }

  /// The key under which the gateway speaks of itself.
  static let ownKey = "llmguard"

  /// Where a request leads.
  private struct Way {
    var joined: JoinedRun?
    var key: String
    /// The provider's own path and query.
    var target: String
  }

  /// Where a request leads; `nil` for strangers.
  private func destination(_ head: HTTPRequestHead) -> Way? {
    guard hosts.use({ $0.contains(head.authority.lowercased()) }) else { return nil }
    let bytes = Array(head.target.utf8)
    // Every byte of the token is looked at, whatever the others are: the time taken tells nothing.
    guard bytes.count > token.count + 2, bytes[0] == 0x2F, bytes[token.count + 1] == 0x2F else { return nil }
    var difference: UInt8 = 0
    for index in token.indices { difference |= bytes[index + 1] ^ token[index] }
    guard difference == 0 else { return nil }
    var rest = head.target.utf8.dropFirst(token.count + 2)
    func part() -> String { String(decoding: rest.prefix { $0 != 0x2F && $0 != 0x3F }, as: UTF8.self) }
    let joined = JoinedRun(part())
    if joined != nil { rest = rest.dropFirst(part().utf8.count + 1) }
    let key = part()
    let target = String(decoding: rest.dropFirst(key.utf8.count), as: UTF8.self)
    return Way(joined: joined, key: key, target: target.hasPrefix("/") ? target : "/" + target)
  }
}

/// One request on its way through the gateway.
struct Exchange {
  let gateway: Gateway
  let client: ClientConnection
  let head: HTTPRequestHead
  let route: RouteTable.Route
  /// The provider's own path and query.
  let target: String
  let writer: ReplyWriter
  let identity: GatewayIdentity
  /// The run inside the run that it belongs to.
  let joined: String?

  /// Fields that concern one connection, or only the gateway. *Source:* RFC 9110 section 7.6.1.
  private static let ownFields: Set<String> = [
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
    "transfer-encoding", "upgrade", "host", "content-length", "expect", "accept-encoding",
  ]

  /// The fields that go on to the provider.
  func forwardedFields(leavingOut more: Set<String> = []) -> [(name: String, value: [UInt8])] {
    let named = Set(head.fields.elements(of: "Connection"))
    return head.fields.compactMap { field in
      let name = field.name.lowercased()
      if Self.ownFields.contains(name) || named.contains(name) || more.contains(name) || name.hasPrefix("x-llmguard-") {
        return nil
      }
      return (field.name, field.value)
    }
  }

  /// A provider's head without what concerns its connection alone.
  static func passedOn(_ head: HTTPResponseHead) -> HTTPResponseHead {
    var passed = HTTPResponseHead(head.status, reason: head.reason)
    let named = Set(head.fields.elements(of: "Connection"))
    for field in head.fields {
      let name = field.name.lowercased()
      if ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "trailer"].contains(name) {
        continue
      }
      if named.contains(name) || name.hasPrefix("x-llmguard-") { continue }
      passed.fields.append(field)
    }
    return passed
  }
}
