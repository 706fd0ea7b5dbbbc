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

  private func harness(strict: Bool = false, failsOpen: Bool = false) throws -> GatewayHarness {
    let url = provider.url
    return try GatewayHarness(
      settings: { settings in
        settings.providers = settings.providers.map { provider in
          var provider = provider
          if let address = WebAddress(provider.base) { provider.base = url + address.path }
          return provider
        }
      }, configure: { ($0.isStrict, $0.failsOpen) = (strict, failsOpen) }, { _ in false })
  }

  private static let call = #"{"model":"m","messages":[{"role":"user","content":"one two three"}]}"#

  /// That the gateway goes on: a call is answered, and the ledger holds it and nothing besides.
  private func expectGoingOn(_ harness: GatewayHarness, calls before: Int = 0) throws {
    #expect(try harness.post(Self.call).status == 200)
    #expect(try harness.ledger().filter { $0.kind == .settle }.count == before + 1)
  }

  /// Where a broken body ends nobody knows, so nothing more is read; whoever sent it is told so.
  @Test(arguments: ["/v1/chat/completions", "/v1/files"]) func behindABrokenBodyNothingIsRead(path: String) throws {
    let harness = try harness()
    let client = try harness.connect()
    defer { client.close() }
    try client.write(
      "POST \(harness.path(path)) HTTP/1.1\r\nHost: 127.0.0.1:\(harness.port)\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\nz\r\n"
    )
    let reply = try client.reply()
    #expect(reply.status == 400 && reply.head.fields["Connection"] == "close", "\(reply.text)")
    try expectGoingOn(harness)
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
    let isTold = harness.news.all.contains {
      if case .unmetered(_, _, strict ? .refusedAsStrict : .other, _, _) = $0 { true } else { false }
    }
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

  private static let lies = ["negative", "absurd", "text", "null", "none", "fraction", "huge", "zero"]
  private static let ways = [
    ("openai", "/v1/chat/completions", #""messages":[{"role":"user","content":"one two three"}]"#),
    ("openai", "/v1/chat/completions", #""stream":true,"messages":[{"role":"user","content":"one two three"}]"#),
    ("openai", "/v1/responses", #""input":"one two three""#),
    ("openai", "/v1/responses", #""stream":true,"input":"one two three""#),
    ("anthropic", "/v1/messages", #""max_tokens":50,"messages":[{"role":"user","content":"one two three"}]"#),
    (
      "anthropic", "/v1/messages",
      #""max_tokens":50,"stream":true,"messages":[{"role":"user","content":"one two three"}]"#
    ),
    ("gemini", "/v1beta/models/MODEL:generateContent", #""contents":[{"parts":[{"text":"one two three"}]}]"#),
    (
      "gemini", "/v1beta/models/MODEL:streamGenerateContent?alt=sse",
      #""contents":[{"parts":[{"text":"one two three"}]}]"#
    ),
    ("ollama", "/api/chat", #""stream":false,"messages":[{"role":"user","content":"one two three"}]"#),
    ("ollama", "/api/generate", #""prompt":"one two three""#),
  ]

  /// Whatever a provider says of a call, it is neither free nor dearer than what came, and the client gets its answer.
  @Test(arguments: lies) func aLieIsNotBelieved(lie: String) throws {
    let harness = try harness()
    let model = "m--lie-\(lie)"
    for (key, path, members) in Self.ways {
      let reply = try harness.post(
        to: path.replacing("MODEL", with: model), key: key, "{\"model\":\"\(model)\",\(members)}")
      #expect(reply.status == 200 && reply.text.contains("said:"), "\(path): \(reply.text)")
    }
    let settled = try harness.ledger().filter { $0.kind == .settle }
    #expect(settled.count == Self.ways.count)
    for (entry, way) in zip(settled, Self.ways) {
      let usage = try #require(entry.usage)
      #expect(usage.exactness == .estimated, "\(way): \(usage)")
      #expect(usage.input > 0 && usage.output > 0 && usage.input + usage.output < 1000, "\(way): \(usage)")
      #expect((entry.charge?.tokens ?? 0) > 0)
    }
  }

  /// The gateway asks for nothing packed; who packs all the same is read on the way, and passed on to the byte.
  @Test(arguments: [
    ("/v1/chat/completions", #""messages":[{"role":"user","content":"one two three"}]"#),
    ("/v1/messages", #""max_tokens":9,"stream":true,"messages":[{"role":"user","content":"one two three"}]"#),
    ("/v1/chat/completions", #""stream":true,"stream_options":{"include_usage":true},"messages":[]"#),
    ("/api/chat", #""messages":[{"role":"user","content":"one two three"}]"#),
  ])
  func aReplyThatIsPackedUnaskedIsPassedOnAndExact(path: String, members: String) throws {
    let harness = try harness()
    let body = #"{"model":"m--gzip",\#(members)}"#
    let reply = try harness.post(to: path, key: path == "/api/chat" ? "ollama" : "openai", body)
    #expect(reply.status == 200)
    #expect(reply.head.fields["content-encoding"] == "gzip")
    let alone = try TestClient(port: provider.port)
    defer { alone.close() }
    let direct = try alone.exchange("POST", path, body: Array(body.utf8))
    #expect(reply.body.prefix(2) == [0x1F, 0x8B] && reply.body == direct.body)
    let line = try #require(provider.tally.lines["m--gzip"])
    let settled = try #require(try harness.ledger().last { $0.kind == .settle })
    #expect(settled.usage?.exactness == .exact)
    #expect(settled.usage?.input == line.inputTokens / 2 && settled.usage?.output == line.outputTokens / 2)
  }

  /// What a client did not ask for is hidden from it, packed or not: then it gets the stream unpacked.
  @Test func aPackedStreamIsUnpackedWhereSomethingIsHidden() throws {
    let harness = try harness()
    let body = #"{"model":"m--MODE","stream":true,"messages":[{"role":"user","content":"one two three"}]}"#
    func ask(_ mode: String) throws -> TestClient.Reply {
      try harness.post(body.split(separator: "MODE").joined(separator: mode))
    }
    let packed = try ask("gzip")
    #expect(packed.head.fields["content-encoding"] == nil)
    #expect(packed.isWhole && packed.text.hasSuffix("data: [DONE]\n\n"))
    #expect(!packed.text.contains(#""usage""#))
    let settled = try #require(try harness.ledger().last { $0.kind == .settle })
    #expect(settled.usage?.exactness == .exact)
  }

  private static let gzipped: [UInt8] = {
    let digits = Array(
      "1f8b0800000000000203ab56cacd4f49cd51b252ca55d251ca4d2d2e4e4c4f2d56b28aae562acacf49058a9716a71601a592f3f34a52f34a8002f979a90a25e5f90a251945a9a90a283ca5dad85a00d0d97b1a52000000"
        .utf8)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
  }()

  private static let zstandard: [UInt8] = {
    let digits = Array(
      "28b52ffd24521d020052840e1690b5e9302a681bde06d7aaf8caf27f7ead39fb3f88014b5893361d492e90a4e8b61335d111975311b05d736915d8586340ecb97cb64d8b3bab0100411c330a3b6bca1d"
        .utf8)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
  }()

  @Test func aCompressedCallIsReadAndGoesOnUnpacked() throws {
    let harness = try harness()
    let client = try harness.connect()
    defer { client.close() }
    let path = harness.path("/v1/chat/completions")
    #expect(try client.exchange("POST", path, fields: ["Content-Encoding": "gzip"], body: Self.gzipped).status == 200)
    #expect(provider.tally.lines["m"]?.calls == 1)
    for (coding, body, status) in [
      ("br", Self.gzipped, 415), ("gzip, gzip", Self.gzipped, 415), ("gzip", Array(Self.call.utf8), 400),
      ("gzip", Array(Self.gzipped.dropLast()), 400), ("deflate", Self.gzipped, 400),
      ("zstd", Array(Self.zstandard.dropLast()), 400), ("zstd", Self.gzipped, 400), ("zstd", Self.zstandard, 200),
      ("identity", Array(Self.call.utf8), 200),
    ] as [(String, [UInt8], Int)] {
      let reply = try client.exchange("POST", path, fields: ["Content-Encoding": coding], body: body)
      #expect(reply.status == status, "\(coding): \(reply.text)")
      #expect(reply.text.contains("it was not sent") == (status != 200))
    }
    #expect(provider.tally.lines["m"]?.calls == 3)
    let settled = try harness.ledger().filter { $0.kind == .settle }
    #expect(settled.map(\.usage?.exactness) == [.exact, .exact, .exact])
  }

  @Test func aSmallBodyThatIsLargeInsideIsRefused() throws {
    let url = provider.url
    let harness = try GatewayHarness(
      settings: { settings in
        settings.providers = settings.providers.map {
          Provider(name: $0.name, base: url + "/v1", variables: $0.variables)
        }
      }, configure: { $0.limits.unpackedBodyBytes = 81 }, { _ in false })
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange(
      "POST", harness.path("/v1/chat/completions"), fields: ["Content-Encoding": "gzip"], body: Self.gzipped)
    #expect(reply.status == 413)
    #expect(reply.text.contains("larger than 81 bytes when it is unpacked"))
    #expect(provider.tally.lines.isEmpty)
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

  /// Each fault of a call has a code of its own.
  @Test(arguments: [
    (#"{"model":"m","max_tokens":-5,"messages":[]}"#, "maximum_out_of_range", "'max_tokens' is less than nothing"),
    (#"{"model":"m","max_tokens":1.5,"messages":[]}"#, "unreadable", "'max_tokens' is not a whole number"),
  ])
  func eachFaultHasItsCode(body: String, code: String, message: String) throws {
    let harness = try harness()
    let reply = try harness.post(body)
    #expect(reply.status == 400 && reply.text.contains(message), "\(reply.text)")
    #expect(reply.json?["error"]?["code"]?.stringValue == "llmguard_\(code)")
    #expect(reply.json?["llmguard"]?["refused"]?.stringValue == code)
  }

  /// Amounts that nobody can count are the request's fault, and no reason to let it out unmetered.
  @Test(arguments: [
    (
      "/v1/chat/completions", "openai", #"{"max_completion_tokens":9,"max_tokens":9223372036854775807,"#, "'max_tokens'"
    ),
    ("/v1/chat/completions", "openai", #"{"max_tokens":99999999999999999999,"#, "'max_tokens'"),
    ("/v1/chat/completions", "openai", #"{"max_tokens":"9223372036854775808","#, "'max_tokens'"),
    ("/v1/chat/completions", "openai", #"{"n":3,"max_tokens":4611686018427387904,"#, "'max_tokens'"),
    ("/v1/messages", "anthropic", #"{"max_tokens":9223372036854775807,"#, "'max_tokens'"),
    (
      "/v1beta/models/m:generateContent", "gemini", #"{"generationConfig":{"maxOutputTokens":9223372036854775807},"#,
      "'generationConfig.maxOutputTokens'"
    ),
  ])
  func amountsThatDoNotFitAreTheRequestsFault(path: String, key: String, start: String, name: String) throws {
    let harness = try harness(failsOpen: true)
    let body = start + Self.call.dropFirst()
    let reply = try harness.post(to: path, key: key, body)
    #expect(reply.status == 400, "\(reply.text)")
    #expect(reply.text.contains("this call cannot be metered: \(name) is too large; it was not sent"), "\(reply.text)")
    #expect(reply.text.contains(key == "gemini" ? "INVALID_ARGUMENT" : "invalid_request_error"), "\(reply.text)")
    #expect(reply.json?["llmguard"]?["refused"]?.stringValue == "maximum_out_of_range")
    #expect(key != "openai" || reply.json?["error"]?["code"]?.stringValue == "llmguard_maximum_out_of_range")
    #expect(provider.tally.lines.isEmpty && harness.gateway.summary.turnedAway == 1)
    try expectGoingOn(harness)
  }
}
