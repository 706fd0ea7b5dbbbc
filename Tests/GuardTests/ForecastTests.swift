import Guard
import GuardModel
import Ledger
import Testing

/// What the past says about the next run.
@Suite struct ForecastTests {
  static let now: Int64 = 1_790_000_000_000

  static func call(
    _ run: String, _ tokens: Int64, at: Int64 = 0, operation: String = "default", refused: Bool = false,
    held: Int64? = nil, entries: ClosedRange<Int64> = 0...0
  ) -> PastCall {
    PastCall(
      facts: CallFacts(
        user: "ana", tier: "t", operation: operation, model: "m", run: run, program: "p", phase: .ok,
        estimatedInput: tokens, estimatedOutput: 0), arrivedAtUnixMs: at, endedAtUnixMs: at,
      usage: refused ? nil : TokenUsage(input: tokens, output: 0, exactness: .exact),
      charge: Charge(tokens: tokens, costMicroUSD: tokens * 2),
      held: held.map { Charge(tokens: $0, costMicroUSD: $0 * 2) }, entries: entries)
  }

  static func state(
    _ budget: String = "1000 tokens/day", used: Int64, window: Window? = nil, operation: String? = nil
  ) throws -> BudgetState {
    guard case .limit(let limit) = try BudgetSpec(budget) else { throw BudgetSpecError(text: budget, problem: "") }
    let scope = operation.map { BudgetScope.operation(user: "ana", operation: $0) } ?? .user("ana")
    return BudgetState(
      budget: Budget(scope: scope, limit: limit, origin: "test"), window: window, posted: used, pending: 0, granted: 0)
  }

  static func runs(_ amounts: [Int64]) -> PastUse {
    var use = PastUse()
    for (index, amount) in amounts.enumerated() {
      // Two calls each, for two operations.
      use.add(call("r\(index)", amount / 2, at: Int64(index)))
      use.add(call("r\(index)", amount - amount / 2, at: Int64(index), operation: "review"))
    }
    return use
  }

  static func forecast(_ use: PastUse, _ states: [BudgetState], recent: [BudgetKey: [Int64]] = [:]) -> Forecast {
    Forecast(runs: use.runs, calls: use.calls, states: states, recent: recent, nowUnixMs: now)
  }

  @Test func callsOfOneRunAreOneAmount() {
    let use = Self.runs([10, 21])
    #expect(use.runs.map(\.use.chargeTokens) == [10, 21])
    #expect(use.runs.map(\.use.calls) == [2, 2])
    #expect(use.runs[1].amount(of: BudgetKey(scope: .user("ana"), unit: .money, windowName: "day")) == 42)
    let review = BudgetKey(scope: .operation(user: "ana", operation: "review"), unit: .tokens, windowName: "day")
    #expect(use.runs[1].amount(of: review) == 11)
  }

  @Test func aRunThatWasHinderedIsCountedAsSuch() {
    var use = Self.runs([10])
    use.add(Self.call("r0", 5, at: 9, refused: true))
    #expect(use.runs[0].wasHindered)
    #expect(use.runs[0].use.chargeTokens == 10, "what was refused used nothing")
    #expect(Self.forecast(use, []).hinderedRuns == 1)
  }

  /// A run that was wholly refused took nothing, and says nothing of what the next one takes.
  @Test func aRunThatWasWhollyRefusedLowersNothing() throws {
    let amounts = (0..<12).map { 100 + Int64($0) % 3 }
    let plain = Self.runs(amounts)
    var use = plain
    for run in 0..<20 { use.add(Self.call("none\(run)", 100, at: 20 + Int64(run), refused: true)) }
    let states = [try Self.state(used: 0), try Self.state("10 calls/day", used: 0)]
    let forecast = Self.forecast(use, states)
    #expect(forecast.next == Self.forecast(plain, states).next)
    #expect(forecast.budgets.map(\.nextRun) == Self.forecast(plain, states).budgets.map(\.nextRun))
    #expect(forecast.next[.tokens]?.p50 == 101 && forecast.next[.tokens]?.trendPermille == nil)
    #expect(forecast.budgets.allSatisfy { $0.peak?.p90 == $0.nextRun?.p90 })
    #expect([forecast.runs, forecast.hinderedRuns, forecast.refusedRuns] == [32, 20, 20])
    // Of eight that went out nobody can tell, however many were refused.
    var few = Self.runs(Array(amounts.prefix(8)))
    for run in 0..<20 { few.add(Self.call("none\(run)", 100, at: 20 + Int64(run), refused: true)) }
    #expect(Self.forecast(few, states).fits == nil)
  }

