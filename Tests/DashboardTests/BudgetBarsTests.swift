import Dashboard
import GuardModel
import Ledger
import Testing

/// The table of budgets on the page.
@Suite struct BudgetBarsTests {
  private func page(_ budget: String, used: Int64, lost: [String] = []) throws -> String {
    guard case .limit(let limit) = try BudgetSpec(budget) else { throw AmountOverflow() }
    let now = DashboardTests.now
    let state = BudgetState(
      budget: Budget(scope: .user("ana"), limit: limit, origin: "free"),
      window: Window(startUnixMs: now - 3_600_000, endUnixMs: now + 3_600_000), posted: used, pending: 0, granted: 0)
    return Dashboard(
      try DashboardContent(
        of: MemoryLedger(zone: .utc), sinceUnixMs: now - 86_400_000, untilUnixMs: nil,
        standings: [.init(user: "ana", tier: "free", states: [state])]
          + lost.map { .init(user: $0, tier: "gone", states: [], isWithoutTier: true) }, zone: .utc, nowUnixMs: now),
      isLive: false
    ).html
  }

  /// Whoever gets no call out at all stands before those who have used much.
  @Test func thePausedComeFirst() throws {
    let now = DashboardTests.now
    guard case .limit(let limit) = try BudgetSpec("9 calls/day") else { throw AmountOverflow() }
    func standing(_ user: String, _ limit: BudgetLimit, _ origin: String, used: Int64) -> DashboardContent.Standing {
      let window = Window(startUnixMs: now - 3_600_000, endUnixMs: now + 3_600_000)
      let state = BudgetState(
        budget: Budget(scope: .user(user), limit: limit, origin: origin), window: window, posted: used, pending: 0,
        granted: 0)
      return .init(user: user, tier: "free", states: [state])
    }
    let html = Dashboard(
      try DashboardContent(
        of: MemoryLedger(zone: .utc), sinceUnixMs: now - 86_400_000, untilUnixMs: nil,
        standings: [
          standing("ana", limit, "free", used: 8), standing("bob", .pause, Budget.pauseOrigin, used: 0),
        ], zone: .utc, nowUnixMs: now), isLive: false
    ).html
    let table = try #require(html.firstRange(of: "<table class=\"budgets\""))
    let (ana, bob) = (html[table.upperBound...].firstRange(of: "ana"), html[table.upperBound...].firstRange(of: "bob"))
    #expect(try #require(bob).lowerBound < #require(ana).lowerBound)
  }

  /// What is not all of a limit is not written as all of it beside `99 %`.
  @Test(arguments: [
    ("1M tokens/day", Int64(999_600), "999.6k of 1M tokens used, 99 %"),
    ("1M tokens/day", 1_000_000, ">1M of 1M tokens used, 100 %"),
    ("$10/day", 9_999_000, "$9.999 of $10.00 used, 99 %"),
  ])
  func aUseIsNotRoundedOntoItsLimit(budget: String, used: Int64, label: String) throws {
    let html = try page(budget, used: used).replacing("aria-label=\"", with: "aria-label=\">")
    #expect(html.contains(label))
  }

  /// On a telephone the rows are displayed as grids: what a screen reader knows of the table is then what its roles say.
  @Test func everyPartOfTheTableHasItsRole() throws {
    let html = try page("1M tokens/day", used: 7, lost: ["eve"])
    let start = try #require(html.firstRange(of: "<table class=\"budgets\""))
    let end = try #require(html[start.lowerBound...].firstRange(of: "</table>"))
    let roles = [
      "table": ["table"], "thead": ["rowgroup"], "tbody": ["rowgroup"], "tr": ["row"],
      "th": ["columnheader", "rowheader"], "td": ["cell"],
    ]
    var seen: [String: Int] = [:]
    for tag in html[start.lowerBound..<end.lowerBound].split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
      guard let expected = roles[String(tag.prefix { $0 != " " })] else { continue }
      let role = expected.first { tag.contains(" role=\"\($0)\"") }
      #expect(role != nil, "<\(tag)>")
      #expect((role == "columnheader") == tag.contains("scope=\"col\""), "<\(tag)>")
      seen[role ?? "", default: 0] += 1
    }
    #expect(seen == ["table": 1, "rowgroup": 2, "row": 3, "columnheader": 6, "rowheader": 2, "cell": 6], "\(seen)")
  }
}
