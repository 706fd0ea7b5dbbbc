import Guard
import GuardModel
import Ledger
import Posix
import Testing
import TextFormats

@testable import Gateway
@testable import SQLiteLedger

/// Calls through the gateway: what the provider gets, what the client gets, what the ledger gets.
@Suite(.serialized) struct MeteredCallTests {
  static let chat = #"{"model":"big","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}"#
  static let reply =
    #"{"model":"big","choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#

  @Test func aCallIsSettledByTheProvidersUsage() throws {
    let seen = Locked("")
    let harness = try GatewayHarness { exchange in
      seen.use {
        $0 =
          "\(exchange.head.method) \(exchange.head.target) \(exchange.head.fields["Authorization"] ?? "") \(exchange.text)"
      }
      exchange.reply(Self.reply)
      return true
    }
    let reply = try harness.post(fields: ["Authorization": "Bearer sk-secret"], Self.chat)
    #expect(reply.status == 200)
    #expect(reply.text == Self.reply)
    #expect(seen.use { $0 } == "POST /v1/chat/completions Bearer sk-secret \(Self.chat)")
    #expect(reply.head.fields["x-llmguard-phase"] == "ok")
    #expect(reply.head.fields["x-llmguard-charge"] == "33")
    #expect(reply.head.fields["x-llmguard-exact"] == "33")
    #expect(reply.head.fields["x-llmguard-used"] == "33")
    #expect(reply.head.fields["x-llmguard-limit"] == "1000000")
    #expect(reply.head.fields["x-llmguard-remaining"] == "999967")
    #expect(reply.head.fields["x-llmguard-model"] == nil)
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .settle])
    #expect(entries.last?.usage == TokenUsage(input: 11, output: 22, exactness: .exact))
    #expect(entries.last?.facts?.user == "ana")
    #expect(entries.last?.facts?.operation == "chat")
    #expect(entries.last?.ending == .complete)
  }

  /// What has a price of its own is settled with it. One part is written into the stream's beginning, the other at its end.
  @Test(arguments: [false, true]) func whatIsPricedApartIsSettledSo(isStreamed: Bool) throws {
    let first =
      #""usage":{"input_tokens":7,"cache_read_input_tokens":100,"cache_creation_input_tokens":20,"cache_creation":{"ephemeral_5m_input_tokens":12,"ephemeral_1h_input_tokens":8},"output_tokens":1}"#
    let last = #""usage":{"output_tokens":3,"server_tool_use":{"web_search_requests":2}}"#
    let whole =
      #""usage":{"input_tokens":7,"cache_read_input_tokens":100,"cache_creation_input_tokens":20,"cache_creation":{"ephemeral_5m_input_tokens":12,"ephemeral_1h_input_tokens":8},"output_tokens":3,"server_tool_use":{"web_search_requests":2}}"#
    let harness = try GatewayHarness { exchange in
      if isStreamed {
        exchange.reply(
          type: "text/event-stream",
          "data: {\"type\":\"message_start\",\"message\":{\(first)}}\n\ndata: {\"type\":\"message_delta\",\(last)}\n\n")
      } else {
        exchange.reply("{\"content\":[],\(whole)}")
      }
      return true
    }
    let reply = try harness.post(
      to: "/v1/messages", key: "anthropic",
      #"{"model":"claude-opus-4-5","max_tokens":50,"stream":\#(isStreamed),"messages":[{"role":"user","content":"a"}]}"#
    )
    #expect(reply.status == 200)
    let entry = try #require(try harness.ledger().last)
    #expect(
      entry.usage
        == TokenUsage(
          input: 127, output: 3, cachedInput: 100, cacheWrite: 20, cacheWriteHour: 8, webSearches: 2, exactness: .exact)
    )
    // $5, $0.50, $6.25, $10 and $25 a million tokens, and $0.01 a search: 35 + 50 + 75 + 80 + 75 + 20,000.
    #expect(entry.charge?.costMicroUSD == 20_315)
    #expect(entry.unpriced == [])
  }

  /// Of a model whose price for sound nobody knows the cost is the least it can be, and said to be.
  @Test func whatHasNoKnownPriceIsNamed() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        #"{"usage":{"prompt_tokens":10,"completion_tokens":20,"completion_tokens_details":{"audio_tokens":15}}}"#)
      return true
    }
    let body = #"{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"say it"}]}"#
    #expect(try harness.post(body).status == 200)
    let entry = try #require(try harness.ledger().last)
    #expect(entry.usage?.audioOutput == 15)
    // $2.50 and $10 a million tokens.
    #expect(entry.charge?.costMicroUSD == 225)
    #expect(entry.unpriced == [.audioOutput])
  }

  static func events(withUsage: Bool) -> String {
    var text = ""
    for word in ["Hel", "lo"] { text += #"data: {"choices":[{"delta":{"content":"\#(word)"}}]}"# + "\n\n" }
    if withUsage { text += #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}"# + "\n\n" }
    return text + "data: [DONE]\n\n"
  }

  @Test(arguments: [false, true])
  func aStreamTellsItsUsageAndHidesItFromThoseWhoDidNotAsk(asks: Bool) throws {
    let harness = try GatewayHarness { exchange in
      let isAsked = exchange.text.contains(#""include_usage":true"#)
      exchange.reply(type: "text/event-stream", Self.events(withUsage: isAsked))
      return true
    }
    let option = asks ? #","stream_options":{"include_usage":true}"# : ""
    let reply = try harness.post(#"{"model":"big","stream":true\#(option),"messages":[]}"#)
    #expect(reply.text == Self.events(withUsage: asks))
    #expect(reply.isWhole)
    #expect(reply.head.fields["x-llmguard-estimated"] != nil)
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 9, output: 2, exactness: .exact))
  }

  @Test func aServerThatDoesNotKnowTheOptionIsAskedWithout() throws {
    let requests = Locked<[Bool]>([])
    let harness = try GatewayHarness { exchange in
      let isAsked = exchange.text.contains("include_usage")
      requests.use { $0.append(isAsked) }
      if isAsked {
        exchange.reply(status: 400, #"{"error":{"message":"unknown field stream_options"}}"#)
      } else {
        exchange.reply(type: "text/event-stream", Self.events(withUsage: false))
      }
      return true
    }
    for _ in 1...2 {
      let reply = try harness.post(#"{"model":"big","stream":true,"messages":[{"role":"user","content":"a"}]}"#)
      #expect(reply.text == Self.events(withUsage: false))
    }
    #expect(requests.use { $0 } == [true, false, false])
    let settled = try harness.ledger().filter { $0.kind == .settle }
    #expect(settled.map(\.usage?.exactness) == [.estimated, .estimated])
    #expect(settled.allSatisfy { $0.usage?.output == TokenCounter.tokens(in: "Hello") })
  }

  @Test func aRefusalHasTheProvidersShapeAndSaysWhen() throws {
    let calls = Locked(0)
    let harness = try GatewayHarness(budgets: ["100 tokens/day"]) { exchange in
      calls.use { $0 += 1 }
      exchange.reply(Self.reply)
      return true
    }
    let first = try harness.post(#"{"model":"big","max_tokens":20,"messages":[]}"#)
    #expect(first.status == 200)
    let second = try harness.post(#"{"model":"big","max_tokens":90,"messages":[]}"#)
    #expect(second.status == 429)
    #expect(second.head.fields["x-should-retry"] == "false")
    #expect(second.head.fields["Retry-After"].flatMap { Int($0) }.map { $0 > 0 && $0 <= 86_400 } == true)
    #expect(second.json?["error"]?["message"]?.stringValue == "llmguard: refused in words")
    #expect(second.json?["error"]?["code"]?.stringValue == "insufficient_quota")
    #expect(second.json?["llmguard"]?["refused"]?.stringValue == "budget")
    #expect(second.json?["llmguard"]?["remaining"]?.int64Value == 67)
    #expect(second.json?["llmguard"]?["scope"]?.stringValue == "tier default")
    let third = try harness.post(
      to: "/v1/messages", key: "anthropic", #"{"model":"c","max_tokens":500,"messages":[]}"#)
    #expect(third.json?["type"]?.stringValue == "error")
    #expect(third.head.fields["Retry-After"] == nil)
    #expect(calls.use { $0 } == 1)
    #expect(try harness.ledger().map(\.kind) == [.reserve, .settle, .refuse, .refuse])
    #expect(harness.gateway.summary.lastWasRefused)
  }

  @Test func aDegradedCallIsEditedAndNothingElseOfIt() throws {
    let seen = Locked("")
    let harness = try GatewayHarness(budgets: ["100 tokens/day"]) { exchange in
      seen.use { $0 = exchange.text }
      exchange.reply(#"{"usage":{"prompt_tokens":1,"completion_tokens":1}}"#)
      return true
    }
    let reply = try harness.post(#"{ "x":1.50,"model" : "big", "max_tokens":105, "messages":[] }"#)
    #expect(seen.use { $0 } == #"{ "x":1.50,"model" : "small", "max_tokens":105, "messages":[] }"#)
    #expect(reply.head.fields["x-llmguard-phase"] == "soft")
    #expect(reply.head.fields["x-llmguard-model"] == "small")
    #expect(try harness.ledger().last?.facts?.requestedModel == "big")
  }

  /// Azure's way: the deployment in the path is the model, and a cheaper one is another deployment.
  @Test func aDeploymentIsMeteredAsItsModelAndDegradedToAnother() throws {
    let seen = Locked<[String]>([])
    let harness = try GatewayHarness(
      budgets: ["100 tokens/day"],
      settings: { settings in
        settings.providers = settings.providers.map { provider in
          var provider = provider
          if provider.name == "openai" { provider.deployments = ["ours": "big", "little": "small"] }
          return provider
        }
      },
      { exchange in
        seen.use { $0.append("\(exchange.head.target) \(exchange.head.fields["api-key"] ?? "") \(exchange.text)") }
        exchange.reply(#"{"usage":{"prompt_tokens":1,"completion_tokens":1}}"#)
        return true
      })
    func ask(_ name: String, _ maximum: Int) throws -> TestClient.Reply {
      try harness.post(
        to: "/openai/deployments/\(name)/chat/completions?api-version=1", fields: ["api-key": "k"],
        #"{"max_tokens":\#(maximum),"messages":[]}"#)
    }
    #expect(try ask("ours", 20).head.fields["x-llmguard-model"] == nil)
    #expect(try ask("ours", 105).head.fields["x-llmguard-model"] == "small")
    #expect(
      seen.use { $0 } == [
        #"/openai/deployments/ours/chat/completions?api-version=1 k {"max_tokens":20,"messages":[]}"#,
        #"/openai/deployments/little/chat/completions?api-version=1 k {"max_tokens":105,"messages":[]}"#,
      ])
    #expect(try ask("..", 9).status == 400)
    let facts = try harness.ledger().filter { $0.kind == .settle }.map(\.facts)
    #expect(facts.map { $0?.requestedModel } == [nil, "big"], "told where it is another one")
    #expect(facts.map { $0?.model } == ["big", "small"])
  }

  @Test(arguments: [
    ("SERVER/v1/other?x=1#y", "HERE/v1/other?x=1#y"), ("/v1/other/", "HERE/v1/other/"), ("SERVER", "HERE/"),
    ("//AUTHORITY/a", "HERE/a"), ("sibling", "sibling"), ("?page=2", "?page=2"),
    ("https://elsewhere.example/v1?key=1", "https://elsewhere.example/v1?key=1"),
    ("//elsewhere.example/", "//elsewhere.example/"),
  ])
  func aWayOnTheSameServerGoesThroughTheGateway(location: String, expected: String) throws {
    let address = Locked("")
    @Sendable func filled(_ text: String, _ here: String) -> String {
      var text = text
      for (word, value) in [
        ("SERVER", address.use { $0 }), ("AUTHORITY", String(address.use { $0 }.dropFirst(7))), ("HERE", here),
      ] {
        if let place = text.firstRange(of: word) { text.replaceSubrange(place, with: value) }
      }
      return text
    }
    for isStrict in [false, true] {
      let harness = try GatewayHarness(configure: { $0.isStrict = isStrict }) { exchange in
        exchange.reply(status: 307, fields: ["Location": filled(location, "")], "moved")
        return true
      }
      address.use { $0 = harness.server.url }
      let here = harness.path("")
      let free = try harness.connect()
      defer { free.close() }
      #expect(try free.exchange("GET", harness.path("/v1/models")).head.fields["location"] == filled(expected, here))
      let leadsAway = location.contains("elsewhere")
      let reply = try harness.post(Self.chat)
      #expect(reply.status == (leadsAway && isStrict ? 502 : 307))
      #expect(reply.head.fields["location"] == (leadsAway && isStrict ? nil : filled(expected, here)))
      #expect(harness.news.all.contains { if case .ledAway = $0 { true } else { false } } == leadsAway)
      #expect(try harness.ledger().map(\.kind) == [.reserve, .void])
    }
  }

  @Test(arguments: [
    (400, #"{"error":{"message":"bad"}}"#), (401, "no"), (429, #"{"error":{}}"#), (500, ""), (503, "x"),
    (200, #"{"error":{"message":"no credit"}}"#),
  ])
  func anErrorGoesThroughAndCostsNothing(status: Int, body: String) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(status: status, body)
      return true
    }
    let reply = try harness.post(Self.chat)
    #expect(reply.status == status)
    #expect(reply.text == body)
    #expect(try harness.ledger().map(\.kind) == [.reserve, .void])
  }

  @Test(arguments: [
    #"{"usage":{"prompt_tokens":-5,"completion_tokens":1}}"#,
    #"{"usage":{"prompt_tokens":"9","completion_tokens":"x"}}"#,
    #"{"usage":{"prompt_tokens":999999999999,"completion_tokens":1}}"#, #"{"usage":null}"#, #"{"usage":[]}"#, "{}",
    "text",
  ])
  func aProviderThatLiesIsNotBelieved(body: String) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(body)
      return true
    }
    #expect(try harness.post(Self.chat).text == body)
    let last = try harness.ledger().last
    #expect(last?.kind == .settle)
    #expect(last?.usage?.exactness == .estimated)
    #expect(last?.usage?.output == Int64((body.utf8.count + 3) / 4))
  }

  @Test(arguments: ["", "{", "[]", "nonsense", #"{"model":7}"#])
  func whatCannotBeReadIsRefusedAndNotSent(body: String) throws {
    let harness = try GatewayHarness { _ in
      Issue.record("it was sent")
      return false
    }
    let reply = try harness.post(body)
    #expect(reply.status == 400)
    #expect(reply.json?["error"]?["message"]?.stringValue?.contains("cannot be metered") == true)
    #expect(try harness.ledger().isEmpty)
  }

  @Test func aProviderThatIsNotThereCostsNothing() throws {
    let harness = try GatewayHarness(settings: { settings in
      settings.providers = [.init(name: "openai", base: "http://127.0.0.1:9/v1")]
    }) { _ in true }
    let reply = try harness.post(Self.chat)
    #expect(reply.status == 502)
    #expect(reply.head.fields["x-should-retry"] == nil, "a client tries again as it would without a guard")
    #expect(try harness.ledger().map(\.kind) == [.reserve, .void])
  }

  @Test func aCallOfACommandTakesThePlaceOfItsHold() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(Self.reply)
      return true
    }
    _ = try harness.holdForText(tokens: 500)
    #expect(!harness.gateway.hasReplacedStandIn)
    #expect(try harness.post(Self.chat).head.fields["x-llmguard-used"] == "33")
    #expect(harness.gateway.hasReplacedStandIn)
    #expect(try harness.ledger().map(\.kind) == [.reserve, .void, .reserve, .settle])
  }

  @Test func whatItsCommandWasToldIsToldOfTheCall() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(Self.reply)
      return true
    }
    let earlier = EarlierDecision(
      phase: .soft, isDegraded: true, requestedModel: "gpt-4o-large", attempt: 1, waitedMs: 700)
    _ = try harness.holdForText(tokens: 500, earlier: earlier)
    for _ in 1...2 { #expect(try harness.post(Self.chat).status == 200) }
    let calls = try harness.calls()
    #expect(calls.map(\.entry.kind) == [.settle, .settle])
    let facts = try #require(calls.first?.facts)
    #expect(facts.phase == .soft && facts.degraded && facts.requestedModel == "gpt-4o-large", "\(facts)")
    #expect(facts.waitedMs == 700)
    // The next call of the command is another one.
    let second = try #require(calls.last?.facts)
    #expect(second.phase == .ok && !second.degraded && second.requestedModel == nil && second.waitedMs == nil)
  }

  @Test func whatALostCommitTookIsNotTakenUnderTheCaps() throws {
    let harness = try GatewayHarness(configure: { $0.caps.calls = 1 }, observer: { LosesTheFirst($0) }) { exchange in
      exchange.reply(Self.reply)
      return true
    }
    #expect(try harness.post(Self.chat).status == 503)
    #expect(try harness.post(Self.chat).status == 200)
    #expect(try harness.post(Self.chat).json?["llmguard"]?["refused"]?.stringValue == "run_cap")
  }

  /// Lets the commit of the first call fail.
  private final class LosesTheFirst: CallObserver {
    private let ledger: SQLiteLedger
    private let hasLost = Locked(false)

    init(_ ledger: SQLiteLedger) { self.ledger = ledger }

    func admitted(_ call: HeldCall) {
      let isFirst = hasLost.use { hasLost in
        defer { hasLost = true }
        return !hasLost
      }
      if isFirst { try? ledger.connection.execute("ROLLBACK") }
    }
    func refused(_ plan: Plan) {}
    func settled(_ call: HeldCall, _ settled: Settled) {}
  }

  @Test func aTurnGoesWithTheHoldThatIsReplaced() throws {
    let harness = try GatewayHarness(
      settings: { $0.tiers["default"]?.lane.concurrency = 1 }, configure: { $0.waitMs = 0 }
    ) { exchange in
      exchange.reply(Self.reply)
      return true
    }
    let lanes = [Lane(name: "user ana", limits: LaneLimits(concurrency: 1))]
    let request = TicketRequest(
      user: "ana", operation: "chat", program: "test", priority: .normal, lanes: lanes, tokens: 1)
    let (ticket, _) = try harness.gateway.desk.perform { tools -> TicketID? in
      guard let ticket = try? tools.ledger.enter(request, nowUnixMs: Clock.unixMs) else { return nil }
      _ = try? tools.ledger.standing(of: ticket, nowUnixMs: Clock.unixMs)
      return ticket
    }
    _ = try harness.holdForText(tokens: 500, place: TurnPlace(ticket: try #require(ticket), lanes: ["user ana"]))
    #expect(try harness.post(Self.chat).status == 200)
    // The place is free again.
    #expect(try harness.post(Self.chat).status == 200)
    #expect(try harness.ledger().map(\.kind) == [.reserve, .void, .reserve, .settle, .reserve, .settle])
  }
}
