import Configuration
import GuardModel
import HTTPWire
import Ledger
import Posix
import Testing

@testable import Gateway

/// Connections: what HTTP/1.1 allows, what is refused, and what becomes of a call whose connection breaks.
@Suite(.serialized) struct ConnectionTests {
  static let call = #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}"#
  static let reply = #"{"usage":{"prompt_tokens":1,"completion_tokens":2}}"#

  /// A provider that answers calls with their usage, and other requests with their paths.
  static func harness(configure: (inout GatewayOptions) -> Void = { _ in }) throws -> GatewayHarness {
    try GatewayHarness(configure: configure) { exchange in
      exchange.reply(exchange.head.method == "POST" ? Self.reply : "path \(exchange.head.target)")
      return true
    }
  }

  @Test func aConnectionTakesManyRequestsAlsoAtOnce() throws {
    let harness = try Self.harness()
    let client = try harness.connect()
    defer { client.close() }
    for _ in 1...3 {
      #expect(
        try client.exchange("POST", harness.path("/v1/chat/completions"), body: Array(Self.call.utf8)).status == 200)
    }
    for number in 1...3 { try client.send("GET", harness.path("/v1/models/\(number)")) }
    for number in 1...3 { #expect(try client.reply(to: "GET").text == "path /v1/models/\(number)") }
  }

  @Test func aBodyMayWaitForItsGoAheadAndComeInChunks() throws {
    let harness = try Self.harness()
    let client = try harness.connect()
    defer { client.close() }
    try client.send(
      "POST", harness.path("/v1/chat/completions"),
      fields: ["Expect": "100-continue", "Transfer-Encoding": "chunked"])
    try client.read(until: "100 Continue\r\n\r\n")
    let text = Self.call
    let half = text.utf8.count / 2
    for part in [text.prefix(half), text.dropFirst(half)] {
      try client.write(String(part.utf8.count, radix: 16) + "\r\n" + part + "\r\n")
    }
    try client.write("0\r\nX-Trailer: 1\r\n\r\n")
    #expect(try client.reply().text == Self.reply)
  }

