import Configuration
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Every reply to what may cost something says how its user stands and what it took, whoever wrote it.
@Suite(.serialized) struct ReplyFieldsTests {
  /// One kind of reply.
  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    var budget = "1000 tokens/day"
    var path = "/v1/chat/completions"
    var key = "openai"
    var fields: HTTPFields = [:]
    var body = #"{"model":"big","max_tokens":50,"messages":[]}"#
    var configure: @Sendable (inout GatewayOptions) -> Void = { _ in }
    /// What the provider answers; `nil` ends the connection.
    var provider: (@Sendable (ScriptedServer.Exchange) -> Void)? = { $0.reply(MeteredCallTests.reply) }
    var mayDegrade = true
    /// How often it is asked for.
    var times = 1
    let status: Int
    var phase = "ok"
    var used: Int64 = 0
    var held: Int64 = 0
    var charge: Int64 = 0
    var exact: Int64?
    var estimated: Int64?
    var model: String?
    var testDescription: String { name }
  }

  private static let usage = #"{"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
  private static let stream =
    #"{"model":"big","max_tokens":50,"stream":true,"stream_options":{"include_usage":true},"messages":[]}"#

  static let kinds: [Kind] = [
    Kind(name: "an answer", status: 200, used: 33, charge: 33, exact: 33),
    Kind(
      name: "an answer without usage", provider: { $0.reply(#"{"choices":[]}"#) }, status: 200, used: 4, charge: 4,
      estimated: 4),
    Kind(
      name: "a degraded answer", budget: "45 tokens/day", status: 200, phase: "soft", used: 33, charge: 33, exact: 33,
      model: "small"),
    Kind(
      name: "a stream", body: stream,
      provider: { $0.reply(type: "text/event-stream", MeteredCallTests.events(withUsage: true)) }, status: 200,
      held: 50, charge: 50, estimated: 50),
    Kind(
      name: "a reply too large to wait for", configure: { $0.limits.heldReplyBytes = 20 }, status: 200, held: 50,
      charge: 50, estimated: 50),
    Kind(
      name: "a packed reply", provider: { $0.reply(fields: ["Content-Encoding": "br"], "?") }, status: 200, used: 50,
      charge: 50, estimated: 50),
    Kind(
      name: "an error that says 200", provider: { $0.reply(#"{"error":{"message":"no"}}"#) }, status: 200,
      estimated: 0),
    Kind(name: "bad request", provider: { $0.reply(status: 400, "{}") }, status: 400, estimated: 0),
    Kind(name: "no such model", provider: { $0.reply(status: 404, "{}") }, status: 404, estimated: 0),
    Kind(name: "the provider's limit", provider: { $0.reply(status: 429, "{}") }, status: 429, estimated: 0),
    Kind(name: "the provider's failure", provider: { $0.reply(status: 500, "{}") }, status: 500, estimated: 0),
    Kind(
      name: "a degraded call that fails", budget: "45 tokens/day", provider: { $0.reply(status: 500, "{}") },
      status: 500, phase: "soft", estimated: 0, model: "small"),
    Kind(
      name: "the provider leads away",
      provider: { $0.reply(status: 307, fields: ["Location": "http://a.example/"], "") },
      status: 307, estimated: 0),
    Kind(
      name: "the provider leads away, refused", configure: { $0.isStrict = true },
      provider: { $0.reply(status: 307, fields: ["Location": "http://a.example/"], "") }, status: 502, estimated: 0),
    Kind(name: "no reply", provider: nil, status: 502, estimated: 0),
    Kind(
      name: "a reply that breaks off",
      provider: { $0.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n\(usage)") },
      status: 502, used: 33, charge: 33, exact: 33),
    Kind(
      name: "the budget is used up", budget: "40 tokens/day", body: #"{"model":"other","max_tokens":50,"messages":[]}"#,
      status: 429, phase: "hard", exact: 0),
    Kind(
      name: "would be degraded", budget: "45 tokens/day", mayDegrade: false, status: 429, phase: "soft", exact: 0),
    Kind(name: "a run's cap", configure: { $0.caps.calls = 0 }, status: 429, exact: 0),
    Kind(
      name: "only from the cache", fields: ["x-llmguard-cache": "only"], configure: { $0.cache = Self.cache() },
      status: 429, exact: 0),
    Kind(
      name: "from the cache", configure: { $0.cache = Self.cache() }, times: 2, status: 200, used: 33, exact: 0),
    Kind(
      name: "a stream from the cache", body: stream, configure: { $0.cache = Self.cache() },
      provider: { $0.reply(type: "text/event-stream", MeteredCallTests.events(withUsage: true)) }, times: 2,
      status: 200, used: 11, exact: 0),
    Kind(name: "no JSON", body: "{", status: 400, exact: 0),
    Kind(name: "a model that is no name", body: #"{"model":7}"#, status: 400, exact: 0),
    Kind(name: "an unknown coding", fields: ["Content-Encoding": "br"], status: 415, exact: 0),
    Kind(name: "too large", configure: { $0.limits.meteredBodyBytes = 9 }, status: 413, exact: 0),
    Kind(
      name: "goes on behind its reply, refused", path: "/v1/responses",
      body: #"{"model":"big","background":true,"max_output_tokens":50,"input":"a"}"#,
      configure: { $0.isStrict = true }, status: 403, exact: 0),
    Kind(
      name: "Anthropic's failure", path: "/v1/messages", key: "anthropic", provider: { $0.reply(status: 529, "{}") },
      status: 529, estimated: 0),
    Kind(
      name: "an unknown route", path: "/v1/images/generations", provider: { $0.reply("{}") }, status: 200, estimated: 0),
    Kind(name: "an unknown route, refused", path: "/v2/ask", configure: { $0.isStrict = true }, status: 403, exact: 0),
    Kind(name: "an unknown route, no reply", path: "/v2/ask", provider: nil, status: 502, estimated: 0),
    // A budget in calls counts those that went out, and no others.
    Kind(name: "one of three calls", budget: "3 calls/day", status: 200, used: 1, charge: 33, exact: 33),
    Kind(
      name: "one of three calls, under way", budget: "3 calls/day", body: stream,
      provider: { $0.reply(type: "text/event-stream", MeteredCallTests.events(withUsage: true)) }, status: 200,
      held: 1, charge: 50, estimated: 50),
    Kind(
      name: "one of three calls, from the cache the second time", budget: "3 calls/day",
      configure: { $0.cache = Self.cache() }, times: 2, status: 200, used: 1, exact: 0),
    Kind(
      name: "none of three calls, for it failed", budget: "3 calls/day", provider: { $0.reply(status: 500, "{}") },
      status: 500, estimated: 0),
    Kind(name: "none of three calls, for it was no JSON", budget: "3 calls/day", body: "{", status: 400, exact: 0),
    Kind(
      name: "a fourth call of three", budget: "3 calls/day", times: 4, status: 429, phase: "hard", used: 3, exact: 0),
    Kind(
      name: "a free one of three calls", budget: "3 calls/day", path: "/v1/images/generations",
      provider: { $0.reply("{}") }, status: 200, estimated: 0),
  ]

  private static func cache() -> GatewayCache {
    let folder = (try? Folder.makeTemporary(prefix: "llmguard-reply-fields")) ?? "/nowhere"
    return GatewayCache(
      path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits(), tell: { _ in })
  }

  @Test(arguments: kinds) func everyReplySaysWhatItsCallTook(kind: Kind) throws {
    let provider = kind.provider
    let harness = try GatewayHarness(
      budgets: [kind.budget], configure: kind.configure, identity: { $0.mayDegrade = kind.mayDegrade }
    ) { exchange in
      provider?(exchange)
      // Whoever says too little ends, and whoever says nothing.
      return false
    }
    var reply: TestClient.Reply?
    for _ in 0..<kind.times {
      reply = try harness.post(to: kind.path, key: kind.key, fields: kind.fields, kind.body)
    }
    let fields = try #require(reply).head.fields
    #expect(reply?.status == kind.status, "\(reply?.text ?? "")")
    let limit = try #require(Int64(kind.budget.prefix { $0.isNumber }))
    #expect(fields["x-llmguard-phase"] == kind.phase)
    // What a run's cap has decided, no budget has.
    #expect((fields["x-llmguard-budget"] == nil) == (kind.name == "a run's cap"))
    #expect(fields["x-llmguard-used"] == "\(kind.used)")
    #expect(fields["x-llmguard-held"] == (kind.held == 0 ? nil : "\(kind.held)"))
    #expect(fields["x-llmguard-limit"] == "\(limit)")
    #expect(fields["x-llmguard-remaining"] == "\(limit - kind.used - kind.held)")
    let reset = try #require(fields["x-llmguard-reset"].flatMap(Int64.init))
    #expect((0...86_400).contains(reset))
    #expect(fields["x-llmguard-charge"] == "\(kind.charge)")
    #expect(fields["x-llmguard-exact"] == kind.exact.map(String.init))
    #expect(fields["x-llmguard-estimated"] == kind.estimated.map(String.init))
    #expect(fields["x-llmguard-model"] == kind.model)
    // What was said is what the ledger holds in the end, unless only the beginning could be told.
    if kind.held == 0 {
      let last = try harness.calls().last?.posted?.tokens
      #expect(last ?? 0 == kind.charge)
    }
  }

  /// A stream's head can only estimate; who reads on behind the end is told.
  @Test(arguments: [false, true]) func aStreamsTrailersSayWhatItTook(asks: Bool) throws {
    let harness = try GatewayHarness(budgets: ["1000 tokens/day"]) { exchange in
      exchange.reply(type: "text/event-stream", MeteredCallTests.events(withUsage: true))
      return true
    }
    let reply = try harness.post(fields: asks ? ["TE": "trailers"] : [:], Self.stream)
    #expect(reply.isWhole && reply.text == MeteredCallTests.events(withUsage: true))
    #expect(reply.head.fields["x-llmguard-estimated"] == "50")
    #expect(reply.head.fields["Trailer"]?.contains("x-llmguard-exact") == (asks ? true : nil))
    #expect(reply.trailers["x-llmguard-charge"] == (asks ? "11" : nil))
    #expect(reply.trailers["x-llmguard-exact"] == (asks ? "11" : nil))
    #expect(reply.trailers["x-llmguard-remaining"] == (asks ? "989" : nil))
    // What the head has said for good is not said again.
    #expect(reply.trailers["x-llmguard-phase"] == nil && reply.trailers["x-llmguard-limit"] == nil)
  }

  /// Without a ledger nobody knows how the user stands, and the reply says that.
  @Test(arguments: [false, true]) func withoutALedgerTheStandingIsUnknown(isOpen: Bool) throws {
    let harness = try GatewayHarness(configure: { $0.failsOpen = isOpen }) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    for name in ["ledger.sqlite3", "ledger.sqlite3-wal"] { try File.remove(harness.folder + "/" + name) }
    let reply = try harness.post(MeteredCallTests.chat)
    #expect(reply.status == (isOpen ? 200 : 503), "\(reply.text)")
    #expect(reply.head.fields["x-llmguard-phase"] == "unknown")
    #expect(reply.head.fields["x-llmguard-charge"] == "0")
    #expect((reply.head.fields["x-llmguard-estimated"] != nil) == isOpen)
    #expect((reply.head.fields["x-llmguard-exact"] == "0") == !isOpen)
  }

  /// What costs nothing says how its user stands, too; what a provider says in the gateway's name does not count.
  @Test(arguments: [
    ("GET", "/v1/models"), ("HEAD", "/v1/models"), ("DELETE", "/v1/files/a"), ("POST", "/v1/messages/count_tokens"),
  ])
  func aRequestThatIsFreeSaysHowItsUserStands(method: String, path: String) throws {
    let harness = try GatewayHarness(budgets: ["1000 tokens/day"]) { exchange in
      if exchange.head.target.hasSuffix("/chat/completions") {
        exchange.reply(MeteredCallTests.reply)
      } else {
        exchange.reply(fields: ["x-llmguard-charge": "7"], exchange.head.method == "HEAD" ? "" : "{}")
      }
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    for used in ["0", "33", "66"] {
      let fields = try client.exchange(method, harness.path(path)).head.fields
      #expect(fields["x-llmguard-phase"] == "ok")
      #expect(fields["x-llmguard-used"] == used)
      #expect(fields["x-llmguard-limit"] == "1000")
      #expect(fields["x-llmguard-reset"] != nil)
      #expect(fields.values(of: "x-llmguard-charge") == [Array("0".utf8)])
      #expect(fields["x-llmguard-exact"] == "0")
      #expect(try harness.post(MeteredCallTests.chat).status == 200)
    }
  }

  /// A provider that is not there is told of with the same fields.
  @Test func aFreeRequestThatFailsSaysHowItsUserStands() throws {
    let harness = try GatewayHarness(budgets: ["1000 tokens/day"]) { _ in false }
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange("GET", harness.path("/v1/models"))
    #expect(reply.status == 502 && reply.head.fields["x-llmguard-used"] == "0")
  }

  /// What costs nothing is answered while the ledger stands still, or is gone, and no old figure is given.
  @Test(arguments: [true, false]) func aFreeRequestDoesNotWaitForTheLedger(isGone: Bool) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply("{}")
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    #expect(try client.exchange("GET", harness.path("/v1/models")).head.fields["x-llmguard-phase"] == "ok")
    let isOver = Locked(false)
    defer { isOver.use { $0 = true } }
    if isGone {
      for name in ["ledger.sqlite3", "ledger.sqlite3-wal"] { try File.remove(harness.folder + "/" + name) }
    } else {
      let isAtWork = Locked(false)
      harness.gateway.desk.post(
        { _ in
          isAtWork.use { $0 = true }
          isOver.wait(until: { $0 }) { _ in }
        }, lost: { _ in })
      harness.gateway.desk.flushSoon()
      isAtWork.wait(until: { $0 }) { _ in }
    }
    let start = Clock.monotonicNanoseconds
    for _ in 1...400 {
      let reply = try client.exchange("GET", harness.path("/v1/models"))
      #expect(reply.status == 200 && reply.text == "{}")
      #expect(reply.head.fields["x-llmguard-phase"] == "unknown")
      #expect(reply.head.fields["x-llmguard-charge"] == "0" && reply.head.fields["x-llmguard-exact"] == "0")
      #expect(reply.head.fields["x-llmguard-used"] == nil && reply.head.fields["x-llmguard-remaining"] == nil)
    }
    // The first one alone may wait: all would take 400 times 100 ms.
    #expect((Clock.monotonicNanoseconds - start) / 1_000_000 < 30_000)
    // What the ledger says later is said again.
    if !isGone {
      isOver.use { $0 = true }
      let end = Clock.monotonicNanoseconds + 60_000_000_000
      while try client.exchange("GET", harness.path("/v1/models")).head.fields["x-llmguard-phase"] != "ok" {
        try #require(Clock.monotonicNanoseconds < end)
      }
    }
  }
}
