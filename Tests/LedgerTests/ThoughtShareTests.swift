import GuardModel
import Testing

@testable import Ledger

/// How much a model thinks for what it shows.
@Suite struct ThoughtShareTests {
  private func share(calls: Int64, failed: Int64 = 0, output: Int64 = 1000, reasoning: Int64 = 750) -> ThoughtShare? {
    var sums = UsageSums()
    (sums.calls, sums.failed, sums.exactOutput, sums.reasoning) = (calls, failed, output, reasoning)
    return ThoughtShare(sums)
  }

  @Test func itIsRoundedUp() throws {
    let share = try #require(self.share(calls: 20))
    #expect(share.output(ofShown: 10) == 40 && share.output(ofShown: 1) == 4 && share.output(ofShown: 0) == nil)
    #expect(try #require(self.share(calls: 20, output: 1000, reasoning: 1)).output(ofShown: 10) == 11)
  }

  /// Those that failed tell nothing, and where nothing was thought or shown, or told, nobody knows.
  @Test func tooFewCallsSayNothing() {
    #expect(share(calls: 19) == nil)
    #expect(share(calls: 25, failed: 6) == nil)
    #expect(share(calls: 26, failed: 6) != nil)
    #expect(share(calls: 20, reasoning: 0) == nil)
    #expect(share(calls: 20, output: 750) == nil)
  }
}
