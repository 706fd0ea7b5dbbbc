import GuardModel
import Testing

@Suite struct RunLimitsTests {
  private let mine = RunLimits(tokens: 50_000, calls: 20)
  private let yours = RunLimits(tokens: 20_000, costMicroUSD: 500_000)

  @Test func theFirstThatSaysSoCounts() {
    #expect(mine.or(yours) == RunLimits(tokens: 50_000, costMicroUSD: 500_000, calls: 20))
    #expect(RunLimits().or(yours) == yours)
  }

  @Test func theTighterOfEachCounts() {
    #expect(mine.tightened(by: yours) == RunLimits(tokens: 20_000, costMicroUSD: 500_000, calls: 20))
    #expect(mine.tightened(by: RunLimits()) == mine)
  }

  @Test func whatIsLooserIsNamed() {
    #expect(mine.excess(over: yours) == "50k tokens is more than 20k tokens")
    #expect(yours.excess(over: mine) == nil)
    #expect(RunLimits(durationMs: 7_200_000).excess(over: RunLimits(durationMs: 60_000)) == "2h is more than 1min")
    #expect(mine.excess(over: mine) == nil)
  }

  @Test func theyAreToldInWords() {
    #expect(
      RunLimits(tokens: 1500, costMicroUSD: 500_000, calls: 20, durationMs: 1500).description
        == "1.5k tokens, $0.50, 20 calls, 1500ms")
    #expect(RunLimits().description == "no limit")
  }

  @Test(arguments: ["50k tokens", "$0.5", "20 calls"]) func amountsAreRead(text: String) {
    #expect(BudgetLimit(runAmount: text) != nil)
  }

  @Test(arguments: ["", "50k", "5 calls/day", "5 calls per day", "-1 calls", "0 calls", "unlimited", "2h"])
  func otherWordsAreNot(text: String) {
    #expect(BudgetLimit(runAmount: text) == nil)
  }
}