  @Test func aHeadAndOtherMethodsGoThrough() throws {
    let methods = Locked<[String]>([])
    let harness = try GatewayHarness { exchange in
      methods.use { $0.append("\(exchange.head.method) \(exchange.head.target) \(exchange.body.count)") }
      if exchange.head.method == "HEAD" {
        exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n")
      } else {
        exchange.reply("ok")
      }
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    let head = try client.exchange("HEAD", harness.path("/v1/models?key=a"))
    #expect(head.head.fields["Content-Length"] == "77")
    #expect(try client.exchange("DELETE", harness.path("/v1/files/f")).text == "ok")
    #expect(try client.exchange("PUT", harness.path("/v1/files"), body: [1, 2, 3]).text == "ok")
    #expect(methods.use { $0 } == ["HEAD /v1/models?key=a 0", "DELETE /v1/files/f 0", "PUT /v1/files 3"])
    #expect(harness.gateway.summary.free == 2)
    #expect(harness.gateway.summary.unmetered == 1)
    #expect(try harness.ledger().map(\.route) == ["files"])
  }

  /// A name that a request states, and a rule, say what it is for; a path never does, whatever stands in it.
  @Test func whatCannotBeMeteredIsRecordedBeforeItGoes() throws {
    let harness = try GatewayHarness(
      settings: { settings in
        var rule = OperationRule(operation: "drawing", place: "test")
        rule.route = "*/images/*"
        settings.rules = [rule]
      }
    ) { exchange in
      exchange.reply("ok")
      return true
    }
    #expect(try harness.post(to: "/v1/images/edits", "{}").status == 200)
    #expect(try harness.post(to: "/v1/audio/speech", fields: ["x-llmguard-op": "reading"], "{}").status == 200)
    // What only the cache's judge is asked for is for nobody to say.
    for name in ["cache-judge", "Cache-Judge"] {
      #expect(try harness.post(to: "/v1/sk-secret/x", fields: ["x-llmguard-op": name], "{}").status == 200)
    }
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.unmetered, .unmetered, .unmetered, .unmetered])
    #expect(entries.map(\.facts?.operation) == ["drawing", "reading", "default", "default"])
    #expect(entries.map(\.route) == ["images", "audio", "other", "other"])
  }

  /// Without a ledger nobody would know of it: it does not go out, unless that is wanted.
  @Test(arguments: [false, true]) func withoutALedgerNothingGoesByUnseen(failsOpen: Bool) throws {
    let asked = Locked(0)
    let harness = try GatewayHarness(configure: { $0.failsOpen = failsOpen }) { exchange in
      asked.use { $0 += 1 }
      exchange.reply("ok")
      return true
    }
    for name in ["ledger.sqlite3", "ledger.sqlite3-wal"] { try File.remove(harness.folder + "/" + name) }
    #expect(try harness.post(to: "/v1/images/edits", "{}").status == (failsOpen ? 200 : 503))
    #expect(asked.use { $0 } == (failsOpen ? 1 : 0))
  }

  @Test func strangersGetNothing() throws {
    let harness = try Self.harness()
    let good = harness.path("/v1/models")
    let token = good.split(separator: "/")[0]
    let other = good.replacing(String(token), with: String(token.dropLast()) + (token.last == "0" ? "1" : "0"))
    for path in ["/", "/v1/models", other, "/\(token)", "/\(token)/nobody/v1/models", "/\(token)x/openai/v1/models"] {
      let client = try harness.connect()
      defer { client.close() }
      #expect(try client.exchange("GET", path).status == 404, "\(path)")
    }
    let client = try harness.connect()
    defer { client.close() }
    try client.write("GET \(good) HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    #expect(try client.reply(to: "GET").status == 404)
  }

  @Test(arguments: [
    ("\u{16}\u{3}\u{1}", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("nonsense\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n", 414),
    ("GET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "a", count: 70_000))\r\n", 431),
  ])
  func whatIsNoRequestIsRefused(text: String, status: Int) throws {
    let harness = try Self.harness()
    let client = try harness.connect()
    defer { client.close() }
    try client.write(text)
    #expect(try client.reply().status == status)
  }

  /// An answer to what was not read to its end says that the connection ends; one to what can be read does not.
  @Test(arguments: [
    ("Expect: 100-continue\r\nContent-Length: 5\r\n\r\n", true), ("Content-Length: 3000000\r\n\r\nhello", true),
    ("Content-Length: 5\r\n\r\nhello", false), ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false),
  ])
  func whoIsAnsweredEarlyIsToldWhetherTheConnectionGoesOn(rest: String, ends: Bool) throws {
    let harness = try Self.harness { $0.limits.skipMs = 100 }
    let client = try harness.connect()
    defer { client.close() }
    try client.write("POST /nobody HTTP/1.1\r\nHost: 127.0.0.1:\(harness.port)\r\n" + rest)
    let reply = try client.reply()
    #expect(reply.status == 404)
    #expect(reply.head.fields["Connection"] == (ends ? "close" : nil))
    if ends {
      #expect(throws: TestClient.Problem.self) { try client.reply() }
    } else {
      #expect(try client.exchange("GET", harness.path("/v1/models")).status == 200)
    }
  }

  @Test func aHeadThatDoesNotComeIsGivenUp() throws {
    let harness = try Self.harness { $0.limits.stallMs = 50 }
    let client = try harness.connect()
    defer { client.close() }
    try client.write("GET / HT")
    #expect(try client.reply().status == 408)
  }

  @Test func aBodyTooLargeToReadIsRefused() throws {
    let harness = try Self.harness { $0.limits.meteredBodyBytes = 100 }
    #expect(try harness.post(String(repeating: " ", count: 200)).status == 413)
  }

  @Test func largeBodiesGoThroughInPieces() throws {
    let size = 20_000_000
    let received = Locked(0)
    let harness = try GatewayHarness { exchange in
      received.use { $0 = exchange.body.count }
      exchange.reply(type: "text/plain", String(repeating: "x", count: size))
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange("POST", harness.path("/v1/files"), body: [UInt8](repeating: 7, count: size))
    #expect(received.use { $0 } == size)
    #expect(reply.body.count == size)
  }

  // MARK: - Connections that break

  @Test func aClientThatLeavesIsChargedForWhatCame() throws {
    let left = Locked<Int64?>(nil)
    let harness = try GatewayHarness { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
      let event = #"data: {"choices":[{"delta":{"content":"Hello there"}}]}"# + "\n\n"
      exchange.send(String(event.utf8.count, radix: 16) + "\r\n" + event + "\r\n")
      let waited = exchange.waitForEnd(limitMs: 20_000)
      left.use { $0 = waited ?? -1 }
      return false
    }
    let client = try harness.connect()
    try client.send(
      "POST", harness.path("/v1/chat/completions"),
      body: Array(#"{"model":"m","stream":true,"messages":[]}"#.utf8))
    try client.read(until: "Hello there")
    client.close()
    #expect(left.wait(until: { $0 != nil }) { $0! } >= 0, "the provider's connection was not given up")
    let last = try harness.ledger().last
    #expect(last?.kind == .settle)
    #expect(last?.ending == .failed)
    #expect(last?.usage?.exactness == .estimated)
    #expect(last?.usage?.output == TokenCounter.tokens(in: "Hello there"))
  }

  @Test func aStreamThatIsCutIsChargedAndSeenAsCut() throws {
    let harness = try GatewayHarness { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
      let event = #"data: {"choices":[{"delta":{"content":"Hello there"}}]}"# + "\n\n"
      exchange.send(String(event.utf8.count, radix: 16) + "\r\n" + event + "\r\n")
      return false
    }
    let reply = try harness.post(#"{"model":"m","stream":true,"messages":[]}"#)
    #expect(reply.text.contains("Hello there"))
    #expect(!reply.isWhole)
    let last = try harness.ledger().last
    #expect(last?.ending == .failed)
    #expect(last?.usage?.output == TokenCounter.tokens(in: "Hello there"))
  }

  @Test func aGatewayThatEndsSettlesWhatIsUnderWay() throws {
    let begun = Locked(false)
    let harness = try GatewayHarness { exchange in
      begun.use { $0 = true }
      _ = exchange.waitForEnd()
      return false
    }
    let client = try harness.connect()
    defer { client.close() }
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(Self.call.utf8))
    #expect(begun.wait(atMostMs: 30_000, until: { $0 }) { $0 })
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .settle])
    #expect(entries.last?.ending == .failed)
  }

  @Test func manyAtOnceAreEachSettledOnce() throws {
    let harness = try Self.harness()
    let failures = Locked(0)
    let done = Locked(0)
    for _ in 1...16 {
      try Thread.start {
        for _ in 1...10 {
          let status = try? harness.post(Self.call).status
          if status != 200 { failures.use { $0 += 1 } }
        }
        done.use { $0 += 1 }
      }
    }
    done.wait(until: { $0 == 16 }) { _ in }
    #expect(failures.use { $0 } == 0)
    let entries = try harness.ledger()
    #expect(entries.filter { $0.kind == .settle }.count == 160)
    #expect(entries.count == 320)
  }

  @Test func aCallIsSentAgainOnlyWhereThatIsWanted() throws {
    for retries in [0, 2] {
      let tries = Locked(0)
      let harness = try GatewayHarness(configure: { $0.retries = retries }) { exchange in
        let number = tries.use { tries in
          tries += 1
          return tries
        }
        if number < 3 {
          exchange.reply(status: 503, fields: ["retry-after-ms": "1"], "{}")
        } else {
          exchange.reply(Self.reply)
        }
        return true
      }
      #expect(try harness.post(Self.call).status == (retries == 0 ? 503 : 200))
      #expect(tries.use { $0 } == (retries == 0 ? 1 : 3))
      #expect(try harness.ledger().last?.kind == (retries == 0 ? .void : .settle))
    }
  }

  /// What an answer took that broke off is charged: were it asked for again, nobody would know of it.
  @Test(arguments: [0, 2], [#"{"usage":{"prompt_tokens":30,"completion_tokens":40},"x":["#, #"{"choices":[{"#])
  func anAnswerThatBrokeOffIsChargedAndNotAskedForAgain(retries: Int, begun: String) throws {
    let tries = Locked(0)
    let harness = try GatewayHarness(configure: { $0.retries = retries }) { exchange in
      tries.use { $0 += 1 }
      exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nRetry-After: 0\r\nContent-Length: 500\r\n\r\n\(begun)")
      return false
    }
    let reply = try harness.post(Self.call)
    #expect(reply.status == 502 && reply.head.fields["x-should-retry"] == nil)
    #expect(tries.use { $0 } == 1)
    let last = try #require(try harness.ledger().last)
    #expect(last.kind == .settle && last.ending == .failed && (last.charge?.tokens ?? 0) > 0)
  }

  @Test func whatCannotBeMeteredIsRefusedWhereThatIsWanted() throws {
    let harness = try Self.harness { $0.isStrict = true }
    #expect(try harness.post(to: "/v1/images/generations", "{}").status == 403)
    let client = try harness.connect()
    defer { client.close() }
    #expect(try client.exchange("GET", harness.path("/v1/models")).status == 200)
    #expect(try client.exchange("POST", harness.path("/v1/messages/count_tokens"), body: [0x7B, 0x7D]).status == 200)
  }
}
