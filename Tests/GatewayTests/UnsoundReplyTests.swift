import GuardModel
import HTTPWire
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Replies that are not as they should be: what can be put right is, and of all else the client is told, at no charge.
@Suite(.serialized) struct UnsoundReplyTests {
  private static let body = MeteredCallTests.reply
  private static let call = #"{"model":"m","messages":[{"role":"user","content":"one two three"}]}"#

  private func harness(_ reply: String) throws -> GatewayHarness {
    try GatewayHarness { exchange in
      exchange.send(reply)
      return false
    }
  }

  private static func reply(_ fields: String, status: String = "HTTP/1.1 200 OK") -> String {
    "\(status)\r\nContent-Type: application/json\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// *Source:* RFC 9112 sections 2.2, 5.1 and 5.2.
  static let mendable: [(reply: String, field: String)] = [
    (reply("X-A: b\r\n c\r\n\t d\r\n"), "b c d"), (reply("X-A : b\r\n"), "b"), (reply("X-A \t: b\r\n"), "b"),
    (reply("X-A: b\n"), "b"),
    (
      "HTTP/1.1 200 OK\nContent-Type: application/json\nX-A: b\nContent-Length: \(body.utf8.count)\n\n\(body)", "b"
    ),
    (reply("X-A: b\r\n" + String(repeating: "X-B: c\r\n", count: 300)), "b"),
    (reply("X-A: b\r\nContent-Length: \(body.utf8.count), \(body.utf8.count)\r\n"), "b"),
    (reply("X-A: b\r\nX-B: \(String(repeating: "c", count: 80_000))\r\n"), "b"),
  ]

  @Test(arguments: mendable.indices, ["/v1/chat/completions", "/v1/whatever"])
  func whatCanBePutRightIs(place: Int, path: String) throws {
    let (reply, field) = Self.mendable[place]
    let harness = try harness(reply)
    let answer = try harness.post(to: path, Self.call)
    #expect(answer.status == 200 && answer.text == Self.body)
    #expect(answer.head.fields["X-A"] == field)
  }

  static let hopeless = [
    reply("X A: b\r\n"), reply("X-A: b\u{7}\r\n"), reply("X-A: b\rc\r\n"), reply("", status: "HTTP/1.1  200 OK"),
    // Another reader would see another body.
    reply("Transfer-Encoding : chunked\r\n"), "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n\(body)",
    "HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\n\(body)", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nX-A: b",
    reply("Content-Length: 5\r\n"), "HTTP/1.1 200 OK\r\nContent-Length: 5, 9\r\n\r\n\(body)",
    "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n\(body)",
    "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n\(body)",
    // libcurl takes a line that begins with a carriage return for the end of the head.
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\rx\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforged!",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\(body)", "HTTP/1.1 100 Continue\r\n\rx\n\(reply(""))",
    // Nobody asked for another protocol.
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n" + reply(""),
  ]

  @Test(arguments: hopeless.indices, ["/v1/chat/completions", "/v1/whatever"])
  func whatCannotBePutRightIsSaidToBeSo(place: Int, path: String) throws {
    let harness = try harness(Self.hopeless[place])
    let answer = try harness.post(to: path, Self.call)
    #expect(answer.status == 502 && answer.isWhole)
    #expect(answer.json?["error"]?["message"] != nil)
    let kinds = try harness.ledger().map(\.kind)
    #expect(kinds == (path.hasSuffix("whatever") ? [.unmetered] : [.reserve, .void]))
  }

  /// *Source:* RFC 9110 section 8.6: the length is that of what would have been sent, or none.
  @Test(arguments: [nil, 1234], ["/v1/models", "/v1/chat/completions"])
  func whatHasNotChangedHasNoLengthOfOurs(length: Int?, path: String) throws {
    let harness = try harness(
      "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n" + (length.map { "Content-Length: \($0)\r\n" } ?? "") + "\r\n")
    let client = try harness.connect()
    defer { client.close() }
    let isCall = path.hasSuffix("completions")
    let answer = try client.exchange(
      isCall ? "POST" : "GET", harness.path(path), body: isCall ? Array(Self.call.utf8) : [])
    #expect(answer.status == 304)
    #expect(answer.head.fields["Content-Length"] == length.map { String($0) })
  }

  /// *Source:* RFC 9110 section 6.6.1.
  @Test func everyReplyHasADate() throws {
    let harness = try harness(Self.reply(""))
    let before = Clock.unixMs / 1000 * 1000
    for (path, text) in [
      ("/v1/chat/completions", Self.call), ("/v1/whatever", Self.call), ("/v1/chat/completions", "no JSON"),
    ] {
      let date = try #require(try harness.post(to: path, text).head.fields["Date"])
      let ms = try #require(HTTPDate.unixMs(date))
      #expect(ms >= before && ms <= Clock.unixMs)
    }
    for request in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /\r\n\r\n"] {
      let client = try harness.connect()
      defer { client.close() }
      try client.write(request)
      #expect(try client.reply(to: "GET").head.fields["Date"] != nil)
    }
    let dated = try self.harness(Self.reply("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))
    let answer = try dated.post(Self.call)
    #expect(answer.head.fields.values(of: "Date") == [Array("Sun, 06 Nov 1994 08:49:37 GMT".utf8)])
  }

  /// Nobody knows how much more there was in a reply that came whole, and whose packing has no end; and a client for whom it was
  /// unpacked must not take it for all of it.
  @Test(arguments: [false, true]) func aReplyWithoutThePackingsEndIsNotWhole(asksForUsage: Bool) throws {
    let harness = try GatewayHarness(settings: { $0.defaultMaxOutputTokens = 5000 }) { exchange in
      let bytes = ReplyTrustTests.begunGzip("data: {\"choices\":[{\"delta\":{\"content\":\"one word\"}}]}\n\n")
      var head = HTTPResponseHead(200, fields: ["Content-Type": "text/event-stream", "Content-Encoding": "gzip"])
      head.fields.append("Content-Length", String(bytes.count))
      try? exchange.socket.writeAll(HTTPWriter.head(head) + bytes)
      return true
    }
    let more = asksForUsage ? #","stream_options":{"include_usage":true}"# : ""
    let reply = try? harness.post(#"{"model":"m","stream":true\#(more),"messages":[{"role":"user","content":"a"}]}"#)
    // Packed, it is as its provider made it.
    #expect(reply?.isWhole == asksForUsage)
    let last = try #require(try harness.ledger().last)
    #expect(last.usage?.exactness == .estimated && last.usage?.output == 5000, "\(String(describing: last.usage))")
    #expect(last.ending == .failed)
  }

  /// What a reply in one piece says it took is what all of it took, wherever it broke off behind that.
  @Test(arguments: [
    "Content-Length: 500\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n",
  ])
  func whatWasSaidOfAReplyWithoutItsEndCounts(framing: String) throws {
    let harness = try harness("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(framing)\(Self.body)\r\n")
    #expect(try harness.post(Self.call).status == 502)
    let last = try #require(try harness.ledger().last)
    #expect(last.ending == .failed && last.usage == TokenUsage(input: 11, output: 22, exactness: .exact))
  }

  /// Of a reply in one piece, too: with the usage that was said before its end, and without it.
  @Test(arguments: [false, true], [false, true])
  func aReplyInOnePieceThatIsCutInsideItsPackingIsMarked(saysUsage: Bool, isFalse: Bool) throws {
    let harness = try GatewayHarness(settings: { $0.defaultMaxOutputTokens = 5000 }) { exchange in
      let words = String(repeating: "one word ", count: 40)
      let end = saysUsage ? #""}}],"usage":{"prompt_tokens":7,"completion_tokens":9,"total_tokens":16}}"# : ""
      let bytes = ReplyTrustTests.begunGzip(#"{"choices":[{"message":{"content":""# + words + end)
      // A block of the third kind, which does not exist.
      let body = bytes + (isFalse ? [0x07] : [])
      var head = HTTPResponseHead(200, fields: ["Content-Type": "application/json", "Content-Encoding": "gzip"])
      head.fields.append("Content-Length", String(body.count))
      try? exchange.socket.writeAll(HTTPWriter.head(head) + body)
      return true
    }
    let call = #"{"model":"m","messages":[{"role":"user","content":"a"}]}"#
    for _ in 0..<2 { #expect(try harness.post(call).status == 200) }
    let entries = try harness.ledger()
    // Who has half an answer asks again, and that is no retry.
    #expect(entries.filter { $0.kind == .reserve }.map { $0.facts?.attempt } == [1, 1])
    let last = try #require(entries.last)
    #expect(last.ending == .failed && last.usage?.exactness == .estimated)
    #expect(last.usage?.output == (saysUsage ? 9 : 5000) && (!saysUsage || last.usage?.input == 7))
    #expect(harness.gateway.summary.exact == 0)
  }

  /// A client that would ask a provider again that broke off is not told to leave it, of a call as of other requests.
  @Test(arguments: [
    "", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{", "nonsense\r\n\r\n",
  ])
  func whatBreaksOffMayBeAskedAgain(sent: String) throws {
    let harness = try GatewayHarness { exchange in
      if !sent.isEmpty { exchange.send(sent) }
      return false
    }
    let reply = try harness.post(MeteredCallTests.chat)
    #expect(reply.status == 502 && reply.head.fields["x-should-retry"] == nil, "\(reply.text)")
    guard !sent.contains("200") else { return }
    let other = try harness.post(to: "/v2/ask", "{}")
    #expect(other.status == 502 && other.head.fields["x-should-retry"] == nil, "\(other.text)")
  }
}
