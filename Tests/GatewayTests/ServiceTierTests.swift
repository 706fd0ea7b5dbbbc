import GuardModel
import HTTPWire
import Ledger
import ScriptedServer
import Testing

@testable import Gateway

/// Calls that providers serve, and charge, in another way: held by what they ask for, settled by what the reply says.
@Suite(.serialized) struct ServiceTierTests {
  struct Case: Sendable, CustomTestStringConvertible {
    /// What is sent, where to, and behind which key.
    var asks: String
    var target = "/v1/chat/completions"
    var key = "openai"
    /// What the provider answers.
    var reply: String
    var fields: [String: String] = [:]
    /// What is held with and settled with, in words.
    var held: String
    var settled: String
    var costMicroUSD: Int64
    var isKnown = true
    var testDescription: String { "\(asks) \(reply)" }
  }

  private static func chat(_ model: String, _ more: String) -> String {
    #"{"model":"\#(model)","max_tokens":50\#(more),"messages":[{"role":"user","content":"hello"}]}"#
  }
  private static func usage(_ input: Int, _ more: String = "") -> String {
    #"{"choices":[],"usage":{"prompt_tokens":\#(input),"completion_tokens":1000}\#(more)}"#
  }
  private static let gemini = #"{"contents":[{"parts":[{"text":"hello"}]}],"serviceTier":"priority"}"#
  private static let geminiTarget = "/v1beta/models/gemini-2.5-flash:generateContent"
  private static func geminiReply(_ more: String) -> String {
    #"{"candidates":[],"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":1000\#(more)}}"#
  }

  private static func claude(_ more: String, model: String = "claude-opus-5") -> String { chat(model, more) }
  private static func claudeReply(_ more: String) -> String {
    #"{"content":[],"usage":{"input_tokens":1000,"output_tokens":1000,"service_tier":"standard"\#(more)}}"#
  }
  private static func claudeCase(
    _ asks: String, _ reply: String, held: String, settled: String, _ cost: Int64, isKnown: Bool = true
  ) -> Case {
    Case(
      asks: asks, target: "/v1/messages", key: "anthropic", reply: reply, held: held, settled: settled,
      costMicroUSD: cost, isKnown: isKnown)
  }

