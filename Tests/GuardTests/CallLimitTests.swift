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

  /// An answer that is told in advance may be charged beside the answer.
  @Test func whatIsToldInAdvanceIsHeldAsOutput() throws {
    var request = GuardTests.request("a")
    request.predictedTokens = 20
    let held = try Self.plan("max_tokens_per_call = 220", request).shape
    #expect(held.maxOutputTokens == 100 && held.outputTokens == 120 && held.inputTokens == 100)
    let lowered = try Self.plan("max_tokens_per_call = 150", request).shape
    #expect(lowered.maxOutputTokens == 30 && lowered.outputTokens == 50)
    #expect(try Self.plan("max_tokens_per_call = 119", request).refusal == .callLimit(.tokens(119)))
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

  /// A provider writes at least a token of each answer: what is sent cannot ask for less.
  @Test func noLimitIsBelowOneTokenOfEachAnswer() throws {
    var several = GuardTests.request("a", maximum: nil)
    several.answers = 51
    #expect(try Self.plan("max_tokens_per_call = 150", several).refusal == .callLimit(.tokens(150)))
    several.answers = 50
    #expect(try Self.plan("max_tokens_per_call = 150", several).shape.maxOutputTokens == 50)
  }

  /// Nor is a degraded call's.
  @Test func noRungIsBelowOneTokenOfEachAnswer() throws {
    var several = GuardTests.request("a", maximum: 9000)
    several.answers = 90
    let rules = GuardTests.free.replacing("max_tokens = 50", with: "max_tokens = 5")
    let settings = GuardTests.settings(rules)
    let plan = try Guard(settings: settings, ledger: MemoryLedger(zone: .utc), nowUnixMs: { 1_790_000_000_000 })
      .plan(several)
    #expect(plan.refusal == nil && plan.shape.maxOutputTokens == 90)
    #expect(plan.degradation?.maxTokens == 90)
  }

  /// More than the ledger keeps of a call is charged as the most that it keeps: a hold is never left open for it.
  @Test(arguments: [(1 << 50, nil), (Int64.max, nil), (100, Int64.max)] as [(Int64, Int64?)])
  func whatIsTooLargeIsSettledAsTheLargest(input: Int64, reported: Int64?) throws {
    let rules = Guard(
      settings: GuardTests.settings(GuardTests.free), ledger: MemoryLedger(zone: .utc),
      nowUnixMs: { 1_790_000_000_000 })
    guard case .admitted(let call) = try rules.admit(GuardTests.request("a")) else {
      Issue.record("not held")
      return
    }
    let usage = TokenUsage(input: input, output: 0, exactness: .exact)
    let posted = try call.plan.shape.posted(usage, reportedCostMicroUSD: reported)
    #expect(posted.charge == Charge(tokens: min(input, LargestAmount.ofACall), costMicroUSD: LargestAmount.ofACall))
    #expect(ModelPrice.mostMicroUSDPerMillion == LargestAmount.ofACall, "no dearer than a call may be")
    // It is the least that it cost, and said to be.
    #expect(posted.unpriced == [.excess])
    let most = try call.plan.shape.posted(
      TokenUsage(input: 1, output: 0, exactness: .exact), reportedCostMicroUSD: LargestAmount.ofACall)
    #expect(most.charge.costMicroUSD == LargestAmount.ofACall && most.unpriced.isEmpty)
  }

  /// What writes nothing may take all of it, to the last token and to the last millionth.
  @Test(
    arguments: [
      ("max_tokens_per_call = 100", nil), ("max_cost_per_call = '$0.001'", nil),
      ("max_tokens_per_call = 99", .tokens(99)), ("max_cost_per_call = '$0.000999'", .cost(microUSD: 999)),
    ] as [(String, CallLimit?)])
  func aCallWithoutAnAnswerMayTakeAllOfIt(limit: String, refusedBy: CallLimit?) throws {
    let plan = try Self.plan(limit, GuardTests.request("a", maximum: 0, flexible: false))
    #expect(plan.shape.outputTokens == 0)
    #expect(plan.refusal == refusedBy.map { .callLimit($0) })
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

  /// Tier and estimated input tokens; the cost of them and a hundred out, and the price that stands beside.
  @Test(
    arguments: [
      (.standard, 1000, 1000, ""), (.flex, 1000, 500, " flex"), (.batch, 1000, 1000, ""),
      // An estimate that may be above the threshold is taken to be.
      (.standard, 180_000, 180_000, ""), (.standard, 182_000, 364_000, " above 200k"),
      (.flex, 182_000, 182_000, " flex above 200k"), (.standard, 300_000, 600_000, " above 200k"),
    ] as [(ServiceTier, Int64, Int64, String)])
  func aCallIsHeldByItsTierAndLength(_ tier: ServiceTier, _ input: Int64, _ cost: Int64, _ words: String) throws {
    let rules = """
      [tier.default]
      budgets = ["10M tokens/day"]
      [model.m]
      price = { input = 1, output = 0, above_200k = { input = 2 }, flex = { input = 0.5, above_200k = { input = 1 } } }
      """
    var request = GuardTests.request("a", input: input, model: "m")
    request.serviceTier = tier
    let pipeline = Guard(
      settings: GuardTests.settings(rules), ledger: MemoryLedger(zone: .utc), nowUnixMs: { 1_790_000_000_000 })
    let plan = try pipeline.plan(request)
    #expect(plan.shape.charge.costMicroUSD == cost)
    #expect(plan.facts.priceStamp == "config" + words)
  }

  /// What one call may cost is measured by the price that it would have.
  @Test func moneyIsALimitInEachTier() throws {
    let rules = """
      [operation.default]
      max_cost_per_call = '$0.0015'
      [model.big]
      price = { input = 10, output = 10, priority = { input = 20, output = 20 }, flex = { input = 5, output = 5 } }
      """
    let pipeline = Guard(
      settings: GuardTests.settings(rules), ledger: MemoryLedger(zone: .utc), nowUnixMs: { 1_790_000_000_000 })
    var request = GuardTests.request("a", input: 50)
    request.serviceTier = .priority
    #expect(try pipeline.plan(request).shape.maxOutputTokens == 25)
    request.serviceTier = .flex
    #expect(try pipeline.plan(request).cap == nil)
  }

  @Test func theTighterOfTwoDecides() throws {
    let both = "max_tokens_per_call = 180\nmax_cost_per_call = '$0.0015'"
    #expect(try Self.plan(both, GuardTests.request("a")).cap == .cost(microUSD: 1500))
    let other = "max_tokens_per_call = 120\nmax_cost_per_call = '$0.0015'"
    #expect(try Self.plan(other, GuardTests.request("a")).shape.maxOutputTokens == 20)
  }
}
