import Dashboard
import GuardModel
import Ledger
import Testing

/// The table of budgets on the page.
@Suite struct BudgetBarsTests {
  private func page(_ budget: String, used: Int64) throws -> String {
    guard case .limit(let limit) = try BudgetSpec(budget) else { throw AmountOverflow() }
    let now = DashboardTests.now
    let state = BudgetState(
      budget: Budget(scope: .user("ana"), limit: limit, origin: "free"),
      window: Window(startUnixMs: now - 3_600_000, endUnixMs: now + 3_600_000), posted: used, pending: 0, granted: 0)
    return Dashboard(
      try DashboardContent(
        of: MemoryLedger(zone: .utc), sinceUnixMs: now - 86_400_000, untilUnixMs: nil,
        standings: [.init(user: "ana", tier: "free", states: [state])], zone: .utc, nowUnixMs: now),
      isLive: false
    ).html
  }

  /// What is not all of a limit is not written as all of it beside `99 %`.
  @Test(arguments: [
    ("1M tokens/day", Int64(999_600), "999.6k tokens of 1M tokens used, 99 %"),
    ("1M tokens/day", 1_000_000, ">1M tokens of 1M tokens used, 100 %"),
    ("$10/day", 9_999_000, "$9.999 of $10.00 used, 99 %"),
  ])
  func aUseIsNotRoundedOntoItsLimit(budget: String, used: Int64, label: String) throws {
    let html = try page(budget, used: used).replacing("aria-label=\"", with: "aria-label=\">")
    #expect(html.contains(label))
  }
}
