import Configuration
import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix
import Providers
import SQLiteLedger
import ScriptedServer
import TextFormats

@testable import Gateway

/// A gateway over a fresh ledger, before a server that answers as a test says.
final class GatewayHarness: @unchecked Sendable {
  let folder: String
  let server: ScriptedServer
  let gateway: Gateway
  let news = NewsList()
  /// What the gateway said.
  final class NewsList: Sendable {
    private let list = Locked<[GatewayNews]>([])
    func add(_ news: GatewayNews) { list.use { $0.append(news) } }
    var all: [GatewayNews] { list.use { $0 } }
  }

  /// - Parameters:
  ///   - budgets: the only tier's.
  ///   - change: changes the rules.
  ///   - configure: changes the options.
  ///   - door: who comes in; `nil` for one run alone.
  ///   - answer: answers what reaches the provider.
  init(
    budgets: [String] = ["1M tokens/day"], settings change: (inout Settings) -> Void = { _ in },
    configure: (inout GatewayOptions) -> Void = { _ in }, identity: (inout GatewayIdentity) -> Void = { _ in },
    observer: (SQLiteLedger) -> (any CallObserver)? = { _ in nil }, door: (any GatewayDoor)? = nil,
    _ answer: @escaping @Sendable (ScriptedServer.Exchange) -> Bool
  ) throws {
    folder = try Folder.makeTemporary(prefix: "llmguard-gateway")
    let server = try ScriptedServer(answer)
    self.server = server
    var settings = Settings()
    settings.tiers["default"]?.budgets = budgets.compactMap {
      if case .limit(let limit)? = try? BudgetSpec($0) { limit } else { nil }
    }
    settings.tiers["default"]?.ladder = Ladder(cheaperModels: ["big": "small"], maxTokensCap: nil, delayMs: 0)
    settings.providers = settings.providers.map { provider in
      var provider = provider
      if let address = WebAddress(provider.base) { provider.base = server.url + address.path }
      return provider
    }
    change(&settings)
    var options = GatewayOptions(
      settings: settings, routes: RouteTable(providers: settings.providers, environment: [:]))
    options.tell = { [news] in news.add($0) }
    options.explain = { _ in ("refused in words", "do something") }
    configure(&options)
    let ledger = try Self.open(folder)
    let desk = LedgerDesk(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs }, observer: observer(ledger))
    var whose = GatewayIdentity(user: "ana", run: "run-1", program: "test")
    identity(&whose)
    gateway =
      if let door { Gateway(options, desk: desk, door: door) } else { Gateway(options, desk: desk, owner: whose) }
    try gateway.start()
  }

  deinit {
    // Its threads would keep its ledger and its sockets open until the last test has ended.
    gateway.stop()
    try? Folder.removeTree(folder)
  }

  private static func open(_ folder: String) throws -> SQLiteLedger {
    try SQLiteLedger(path: folder + "/ledger.sqlite3", zone: ZoneOffsets(name: "UTC") { _ in 0 })
  }

  var port: UInt16 { UInt16(gateway.root.split(separator: "/")[1].split(separator: ":")[1]) ?? 0 }

  /// The path of a target behind a key, with the token.
  func path(_ target: String, key: String = "openai") -> String {
    "/" + gateway.root.split(separator: "/")[2] + "/\(key)\(target)"
  }

  func connect() throws -> TestClient { try TestClient(port: port) }

  /// Sends one call on a connection of its own.
  func post(
    to target: String = "/v1/chat/completions", key: String = "openai", fields: HTTPFields = [:], _ body: String
  ) throws -> TestClient.Reply {
    let client = try connect()
    defer { client.close() }
    return try client.exchange("POST", path(target, key: key), fields: fields, body: Array(body.utf8))
  }

  /// Ends the gateway and gives the ledger's entries, oldest first, when it is sound.
  func ledger() throws -> [Entry] {
    gateway.stop()
    let ledger = try Self.open(folder)
    let problems = try ledger.verify()
    if !problems.isEmpty { throw Unsound(problems: problems) }
    return try ledger.entries(limit: 10_000).reversed()
  }

  /// How many calls wait in the line.
  var waiting: Int {
    let tickets = try? gateway.desk.perform { tools in (try? tools.ledger.tickets(nowUnixMs: Clock.unixMs)) ?? [] }
      .value
    return (tickets ?? []).count { $0.startedAtUnixMs == nil }
  }

  /// Ends the gateway and gives its calls, oldest first.
  func calls() throws -> [CallRecord] {
    gateway.stop()
    return try Self.open(folder).calls(CallQuery(order: .oldestFirst(after: nil), limit: 1000))
  }

  struct Unsound: Error { let problems: [LedgerProblem] }
}

