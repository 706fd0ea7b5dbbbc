import Configuration
import Guard
import GuardModel
import Ledger
import SeededGenerator
import Testing

/// When a refused call is told to come again: the first moment at which it goes out in any form that the ladder allows.
@Suite struct OpeningTests {
  private static let minute: Int64 = 60_000
  private static let hour = 60 * minute

  private static func state(_ text: String, posted: Int64, endsAt end: Int64, granted: Int64 = 0) throws -> BudgetState
  {
    guard case .limit(let limit) = try BudgetSpec(text) else { throw BudgetSpecError(text: text, problem: "no limit") }
    return BudgetState(
      budget: Budget(
        scope: .user("ana"), limit: limit,
        thresholds: limit.unit == .calls ? PhaseThresholds.standard.ofCalls : .standard, origin: "tier default"),
      window: Window(startUnixMs: 0, endUnixMs: end), posted: posted, pending: 0, granted: granted)
  }

  /// Read once: thousands of plans are made by it.
  private static let settings = GuardTests.settings(
    "[tier.default]\nladder = { max_tokens = 50 }\n[model.big]\nprice = { input = 10.0, output = 10.0 }\n")

  private static func plan(_ request: CallRequest, _ states: [BudgetState], at now: Int64 = 0) throws -> Plan {
    let tier = try #require(settings.tier("default"))
    let known = Planner.Knowledge(tier: tier, states: states, learned: { _ in .nothing }, nowUnixMs: now)
    let planner = Planner(settings: settings)
    return try planner.withRoom(planner.plan(request, known), known)
  }

  /// As it was asked for it would wait for the day; capped it waits for the hour alone, whose budget is then named.
  @Test func aDegradedCallIsNotToldToWaitForWhatItFitsInto() throws {
    let calls = try Self.state("2 calls/hour", posted: 2, endsAt: Self.hour)
    let day = try Self.state("1000 tokens/day", posted: 1010, endsAt: 9 * Self.hour)
    let plan = try Self.plan(GuardTests.request("a"), [calls, day])
    #expect(plan.refusal == .budget)
    #expect(plan.decision.opensAtUnixMs == Self.hour)
    #expect(plan.decision.tightest == calls)
    let window = try Self.state("200 tokens/10min", posted: 240, endsAt: 10 * Self.minute)
    let tokens = try Self.plan(GuardTests.request("a"), [window, day])
    #expect(tokens.decision.opensAtUnixMs == 10 * Self.minute && tokens.decision.tightest == window)
  }

  /// What holds the cheapest form up for longest is what is named, however full another budget is.
  @Test func theBudgetThatOpensLastIsNamed() throws {
    let calls = try Self.state("2 calls/hour", posted: 7, endsAt: Self.hour)
    let day = try Self.state("1000 tokens/day", posted: 1150, endsAt: 9 * Self.hour)
    let plan = try Self.plan(GuardTests.request("a"), [calls, day])
    #expect(plan.decision.opensAtUnixMs == 9 * Self.hour && plan.decision.tightest == day)
    let month = try Self.state("100 tokens/month", posted: 0, endsAt: 99 * Self.hour)
    let never = try Self.plan(GuardTests.request("a"), [calls, month])
    #expect(never.decision.opensAtUnixMs == nil && never.decision.tightest == month)
  }

  /// Without a cheaper form it goes out when it need not be degraded: a bucket that is only below its ceiling would not do.
  @Test func aCallThatMayNotBeDegradedWaitsUntilItNeedNotBe() throws {
    let bucket = try Self.state("60 tokens/min burst 1000", posted: 1100, endsAt: .max)
    let plan = try Self.plan(GuardTests.request("a", mayDegrade: false), [bucket])
    // 1300 tokens have to fall to 999, one a second.
    #expect(plan.refusal == .budget && plan.decision.opensAtUnixMs == 301_000)
  }

