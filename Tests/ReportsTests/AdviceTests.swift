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

  private func advice(_ budget: Budget, used: [Int64]) throws -> Advice {
    let windows = used.enumerated().map { day, posted in
      let start = Int64(day) * 86_400_000
      return WindowRecord(
        key: budget.key, window: Window(startUnixMs: start, endUnixMs: start + 86_400_000), posted: posted)
    }
    let nothing = try Metrics(of: MemoryLedger(zone: .utc), sinceUnixMs: 0, untilUnixMs: .max)
    return Advice(metrics: nothing, budgets: [budget], windows: windows, range: "30d")
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

  @Test func demandThatWaitsForAResetIsNamed() throws {
    let metrics = try Metrics(
      of: MetricsTests().ledger, sinceUnixMs: MetricsTests.day1, untilUnixMs: MetricsTests.day1 + 48 * MetricsTests.hour
    )
    let advice = Advice(metrics: metrics, budgets: [], windows: [], range: "2d")
    // Two refusals of ten are too few to say anything; an overrun of 12.5 % is not.
    #expect(advice.items.map(\.kind) == ["overruns"] || advice.items.map(\.kind).contains("overruns"))
    #expect(advice.items.first { $0.kind == "overruns" }?.finding == "13 % of the charge was more than was held")
  }
}
