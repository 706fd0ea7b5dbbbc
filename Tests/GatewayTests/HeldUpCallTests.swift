import Guard
import GuardModel
import Ledger
import Posix
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

  /// A call under way has taken its call of a budget in calls, so that opens with its window. One that is given back frees it.
  @Test func aCallUnderWayLeavesNoCallWhenItEnds() throws {
    let harness = try GatewayHarness(budgets: ["1 call/hour"]) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let request = CallRequest(
      user: "ana", operation: "chat", countedInputTokens: 0, statedTokens: 1, run: "another", program: "test")
    let (result, _) = try harness.gateway.desk.perform { tools in Result { try tools.pipeline.admit(request) } }
    guard case .admitted(let held) = try result.get() else {
      Issue.record("refused")
      return
    }
    let body = #"{"model":"big","max_tokens":20,"messages":[]}"#
    let refused = try harness.post(body)
    #expect(refused.status == 429 && refused.head.fields["x-should-retry"] == "false")
    let details = refused.json?["llmguard"]
    #expect(
      details?["waits_for_calls"] == false && details?["opens_at_unix_ms"]?.int64Value != nil, "\(details ?? .null)")
    #expect(refused.head.fields["Retry-After"] == details?["retry_after_seconds"]?.int64Value.map { "\($0)" })
    let (given, _) = try harness.gateway.desk.perform { tools in
      Result { try tools.pipeline.giveBack(held, reason: "test") }
    }
    try given.get()
    #expect(try harness.post(body).status == 200)
  }

  /// The same of a run's own limit: a call comes while another one holds most of it.
  @Test func aRunsLimitThatIsHeldByCallsUnderWayOpensSoon() throws {
    let body = #"{"model":"big","max_tokens":25,"messages":[]}"#
    let meanwhile = Locked<(() throws -> TestClient.Reply)?>(nil)
    let refused = Locked<TestClient.Reply?>(nil)
    let harness = try GatewayHarness(configure: { $0.caps.tokens = 40 }) { exchange in
      if let second = meanwhile.use({ (call: inout (() throws -> TestClient.Reply)?) in call }) {
        meanwhile.use { $0 = nil }
        let reply = try? second()
        refused.use { $0 = reply }
      }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let (port, path) = (harness.port, harness.path("/v1/chat/completions"))
    meanwhile.use {
      $0 = {
        let client = try TestClient(port: port)
        defer { client.close() }
        return try client.exchange("POST", path, fields: [:], body: Array(body.utf8))
      }
    }
    #expect(try harness.post(body).status == 200)
    let reply = try #require(refused.use { $0 })
    #expect(reply.status == 429 && reply.head.fields["x-should-retry"] == "true")
    #expect(reply.head.fields["Retry-After"] == "5")
    let told = try #require(reply.json?["llmguard"])
    #expect(told["refused"]?.stringValue == "run_cap" && told["waits_for_calls"] == true, "\(told)")
    let (used, held) = (told["used"]?.int64Value, try #require(told["held"]?.int64Value))
    #expect(used == 0 && held > 15 && told["taken"]?.int64Value == held, "\(told)")
    #expect(told["remaining"]?.int64Value == 40 - held, "\(told)")
  }
}