/// A client that writes bytes as a test says, and reads replies.
final class TestClient {
  struct Reply {
    var head: HTTPResponseHead
    var body: [UInt8]
    /// Whether the body came to its end.
    var isWhole: Bool
    /// The fields behind the body.
    var trailers = HTTPFields()
    var status: Int { head.status }
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue? { try? JSONParser.parse(body) }
  }

  enum Problem: Error {
    case noReply
    case timeout
  }

  let socket: Socket
  private let port: UInt16
  private var buffer: [UInt8] = []

  init(port: UInt16) throws {
    self.port = port
    socket = try Socket.connected(to: port)
    socket.setTimeouts(ms: 30_000)
  }

  func close() {
    socket.shutdown()
    socket.close()
  }

  func write(_ text: String) throws { try socket.writeAll(Array(text.utf8)) }

  func send(_ method: String, _ path: String, fields: HTTPFields = [:], body: [UInt8] = []) throws {
    var text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
    for field in fields { text += "\(field.name): \(field.text)\r\n" }
    if fields["Transfer-Encoding"] == nil, fields["Content-Length"] == nil, method != "GET", method != "HEAD" {
      text += "Content-Length: \(body.count)\r\n"
    }
    try socket.writeAll(Array((text + "\r\n").utf8) + body)
  }

  func exchange(_ method: String, _ path: String, fields: HTTPFields = [:], body: [UInt8] = []) throws -> Reply {
    try send(method, path, fields: fields, body: body)
    return try reply(to: method)
  }

  /// Reads until the bytes so far hold a text.
  func read(until text: String) throws {
    while buffer.firstRange(of: Array(text.utf8)) == nil { if try !receive() { throw Problem.noReply } }
  }

  private func receive() throws -> Bool {
    var piece = [UInt8](repeating: 0, count: 65_536)
    let count = try piece.withUnsafeMutableBytes { try socket.read(into: $0) }
    buffer += piece[..<count]
    return count > 0
  }

  /// Reads one reply.
  func reply(to method: String = "POST") throws -> Reply {
    var end = buffer.firstRange(of: Array("\r\n\r\n".utf8))
    while end == nil {
      if try !receive() { throw Problem.noReply }
      end = buffer.firstRange(of: Array("\r\n\r\n".utf8))
    }
    guard let end else { throw Problem.noReply }
    let head = try HTTPResponseHead(reading: Array(buffer[..<end.upperBound]), limits: .ofReplies)
    buffer.removeSubrange(..<end.upperBound)
    if head.status == 100 { return try reply(to: method) }
    let framing = try head.framing(requestMethod: method)
    if case .length(let count) = framing {
      while buffer.count < count { if try !receive() { return Reply(head: head, body: buffer, isWhole: false) } }
      defer { buffer.removeSubrange(..<Int(count)) }
      return Reply(head: head, body: Array(buffer[..<Int(count)]), isWhole: true)
    }
    var reader = try HTTPResponseBody(framing)
    var body: [UInt8] = []
    while true {
      reader.append(buffer)
      buffer = []
      while let event = try reader.next() {
        switch event {
        case .bytes(let bytes): body += bytes
        case .end(let trailers): return Reply(head: head, body: body, isWhole: true, trailers: trailers)
        }
      }
      if try !receive() {
        let isWhole = (try? reader.connectionEnded()) != nil
        return Reply(head: head, body: body, isWhole: isWhole)
      }
    }
  }
}

extension GatewayHarness {
  /// Holds a command's charge as its text tells it, until its first call.
  func holdForText(
    tokens: Int64, earlier: EarlierDecision? = nil, keeping: AnswerKeeping = .gateway, place: TurnPlace? = nil,
    number: Int64 = 1
  ) throws -> HeldCall {
    var request = CallRequest(
      user: "ana", operation: "chat", countedInputTokens: 0, statedTokens: tokens, run: "run-1", program: "test")
    request.earlier = earlier
    request.number = number
    let asked = request
    let (result, _) = try gateway.desk.perform { tools in Result { try tools.pipeline.admit(asked) } }
    guard case .admitted(let held) = try result.get() else { throw TestClient.Problem.noReply }
    gateway.standIn(for: held, keeping: keeping, place: place)
    return held
  }
}
