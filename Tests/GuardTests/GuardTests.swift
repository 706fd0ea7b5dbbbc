import Configuration
import Guard
import GuardModel
import Ledger
import Testing

@Suite struct GuardTests {
  static func settings(_ toml: String) -> Settings {
    ConfigReader.read([ConfigSource(path: "t", bytes: Array(toml.utf8), kind: .user)]) { _ in true }.settings
  }

  static let free = """
    [tier.default]
    budgets = ["1000 tokens/day"]
    ladder = { models = { big = "mid", mid = "small" }, max_tokens = 50, delay = "1s" }
    [model.big]
    price = { input = 10.0, output = 10.0 }
    """

  let ledger = MemoryLedger(zone: .utc)

  func pipeline(_ toml: String = free) -> Guard {
    Guard(settings: Self.settings(toml), ledger: ledger, nowUnixMs: { 1_790_000_000_000 })
  }

  static func request(
    _ run: String, input: Int64 = 100, maximum: Int64? = 100, model: String? = "big", mayDegrade: Bool = true,
    flexible: Bool = true
  ) -> CallRequest {
    CallRequest(
      user: "ana", operation: "default", model: model, maxOutputTokens: maximum, countedInputTokens: input, run: run,
      program: "test", canChangeModel: flexible, canCapTokens: flexible, mayDegrade: mayDegrade)
  }

  /// Uses tokens of the day.
  func spend(_ tokens: Int64, _ pipeline: Guard) throws {
    let limit = CallRequest(
      user: "ana", operation: "default", model: nil, countedInputTokens: 0, statedTokens: tokens,
      run: "spent-\(tokens)",
      program: "test")
    guard case .admitted(let call) = try pipeline.admit(limit) else {
      Issue.record("the spending itself was refused")
      return
    }
    _ = try pipeline.settle(
      call, usage: TokenUsage(input: tokens, output: 0, exactness: .exact), ending: .complete)
  }

  /// A call that is held anew, as another ledger is in the place of its own, is charged whatever has become of its user's tier.
  @Test(arguments: [true, false]) func aCallUnderWayIsChargedThoughItsTierIsGone(isTierGone: Bool) throws {
    var settings = Self.settings(Self.free + "\n[tier.pro]\nbudgets = ['500 tokens/day']\n[user.ana]\ntier = 'pro'")
    let pipeline = Guard(settings: settings, ledger: ledger, nowUnixMs: { 1_790_000_000_000 })
    guard case .admitted(let call) = try pipeline.admit(Self.request("a")) else {
      Issue.record("not held")
      return
    }
    try pipeline.giveBack(call.hold, reason: "a test")
    settings.tiers["pro"] = isTierGone ? nil : settings.tiers["default"]
    pipeline.change(settings)
    let again = try pipeline.holdAgain(call)
    #expect(again.states.map(\.budget.limit.amount) == [isTierGone ? 500 : 1000])
    let settled = try pipeline.settle(
      again, usage: TokenUsage(input: 70, output: 7, exactness: .exact), ending: .complete)
    #expect(settled.charge.tokens == 77)
    #expect(try ledger.states(of: again.states.map(\.budget), nowUnixMs: 1_790_000_000_000).map(\.posted) == [77])
  }

  @Test func aCallWithRoomGoesOutAsAsked() throws {
    guard case .admitted(let call) = try pipeline().admit(Self.request("a")) else {
      Issue.record("refused")
      return
    }
    #expect(call.plan.phase == .ok)
    #expect(call.plan.degradation == nil)
    #expect(call.plan.shape.charge == Charge(tokens: 200, costMicroUSD: 2000))
    #expect(call.states[0].pending == 200)
  }

  /// Where not every model can be had, the ladder's rungs are those that can.
  @Test func aDegradedCallGoesWhereItCanGo() throws {
    let pipeline = pipeline()
    try spend(900, pipeline)
    for (reachable, model) in [(["small", "big"], "small"), (["mid", "small"], "mid"), (["big"], "big"), ([], "big")] {
      var request = Self.request("run-\(reachable)")
      request.reachableModels = Set(reachable)
      let plan = try pipeline.plan(request)
      #expect(plan.degradation?.model == model, "\(reachable)")
      #expect(plan.shape.model == model && plan.shape.maxOutputTokens == 50)
    }
  }

