import GuardModel
import Ledger
import Reports
import Terminal
import Testing

/// A user's budgets as a table: for a narrow terminal, a wide one and a pipe.
@Suite struct BudgetReportTests {
  private func report(_ user: String) throws -> BudgetReport {
    let limits = ["160k tokens/day", "$30/month", "10k tokens/min burst 50k", "120 calls/6h"]
    let states = try limits.compactMap { text -> BudgetState? in
      guard case .limit(let limit) = try BudgetSpec(text) else { return nil }
      let window =
        limit.unit == .calls ? nil : Window(startUnixMs: 0, endUnixMs: text.contains("burst") ? .max : 90_000_000)
      return BudgetState(
        budget: Budget(scope: .user(user), limit: limit, origin: "tier of everybody"), window: window,
        posted: limit.amount * 9 / 10, pending: 0, granted: 0)
    }
    return BudgetReport(user: user, tier: "default", states: states, nowUnixMs: 0)
  }

  private func table(columns: Int, isTerminal: Bool = true) throws -> String {
    let style = Style(isColored: false, isTerminal: isTerminal, columns: columns, isUnicode: true)
    return BudgetReport.table([try report("ana"), try report("日本語ユーザーの名前はとても長い")], style).text(style)
  }

  @Test(arguments: [80, 99, 100, 200]) func noLineIsWiderThanTheTerminal(columns: Int) throws {
    for line in try table(columns: columns).split(separator: "\n") {
      #expect(TerminalText.width(String(line)) <= columns, "\(line)")
    }
  }

  @Test func aNarrowTerminalGetsWhatPeopleLookFor() throws {
    let lines = try table(columns: 80).split(separator: "\n")
    #expect(lines[0].hasPrefix("User"))
    #expect(lines[1].hasSuffix("160k tokens/day           144k tokens  90  warn   1 d 1 h"), "\(lines[1])")
    #expect(lines[3].hasSuffix("refills") && lines[4].hasSuffix("not begun"), "\(lines)")
  }

