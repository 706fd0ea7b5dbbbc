import GuardModel
import Ledger
import Testing

@testable import Dashboard

/// A page of nothing, and one with more than paper has room for.
@Suite struct FewAndManyTests {
  private static let now: Int64 = 1_795_535_200_000

  private func page(refusals: Int = 0, standings: [DashboardContent.Standing] = []) throws -> String {
    let ledger = MemoryLedger(zone: .utc)
    let facts = CallFacts(
      user: "ana", tier: "t", operation: "review", model: "m", run: "r", program: "p", phase: .hard,
      estimatedInput: 100, estimatedOutput: 100)
    for index in 0..<refusals {
      try ledger.recordRefusal(
        Refusal(facts: facts, charge: .zero, budget: nil), nowUnixMs: Self.now - Int64(index + 1) * 1000)
    }
    return Dashboard(
      try DashboardContent(
        of: ledger, sinceUnixMs: Self.now - 86_400_000, untilUnixMs: nil, standings: standings, zone: .utc,
        nowUnixMs: Self.now)
    ).html
  }

  @Test func anEmptyLedgerSaysSo() throws {
    let html = try page()
    #expect(html.contains("nobody called."))
    // Of nobody it is not known that nothing limits them: whoever calls first has the budgets of a tier.
    #expect(html.contains("Nobody has called yet: no budget has begun.") && !html.contains("nothing is limited"))
    #expect(html.contains("Nothing in this range."))
    let free = try page(standings: [DashboardContent.Standing(user: "ana", tier: "free", states: [])])
    #expect(free.contains("No budget applies to anybody here: nothing is limited."))
  }

  /// Paper has the first rows of those that the filter shows, and says that there are more.
  @Test(arguments: [60, 61]) func paperSaysThatItHasNotAll(rows: Int) throws {
    let html = try page(refusals: rows)
    #expect(html.contains("<p class=\"note paper\">On paper stand the first 60 rows.</p>") == (rows > 60))
    #expect(html.contains("#calls tbody tr:nth-child(n+61 of :not([hidden])){display:none}"))
    #expect(html.contains(".paper{display:none}") && html.contains(".paper{display:block}"))
  }
}
