import HTTPWire
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Clients with a key that send or read so slowly that they keep others out, and those who only look as if they did.
@Suite(.serialized) struct SlowClientTests {
  private static let call = #"{"model":"m","max_tokens":5,"messages":[]}"#

  /// A provider whose streams, asked for by `stream`, and files have so many bytes; it notes how many it has sent.
  private static func harness(
    streamed: Int = 0, sent: Locked<Int> = Locked(0), configure: (inout GatewayOptions) -> Void
  ) throws -> GatewayHarness {
    try GatewayHarness(configure: configure) { exchange in
      guard exchange.text.contains("stream") || exchange.head.method == "GET" else {
        exchange.reply(MeteredCallTests.reply)
        return true
      }
      exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
      let piece = "data: {\"choices\":[{\"delta\":{\"content\":\"" + String(repeating: "x", count: 8000) + "\"}}]}\n\n"
      for _ in 0..<(streamed / piece.utf8.count) {
        exchange.send(piece)
        sent.use { $0 += piece.utf8.count }
      }
      return false
    }
  }

  /// Asks until it is answered, for a minute at most: who keeps others out would for longer.
  private static func status(_ harness: GatewayHarness, meanwhile: () -> Void) -> Int {
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    var status = 0
    while status != 200, Clock.monotonicNanoseconds < end {
      meanwhile()
      Clock.sleep(ms: 50)
      status = (try? harness.post(call).status) ?? 0
    }
    return status
  }

  @Test(arguments: ["/v1/chat/completions", "/v1/files"]) func aBodyThatComesBitByBitKeepsNobodyOut(target: String)
    throws
  {
    let harness = try Self.harness {
      $0.limits.connections = 4
      $0.limits.crowdedPieceMs = 300
    }
    let slow = try (0..<4).map { _ in try harness.connect() }
    defer { for client in slow { client.close() } }
    for client in slow {
      try client.send("POST", harness.path(target), fields: ["Content-Length": "100000"])
    }
    #expect(Self.status(harness) { for client in slow { try? client.write(" ") } } == 200)
    #expect(try harness.ledger().count(where: { $0.kind == .settle }) == 1)
  }

