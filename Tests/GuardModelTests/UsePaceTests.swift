import GuardModel
import Testing

/// How fast a budget is used, and from when on that is told.
@Suite struct UsePaceTests {
  private func pace(_ budget: String = "100 tokens/day", window: Int64?, after ms: Int64, posted: Int64 = 10) throws
    -> UsePace?
  {
    UsePace(
      of: try state(budget, posted: posted, pending: 5, endsAtUnixMs: window), sinceUnixMs: 1_000_000,
      nowUnixMs: 1_000_000 + ms)
  }

  /// A minute, or the twenty-fourth part of a short window, and never less than a second.
  @Test(
    arguments: [(86_400_000, 60_000), (3_600_000, 60_000), (600_000, 25_000), (10_000, 1000), (.max, 60_000)]
      as [(
        Int64, Int64
      )])
  func aShortTimeTellsNothing(window: Int64, least: Int64) throws {
    #expect(try pace(window: window, after: least - 1) == nil)
    #expect(try pace(window: window, after: least)?.amount == 15, "what is held counts, too")
  }

  @Test func whatIsNotUsedOrRefillsHasNoPace() throws {
    #expect(UsePace(of: try state("1 tokens/day"), sinceUnixMs: 0, nowUnixMs: 9000) == nil)
    #expect(try pace(window: nil, after: 90_000) == nil)
    #expect(try pace("10 tokens/min burst 100", window: .max, after: 90_000) == nil)
  }

  @Test func whatIsLeftLastsAsLongAsItTookBefore() throws {
    let pace = try #require(try self.pace(window: 86_400_000, after: 60_000))
    #expect(pace.end(of: 30) == 1_180_000)
    #expect(pace.end(of: 0) == 1_060_000)
    #expect(pace.end(of: 1) == 1_064_000)
    #expect(pace.end(of: .max) == nil, "later than any date")
  }
}