  /// A cheaper model may take more tokens: before the call is refused, it keeps its own.
  @Test func aDegradedCallKeepsItsModelWhereNoCheaperOneFits() throws {
    let pipeline = pipeline(Self.free + "\n[model.mid]\nweight = 3\n[model.small]\nweight = 2.5\n")
    try spend(1000, pipeline)
    // 200 as asked, up to the ceiling of 1,200; 150 with a shorter answer, and 450 or 375 on another model.
    let plan = try pipeline.plan(Self.request("keeps"))
    #expect(plan.refusal == nil && plan.phase == .soft)
    #expect(plan.degradation == Degradation(model: "big", maxTokens: 50, delayMs: 1000))
    #expect(plan.shape.charge.tokens == 150)
    // Where a cheaper one fits it is taken, and where nothing does the call is refused.
    #expect(try pipeline.plan(Self.request("small", input: 10)).degradation?.model == "mid")
    #expect(try pipeline.plan(Self.request("none", input: 400)).refusal == .budget)
  }

  /// What money has to pay for is not sent where nobody knows what it costs: it stays with its model, shorter and later, and
  /// is not refused while it fits.
  @Test func aDegradedCallThatMoneyPaysForGoesWhereThePriceIsKnown() throws {
    let known = "\n[model.small]\nprice = { input = 1.0, output = 1.0 }\n"
    let money = Self.free.replacing("1000 tokens/day", with: "$0.001/day")
    for (toml, model) in [(money, "big"), (money + known, "small")] {
      // $0.0011 of $0.001, and the ceiling is $0.0012.
      let plan = try pipeline(toml).plan(Self.request("near", input: 60, maximum: 50))
      #expect(plan.refusal == nil && plan.phase == .soft, "\(model)")
      #expect(plan.degradation == Degradation(model: model, maxTokens: 50, delayMs: 1000), "\(model)")
    }
    #expect(try pipeline(money).plan(Self.request("far", input: 100, maximum: 100)).refusal == .budget)
  }

  /// A call that asks for the fast mode, or for the United States, is changed to no model that is not served so: the provider
  /// would refuse it.
  @Test func aDegradedCallIsServedAsItAsks() throws {
    let fast = "price = { input = 10.0, output = 10.0, fast = { input = 20.0, output = 20.0 } }"
    let cases: [(ServiceTier, mid: Bool, small: Bool, String)] = [
      (.fast, true, true, "mid"), (.fast, false, true, "small"), (.fast, false, false, "big"), (.us, true, true, "big"),
      (.standard, false, false, "mid"), (.flex, false, false, "mid"),
    ]
    for (tier, mid, small, model) in cases {
      let prices = [("mid", mid), ("small", small)].filter(\.1).map { "[model.\($0.0)]\n\(fast)" }
      let pipeline = Guard(
        settings: Self.settings(([Self.free] + prices).joined(separator: "\n")), ledger: MemoryLedger(zone: .utc),
        nowUnixMs: { 1_790_000_000_000 })
      try spend(900, pipeline)
      var request = Self.request("run")
      request.serviceTier = tier
      let plan = try pipeline.plan(request)
      #expect(plan.degradation?.model == model && plan.shape.maxOutputTokens == 50, "\(tier) \(mid) \(small)")
    }
  }

  @Test func nearTheLimitCallsAreWarnedThenDegradedThenRefused() throws {
    let pipeline = pipeline()
    try spend(700, pipeline)
    #expect(try pipeline.plan(Self.request("w")).phase == .warn)
    try spend(150, pipeline)
    let soft = try pipeline.plan(Self.request("s"))
    #expect(soft.phase == .soft)
    #expect(soft.degradation == Degradation(model: "mid", maxTokens: 50, delayMs: 1000))
    #expect(soft.facts.requestedModel == "big")
    #expect(soft.shape.charge.tokens == 150)
    try spend(300, pipeline)
    let hard = try pipeline.admit(Self.request("h"))
    guard case .refused(let plan) = hard else {
      Issue.record("admitted")
      return
    }
    #expect(plan.refusal == .budget)
    #expect(plan.decision.opensAtUnixMs == 1_790_035_200_000)
    #expect(try ledger.usage(UsageQuery()).first?.sums.refusals == 1)
  }