  /// Whose provider reads slowly is not slow itself: only the time counts for which it was waited for.
  @Test func aClientIsNotToBlameForItsProvider() throws {
    let listener = try Socket.listening()
    defer { listener.close() }
    let client = try Socket.connected(to: listener.port)
    var limits = GatewayLimits()
    limits.crowdedPieceMs = 100
    let connection = ClientConnection(try listener.accept(), limits: limits)
    defer { connection.socket.close() }
    connection.othersWait = { true }
    try client.writeAll(Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n0123456789".utf8))
    #expect(try connection.nextHead { _ in true } != nil)
    #expect(try connection.nextBody()?.count == 10)
    try client.writeAll(Array("0123456789".utf8))
    // As long as it takes to send on what has come.
    Clock.sleep(ms: 300)
    #expect(try connection.nextBody()?.count == 10)
    // Now it is the one who is waited for.
    #expect(throws: ClientFault.self) { try connection.nextBody() }
    client.close()
  }

  /// Nobody is sent away while there is room.
  @Test func aSlowBodyIsWaitedForWhereThereIsRoom() throws {
    let harness = try Self.harness {
      $0.limits.connections = 4
      $0.limits.crowdedPieceMs = 100
    }
    let slow = try harness.connect()
    defer { slow.close() }
    try slow.send("POST", harness.path("/v1/chat/completions"), fields: ["Content-Length": "\(Self.call.utf8.count)"])
    for character in Self.call {
      try slow.write(String(character))
      Clock.sleep(ms: 15)
    }
    #expect(try slow.reply().status == 200)
  }

  /// Whoever does not read has its call cut and settled, its provider's answer with it.
  @Test func aClientThatNeverReadsKeepsNobodyOut() throws {
    let sent = Locked(0)
    let harness = try Self.harness(streamed: 200_000_000, sent: sent) {
      $0.limits.connections = 2
      $0.limits.crowdedPieceMs = 300
      $0.limits.stallMs = 600_000
    }
    let clients = try (0..<2).map { _ in try harness.connect() }
    defer { for client in clients { client.close() } }
    for (number, client) in clients.enumerated() {
      let body = #"{"model":"m","max_tokens":5,"stream":true,"messages":[{"role":"user","content":"\#(number)"}]}"#
      try client.send("POST", harness.path("/v1/chat/completions"), body: Array(body.utf8))
    }
    var before = -1
    while sent.use({ $0 }) != before {
      before = sent.use { $0 }
      Clock.sleep(ms: 200)
    }
    #expect(Self.status(harness, meanwhile: {}) == 200)
    let settled = try harness.ledger().filter { $0.kind == .settle }
    #expect(settled.count >= 2 && settled.count(where: { $0.ending == .failed }) >= 1, "\(settled.map(\.ending))")
  }

  /// Only who stands still is given up: a buffer of the system's that is full takes long to become a third empty.
  @Test func aClientThatReadsSlowlyIsWaitedFor() throws {
    let sent = Locked(0)
    let harness = try Self.harness(streamed: 16_000_000, sent: sent) { $0.limits.stallMs = 1000 }
    let client = try harness.connect()
    defer { client.close() }
    // A file is not looked into: only the client is slow.
    try client.send("GET", harness.path("/v1/files/f/content"))
    var piece = [UInt8](repeating: 0, count: 30_000)
    for _ in 0..<50 {
      Clock.sleep(ms: 100)
      let count = try piece.withUnsafeMutableBytes { try client.socket.read(into: $0) }
      try #require(count > 0)
    }
    #expect(sent.use { $0 } < 15_000_000, "nothing was full")
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    var count = 1
    piece = [UInt8](repeating: 0, count: 1 << 20)
    var last: [UInt8] = []
    while count > 0, !last.suffix(5).elementsEqual("0\r\n\r\n".utf8), Clock.monotonicNanoseconds < end {
      count = (try? piece.withUnsafeMutableBytes { try client.socket.read(into: $0) }) ?? 0
      last = (last + piece[max(0, count - 16)..<count]).suffix(16)
    }
    #expect(String(decoding: last, as: UTF8.self).hasSuffix("0\r\n\r\n"), "cut: \(last)")
  }

  /// Whoever has only just come does not go before one whose head has been coming for long.
  @Test func whoHasJustComeIsNotTheFirstToGo() throws {
    let harness = try Self.harness {
      $0.limits.connections = 3
      $0.limits.crowdedHeadMs = 2000
    }
    let strangers = try (0..<2).map { _ in try harness.connect() }
    defer { for stranger in strangers { stranger.close() } }
    for stranger in strangers { try stranger.write("GET /nobody/x HTTP/1.1\r\nHost: x\r\nX-A: a") }
    Clock.sleep(ms: 2200)
    let new = try (0..<3).map { _ in try harness.connect() }
    defer { for client in new { client.close() } }
    Clock.sleep(ms: 200)
    for client in new {
      #expect(
        try client.exchange("POST", harness.path("/v1/chat/completions"), body: Array(Self.call.utf8)).status == 200)
    }
  }

  /// Where many find no place each hears of it soon, not half a second after the one before.
  @Test func thoseWhoFindNoPlaceHearOfItSoon() throws {
    let harness = try Self.harness(streamed: 200_000_000) { $0.limits.connections = 1 }
    let working = try harness.connect()
    defer { working.close() }
    let body = #"{"model":"m","max_tokens":5,"stream":true,"messages":[]}"#
    try working.send("POST", harness.path("/v1/chat/completions"), body: Array(body.utf8))
    try working.read(until: "200 OK")
    let start = Clock.monotonicNanoseconds
    for _ in 0..<60 {
      // The request has come before the answer: unread it would take that back.
      #expect(try harness.post(Self.call).status == 429)
    }
    // One after the other they would take 60 times half a second.
    #expect((Clock.monotonicNanoseconds - start) / 1_000_000 < 22_000)
  }
}
