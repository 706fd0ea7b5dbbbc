import GuardModel
import HTTPWire
import Ledger
import Posix
import Providers
import Testing

@testable import Gateway

/// Codex that is signed in with ChatGPT asks whatever base it is told, and has a key that ChatGPT's server alone knows.
@Suite struct ChatGPTPlanTests {
  private static let reply =
    #"{"object":"response","status":"completed","output":[],"usage":{"input_tokens":11,"output_tokens":22}}"#
  private static let call = #"{"model":"m","input":"hello"}"#

  private func harness(
    _ seen: Locked<[String]>, configure: (inout GatewayOptions) -> Void = { _ in }
  ) throws -> GatewayHarness {
    try GatewayHarness(configure: configure) { exchange in
      let key = exchange.head.fields["Authorization"] ?? "-"
      seen.use {
        $0.append("\(exchange.head.target) \(key) \(String(decoding: exchange.body, as: UTF8.self))")
      }
      exchange.reply(Self.reply)
      return true
    }
  }

  @Test func itsCallsGoToChatGPTsServerAndAllOthersToOpenAIs() throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen)
    let plan: HTTPFields = ["Authorization": "Bearer plan", "ChatGPT-Account-ID": "acc"]
    for (target, key, fields) in [
      ("/v1/responses?x=1", "openai", plan), ("/v1/responses", "openai", ["Authorization": "Bearer key"]),
      ("/backend-api/codex/responses", "chatgpt", plan), ("/openai/v1/responses", "groq", plan),
      ("/v2/responses", "openai", plan),
    ] as [(String, String, HTTPFields)] {
      #expect(try harness.post(to: target, key: key, fields: fields, Self.call).status == 200)
    }
    #expect(
      seen.use { $0 } == [
        "/backend-api/codex/responses?x=1 Bearer plan \(Self.call)", "/v1/responses Bearer key \(Self.call)",
        "/backend-api/codex/responses Bearer plan \(Self.call)", "/openai/v1/responses Bearer plan \(Self.call)",
        "/v2/responses Bearer plan \(Self.call)",
      ])
    let settled = try harness.ledger().filter { $0.kind == .settle }
    let providers = harness.news.all.compactMap { news in
      if case .settled(let plan, _, _) = news { plan.request.provider } else { nil }
    }
    #expect(providers == ["chatgpt", "openai", "chatgpt", "groq", "openai"])
    #expect(settled.allSatisfy { $0.usage?.input == 11 && $0.usage?.output == 22 && $0.usage?.exactness == .exact })
  }

  /// What a call may take is "unsupported" there: a call that must state it is not sent, and no other is made to state it.
  @Test(arguments: [("openai", "/v1/responses", true), ("chatgpt", "/backend-api/codex/responses", false)])
  func noMaximumIsAddedThere(key: String, target: String, isAdded: Bool) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen) { $0.maxOutputTokens = 5 }
    let reply = try harness.post(to: target, key: key, Self.call)
    #expect(reply.status == (isAdded ? 200 : 400))
    #expect(reply.text.contains("chatgpt takes no maximum of output tokens") == !isAdded)
    #expect(seen.use { $0.map { $0.contains(#""max_output_tokens":5"#) } } == (isAdded ? [true] : []))
    let request = try ProviderRequest(
      .openAIResponses, target: target, body: Array(Self.call.utf8), takesMaximum: isAdded)
    #expect(request.canCapTokens == isAdded)
    #expect((request.edited(maxOutputTokens: 5).body == Array(Self.call.utf8)) == !isAdded)
  }

  /// What an operation allows one call is no less of a promise: what cannot be held to it is not sent.
  @Test(
    arguments: [("chatgpt", "/backend-api/codex/responses"), ("openai", "/v1/responses/compact")], [true, false])
  func aLimitOfEachCallIsNotPassedOver(to place: (key: String, target: String), inTokens: Bool) throws {
    let seen = Locked<[String]>([])
    var chat = Operation(name: "chat")
    if inTokens { chat.maxTokensPerCall = 100_000 } else { chat.maxCostMicroUSDPerCall = 9_000_000 }
    let harness = try GatewayHarness(settings: { [chat] in $0.operations["chat"] = chat }) { exchange in
      seen.use { $0.append(exchange.head.target) }
      exchange.reply(Self.reply)
      return true
    }
    let reply = try harness.post(to: place.target, key: place.key, #"{"model":"gpt-4o","input":"hello"}"#)
    #expect(reply.status == 400)
    let key = inTokens ? "max_tokens_per_call" : "max_cost_per_call"
    let who = place.key == "chatgpt" ? "chatgpt" : "a compaction"
    #expect(
      reply.text.contains("\(who) takes no maximum of output tokens, which \(key) of the operation 'chat' asks for"))
    // Where a maximum can be set, it is.
    #expect(try harness.post(to: "/v1/responses", #"{"model":"gpt-4o","input":"hello"}"#).status == 200)
    #expect(seen.use { $0 } == ["/v1/responses"])
    #expect(try harness.ledger().count { $0.kind == .settle } == 1)
  }

  /// A conversation is made shorter by a model, too. *Source:* OpenAI's reference, "Compact a response", for the reply.
  @Test(arguments: [
    ("openai", "/v1/responses/compact"), ("chatgpt", "/backend-api/codex/responses/compact"),
    ("openai", "/v1//responses/%63ompact/?x=1"),
  ])
  func aCompactionIsMetered(key: String, target: String) throws {
    let seen = Locked<[String]>([])
    let harness = try GatewayHarness { exchange in
      seen.use { $0.append("\(exchange.head.target) \(String(decoding: exchange.body, as: UTF8.self))") }
      exchange.reply(
        #"{"id":"resp_1","object":"response.compaction","created_at":1,"output":[{"type":"compaction","#
          + #""encrypted_content":"abc"}],"usage":{"input_tokens":139,"input_tokens_details":{"cached_tokens":9},"#
          + #""output_tokens":438,"output_tokens_details":{"reasoning_tokens":64},"total_tokens":577}}"#)
      return true
    }
    #expect(try harness.post(to: target, key: key, Self.call).status == 200)
    #expect(seen.use { $0 } == ["\(target) \(Self.call)"])
    let usages = try harness.ledger().filter { $0.kind == .settle }.map(\.usage)
    #expect(usages.map { $0?.input } == [139] && usages.map { $0?.output } == [438])
    #expect(usages.map { $0?.cachedInput } == [9] && usages.map { $0?.exactness } == [.exact])
  }

  /// Whoever moved OpenAI's base said where its calls go.
  @Test(
    arguments: [
      (nil, nil, "https://chatgpt.com"), ("https://own.example/v1", nil, "https://own.example"),
      ("https://own.example/v1", "https://plan.example/x", "https://plan.example"),
    ] as [(String?, String?, String)])
  func aBaseThatWasMovedIsKept(openAI: String?, chatGPT: String?, origin: String) throws {
    let providers = BuiltInProviders.all.map { provider in
      var provider = provider
      if provider.name == "openai", let openAI { provider.base = openAI }
      if provider.name == "chatgpt", let chatGPT { provider.base = chatGPT }
      return provider
    }
    let led = RouteTable(providers: providers, environment: [:]).destination(
      of: "openai", "/T/openai", "/v1/responses", ["ChatGPT-Account-ID": "acc"])
    #expect(led?.route.origin == origin)
  }
}
