import GuardModel
import Ledger
import Reports
import Terminal
import Testing

@Suite struct UsageReportTests {
  /// Three users: one counted by the provider, one counted here, one whose price is unknown.
  private func report(_ users: Int = 3) throws -> UsageReport {
    var (ana, ben, eve) = (UsageSums(), UsageSums(), UsageSums())
    (ana.calls, ana.exactInput, ana.exactOutput, ana.chargeTokens, ana.costMicroUSD) = (2, 1000, 500, 1500, 7500)
    (ben.calls, ben.estimatedInput, ben.estimatedOutput, ben.chargeTokens) = (1, 300, 100, 400)
    (ben.costMicroUSD, ben.degraded, ben.refusals) = (2000, 1, 3)
    (eve.calls, eve.exactInput, eve.chargeTokens, eve.callsOfUnknownCost) = (1, 100, 100, 1)
    let rows = [("ana", ana), ("ben", ben), ("eve", eve)].prefix(users).map { UsageRow(group: [$0.0], sums: $0.1) }
    return try UsageReport(grouping: .user, rows: rows, since: nil, until: nil) { String($0) }
  }

  private func lines(_ columns: Int, isTerminal: Bool = true, users: Int = 3) throws -> [String] {
    let style = Style(isColored: false, isTerminal: isTerminal, columns: columns, isUnicode: true)
    return try report(users).text(style).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func aNarrowTerminalGetsTheSumsAndATotal() throws {
    #expect(
      try lines(80).prefix(5) == [
        "User   Calls     In   Out  Charge      Cost  Degraded  Refused",
        "ana        2     1k   500    1.5k   $0.0075         0        0",
        "ben        1   ~300  ~100     400    $0.002         1        3",
        "eve        1    100     0     100   unknown         0        0",
        "total      4  ~1.4k  ~600      2k  $0.0095+         1        3",
      ])
  }

  @Test(arguments: [1, 2, 3]) func aWideTerminalGetsBarsToo(users: Int) throws {
    let wide = try lines(120, users: users)
    #expect(wide[0].hasSuffix("Refused  Share of charge"))
    #expect(wide[1].hasSuffix(" \([100, 78, 75][users - 1]) %"), "\(wide[1])")
    if users > 1 { #expect(wide[users + 1].hasPrefix("total ") && wide[users + 1].hasSuffix("████████████████ 100 %")) }
  }

  @Test(arguments: [1, 3]) func theColumnsDoNotDependOnTheNumberOfRows(users: Int) throws {
    #expect(try lines(80, users: users)[0].hasSuffix("Degraded  Refused"))
    #expect(try report(users).markdown.hasPrefix("| User | Calls | In | Out | Charge | Cost | Degraded | Refused |\n"))
    #expect(
      try lines(80, isTerminal: false, users: users)[0] == "ana\t2\t1000\t500\t1500\t7500\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0"
    )
  }

  @Test func anUnknownPriceIsNoZero() throws {
    let text = try lines(80)
    #expect(text[3].contains(" unknown "))
    #expect(text[4].contains(" $0.0095+ "))
    #expect(text.contains("the price of 1 call is unknown, and not in the cost"))
  }

  @Test func answersFromTheCacheAreCountedBesideTheCalls() throws {
    let sums = UsageSums.cached(charge: .zero, saved: Charge(tokens: 1200, costMicroUSD: 30_000))
    let report = try UsageReport(
      grouping: .user, rows: [UsageRow(group: ["ana"], sums: sums)], since: nil, until: nil
    ) { String($0) }
    let terminal = Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)
    #expect(report.text(terminal).contains("1 call was answered from the cache, which saved 1.2k tokens ($0.03)\n"))
    let pipe = Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true)
    #expect(report.text(pipe) == "ana\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t1\t1200\t30000\n")
    #expect(report.json["total"]?["saved_tokens"]?.int64Value == 1200)
  }

  @Test func theLargestSumsAreShown() throws {
    var sums = UsageSums()
    (sums.calls, sums.estimatedInput, sums.estimatedOutput, sums.chargeTokens) = (.max, .max, .max, .max)
    let report = try UsageReport(
      grouping: .model, rows: [UsageRow(group: [""], sums: sums)], since: nil, until: nil
    ) { String($0) }
    let style = Style(isColored: false, isTerminal: true, columns: 200, isUnicode: true)
    #expect(report.text(style).contains("(unknown)"))
  }
}
