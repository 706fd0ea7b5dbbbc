import Configuration
import GuardModel
import HTTPWire
import Ledger
import Posix
import PretendProvider
import Providers
import Testing

@testable import Gateway

/// What a gateway must survive: nothing is lost, nothing hangs, and the next call is served.
@Suite(.serialized) struct BadInputTests {
  let provider: PretendProvider

  init() throws { provider = try PretendProvider() }

  private func harness(strict: Bool = false) throws -> GatewayHarness {
    let url = provider.url
    return try GatewayHarness(
      settings: { settings in
        settings.providers = settings.providers.map { provider in
          var provider = provider
          if let address = WebAddress(provider.base) { provider.base = url + address.path }
          return provider
        }
      }, configure: { $0.isStrict = strict }, { _ in false })
  }

  private static let call = #"{"model":"m","messages":[{"role":"user","content":"one two three"}]}"#

  /// That the gateway goes on: a call is answered, and the ledger holds it and nothing besides.
  private func expectGoingOn(_ harness: GatewayHarness, calls before: Int = 0) throws {
    #expect(try harness.post(Self.call).status == 200)
    #expect(try harness.ledger().filter { $0.kind == .settle }.count == before + 1)
  }

  @Test(arguments: [
    ("\u{0}\u{1}\u{2}\r\n\r\n", 400), ("nonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: HOST\r\n\r\n", 505), ("CONNECT a:1 HTTP/1.1\r\nHost: HOST\r\n\r\n", 501),
    ("POST PATH HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("POST PATH HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n{}  ", 400),
    ("POST PATH HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: HOST\r\n folded: x\r\n\r\n", 400), ("GET / HTTP/1.1\nHost: HOST\n\n", 400),
    ("GET / HTTP/1.1\r\nHost: HOST\r\nExpect: magic\r\n\r\n", 417),
    ("GET /LONG HTTP/1.1\r\nHost: HOST\r\n\r\n", 414), ("GET / HTTP/1.1\r\nHost: HOST\r\nX: LONG\r\n\r\n", 431),
  ])
  func malformedMessagesAreRefusedAndTheConnectionEnds(text: String, status: Int) throws {
    let harness = try harness()
    let client = try harness.connect()
    defer { client.close() }
    var message = ""
    // The words that stand for something are upper case; nothing else in the messages is spelled like them.
    for part in text.split(separator: " ", omittingEmptySubsequences: false) {
      let filled =
        part.hasPrefix("HOST")
        ? "127.0.0.1:\(harness.port)" + part.dropFirst(4)
        : part == "PATH"
          ? harness.path("/v1/chat/completions")[...]
          : part.hasPrefix("LONG")
            ? String(repeating: "x", count: 70_000) + part.dropFirst(4)
            : part == "/LONG" ? "/" + String(repeating: "x", count: 20_000) : part
      message += (message.isEmpty ? "" : " ") + filled
    }
    try client.write(message)
    let reply = try client.reply()
    #expect(reply.status == status, "\(reply.text)")
    #expect(throws: (any Error).self, "the connection has ended") { try client.reply() }
    #expect(provider.tally.lines.isEmpty)
    try expectGoingOn(harness)
  }

  @Test(arguments: [false, true]) func anUnknownRoutePassesAndIsToldOrIsRefused(strict: Bool) throws {
    let harness = try harness(strict: strict)
    let reply = try harness.post(to: "/v1/images/generations", #"{"prompt":"a cat"}"#)
    #expect((reply.status == 404 && !reply.text.contains("llmguard")) == !strict, "\(reply.text)")
    #expect(provider.tally.others["POST /v1/images/generations"] == (strict ? nil : 1))
    let isTold = harness.news.all.contains { if case .unmetered(_, strict) = $0 { true } else { false } }
    #expect(isTold)
    #expect(harness.gateway.summary.unmetered == (strict ? 0 : 1))
    #expect(try harness.post(Self.call).status == 200)
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [strict ? .refuse : .unmetered, .reserve, .settle])
    let entry = try #require(entries.first)
    #expect((entry.route, entry.facts?.provider, entry.facts?.operation) == ("images", "openai", "images"))
    #expect((entry.facts?.user, entry.facts?.run, entry.facts?.tier) == ("ana", "run-1", "default"))
    #expect(entry.facts?.model == nil && entry.usage == nil)
    #expect(entries.last?.facts?.provider == "openai")
  }

  @Test(arguments: ["/v1/chat/completions", "/v1/messages"]) func aStreamThatIsCutIsSettledByWhatCame(path: String)
    throws
  {
    let harness = try harness()
    let key = path.hasSuffix("messages") ? "anthropic" : "openai"
    let body =
      #"{"model":"m--cut--words-40","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"a b c"}]}"#
    let reply = try harness.post(to: path, key: key, body)
    #expect(!reply.isWhole, "the client sees that it was cut")
    #expect(provider.tally.lines["m--cut--words-40"]?.cuts == 1)
    let entries = try harness.ledger()
    let settled = try #require(entries.last { $0.kind == .settle })
    #expect(settled.usage?.exactness == .estimated)
    #expect((settled.usage?.output ?? 0) > 0, "never free")
    #expect((settled.usage?.output ?? 0) < 50, "nor charged what did not come")
  }

  @Test func aClientThatLeavesEndsTheCallAndPaysWhatCame() throws {
    let harness = try harness()
    let client = try harness.connect()
    let body = #"{"model":"m--pause-20--words-2000","stream":true,"messages":[{"role":"user","content":"a b c"}]}"#
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(body.utf8))
    try client.read(until: "said:")
    client.close()
    // The provider sees the end long before it has said all: that would take 40 seconds.
    let end = Clock.monotonicNanoseconds + 20_000_000_000
    while provider.tally.lines["m--pause-20--words-2000"]?.cuts != 1, Clock.monotonicNanoseconds < end {
      Clock.sleep(ms: 5)
    }
    #expect(provider.tally.lines["m--pause-20--words-2000"]?.cuts == 1)
    let settled = try #require(try harness.ledger().last { $0.kind == .settle })
    #expect(settled.usage?.exactness == .estimated)
    #expect((settled.usage?.output ?? 0) > 0)
  }