  /// Nor does one that would go out made cheaper: it is told of the window that ends last of those in its way, of the largest
  /// maximum that leaves it as it is, and of the top-up that does.
  @Test func aCallThatWouldBeDegradedIsToldWhenItNeedNotBe() throws {
    let day = try Self.state("1000 tokens/day", posted: 850, endsAt: 9 * Self.hour)
    let hour = try Self.state("900 tokens/hour", posted: 860, endsAt: Self.hour)
    let plan = try Self.plan(GuardTests.request("a", mayDegrade: false), [day, hour])
    #expect(plan.refusal == .wouldDegrade && plan.phase == .soft && plan.decision.phase == .soft)
    #expect(plan.decision.opensAtUnixMs == 9 * Self.hour && plan.decision.tightest == day && !plan.waitsForCalls)
    #expect(plan.room?.topUps.map(\.state) == [day, hour])
    let alone = try Self.plan(GuardTests.request("a", mayDegrade: false), [day])
    #expect(alone.room?.maxOutputTokens == 49, "100 in and 49 out are 999 in all")
  }

  private typealias Use = (text: String, posted: Int64, end: Int64)

  /// With what is said to be missing the call goes out, with one less of it not.
  private static func checkTopUps(_ plan: Plan, _ request: CallRequest, _ budgets: [Use]) throws {
    let topUps = try #require(plan.room?.topUps)
    func refusal(less: Int64) throws -> RefusalReason? {
      let states = try budgets.enumerated().map { index, budget in
        let amount = topUps.first { $0.state == plan.states[index] }?.amount ?? less
        return try state(budget.text, posted: budget.posted, endsAt: budget.end, granted: amount - less)
      }
      return try Self.plan(request, states).refusal
    }
    #expect(try refusal(less: 0) == nil && !topUps.isEmpty, "\(budgets) \(request)")
    if topUps.count == 1 { #expect(try refusal(less: 1) != nil, "\(budgets) \(request)") }
  }

  /// An overrun is covered, and the next call besides.
  @Test func theTopUpCoversWhatWasOverrun() throws {
    let day = try Self.state("1000 tokens/day", posted: 5081, endsAt: 9 * Self.hour)
    let plan = try Self.plan(GuardTests.request("a"), [day])
    // 5231 in all, with a ceiling of 120 %.
    #expect(plan.room?.topUps == [Room.TopUp(state: day, amount: 3360)])
  }

  /// At the moment that is told the planner lets the call out, and a millisecond before it does not.
  @Test func theMomentThatIsToldIsTheFirst() throws {
    var random = Seeded(11)
    var (refused, unchanged) = (0, 0)
    for _ in 0..<3000 {
      func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }
      func upTo(_ most: Int64) -> Int64 { Int64.random(in: 0...most, using: &random) }
      let day: Use = ("\(pick(["150", "500", "1000"])) tokens/day", upTo(1300), 9 * Self.hour)
      let calls: Use = ("\(pick(["1", "3"])) calls/hour", upTo(3), Self.hour)
      let money: Use = ("$0.00\(pick(["1", "3", "9"]))/week", upTo(11_000), 50 * Self.hour)
      let bucket: Use = (pick(["60 tokens/min burst 300", "7 tokens/min burst 1000"]), upTo(1500), .max)
      var budgets = [day, calls, money, bucket]
      budgets.shuffle(using: &random)
      budgets.removeLast(Int.random(in: 0..<3, using: &random))
      let request = GuardTests.request(
        "a", input: pick([10, 100]), maximum: pick([40, 100, 400]), mayDegrade: pick([true, true, false]))
      func states(at ms: Int64) throws -> [BudgetState] {
        try budgets.map { budget in
          var posted = ms < budget.end ? budget.posted : 0
          if budget.end == .max, let rate = Int64(budget.text.prefix { $0 != " " }) {
            posted = max(0, posted - ms * rate / Self.minute)
          }
          return try Self.state(budget.text, posted: posted, endsAt: budget.end)
        }
      }
      let plan = try Self.plan(request, states(at: 0))
      guard plan.refusal == .budget || plan.refusal == .wouldDegrade else { continue }
      refused += 1
      if plan.refusal == .wouldDegrade { unchanged += 1 }
      if refused % 5 == 0 { try Self.checkTopUps(plan, request, budgets) }
      guard let opens = plan.decision.opensAtUnixMs else {
        #expect(try Self.plan(request, states(at: 1_000 * Self.hour)).refusal != nil, "\(budgets) \(request)")
        continue
      }
      #expect(try Self.plan(request, states(at: opens)).refusal == nil, "\(budgets) \(request)")
      if opens > 0 { #expect(try Self.plan(request, states(at: opens - 1)).refusal != nil, "\(budgets) \(request)") }
    }
    #expect(refused > 1000 && unchanged > 10, "\(refused) \(unchanged)")
  }
}
