import Providers
import Testing

/// A lower maximum of a call whose model thinks first. *Source:* Anthropic's documentation, "Extended thinking": `budget_tokens` is at
/// least 1,024 and less than `max_tokens`; else the call is refused.
@Suite struct ThinkingBudgetTests {
  private func lowered(_ body: String, to most: Int64, _ format: WireFormat = .anthropicMessages) throws -> String {
    let request = try ProviderRequest(format, target: "/v1/messages", body: Array(body.utf8))
    return String(decoding: request.edited(maxOutputTokens: most).body, as: UTF8.self)
  }

  private static func call(_ maximum: Int, _ thinking: String) -> String {
    #"{ "model":"claude", "max_tokens" : \#(maximum),"x":1.50, "thinking": \#(thinking), "messages":[]}"#
  }

  private static func enabled(_ budget: Int) -> String { #"{"type" : "enabled", "budget_tokens": \#(budget) , "y":0}"# }

  /// The budget keeps its part of the maximum, as far as 1,024 tokens.
  @Test(arguments: [
    (5000, 4000, 4001, 4000), (5000, 4000, 4000, 3200), (5000, 4000, 2500, 2000), (5000, 4000, 1100, 1024),
    (5000, 4000, 1025, 1024), (64_000, 1024, 2000, 1024), (2000, 1999, 1999, 1998),
  ])
  func theBudgetStaysBelowTheMaximum(maximum: Int, budget: Int, most: Int, expected: Int) throws {
    let edited = try lowered(Self.call(maximum, Self.enabled(budget)), to: Int64(most))
    #expect(edited == Self.call(most, Self.enabled(expected)))
  }

  /// Where there is no room for the least that a model may think, it answers without, which takes no more than it may.
  @Test(arguments: [1024, 1000, 1]) func whereThereIsNoRoomNothingIsThought(most: Int) throws {
    let edited = try lowered(Self.call(5000, Self.enabled(4000)), to: Int64(most))
    #expect(edited == Self.call(most, #"{"type":"disabled"}"#))
  }

  /// What is taken as it is, and what would be refused without a lower maximum, stays as it was sent: with tools between thoughts a
  /// budget may be larger.
  @Test(arguments: [
    #"{"type":"disabled"}"#, #"{"type":"adaptive"}"#, #"{"type":"enabled"}"#,
    #"{"type":"enabled","budget_tokens":"4000"}"#, "null", #"[{"budget_tokens":4000}]"#, enabled(9000), enabled(5000),
  ])
  func allElseStays(thinking: String) throws {
    #expect(try lowered(Self.call(5000, thinking), to: 500) == Self.call(500, thinking))
  }

  @Test func otherFormsHaveOtherRules() throws {
    let call = Self.call(5000, Self.enabled(4000))
    #expect(try lowered(call, to: 500, .openAIChat) == Self.call(500, Self.enabled(4000)))
  }

  /// So it is where the command says how much a call may take.
  @Test func aCallThatIsHeldToAMaximumIsReadAsItGoesOut() throws {
    let body = Self.call(5000, Self.enabled(4000))
    let request = try ProviderRequest(.anthropicMessages, target: "/v1/messages", body: Array(body.utf8))
    let held = try request.asking(atMost: 700)
    #expect(held.maxOutputTokens == 700 && held.json["thinking"]?["type"]?.stringValue == "disabled")
    #expect(!held.mayThinkUnseen(model: nil, showsThoughts: true))
  }
}