  @Test func theNextRunFitsWhereNineOfTenWould() throws {
    let use = Self.runs((1...20).map { 100 + $0 * 7 % 20 })
    #expect(
      Self.forecast(use, [try Self.state(used: 881)]).fits == true, "118 at most, and 1000 would be the soft phase")
    #expect(Self.forecast(use, [try Self.state(used: 882)]).fits == false)
    #expect(Self.forecast(use, [try Self.state(used: 0), try Self.state("10 calls/day", used: 9)]).fits == false)
    #expect(Self.forecast(Self.runs([1, 2, 3]), [try Self.state(used: 0)]).fits == nil, "not enough history")
    #expect(Self.forecast(use, []).fits == true, "no budget, no limit")
  }

  /// One after the other, a run of three calls that hold 100 and use 10 has 120 at most; together it has 300.
  @Test(
    arguments: [([1...2, 3...4, 5...6], 120), ([1...4, 2...5, 3...6], 300), ([1...3, 2...5, 4...6], 210)]
      as [([ClosedRange<Int64>], Int64)])
  func aRunNeedsWhatItsCallsHold(entries: [ClosedRange<Int64>], peak: Int64) throws {
    var use = PastUse()
    for run in 0..<12 {
      for (index, range) in entries.enumerated() {
        use.add(Self.call("r\(run)", 10, at: Int64(run), operation: "o\(index)", held: 100, entries: range))
      }
    }
    #expect(use.runs.map(\.use.chargeTokens) == [Int64](repeating: 30, count: 12))
    func forecast(_ used: Int64, _ text: String = "1000 tokens/day", operation: String? = nil) throws -> Bool? {
      Self.forecast(use, [try Self.state(text, used: used, operation: operation)]).fits
    }
    #expect(try forecast(999 - peak) == true && forecast(1000 - peak) == false)
    #expect(try forecast(0, "$0.0005/day") == (peak * 2 < 500))
    #expect(try forecast(899, operation: "o1") == true && forecast(900, operation: "o1") == false)
    #expect(try forecast(7, "10 calls/day") == true && forecast(8, "10 calls/day") == false)
  }

  /// A script that was charged more and more, as its retries got dearer, and has charged the same six times since: its next
  /// run takes and needs no more than its last ones.
  @Test func aRunThatHasFoundItsSizeNeedsWhatItsLastOnesDid() throws {
    var use = PastUse()
    // Thirds of a weight: three calls, one after the other, that hold 205 and use 27 each.
    for (run, thirds) in ([2, 2, 3, 4] + [Int64](repeating: 6, count: 6)).enumerated() {
      for call: Int64 in 0..<3 {
        let first = 100 * Int64(run) + 2 * call
        use.add(
          Self.call(
            "r\(run)", 27 * thirds / 2, at: Int64(run), held: 205 * thirds / 2, entries: first...(first + 1)))
      }
    }
    let outlook = Self.forecast(use, [try Self.state("10000 tokens/day", used: 0)]).budgets[0]
    #expect(outlook.nextRun?.p50 == 243 && outlook.nextRun?.p90 == 243, "\(String(describing: outlook.nextRun))")
    #expect(outlook.nextRun?.trendPermille == nil)
    #expect(outlook.peak?.p90 == 777, "162 used, 615 held")
  }

  /// Where more was used than was held, that is what a run needs.
  @Test func whatIsUsedBeyondAHoldCounts() throws {
    var use = PastUse()
    for run in 0..<12 { use.add(Self.call("r\(run)", 50, held: 10, entries: 1...2)) }
    #expect(Self.forecast(use, [try Self.state(used: 949)]).fits == true)
    #expect(Self.forecast(use, [try Self.state(used: 950)]).fits == false)
  }

  @Test func onlyAnOperationsPartCountsForItsQuota() throws {
    let use = Self.runs([Int64](repeating: 100, count: 12))
    let quota = try Self.state("100 tokens/day", used: 49, operation: "review")
    #expect(Self.forecast(use, [quota]).fits == true)
    #expect(Self.forecast(use, [try Self.state("100 tokens/day", used: 50, operation: "review")]).fits == false)
    #expect(Self.forecast(use, [try Self.state("100 tokens/day", used: 99, operation: "other")]).fits == true)
  }

  @Test func howManyMoreFitIsARange() throws {
    let use = Self.runs((1...20).map { 100 + $0 * 7 % 20 })
    let outlook = Self.forecast(use, [try Self.state(used: 0), try Self.state("100 calls/day", used: 0)]).operations
    #expect(outlook.map(\.operation) == ["default", "review"])
    #expect(outlook[0].atLeast == 16)
    #expect(outlook[0].about == 18 && outlook[0].degraded == 3)
    #expect(outlook[0].call.count == 20)
    #expect(outlook[0].budget.unit == .tokens, "the budget that ends first")
  }

  /// A call that uses 30 holds 317: it goes out as it is asked for while that much is left below 1000, where calls are degraded,
  /// and degraded while it is up to 1200, above which they are refused.
  @Test(
    arguments: [
      (0, 23, 29, 7), (682, 1, 5, 7), (683, 0, 5, 7), (799, 0, 1, 7), (800, 0, 0, 8), (980, 0, 0, 1), (1100, 0, 0, 0),
      (1300, 0, 0, 0),
    ] as [(Int64, Int64, Int64, Int64)])
  func aCallFitsWithWhatItHolds(used: Int64, atLeast: Int64, about: Int64, degraded: Int64) throws {
    var use = PastUse()
    // Half of them use 28 and hold 200, and nine of ten 30 and 317.
    for call in 0..<40 {
      let isLarge = call % 4 == 0
      use.add(Self.call("r", isLarge ? 30 : 28, at: Int64(call), held: isLarge ? 317 : 200))
    }
    let forecast = Forecast(
      runs: [], calls: use.calls, holds: use.holds, states: [try Self.state(used: used)], recent: [:],
      nowUnixMs: Self.now)
    let outlook = try #require(forecast.operations.first)
    #expect(outlook.call.p90 == 30 && outlook.call.p50 == 28)
    #expect(outlook.atLeast == atLeast && outlook.about == about, "\(outlook)")
    #expect(outlook.degraded == degraded && outlook.hasRoom == (used < 1200), "\(outlook)")
  }

  /// Two kinds of calls, of which the later ones went out degraded: what they took and held is said as it was, and so many
  /// fit as do when the next ones are like them. A trend over calls of both kinds is none of either.
  @Test func whatCallsTookAndHeldIsSaidAsItWas() throws {
    var use = PastUse()
    for call in 0..<40 {
      let (isLarge, isDegraded) = (call % 2 == 0, call >= 30)
      use.add(
        Self.call(
          "r\(call)", isDegraded ? 10 : isLarge ? 155 : 8, at: Int64(call),
          held: isDegraded ? 20 : isLarge ? 1030 : 600))
    }
    let forecast = Forecast(
      runs: [], calls: use.calls, holds: use.holds, states: [try Self.state("10000 tokens/day", used: 0)], recent: [:],
      nowUnixMs: Self.now)
    let outlook = try #require(forecast.operations.first)
    #expect(outlook.call.p50 == 10 && outlook.call.p90 == 155, "\(outlook.call)")
    #expect(outlook.hold.p50 == 600 && outlook.hold.p90 == 1030, "\(outlook.hold)")
    #expect(outlook.call.trendPermille == nil && outlook.hold.trendPermille == nil)
    #expect(outlook.atLeast == 58, "the first holds 1030 of 9999, and each takes 155")
    #expect(outlook.about == 940 && outlook.degraded == 201, "the first of the latter holds 600 of 2600")
  }

  /// Calls go out degraded as soon as what they hold does not fit below the limit, long before what they use is up to it; and
  /// then with less, as the degraded ones of the past did.
  @Test func callsAreDegradedByWhatTheyHold() throws {
    func outlook(degraded: Int, _ text: String...) throws -> Forecast.OperationOutlook {
      var use = PastUse()
      for number in 0..<(20 + degraded) {
        var call = Self.call(
          "r", number < 20 ? 50 : 40, at: Int64(number), held: number < 20 ? 700 : 300, entries: 0...0)
        call.facts.degraded = number >= 20
        use.add(call)
      }
      let forecast = Forecast(
        runs: [], calls: use.calls, holds: use.holds, degraded: use.degraded,
        states: try text.map { try Self.state($0, used: 0) }, recent: [:], nowUnixMs: Self.now)
      return try #require(forecast.operations.first)
    }
    let unknown = try outlook(degraded: 0, "1000 tokens/day")
    #expect([unknown.atLeast, unknown.about, unknown.degraded] == [6, 6, 5], "\(unknown)")
    // Most were degraded, and say nothing of what goes out as it is asked for.
    let known = try outlook(degraded: 60, "1000 tokens/day")
    #expect([known.atLeast, known.about, known.degraded] == [6, 6, 16], "\(known)")
    #expect(known.call.p50 == 50 && known.hold.p50 == 700 && known.call.count == 20)
    // Calls are refused at a limit in calls, degraded or not.
    let counted = try outlook(degraded: 60, "1000 tokens/day", "8 calls/day")
    #expect([counted.atLeast, counted.about, counted.degraded] == [6, 6, 2], "\(counted)")
    #expect(try outlook(degraded: 60, "1000 tokens/day", "4 calls/day").about == 4)
  }

  /// 400 of 1000 in the quarter of an hour since it counts: the rest lasts 22 minutes and a half. A second is too short to tell.
  @Test func aBudgetIsAsOldAsItIs() throws {
    let minute: Int64 = 60_000
    let window = Window(startUnixMs: Self.now - 240 * minute, endUnixMs: Self.now + 1200 * minute)
    let state = try Self.state(used: 400, window: window)
    func outlook(since: Int64) -> Forecast.BudgetOutlook {
      Forecast(
        runs: [], calls: [:], states: [state], recent: [state.budget.key: [Int64](repeating: 50, count: 8)],
        since: [state.budget.key: since], nowUnixMs: Self.now
      ).budgets[0]
    }
    let outlook15 = outlook(since: Self.now - 15 * minute)
    #expect(outlook15.sinceUnixMs == Self.now - 15 * minute)
    guard case .between(_, let expected, _) = outlook15.exhaustion else {
      Issue.record("no instant")
      return
    }
    #expect(expected == Self.now + 45 * minute / 2)
    #expect(outlook(since: Self.now - 1000).exhaustion == .unknown)
  }

  /// What went out cheaper would have used more with more room.
  @Test func aDegradedCallHindersItsRun() {
    var (use, cheap) = (PastUse(), Self.call("r", 10))
    use.add(Self.call("r", 10))
    #expect(!use.runs[0].wasHindered)
    cheap.facts.degraded = true
    use.add(cheap)
    #expect(use.runs.count == 1 && use.runs[0].wasHindered && !use.runs[0].wasRefused)
  }

  /// Of very many calls of an operation the latest are kept.
  @Test func ofManyCallsTheLatestAreKept() {
    var use = PastUse(keepsSpans: false)
    for number in 1...5000 { use.add(Self.call("r", Int64(number))) }
    let (kept, held) = (use.calls["default"] ?? [], use.holds["default"] ?? [])
    #expect((512...1024).contains(kept.count) && held.count == kept.count)
    #expect(kept.map(\.chargeTokens) == (5001 - kept.count...5000).map(Int64.init))
  }

  @Test func exhaustionFollowsTheRate() throws {
    let hour: Int64 = 3_600_000
    let window = Window(startUnixMs: Self.now - 4 * hour, endUnixMs: Self.now + 20 * hour)
    let state = try Self.state(used: 400, window: window)
    let even = Self.forecast(PastUse(), [state], recent: [state.budget.key: [Int64](repeating: 50, count: 8)])
    #expect(
      even.budgets[0].exhaustion
        == .between(
          earliestUnixMs: Self.now + 6 * hour, expectedUnixMs: Self.now + 6 * hour, latestUnixMs: Self.now + 6 * hour))
    let uneven = Self.forecast(PastUse(), [state], recent: [state.budget.key: [0, 100, 0, 100, 0, 100, 0, 100]])
    guard case .between(let earliest, let expected, let latest) = uneven.budgets[0].exhaustion else {
      Issue.record("no instant")
      return
    }
    #expect(expected == Self.now + 6 * hour)
    // Of eight slices that are 50 off their mean of 50 each, one standard error of the mean is 0.378 of it.
    let error = (20_000.0 / 7 / 8).squareRoot() / 50
    #expect(abs(Double(earliest - Self.now) - Double(6 * hour) / (1 + error)) < 2)
    #expect(abs(Double((latest ?? 0) - Self.now) - Double(6 * hour) / (1 - error)) < 2)
    let little = try Self.state(used: 40, window: window)
    let slow = Self.forecast(PastUse(), [little], recent: [state.budget.key: [5, 5, 5, 5, 5, 5, 5, 5]])
    #expect(slow.budgets[0].exhaustion == .notInThisWindow)
    #expect(Self.forecast(PastUse(), [state]).budgets[0].exhaustion == .unknown)
    #expect(Self.forecast(PastUse(), [try Self.state(used: 1000, window: window)]).budgets[0].exhaustion == .now)
  }
}
