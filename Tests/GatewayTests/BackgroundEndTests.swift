import GuardModel
import HTTPWire
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Answers in the background that come packed, or are deleted: their calls hold nothing any more.
@Suite(.serialized) struct BackgroundEndTests {
  private static let call = #"{"model":"o3","background":true,"max_output_tokens":900,"input":"think about cats"}"#

  private static func harness(_ answer: @escaping @Sendable (ScriptedServer.Exchange) -> Void) throws -> GatewayHarness
  {
    try GatewayHarness { exchange in
      if exchange.head.method == "POST", exchange.head.target == "/v1/responses" {
        exchange.reply(#"{"id":"r","object":"response","status":"queued","output":[],"usage":null}"#)
      } else {
        answer(exchange)
      }
      return true
    }
  }

  private static func settled(_ harness: GatewayHarness) -> [GatewayNews] {
    harness.news.all.filter { if case .settled = $0 { true } else { false } }
  }

  /// Whether a call is settled while the gateway runs: what becomes of it is told behind the reply.
  private static func isSettled(_ harness: GatewayHarness) -> Bool {
    let endNs = Clock.monotonicNanoseconds + 20_000_000_000
    while settled(harness).isEmpty, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
    return settled(harness).count == 1
  }

  /// One block as it is, and its end. *Source:* RFC 1951 section 3.2.4, RFC 1950: zlib's frame, with its sum.
  private static func packed(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    let size = UInt16(bytes.count)
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes { (a, b) = ((a + UInt32(byte)) % 65_521, (b + (a + UInt32(byte)) % 65_521) % 65_521) }
    let sum = [UInt8(b >> 8), UInt8(b & 0xFF), UInt8(a >> 8), UInt8(a & 0xFF)]
    let head = [0x78, 0x01, 1, UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8)]
    return head + bytes + sum
  }

  /// Not every server heeds that it is asked not to pack it.
  @Test(arguments: ["GET", "POST"]) func aPackedAnswerSettlesItsCall(method: String) throws {
    let body =
      #"{"id":"r","object":"response","status":"completed","output":[],"usage":{"input_tokens":7,"output_tokens":30}}"#
    let packed = Self.packed(body)
    let harness = try Self.harness { exchange in
      let head = HTTPResponseHead(
        200,
        fields: [
          "Content-Type": "application/json", "Content-Encoding": "deflate", "Content-Length": "\(packed.count)",
        ])
      try? exchange.socket.writeAll(HTTPWriter.head(head) + packed)
    }
    #expect(try harness.post(to: "/v1/responses", Self.call).status == 200)
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange(method, harness.path("/v1/responses/r" + (method == "POST" ? "/cancel" : "")))
    #expect(reply.status == 200 && reply.body == packed)
    #expect(Self.isSettled(harness))
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 7, output: 30, exactness: .exact))
  }

  /// It goes on at its provider when its stream breaks off, or its client leaves, and is fetched by its name.
  @Test(arguments: [false, true]) func anAnswerWhoseStreamIsCutSettlesItsCall(clientLeaves: Bool) throws {
    let done =
      #"{"id":"r","object":"response","status":"completed","output":[],"usage":{"input_tokens":7,"output_tokens":30}}"#
    let harness = try GatewayHarness { exchange in
      if exchange.head.method == "GET" {
        exchange.reply(done)
        return true
      }
      let response = #""response":{"id":"r","object":"response","status":"in_progress","usage":null}"#
      exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 100000\r\n\r\n")
      exchange.send("data: {\"type\":\"response.created\",\(response)}\n\n")
      exchange.send("data: {\"type\":\"response.output_text.delta\",\"delta\":\"cats\"}\n\n")
      if clientLeaves { _ = exchange.waitForEnd() }
      return false
    }
    let client = try harness.connect()
    try client.send(
      "POST", harness.path("/v1/responses"),
      body: Array(Self.call.replacing(",\"max", with: ",\"stream\":true,\"max").utf8))
    try client.read(until: "cats")
    if !clientLeaves { _ = try? client.reply() }
    client.close()
    #expect(Self.settled(harness).isEmpty)
    let second = try harness.connect()
    defer { second.close() }
    // The gateway hears in its own time that a client has left.
    let endNs = Clock.monotonicNanoseconds + 20_000_000_000
    repeat {
      #expect(try second.exchange("GET", harness.path("/v1/responses/r")).text == done)
      if clientLeaves { Clock.sleep(ms: 20) }
    } while clientLeaves && Self.settled(harness).isEmpty && Clock.monotonicNanoseconds < endNs
    #expect(Self.isSettled(harness))
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 7, output: 30, exactness: .exact))
  }

  /// Nobody can learn any more what it took: what was held is charged, when it is gone and not when the gateway ends.
  @Test(arguments: [(200, true), (204, true), (404, false), (500, false)])
  func aDeletedAnswerIsChargedWhatWasHeld(status: Int, isGone: Bool) throws {
    let harness = try Self.harness { exchange in
      exchange.reply(status: status, status == 204 ? "" : #"{"id":"r","object":"response","deleted":true}"#)
    }
    #expect(try harness.post(to: "/v1/responses", Self.call).status == 200)
    let client = try harness.connect()
    defer { client.close() }
    #expect(try client.exchange("DELETE", harness.path("/v1/responses/r/input_items")).status == status)
    #expect(Self.settled(harness).isEmpty, "another route")
    let reply = try client.exchange("DELETE", harness.path("/v1/responses/r"))
    #expect(reply.status == status)
    if isGone { #expect(Self.isSettled(harness)) } else { #expect(Self.settled(harness).isEmpty) }
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .settle] && entries.last?.usage?.output == 900)
  }

  /// Of more than a thousand that wait the oldest is charged what it may take: that user's, and nobody else's.
  @Test func oneUsersCallsDoNotPushOutAnothers() throws {
    let number = Locked(0)
    let harness = try GatewayHarness(
      budgets: ["1B tokens/day"], identity: { $0.mayNameUser = true }
    ) { exchange in
      let id = number.use { number in
        number += 1
        return number
      }
      exchange.reply(#"{"id":"r\#(id)","object":"response","status":"queued","output":[],"usage":null}"#)
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    func ask(_ user: String, most: Int) throws {
      let call = #"{"model":"o3","background":true,"max_output_tokens":\#(most),"input":"think"}"#
      let path = harness.path("/v1/responses")
      #expect(
        try client.exchange("POST", path, fields: ["x-llmguard-user": user], body: Array(call.utf8)).status == 200)
    }
    try ask("bob", most: 77)
    for number in 1...1000 { try ask("alice", most: number == 1 ? 88 : 1) }
    #expect(Self.settled(harness).isEmpty)
    try ask("alice", most: 1)
    #expect(Self.isSettled(harness))
    let output = harness.news.all.compactMap { news -> Int64? in
      if case .settled(_, let usage, _) = news { usage.output } else { nil }
    }
    #expect(output == [88])
  }
}
