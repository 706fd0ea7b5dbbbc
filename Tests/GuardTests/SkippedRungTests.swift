import Configuration
import Guard
import GuardModel
import Ledger
import Testing

/// The models of a ladder that a call does not go to.
@Suite struct SkippedRungTests {
  /// `big` costs $10 a million in and out; the day's tokens are all but used up by the call itself.
  static func rules(_ more: String, budget: String = "1000 tokens/day") -> String {
    GuardTests.free.replacing("1000 tokens/day", with: budget) + "\n" + more
  }

  static func plan(_ rules: String, _ request: CallRequest) throws -> Plan {
    try Guard(
      settings: GuardTests.settings(rules), ledger: MemoryLedger(zone: .utc), nowUnixMs: { 1_790_000_000_000 }
    ).plan(request)
  }

  static let near = GuardTests.request("near", input: 100, maximum: 950)

  static func price(_ model: String, _ input: String, _ output: String) -> String {
    "[model.\(model)]\nprice = { input = \(input), output = \(output) }\n"
  }

  @Test func aDearerModelIsPassedOver() throws {
    let plan = try Self.plan(
      Self.rules(Self.price("mid", "10.0", "11.0") + Self.price("small", "1.0", "1.0")), Self.near)
    #expect(plan.refusal == nil && plan.degradation?.model == "small")
    #expect(plan.skipped == [SkippedRung(model: "mid", reason: .dearer)])
  }

  /// A shorter answer of a dearer model may cost less than what was asked for; as short a one of the call's own still less.
  @Test func aShorterAnswerOfADearerModelIsNoSaving() throws {
    let plan = try Self.plan(
      Self.rules(Self.price("mid", "12.0", "12.0") + Self.price("small", "20.0", "20.0")), Self.near)
    #expect(plan.degradation == Degradation(model: "big", maxTokens: 50, delayMs: 1000))
    #expect(plan.skipped.map(\.model) == ["mid", "small"])
    #expect(plan.skipped.allSatisfy { $0.reason == .dearer })
  }

  /// Which of two is dearer depends on the call: a long prompt and a short answer, or the other way round.
  @Test func whatIsDearerIsToldByTheCall() throws {
    let rules = Self.rules(Self.price("mid", "1.0", "50.0") + Self.price("small", "1.0", "50.0"))
    #expect(try Self.plan(rules, GuardTests.request("in", input: 1000, maximum: 100)).degradation?.model == "mid")
    #expect(try Self.plan(rules, GuardTests.request("out", input: 60, maximum: 1000)).degradation?.model == "big")
  }

  @Test func equallyDearIsNoDearerAndUnknownIsNotGuessed() throws {
    #expect(try Self.plan(Self.rules(Self.price("mid", "10.0", "10.0")), Self.near).degradation?.model == "mid")
    #expect(try Self.plan(Self.rules(""), Self.near).degradation?.model == "mid")
    let unknown =
      GuardTests.free.replacing("[model.big]", with: "[model.other]") + "\n" + Self.price("mid", "99.0", "99.0")
    #expect(try Self.plan(unknown, Self.near).degradation?.model == "mid")
  }

  @Test func everyReasonIsNamed() throws {
    let money = Self.rules(Self.price("small", "1.0", "1.0"), budget: "$0.0105/day")
    let plan = try Self.plan(money, Self.near)
    #expect(plan.degradation?.model == "small" && plan.skipped == [SkippedRung(model: "mid", reason: .unknownPrice)])
    var some = Self.near
    some.reachableModels = ["big", "small"]
    #expect(try Self.plan(Self.rules(""), some).skipped == [SkippedRung(model: "mid", reason: .unreachable)])
    let heavy = Self.rules("[model.mid]\nweight = 99\n[model.small]\nweight = 99\n")
    let kept = try Self.plan(heavy, Self.near)
    #expect(kept.degradation?.model == "big" && kept.skipped.map(\.reason) == [.noRoom, .noRoom])
    var fast = Self.near
    fast.serviceTier = .fast
    #expect(
      try Self.plan(Self.rules(Self.price("mid", "1.0", "1.0")), fast).skipped
        == [SkippedRung(model: "mid", reason: .notServedSo), SkippedRung(model: "small", reason: .unknownPrice)])
    let limit = Self.rules(Self.price("mid", "11.0", "1.0") + "[operation.default]\nmax_cost_per_call = '$0.0106'\n")
    #expect(
      try Self.plan(limit, GuardTests.request("x", input: 1000, maximum: 60)).skipped
        == [SkippedRung(model: "mid", reason: .callLimit), SkippedRung(model: "small", reason: .unknownPrice)])
  }

  @Test func aRefusedCallKeepsWhatItDidNotGoTo() throws {
    let plan = try Self.plan(
      Self.rules(Self.price("mid", "10.0", "11.0")), GuardTests.request("none", input: 5000, maximum: 50))
    #expect(plan.refusal == .budget)
    #expect(
      plan.skipped == [SkippedRung(model: "mid", reason: .dearer), SkippedRung(model: "small", reason: .noRoom)])
    #expect(plan.refused(.notCached()).skipped.isEmpty)
  }

  /// The model that a call names itself needs no deployment that is known by another name.
  @Test func theCallsOwnModelIsAlwaysOpen() throws {
    var own = GuardTests.request("own", input: 100, maximum: 950, model: "mine")
    own.reachableModels = ["small"]
    let plan = try Self.plan(Self.rules(""), own)
    #expect(plan.refusal == nil && plan.degradation == Degradation(model: "mine", maxTokens: 50, delayMs: 1000))
  }
}
