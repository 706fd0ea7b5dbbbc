import HTTPWire
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