  /// The gateway asks for nothing packed; who packs all the same is passed on unread, and the call is called an estimate.
  @Test func aReplyThatIsPackedUnaskedIsPassedOnAndEstimated() throws {
    let harness = try harness()
    let reply = try harness.post(#"{"model":"m--gzip","messages":[{"role":"user","content":"one two three"}]}"#)
    #expect(reply.status == 200)
    #expect(reply.head.fields["content-encoding"] == "gzip")
    #expect(reply.body.prefix(2) == [0x1F, 0x8B])
    let settled = try #require(try harness.ledger().last { $0.kind == .settle })
    #expect(settled.usage?.exactness == .estimated)
    #expect((settled.usage?.output ?? 0) > 0, "never free")
  }

  /// A server that is asked for the usage of a stream by the gateway tells it as null until the end: a client that did not
  /// ask gets the bytes that it would get alone.
  @Test(arguments: ["/v1/chat/completions", "/v1/completions"])
  func aStreamIsTheSameToTheByte(path: String) throws {
    let body =
      #"{"model":"m","stream":true,"prompt":"a \"usage\":null b","messages":[{"role":"user","content":"a b"}]}"#
    let harness = try harness()
    let guarded = try harness.post(to: path, body)
    let alone = try TestClient(port: provider.port)
    defer { alone.close() }
    #expect(guarded.text == (try alone.exchange("POST", path, body: Array(body.utf8))).text)
    #expect(!guarded.text.contains(#","usage""#))
    let settled = try #require(try harness.ledger().last { $0.kind == .settle })
    #expect(settled.usage?.exactness == .exact)
  }

  @Test func aPageInPlaceOfAnAnswerCostsNothing() throws {
    let harness = try harness()
    let reply = try harness.post(#"{"model":"m--html","messages":[]}"#)
    #expect(reply.status == 502)
    #expect(reply.text.contains("<html>"))
    try expectGoingOn(harness)
  }

  @Test func aProviderThatHangsUpCostsNothingAndIsSaidToHave() throws {
    let harness = try harness()
    let reply = try harness.post(#"{"model":"m--hang-up","messages":[]}"#)
    #expect(reply.status == 502)
    #expect(reply.text.contains("llmguard"))
  }
}