  /// Holds are the most that calls under way may take: a call that only they refuse may go out when they end.
  @Test func aCallThatOnlyHoldsRefuseWaitsForThem() throws {
    let pipeline = pipeline()
    try spend(150, pipeline)
    #expect(try pipeline.plan(Self.request("a")).waitsForCalls == false)
    guard case .admitted(let held) = try pipeline.admit(Self.request("held", input: 900, maximum: 150)) else {
      Issue.record("refused")
      return
    }
    let plan = try pipeline.plan(Self.request("b"))
    #expect(plan.refusal == .budget && plan.waitsForCalls && plan.decision.opensAtUnixMs == nil)
    #expect(try pipeline.plan(Self.request("c", mayDegrade: false)).waitsForCalls)
    // As it was asked for it does not fit without them, either; on a rung of the ladder it does.
    let large = try pipeline.plan(Self.request("d", input: 200, maximum: 1000))
    #expect(large.refusal == .budget && large.waitsForCalls && large.decision.opensAtUnixMs == nil)
    let largest = try pipeline.plan(Self.request("e", input: 1100, maximum: 1000))
    #expect(largest.refusal == .budget && !largest.waitsForCalls)
    try pipeline.giveBack(held, reason: "test")
    #expect(try pipeline.plan(Self.request("b")).refusal == nil)
  }

  @Test func aCallThatMayNotChangeOnlyWaits() throws {
    let pipeline = pipeline()
    try spend(850, pipeline)
    let plan = try pipeline.plan(Self.request("s", flexible: false))
    #expect(plan.degradation == Degradation(model: "big", maxTokens: 100, delayMs: 1000))
    #expect(plan.shape.model == "big")
  }

  @Test func withoutDegradationTheSoftPhaseRefuses() throws {
    let pipeline = pipeline()
    try spend(850, pipeline)
    #expect(try pipeline.plan(Self.request("s", mayDegrade: false)).refusal == .wouldDegrade)
  }

  @Test func anUnknownPriceIsRefusedOnlyWhereMoneyCounts() throws {
    let money = "[tier.default]\nbudgets = [\"$1/day\"]\n"
    #expect(try pipeline(money).plan(Self.request("a", model: "mystery")).refusal == .unknownPrice(model: "mystery"))
    #expect(try pipeline(money + "").plan(Self.request("a", model: "gpt-4o")).refusal == nil)
    let stated = "unknown_price = { input = 1.0, output = 1.0 }\n" + money
    #expect(try pipeline(stated).plan(Self.request("a", model: "mystery")).shape.charge.costMicroUSD == 200)
    #expect(try pipeline().plan(Self.request("a", model: "mystery")).shape.charge.costMicroUSD == nil)
  }

  @Test func weightsMultiplyTheChargeButNotTheMoney() throws {
    let weighted = Self.free + "\nweight = 2\n[operation.default]\nweight = 1.5\n"
    let plan = try pipeline(weighted).plan(Self.request("a"))
    #expect(plan.shape.charge == Charge(tokens: 600, costMicroUSD: 2000))
  }

  @Test func whatWasNotUsedReturnsAndWhatWasMoreIsPosted() throws {
    let pipeline = pipeline()
    guard case .admitted(let call) = try pipeline.admit(Self.request("a")) else {
      Issue.record("not admitted")
      return
    }
    let settled = try pipeline.settle(
      call, usage: TokenUsage(input: 300, output: 1, exactness: .exact), ending: .complete)
    #expect(settled.receipt.overrunTokens == 101)
    #expect(try pipeline.states(user: "ana").states[0].posted == 301)
    guard case .admitted(let other) = try pipeline.admit(Self.request("b")) else {
      Issue.record("not admitted")
      return
    }
    try pipeline.giveBack(other, reason: "test")
    #expect(try pipeline.states(user: "ana").states[0].taken == 301)
  }

  @Test func overflowingAmountsAreAnError() {
    #expect(throws: GuardError.overflow(AmountOverflow())) {
      try pipeline().admit(Self.request("a", input: .max, maximum: .max))
    }
  }
}
