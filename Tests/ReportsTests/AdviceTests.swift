import GuardModel
import Ledger
import Reports
import Terminal
import Testing

@Suite struct AdviceTests {
  private func budget(_ user: String, _ text: String) throws -> Budget {
    guard case .limit(let limit) = try BudgetSpec(text) else { throw AmountOverflow() }
    return Budget(scope: .user(user), limit: limit, origin: "tier free")
  }

  private func past(_ used: [Int64]) -> BudgetPast {
    var past = BudgetPast()
    past.windows = used.map { BudgetPast.Ended(posted: $0) }
    return past
  }

  private func advice(_ budget: Budget, used: [Int64]) throws -> Advice {
    try advice([(budget, past(used))])
  }

  private func advice(
    _ budgets: [(budget: Budget, past: BudgetPast)], own: Advice.OwnBudgets = Advice.OwnBudgets()
  ) throws -> Advice {
    let nothing = try Metrics(of: MemoryLedger(zone: .utc), sinceUnixMs: 0, untilUnixMs: .max)
    return Advice(
      metrics: nothing, budgets: budgets.map(\.budget), own: own,
      past: Dictionary(budgets.map { ($0.budget.key, $0.past) }, uniquingKeysWith: { $1 }), range: "30d")
  }

  private func limit(_ text: String) throws -> BudgetLimit { try budget("x", text).limit }