  // $5 and $25 a million; twice as much in the fast mode, and a tenth more in the United States alone.
  static let speedsAndPlaces: [Case] = [
    claudeCase(
      claude(#","speed":"fast""#), claudeReply(#","speed":"fast","inference_geo":"global""#), held: " fast",
      settled: " fast", 60_000),
    // Nothing said of it: as it was asked.
    claudeCase(
      claude(#","speed":"fast""#), claudeReply(#","inference_geo":"global""#), held: " fast", settled: " fast", 60_000),
    claudeCase(
      claude(#","speed":"fast""#), claudeReply(#","speed":"standard""#), held: " fast", settled: "", 30_000),
    claudeCase(
      claude(#","inference_geo":"us""#), claudeReply(#","speed":"standard","inference_geo":"us""#), held: " us",
      settled: " us", 33_000),
    // The workspace's setting decided.
    claudeCase(claude(""), claudeReply(#","inference_geo":"us""#), held: "", settled: " us", 33_000),
    claudeCase(
      claude(#","inference_geo":"us","speed":"fast""#), claudeReply(#","inference_geo":"us","speed":"fast""#),
      held: " fast_us", settled: " fast_us", 66_000),
    claudeCase(claude(""), claudeReply(#","inference_geo":"not_available""#), held: "", settled: "", 30_000),
    claudeCase(claude(""), claudeReply(#","inference_geo":null"#), held: "", settled: "", 30_000),
    // Their prices are in no list.
    claudeCase(claude(""), claudeReply(#","inference_geo":"eu""#), held: "", settled: "", 30_000, isKnown: false),
    claudeCase(
      claude("", model: "claude-opus-4-5"), claudeReply(#","inference_geo":"us""#), held: "", settled: "", 30_000,
      isKnown: false),
    claudeCase(
      claude(#","speed":"fast""#, model: "claude-sonnet-4-6"), claudeReply(#","speed":"fast""#), held: "",
      settled: "", 18_000, isKnown: false),
    claudeCase(
      claude(""), claudeReply(#","inference_geo":"us""#).replacing(#""standard""#, with: #""priority""#), held: "",
      settled: "", 30_000, isKnown: false),
    // A stream says it at its beginning.
    Case(
      asks: claude(#","stream":true"#), target: "/v1/messages", key: "anthropic",
      reply: #"data: {"type":"message_start","message":{"usage":{"input_tokens":1000,"output_tokens":1,"#
        + #""speed":"fast","inference_geo":"us","service_tier":"standard"}}}"# + "\n\n"
        + #"data: {"type":"message_delta","usage":{"output_tokens":1000}}"# + "\n\n",
      fields: ["Content-Type": "text/event-stream"], held: "", settled: " fast_us", costMicroUSD: 66_000),
    // Whatever is read from the cache and written to it costs as much more: $0.50 and $10 for an hour.
    claudeCase(
      claude(""),
      claudeReply(
        #","speed":"fast","cache_read_input_tokens":100,"cache_creation_input_tokens":10,"#
          + #""cache_creation":{"ephemeral_1h_input_tokens":10}"#), held: "", settled: " fast", 60_000 + 100 + 200),
  ]

  // gpt-5.4 is $2.50 and $15 a million; half of it as flex, twice as priority, $5 and $22.50 above 272k.
  static let cases: [Case] = [
    Case(asks: chat("gpt-5.4", ""), reply: usage(1000), held: "", settled: "", costMicroUSD: 17_500),
    Case(
      asks: chat("gpt-5.4", #","service_tier":"flex""#), reply: usage(1000, #","service_tier":"flex""#), held: " flex",
      settled: " flex", costMicroUSD: 8750),
    // Nothing said: as it was asked.
    Case(
      asks: chat("gpt-5.4", #","service_tier":"flex""#), reply: usage(1000), held: " flex", settled: " flex",
      costMicroUSD: 8750),
    // There was no room, and it was served as any other.
    Case(
      asks: chat("gpt-5.4", #","service_tier":"priority""#), reply: usage(1000, #","service_tier":"default""#),
      held: " priority", settled: "", costMicroUSD: 17_500),
    // The project's setting decided.
    Case(
      asks: chat("gpt-5.4", #","service_tier":"auto""#), reply: usage(1000, #","service_tier":"priority""#), held: "",
      settled: " priority", costMicroUSD: 35_000),
    Case(
      asks: chat("gpt-5.4", ""), reply: usage(272_001), held: "", settled: " above 272k",
      costMicroUSD: 1_360_005 + 22_500),
    Case(
      asks: chat("gpt-5.4", #","service_tier":"flex""#), reply: usage(272_001, #","service_tier":"flex""#),
      held: " flex", settled: " flex above 272k", costMicroUSD: 680_003 + 11_250),
    // Its price is in no list.
    Case(
      asks: chat("gpt-5.4", #","service_tier":"scale""#), reply: usage(1000, #","service_tier":"scale""#), held: "",
      settled: "", costMicroUSD: 17_500, isKnown: false),
    // Of a stream the last word counts.
    Case(
      asks: #"{"model":"gpt-5.4","max_output_tokens":50,"stream":true,"service_tier":"priority","input":"hello"}"#,
      target: "/v1/responses",
      reply: #"data: {"type":"response.created","response":{"service_tier":"auto"}}"# + "\n\n"
        + #"data: {"type":"response.completed","response":{"service_tier":"default","#
        + #""usage":{"input_tokens":1000,"output_tokens":1000,"input_tokens_details":{"cached_tokens":0}}}}"# + "\n\n",
      fields: ["Content-Type": "text/event-stream"], held: " priority", settled: "", costMicroUSD: 17_500),
    // $5 and $25 a million, and half of it in a batch.
    Case(
      asks: chat("claude-opus-4-5", ""), target: "/v1/messages", key: "anthropic",
      reply: #"{"content":[],"usage":{"input_tokens":1000,"output_tokens":1000,"service_tier":"batch"}}"#, held: "",
      settled: " batch", costMicroUSD: 15_000),
    // A batch has a route of its own: whatever a single call asks for, it costs what it costs, said or unsaid.
    Case(
      asks: chat("claude-opus-4-5", #","service_tier":"batch""#), target: "/v1/messages", key: "anthropic",
      reply: #"{"content":[],"usage":{"input_tokens":1000,"output_tokens":1000}}"#, held: "", settled: "",
      costMicroUSD: 30_000),
    Case(
      asks: chat("gpt-5.4", #","service_tier":"batch""#), reply: usage(1000), held: "", settled: "",
      costMicroUSD: 17_500),
    // $0.30 and $2.50 a million; $0.54 and $4.50 as priority.
    Case(
      asks: gemini, target: geminiTarget, key: "gemini", reply: geminiReply(""),
      fields: ["x-gemini-service-tier": "standard"], held: " priority", settled: "", costMicroUSD: 2800),
    Case(
      asks: gemini, target: geminiTarget, key: "gemini", reply: geminiReply(#","trafficType":"ON_DEMAND_PRIORITY""#),
      held: " priority", settled: " priority", costMicroUSD: 5040),
  ]

  @Test(arguments: cases + speedsAndPlaces) func aCallCostsWhatItsTierDoes(_ known: Case) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        type: known.fields["Content-Type"] ?? "application/json",
        fields: known.fields["x-gemini-service-tier"].map { ["x-gemini-service-tier": $0] } ?? [:], known.reply)
      return true
    }
    #expect(try harness.post(to: known.target, key: known.key, known.asks).status == 200)
    let entries = try harness.ledger()
    #expect(
      entries.map { $0.facts?.priceStamp } == [
        "built-in 2026-11-24" + known.held, "built-in 2026-11-24" + known.settled,
      ])
    #expect(entries.last?.charge?.costMicroUSD == known.costMicroUSD)
    #expect(entries.last?.unpriced == (known.isKnown ? [] : [.serviceTier]))
  }

  /// Vertex is asked for it in the head, and says in its reply how it served; what costs less is not held for.
  @Test(arguments: [
    ("priority", "ON_DEMAND_PRIORITY", " priority", " priority", Int64(5040)),
    ("priority", "ON_DEMAND", " priority", "", 2800), ("flex", "ON_DEMAND", "", "", 2800),
    ("x", "ON_DEMAND", "", "", 2800),
  ])
  func aTierInTheHeadIsHeld(asks: String, traffic: String, held: String, settled: String, cost: Int64) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(Self.geminiReply(#","trafficType":"\#(traffic)""#))
      return true
    }
    let body = #"{"contents":[{"parts":[{"text":"hello"}]}]}"#
    let fields: HTTPFields = ["X-Vertex-AI-LLM-Shared-Request-Type": asks]
    #expect(try harness.post(to: Self.geminiTarget, key: "gemini", fields: fields, body).status == 200)
    let entries = try harness.ledger()
    #expect(
      entries.map { $0.facts?.priceStamp } == ["built-in 2026-11-24" + held, "built-in 2026-11-24" + settled])
    #expect(entries.last?.charge?.costMicroUSD == cost)
  }
}