  @Test func programsGetEveryColumnWhateverTheWidth() throws {
    let line = try table(columns: 80, isTerminal: false).split(separator: "\n")[0]
    #expect(
      line == "ana\tdefault\t160k tokens/day\t144000\t160000\t90\twarn\t90000000\ttier of everybody\t\t0\t0\t90\t0")
  }

  /// A pause is told as one, at any width, and no limit of a token is made of it.
  @Test func aPauseIsToldAsOne() throws {
    let pause = BudgetState(
      budget: Budget(scope: .user("bob"), limit: .pause, origin: Budget.pauseOrigin), window: nil, posted: 0,
      pending: 0,
      granted: 0)
    let report = BudgetReport(user: "bob", tier: "default", states: [pause], nowUnixMs: 0)
    let style = Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)
    #expect(report.text(style) == "bob (tier default)\n  all calls paused, until 'llmguard budget resume bob'\n")
    let table = BudgetReport.table([report], style).text(style)
    #expect(
      table.contains("all calls paused") && table.contains("hard   resumed") && !table.contains("token"), "\(table)")
  }

  /// What was topped up and what there is with it agree.
  @Test func aLimitIsNotRounded() throws {
    guard case .limit(let limit) = try BudgetSpec("1M tokens/day") else {
      Issue.record("not read")
      return
    }
    let state = BudgetState(
      budget: Budget(scope: .user("oz"), limit: limit, origin: "tier t"),
      window: Window(startUnixMs: 0, endUnixMs: 90_000_000), posted: 1900, pending: 0, granted: 50_000)
    let report = BudgetReport(user: "oz", tier: "t", states: [state], nowUnixMs: 0)
    let style = Style(isColored: false, isTerminal: true, columns: 120, isUnicode: true)
    #expect(report.text(style).contains("1.9k of 1.05M tokens used, 50k tokens topped up"))
    #expect(BudgetReport.table([report], style).text(style).contains(" 1.05M tokens "))
  }

  /// A budget by its text, in a window of 25 hours.
  private static func state(_ text: String, of user: String, posted: Int64, pending: Int64) throws -> BudgetState {
    guard case .limit(let limit) = try BudgetSpec(text) else { throw NoLimit() }
    return BudgetState(
      budget: Budget(scope: .user(user), limit: limit, origin: "tier t"),
      window: Window(startUnixMs: 0, endUnixMs: 90_000_000), posted: posted, pending: pending, granted: 0)
  }

  private struct NoLimit: Error {}

  /// Nor is one in money.
  @Test func aLimitInMoneyIsNotRounded() throws {
    let state = try Self.state("$1234.567/month", of: "oz", posted: 123_456_789, pending: 0)
    let report = BudgetReport(user: "oz", tier: "t", states: [state], nowUnixMs: 0)
    let style = Style(isColored: false, isTerminal: true, columns: 120, isUnicode: true)
    #expect(report.text(style).contains("$123.46 of $1,234.567 used"), "\(report.text(style))")
    #expect(BudgetReport.table([report], style).text(style).contains(" $1,234.567 "))
  }

  /// What is not all of a limit is not written as all of it beside `99 %`, and what is all of it is written as it is.
  @Test(arguments: [
    ("1M tokens/day", Int64(999_600), "999.6k of 1M tokens used", "  999.6k tokens  1M tokens     99  "),
    ("1M tokens/day", 1_000_000, "  1M of 1M tokens used", "  1M tokens  1M tokens  100  "),
    ("51050 tokens/day", 51_050, "51.05k of 51.05k tokens used", "  51.05k tokens  51.05k tokens  100  "),
    ("$10/day", 9_999_000, "$9.999 of $10.00 used", "  $9.999  $10.00  99  "),
  ])
  func aUseIsNotRoundedOntoItsLimit(budget: String, used: Int64, line: String, row: String) throws {
    let state = try Self.state(budget, of: "oz", posted: used, pending: 0)
    let report = BudgetReport(user: "oz", tier: "t", states: [state], nowUnixMs: 0)
    let style = Style(isColored: false, isTerminal: true, columns: 140, isUnicode: true)
    #expect(report.text(style).contains(line), "\(report.text(style))")
    let cells = BudgetReport.table([report], style).text(style).split(separator: "\n").last ?? ""
    let words = { (text: Substring) in text.split(separator: " ").joined(separator: " ") }
    #expect(words(cells).contains(words(row[...])), "\(cells)")
    let watch = WatchView(
      standings: [.init(user: "oz", state: state)], holds: [], waiting: 0, perMinute: [], calls: [], zone: .utc,
      nowUnixMs: 0)
    let seen = line.split(separator: " ").filter { $0 != "tokens" && $0 != "used" }.joined(separator: " ")
    #expect(watch.lines(style, height: 20).contains { $0.hasSuffix("  " + seen) }, "\(watch.lines(style, height: 20))")
  }

  /// Percents are written as the amounts beside them.
  @Test func aLargePercentageHasSeparators() throws {
    let state = try Self.state("1k tokens/day", of: "oz", posted: 12_345_670, pending: 10_000)
    let report = BudgetReport(user: "oz", tier: "t", states: [state], nowUnixMs: 0)
    let style = Style(isColored: false, isTerminal: true, columns: 120, isUnicode: true)
    #expect(report.text(style).contains(" 1,234,567 %  hard") && report.text(style).contains("(1,235,567 % with them)"))
    #expect(BudgetReport.table([report], style).text(style).contains("  1,234,567  hard"))
    let pipe = Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true)
    let cells = report.text(pipe).split(separator: "\t", omittingEmptySubsequences: false)
    #expect(cells[5] == "1234567" && cells[12] == "1235567", "programs get digits: \(cells)")
  }

  /// A use that is beyond any percentage has none, for people and for programs.
  @Test func aPercentageThatCannotBeCountedIsNotShown() throws {
    let state = try Self.state("1 tokens/day", of: "oz", posted: .max / 50, pending: 10_000)
    let report = BudgetReport(user: "oz", tier: "t", states: [state], nowUnixMs: 0)
    let style = Style(isColored: false, isTerminal: true, columns: 120, isUnicode: true)
    #expect(
      report.text(style).contains(" over 9,999,999 %  hard")
        && report.text(style).contains("(over 9,999,999 % with them)"))
    #expect(BudgetReport.table([report], style).text(style).contains("  9,999,999+  hard"))
    let pipe = Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true)
    let cells = report.text(pipe).split(separator: "\t", omittingEmptySubsequences: false)
    #expect(cells[5] == "" && cells[12] == "", "\(cells)")
  }

  /// A budget that began to count within its window says so, to people and to programs.
  @Test func whatIsNotCountedIsTold() throws {
    let state = try Self.state("30 calls/day", of: "ana", posted: 3, pending: 0)
    let new = BudgetReport(
      user: "ana", tier: "t", states: [state], nowUnixMs: 0, earlier: [state.budget.key: 6])
    let style = Style(isColored: false, isTerminal: true, columns: 200, isUnicode: true)
    #expect(
      new.text(style).contains(
        "3 of 30 calls used, began to count within this window: 6 calls before are not in it, resets in"))
    let table = BudgetReport.table([new], style).text(style)
    #expect(table.contains("Not counted") && table.contains("6 calls\n"), "\(table)")
    let old = BudgetReport(user: "ana", tier: "t", states: [state], nowUnixMs: 0)
    #expect(!BudgetReport.table([old], style).text(style).contains("Not counted"))
  }

  /// Used is what was settled, everywhere: what calls under way hold stands beside it, and the phase goes by both.
  @Test func usedAndHeldAreToldApart() throws {
    let state = try Self.state("1000 tokens/day", of: "ana", posted: 700, pending: 200)
    let report = BudgetReport(user: "ana", tier: "t", states: [state], nowUnixMs: 0)
    func style(_ isTerminal: Bool, _ columns: Int = 100) -> Style {
      Style(isColored: false, isTerminal: isTerminal, columns: columns, isUnicode: true)
    }
    #expect(
      report.text(style(true, 80)) == """
        ana (tier t)
          ██████████████▒▒▒▒░░  70 %  warn  daily token budget
              700 of 1k tokens used, 200 tokens held for calls under way (90 % with
              them), resets in 1 d 1 h (tier t)

        """, "\(report.text(style(true, 80)))")
    #expect(
      report.text(style(false)) == "ana\tt\t1k tokens/day\t700\t1000\t70\twarn\t90000000\ttier t\t\t0\t200\t90\t0\n")
    let table = BudgetReport.table([report], style(true)).text(style(true))
    #expect(table.contains("Held") && table.contains("200 tokens") && !table.contains("With held"), "\(table)")
    #expect(try !self.table(columns: 200).contains("Held"))
  }
}
