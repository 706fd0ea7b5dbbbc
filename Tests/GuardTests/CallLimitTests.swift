import Configuration
import Guard
import GuardModel
import Ledger
import Testing

/// What an operation allows one call.
@Suite struct CallLimitTests {
  static func plan(_ limits: String, _ request: CallRequest) throws -> Plan {
    let rules = GuardTests.free + "\n[operation.default]\n" + limits
    let settings = GuardTests.settings(rules)
    return try Guard(settings: settings, ledger: MemoryLedger(zone: .utc), nowUnixMs: { 1_790_000_000_000 })
      .plan(request)
  }

  @Test func aMaximumIsLoweredToFit() throws {
    let plan = try Self.plan("max_tokens_per_call = 150", GuardTests.request("a"))
    #expect(plan.shape.maxOutputTokens == 50)
    #expect(plan.cap == .tokens(150))
    #expect(plan.refusal == nil)
    #expect(plan.degradation == nil && plan.phase == .ok, "it is not the budgets that lowered it")
    #expect(!plan.facts.degraded)
  }

  @Test func oneThatFitsIsLeftAlone() throws {
    let plan = try Self.plan("max_tokens_per_call = 200", GuardTests.request("a"))
    #expect(plan.shape.maxOutputTokens == 100)
    #expect(plan.cap == nil)
  }

  @Test func withoutAMaximumTheLimitIsOne() throws {
    let plan = try Self.plan("max_tokens_per_call = 150", GuardTests.request("a", maximum: nil))
    #expect(plan.shape.maxOutputTokens == 50)
  }

  @Test func whatCannotBeLoweredIsRefused() throws {
    let limit = "max_tokens_per_call = 150"
    let refused = RefusalReason.callLimit(.tokens(150))
    #expect(try Self.plan(limit, GuardTests.request("a", flexible: false)).refusal == refused)
    #expect(try Self.plan(limit, GuardTests.request("a", mayDegrade: false)).refusal == refused)
    #expect(
      try Self.plan(limit, GuardTests.request("a", input: 150)).refusal == refused, "no room is left for an answer")
    var stated = GuardTests.request("a")
    stated.statedTokens = 151
    stated.maxOutputTokens = nil
    #expect(try Self.plan(limit, stated).refusal == refused)
    stated.statedTokens = 150
    #expect(try Self.plan(limit, stated).refusal == nil)
  }

  @Test func moneyIsALimitLikewise() throws {
    // $10 a million: 100 tokens in are 1000, and so many out.
    let plan = try Self.plan("max_cost_per_call = '$0.0015'", GuardTests.request("a"))
    #expect(plan.shape.maxOutputTokens == 50)
    #expect(plan.cap == .cost(microUSD: 1500))
    #expect(plan.shape.charge.costMicroUSD == 1500)
    let dear = try Self.plan("max_cost_per_call = '$0.0005'", GuardTests.request("a"))
    #expect(dear.refusal == .callLimit(.cost(microUSD: 500)))
    let unknown = try Self.plan("max_cost_per_call = '$0.0005'", GuardTests.request("a", model: "mystery"))
    #expect(unknown.refusal == .unknownPrice(model: "mystery"))
  }

  @Test func theTighterOfTwoDecides() throws {
    let both = "max_tokens_per_call = 180\nmax_cost_per_call = '$0.0015'"
    #expect(try Self.plan(both, GuardTests.request("a")).cap == .cost(microUSD: 1500))
    let other = "max_tokens_per_call = 120\nmax_cost_per_call = '$0.0015'"
    #expect(try Self.plan(other, GuardTests.request("a")).shape.maxOutputTokens == 20)
  }
}
