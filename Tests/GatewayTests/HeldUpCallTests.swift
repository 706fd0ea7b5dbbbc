import Guard
import GuardModel
import Ledger
import TextFormats
import Testing

@testable import Gateway

@Suite struct HeldUpCallTests {
  /// Where only calls under way are in the way, a client may try again soon.
  @Test func aRefusalByHoldsAloneIsTriedAgainSoon() throws {
    let harness = try GatewayHarness(budgets: ["100 tokens/day"]) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let request = CallRequest(
      user: "ana", operation: "chat", countedInputTokens: 0, statedTokens: 110, run: "another", program: "test")
    let (result, _) = try harness.gateway.desk.perform { tools in Result { try tools.pipeline.admit(request) } }
    guard case .admitted(let held) = try result.get() else {
      Issue.record("refused")
      return
    }
    let body = #"{"model":"big","max_tokens":20,"messages":[]}"#
    let refused = try harness.post(body)
    #expect(refused.status == 429)
    #expect(refused.head.fields["x-should-retry"] == "true")
    #expect(refused.head.fields["Retry-After"] == "5")
    #expect(refused.json?["error"]?["code"]?.stringValue == "rate_limit_exceeded")
    let details = refused.json?["llmguard"]
    #expect(details?["waits_for_calls"] == true)
    #expect(details?["retry_after_seconds"]?.int64Value == 5)
    #expect(details?["opens_at_unix_ms"] == .null)
    #expect(details?["held"]?.int64Value == 110 && details?["used"]?.int64Value == 0)
    // More than the whole budget: no call that ends makes room for it.
    let never = try harness.post(#"{"model":"big","max_tokens":500,"messages":[]}"#)
    #expect(never.status == 429 && never.head.fields["x-should-retry"] == "false")
    #expect(never.head.fields["Retry-After"] == nil && never.json?["llmguard"]?["waits_for_calls"] == false)
    let (given, _) = try harness.gateway.desk.perform { tools in
      Result { try tools.pipeline.giveBack(held, reason: "test") }
    }
    try given.get()
    #expect(try harness.post(body).status == 200)
  }
}