  /// Two commands for one user would undo each other, and so would one that leaves out what is to stay.
  @Test func oneCommandSetsAllBudgetsOfAUser() throws {
    let quiet = [Int64](repeating: 50, count: 13) + [100]
    let advice = try advice(
      [
        (budget("ana", "1000 tokens/day"), past(quiet)), (budget("ana", "1000 calls/day"), past(quiet)),
        (budget("ana", "$5/month"), BudgetPast()), (budget("ben", "1000 tokens/day"), past(quiet)),
      ],
      own: Advice.OwnBudgets(
        assigned: ["ana": [limit("$5/month"), limit("1000 calls/day")]], configured: ["ben": [limit("9 calls/hour")]]))
    #expect(
      advice.items.map(\.command) == [
        "llmguard budget set ana '$5/month' '200 calls/day' '200 tokens/day'", nil,
        "llmguard budget set ben '200 tokens/day'",
      ])
    #expect(
      advice.items[1].remedy == "200 calls/day would be twice the most they ever used; what is said above sets it, too")
    // What is assigned holds under any configuration, so that no policy shows the change.
    #expect(advice.items[0].simulation == nil && advice.items[1].simulation == nil)
    #expect(
      advice.items[2].simulation?.hasPrefix("with [user.ben] budgets = [\"9 calls/hour\", \"200 tokens/day\"] in")
        == true)
  }

  /// What calls hold must have room, however little they take in the end.
  @Test func aLowerLimitHasRoomForWhatCallsHold() throws {
    var seen = past([Int64](repeating: 10, count: 16))
    seen.peak = 200
    let item = try #require(try advice([(budget("ana", "1000 tokens/day"), seen)]).items.first)
    #expect(item.command == "llmguard budget set ana '250 tokens/day'")
    #expect(item.remedy == "250 tokens/day would have room for the most they ever used and held at once, 200 tokens")
    seen.peak = 250
    #expect(try advice([(budget("ana", "1000 tokens/day"), seen)]).items.isEmpty)
    for part in [\BudgetPast.degraded, \BudgetPast.refused] {
      seen.peak = 20
      seen[keyPath: part] = 1
      #expect(try advice([(budget("ana", "1000 tokens/day"), seen)]).items.isEmpty, "it was in the way")
      seen[keyPath: part] = 0
    }
  }

  /// One window in five is in the way; one in more is not.
  @Test(arguments: [(10, true), (11, false)]) func aFifthOfTheWindowsIsTooMany(windows: Int, isTooMany: Bool) throws {
    let used = [1000, 1150] + [Int64](repeating: 100, count: windows - 2)
    let items = try advice(budget("ana", "1000 tokens/day"), used: used).items
    #expect(items.map(\.kind) == (isTooMany ? ["tight_budget"] : []))
  }

  /// A budget that refuses before it is used up is too tight, too.
  @Test func aBudgetThatRefusesIsTooTight() throws {
    var seen = BudgetPast()
    seen.windows = [BudgetPast.Ended](repeating: .init(posted: 40, refused: 40, refusals: 2), count: 20)
    seen.refused = 40
    let item = try #require(try advice([(budget("hot", "50 tokens/day"), seen)]).items.first)
    #expect(
      item.finding
        == "the daily token budget (50 tokens/day, tier free) refused calls of hot in 20 of 20 windows; 95 % of the windows stayed within 80 tokens, with what was refused"
    )
    #expect(item.command == "llmguard budget set hot '88 tokens/day'")
  }

  /// What another budget refused is wanted of this one, too, once that is larger: neither is made so small that it would be
  /// in the way next.
  @Test func whatAnotherBudgetRefusedIsWantedToo() throws {
    var seen = BudgetPast()
    seen.windows = [BudgetPast.Ended](repeating: .init(posted: 7, refusedElsewhere: 8), count: 20)
    let loose = try #require(try advice([(budget("ana", "100 calls/day"), seen)]).items.first)
    #expect(loose.command == "llmguard budget set ana '30 calls/day'")
    #expect(loose.finding.contains("never used more than 7 % of"))
    #expect(loose.remedy == "30 calls/day would be twice the most they ever used, with what other budgets refused")
    let tight = try #require(try advice([(budget("ana", "7 calls/day"), seen)]).items.first)
    #expect(tight.command == "llmguard budget set ana '17 calls/day'")
    #expect(tight.finding.hasSuffix("95 % of the windows stayed within 15 calls, with what was refused"))
    #expect(try advice([(budget("ana", "50 calls/day"), seen)]).items.isEmpty, "it has the room that it needs")
  }

  private final class History: CallHistory {
    let calls: [PastCall]
    init(_ calls: [PastCall]) { self.calls = calls }
    func pastCalls(_ query: HistoryQuery, _ body: (PastCall) -> Bool) throws(LedgerError) {
      for call in calls where !body(call) { return }
    }
  }

  /// Two days. On the first, two calls at once that hold 300 and 400 and take 10 each, after one that took 50; on the second all
  /// is refused, and so the ledger has no window of it.
  @Test func thePastOfABudgetIsRead() throws {
    let budget = try budget("ana", "1000 tokens/day")
    let day: Int64 = 86_400_000
    func call(
      _ hour: Int64, held: Int64?, took: Int64, _ entries: ClosedRange<Int64>, user: String = "ana",
      refusedBy: String? = nil, degraded: Bool = false, attempt: Int64 = 1
    ) -> PastCall {
      var facts = CallFacts(
        user: user, tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: .ok, degraded: degraded,
        estimatedInput: 1, estimatedOutput: 1)
      facts.attempt = attempt
      return PastCall(
        facts: facts, arrivedAtUnixMs: hour * 3_600_000, endedAtUnixMs: hour * 3_600_000 + 5,
        usage: held == nil ? nil : TokenUsage(input: took, output: 0, exactness: .exact),
        charge: Charge(tokens: took, costMicroUSD: 0), held: held.map { Charge(tokens: $0, costMicroUSD: 0) },
        entries: entries, refusedBy: refusedBy)
    }
    let history = History([
      call(1, held: 60, took: 50, 1...2), call(2, held: 300, took: 10, 3...5),
      call(2, held: 400, took: 10, 4...6, degraded: true), call(3, held: 900, took: 900, 7...8, user: "ben"),
      call(30, held: nil, took: 70, 9...9, refusedBy: budget.key.label),
      call(31, held: nil, took: 5, 10...10, refusedBy: "hourly call budget"), call(32, held: nil, took: 6, 11...11),
      // Whoever asks again while another budget is full wants it once.
      call(33, held: nil, took: 5, 12...12, refusedBy: "hourly call budget", attempt: 2),
      call(50, held: nil, took: 8, 13...13, refusedBy: budget.key.label),
    ])
    let records = [
      WindowRecord(key: budget.key, window: Window(startUnixMs: 0, endUnixMs: day), posted: 70)
    ]
    let past = try #require(
      try BudgetPast.of([budget], records, history, HistoryQuery(), untilUnixMs: 2 * day, in: .utc)[budget.key])
    #expect(past.peak == 750)
    #expect(past.degraded == 1 && past.refused == 2)
    #expect(
      past.windows == [.init(posted: 70), .init(posted: 0, refused: 70, refusals: 1, refusedElsewhere: 5)],
      "the third has not ended")
  }

  @Test func aBudgetThatIsUsedUpIsTooTight() throws {
    let item = try #require(
      try advice(budget("ana", "1000 tokens/day"), used: [100, 200, 1000, 1150, 300, 400, 1100, 90]).items.first)
    #expect(item.kind == "tight_budget")
    #expect(
      item.finding
        == "ana used the daily token budget (1k tokens/day, tier free) up in 3 of 8 windows; 95 % of the windows stayed within 1.2k tokens"
    )
    // The 95th percentile of eight is the largest, 1150; a tenth more, rounded up to two figures.
    #expect(
      item.command == "llmguard budget set ana '1300 tokens/day'"
        || item.command == "llmguard budget set ana '1.3k tokens/day'")
    #expect(item.simulation?.contains("[user.ana] budgets = [") == true)
    #expect(item.simulation?.hasSuffix("llmguard simulate --policy new.toml --since 30d") == true)
  }

  @Test func aBudgetThatNobodyNeedsIsTooLoose() throws {
    let used = [Int64](repeating: 50, count: 13) + [240]
    let item = try #require(try advice(budget("o'neil x", "1000 tokens/day"), used: used).items.first)
    #expect(item.kind == "loose_budget")
    #expect(item.finding.contains("never used more than 24 %"))
    #expect(item.command == "llmguard budget set 'o'\\''neil x' '480 tokens/day'")
  }

  @Test(
    arguments: [
      [1000, 1000, 1000, 1000], [100, 200, 300, 400, 999, 500, 600, 700], [300] + [Int64](repeating: 1, count: 20),
      [Int64](repeating: 100, count: 13),
    ] as [[Int64]])
  func itIsSilentWhenThereIsNothingToSay(used: [Int64]) throws {
    let advice = try advice(budget("ana", "1000 tokens/day"), used: used)
    #expect(advice.items.isEmpty)
    #expect(advice.text(Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)).isEmpty)
  }

  /// How well the input is counted and how much is held for answers are two things, in the words of the report.
  @Test(arguments: [
    (
      Int64(900), Int64(51),
      "the input of half of the calls was estimated to within 2 %; half of them took 6.3 % or less of what was held, the longest answer included (20 calls)"
    ),
    // The input is far off, and what was held is taken all the same: no smaller maximum is of use there.
    (10, 150, nil),
  ])
  func shortAnswersAreNoErrorOfTheEstimate(answer: Int64, input: Int64, finding: String?) throws {
    let ledger = MemoryLedger(zone: .utc)
    for number in 0..<20 {
      let facts = CallFacts(
        user: "ana", tier: "t", operation: "o", model: "m", run: "r", program: "p", phase: .ok, degraded: false,
        estimatedInput: input, estimatedOutput: answer)
      let request = ReservationRequest(
        idempotencyKey: "\(number)", facts: facts, charge: Charge(tokens: input + answer, costMicroUSD: 0), budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 1000) else { continue }
      _ = try ledger.settle(
        hold,
        Settlement(
          usage: TokenUsage(input: 50, output: answer == 900 ? 10 : 100, exactness: .exact),
          charge: Charge(tokens: 60, costMicroUSD: 0), ending: .complete), nowUnixMs: 2000)
    }
    let metrics = try Metrics(of: ledger, sinceUnixMs: 0, untilUnixMs: .max)
    let advice = Advice(metrics: metrics, budgets: [], own: Advice.OwnBudgets(), past: [:], range: "2d")
    #expect(advice.items.map(\.finding) == [finding].compactMap { $0 })
    #expect(metrics.value("input_estimate_error_median_ratio")?.text == (input == 51 ? "0.02" : "2"))
    #expect(metrics.value("estimate_used_median_ratio")?.text == (input == 51 ? "0.063091" : "0.9375"))
  }

  @Test func demandThatWaitsForAResetIsNamed() throws {
    let metrics = try Metrics(
      of: MetricsTests().ledger, sinceUnixMs: MetricsTests.day1, untilUnixMs: MetricsTests.day1 + 48 * MetricsTests.hour
    )
    let advice = Advice(metrics: metrics, budgets: [], own: Advice.OwnBudgets(), past: [:], range: "2d")
    // Two refusals of ten are too few to say anything; an overrun of 12.5 % is not.
    #expect(advice.items.map(\.kind) == ["overruns"] || advice.items.map(\.kind).contains("overruns"))
    #expect(advice.items.first { $0.kind == "overruns" }?.finding == "13 % of the charge was more than was held")
  }
}
