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
    return try UsageReport(UsageReport.Content(groupings: [.user], rows: rows, zone: .utc))
  }

  private func lines(_ columns: Int, isTerminal: Bool = true, users: Int = 3) throws -> [String] {
    let style = Style(isColored: false, isTerminal: isTerminal, columns: columns, isUnicode: true)
    return try report(users).text(style).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func aNarrowTerminalGetsTheSumsAndATotal() throws {
    #expect(
      try lines(80).prefix(5) == [
        "User   Calls     In   Out  Charge      Cost  Degraded  Refused",
        "ana        2     1k   500    1.5k  $0.0075          0        0",
        "ben        1   ~300  ~100     400  $0.002           1        3",
        "eve        1    100     0     100   unknown         0        0",
        "total      4  ~1.4k  ~600      2k  $0.0095+         1        3",
      ])
  }

  @Test(arguments: [
    (1, "1 call came to nothing, cost nothing, and is in no sum;"), (9, "9 calls came to nothing,"), (0, nil),
  ])
  func whatIsInNoSumIsTold(count: Int64, note: String?) throws {
    var sums = UsageSums()
    sums.calls = 1
    var content = UsageReport.Content(groupings: [.user], rows: [UsageRow(group: ["ana"], sums: sums)], zone: .utc)
    content.ofNothing = count
    let report = try UsageReport(content)
    let text = report.text(Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true))
    #expect(text.contains(note ?? "User") && text.contains("nothing") == (note != nil), "\(text)")
    #expect(report.json["given_back"] == .int(count))
  }

  /// The ledger may group by more than the report does: a run of two programs is one row.
  @Test func rowsThatDifferInMoreThanTheirLabelsAreOne() throws {
    var sums = UsageSums()
    (sums.calls, sums.chargeTokens) = (1, 100)
    let rows = [["r1", "a"], ["r1", "b"], ["r2", "a"]].map { UsageRow(group: $0, sums: sums) }
    var content = UsageReport.Content(groupings: [.run], rows: rows, zone: .utc)
    content.programs = ["r1": "a, b", "r2": "a"]
    let report = try UsageReport(content)
    let lines = report.text(Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true)).split(
      separator: "\n")
    #expect(
      lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).prefix(2) } == [
        ["r1", "2"], ["r2", "1"],
      ])
    #expect(lines.map { $0.split(separator: "\t").last } == ["a, b", "a"])
  }

  @Test(arguments: [1, 2, 3]) func aWideTerminalGetsBarsToo(users: Int) throws {
    let wide = try lines(120, users: users)
    #expect(wide[0].hasSuffix("Refused  Share of charge"))
    #expect(wide[1].hasSuffix(" \([100, 79, 75][users - 1]) %"), "\(wide[1])")
    if users > 1 { #expect(wide[users + 1].hasPrefix("total ") && wide[users + 1].hasSuffix("████████████████ 100 %")) }
  }

  @Test(arguments: [1, 3]) func theColumnsDoNotDependOnTheNumberOfRows(users: Int) throws {
    #expect(try lines(80, users: users)[0].hasSuffix("Degraded  Refused"))
    #expect(try report(users).markdown.hasPrefix("| User | Calls | In | Out | Charge | Cost | Degraded | Refused |\n"))
    #expect(
      try lines(80, isTerminal: false, users: users)[0] == "ana\t2\t1000\t500\t1500\t7500"
        + String(repeating: "\t0", count: 12) + "\t\t\t" + String(repeating: "\t0", count: 11))
  }

  /// A comparison that was asked for is in the table that is mailed, too.
  @Test func markdownComparesAsATerminalDoes() throws {
    var (sums, before) = (UsageSums(), UsageSums())
    (sums.calls, sums.chargeTokens, before.calls, before.chargeTokens) = (1, 300, 2, 200)
    var content = UsageReport.Content(
      groupings: [.user], rows: [UsageRow(group: ["eve"], sums: sums)], zone: .utc)
    content.previous = [UsageRow(group: ["eve"], sums: before)]
    let lines = try UsageReport(content).markdown.split(separator: "\n")
    #expect(lines[0].hasSuffix("| Refused | Before | Change |"), "\(lines)")
    #expect(lines[2].hasSuffix("| 0 | 200 | +50 % |"), "\(lines)")
  }

  @Test(arguments: [60, 80, 100, 120, 200]) func noTableIsWiderThanItsTerminal(columns: Int) throws {
    var sums = UsageSums()
    (sums.calls, sums.estimatedInput, sums.estimatedOutput) = (123_456, 642_000, 192_000)
    (sums.chargeTokens, sums.costMicroUSD, sums.degraded, sums.refusals) = (851_000, 23_930_000, 6700, 4160)
    let rows = ["review", "release-notes"].map { UsageRow(group: ["a-user-with-a-name", $0], sums: sums) }
    var content = UsageReport.Content(groupings: [.user, .operation], rows: rows, zone: .utc)
    (content.previous, content.unit) = (rows, .money)
    let report = try UsageReport(content)
    let style = Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true)
    let lines = report.text(style).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { TerminalText.width(String($0)) <= columns }, "\(lines.joined(separator: "\n"))")
    #expect(lines[0].contains("Cost") && lines[0].contains("Before") && lines[0].contains("Change"))
    #expect(lines[0].contains("  In  ") == (columns >= 100))
    let missing = lines.contains { $0.hasPrefix("without In, Out") }
    #expect(missing == (columns < 100), "what was left out is said")
  }

  /// The end of an hour's name tells it from others: where there is no room, something else goes.
  @Test(arguments: [40, 60, 80]) func anHourIsShownWhole(columns: Int) throws {
    var sums = UsageSums()
    (sums.calls, sums.chargeTokens, sums.costMicroUSD, sums.unmetered) = (29, 839, 3_030, 2)
    let rows = [0, 1].flatMap { hour in
      ["claude-haiku-4-5", "gpt-4o-mini"].map { UsageRow(group: ["\(hour * 3_600_000)", $0], sums: sums) }
    }
    let report = try UsageReport(UsageReport.Content(groupings: [.hour, .model], rows: rows, zone: .utc))
    let style = Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true)
    let lines = report.text(style).split(separator: "\n").map(String.init)
    #expect(lines[1...4].map { $0.prefix(17) } == ["00", "00", "01", "01"].map { "1970-01-01 \($0):00 " }, "\(lines)")
    #expect(lines.allSatisfy { TerminalText.width($0) <= columns }, "\(lines.joined(separator: "\n"))")
  }

  @Test func anUnknownPriceIsNoZero() throws {
    let text = try lines(80)
    #expect(text[3].contains(" unknown "))
    #expect(text[4].contains(" $0.0095+ "))
    #expect(text.contains("the price of 1 call is unknown, wholly or in part; the cost holds what is known"))
  }

  /// What is not known is neither the same as something nor so much less than it.
  @Test(
    arguments: [
      (0, 1, 0, 0, "unknown $0.00 –"), (0, 1, 5000, 0, "unknown $0.005 –"), (0, 0, 0, 1, "$0.00 unknown –"),
      (0, 1, 0, 1, "unknown unknown –"), (900, 1, 10_000, 0, "$0.0009+ $0.01 –"),
      (900, 0, 10_000, 1, "$0.0009 $0.01+ –"),
      (10_000, 1, 8000, 1, "$0.01+ $0.008+ –"), (10_000, 1, 8000, 0, "$0.01+ $0.008 +25 %+"),
      (90_000, 1, 8000, 0, "$0.09+ $0.008 11.2×+"), (8000, 1, 0, 0, "$0.008+ $0.00 new"),
      (9000, 0, 10_000, 0, "$0.009 $0.01 -10 %"), (10_000, 0, 10_000, 0, "$0.01 $0.01 same"),
    ] as [(Int64, Int64, Int64, Int64, String)])
  func whatIsNotKnownIsNotCompared(now: Int64, unknown: Int64, before: Int64, unknownBefore: Int64, shown: String)
    throws
  {
    var (sums, previous) = (UsageSums(), UsageSums())
    (sums.calls, sums.costMicroUSD, sums.callsOfUnknownCost) = (3, now, unknown)
    (previous.calls, previous.costMicroUSD, previous.callsOfUnknownCost) = (3, before, unknownBefore)
    var content = UsageReport.Content(groupings: [.user], rows: [UsageRow(group: ["eve"], sums: sums)], zone: .utc)
    (content.previous, content.unit) = ([UsageRow(group: ["eve"], sums: previous)], .money)
    let style = Style(isColored: false, isTerminal: true, columns: 130, isUnicode: true)
    func row() throws -> [Substring] {
      try UsageReport(content).text(style).split(separator: "\n")[1].split(separator: " ")
    }
    let cells = try row()
    #expect([[cells[5]], cells[8...]].joined().joined(separator: " ") == shown, "\(cells)")
    // Tokens are known.
    content.unit = .calls
    let calls = try row()
    #expect(calls.last == "same")
  }

  @Test func answersFromTheCacheAreCountedBesideTheCalls() throws {
    let sums = UsageSums.cached(charge: .zero, saved: Charge(tokens: 1200, costMicroUSD: 30_000))
    let row = UsageRow(group: ["ana"], sums: sums)
    let report = try UsageReport(UsageReport.Content(groupings: [.user], rows: [row], zone: .utc))
    let terminal = Style(isColored: false, isTerminal: true, columns: 100, isUnicode: true)
    #expect(
      report.text(terminal).contains("1 call was answered from the cache (100 %), which saved 1.2k tokens and $0.03\n"))
    let pipe = Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true)
    #expect(report.text(pipe).hasPrefix("ana\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t0\t1\t1200\t30000\t"))
    #expect(report.json["total"]?["cached_share"]?.numberValue?.text == "1")
  }

  @Test func whatNobodyCanMeterIsSeen() throws {
    var ana = UsageSums()
    (ana.calls, ana.exactInput, ana.chargeTokens, ana.costMicroUSD, ana.unmetered) = (2, 100, 100, 500, 3)
    let rows = [UsageRow(group: ["ana"], sums: ana), UsageRow(group: ["ben"], sums: .unmetered)]
    let report = try UsageReport(UsageReport.Content(groupings: [.user], rows: rows, zone: .utc))
    let terminal = Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)
    let lines = report.text(terminal).split(separator: "\n")
    #expect(lines[0].hasSuffix("Refused  Unmetered"))
    #expect(lines[1].contains(" $0.0005+ ") && lines[1].hasSuffix(" 3"), "\(lines[1])")
    #expect(lines[2].contains(" unknown ") && lines[2].hasSuffix(" 1"), "\(lines[2])")
    #expect(report.text(terminal).contains("4 requests went out unmetered: llmguard cannot tell what they took"))
    #expect(report.markdown.hasPrefix("| User | Calls | In | Out | Charge | Cost | Degraded | Refused | Unmetered |\n"))
    #expect(report.json["total"]?["unmetered"] == 4)
    #expect(Array(report.jsonRows).first?["unmetered"] == 3)
  }

  /// What went out unmetered was asked for, too: a refusal beside it is not all of it.
  @Test func whatNobodyCanMeterWasAskedForToo() throws {
    var ana = UsageSums()
    (ana.refusals, ana.unmetered) = (1, 3)
    let report = try UsageReport(
      UsageReport.Content(groupings: [.user], rows: [UsageRow(group: ["ana"], sums: ana)], zone: .utc))
    let terminal = Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)
    #expect(report.text(terminal).contains("\n25 % of what was asked for was refused\n"), "\(report.text(terminal))")
    #expect(report.json["total"]?["refused_share"]?.numberValue?.text == "0.25")
    #expect(Array(report.jsonRows).first?["refused_share"]?.numberValue?.text == "0.25")
    ana.refusals = 0
    let none = try UsageReport(
      UsageReport.Content(groupings: [.user], rows: [UsageRow(group: ["ana"], sums: ana)], zone: .utc))
    #expect(none.json["total"]?["refused_share"]?.numberValue?.text == "0", "something was asked for")
    #expect(none.json["total"]?["degraded_share"] == .null, "and nothing that could be degraded")
  }

  /// Shares are rounded for programs, and what is there is not nothing for people.
  @Test func sharesAreNotCut() throws {
    var ana = UsageSums()
    (ana.calls, ana.cached, ana.degraded, ana.refusals) = (3, 3, 2, 1)
    func report() throws -> UsageReport {
      try UsageReport(
        UsageReport.Content(groupings: [.user], rows: [UsageRow(group: ["ana"], sums: ana)], zone: .utc))
    }
    let total = try report().json["total"]
    #expect(
      ["degraded_share", "refused_share", "cached_share"].map { total?[$0]?.numberValue?.text } == [
        "0.666667", "0.142857", "0.5",
      ])
    (ana.calls, ana.degraded, ana.cached) = (40_000, 1, 2)
    let style = Style(isColored: false, isTerminal: true, columns: 200, isUnicode: true)
    let text = try report().text(style)
    #expect(
      text.contains(
        "less than 0.1 % of the calls went out degraded; less than 0.1 % of what was asked for was refused\n")
        && text.contains("were answered from the cache (less than 0.1 %)"), "\(text)")
  }

  @Test func largeSumsOfMoneyHaveSeparators() throws {
    var ana = UsageSums()
    (ana.calls, ana.costMicroUSD) = (3, 12_345_678_000)
    let report = try UsageReport(
      UsageReport.Content(groupings: [.user], rows: [UsageRow(group: ["ana"], sums: ana)], zone: .utc))
    let style = Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)
    #expect(report.text(style).contains(" $12,345.68 "))
    #expect(report.csv.contains(",12345678000,") && !report.csv.contains("$"), "programs get millionths")
  }

  @Test func whatIsPricedApartIsSummed() throws {
    var sums = UsageSums()
    (sums.calls, sums.exactInput, sums.exactOutput) = (1, 1000, 500)
    (sums.cachedInput, sums.cacheWrite, sums.cacheWriteHour, sums.reasoning) = (300, 200, 50, 100)
    (sums.audioInput, sums.audioOutput, sums.toolInput, sums.webSearches) = (20, 30, 60, 3)
    let report = try UsageReport(
      UsageReport.Content(groupings: [.user], rows: [UsageRow(group: ["ana"], sums: sums)], zone: .utc))
    let terminal = Style(isColored: false, isTerminal: true, columns: 200, isUnicode: true)
    let words = report.text(terminal).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(
        "of the input, 300 read from providers' caches, 150 written to them, 50 written to them for an hour, 20 audio, "
          + "60 added by providers' tools; of the output, 100 reasoning, 30 audio; 3 web searches"), "\(words)")
    let names = [
      "cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens", "reasoning_tokens", "audio_input_tokens",
      "audio_output_tokens", "tool_input_tokens", "web_searches",
    ]
    #expect(names.map { report.json["total"]?[$0]?.int64Value } == [300, 200, 50, 100, 20, 30, 60, 3])
  }

  @Test func theLargestSumsAreShown() throws {
    var sums = UsageSums()
    (sums.calls, sums.estimatedInput, sums.estimatedOutput, sums.chargeTokens) = (.max, .max, .max, .max)
    let row = UsageRow(group: [""], sums: sums)
    let report = try UsageReport(UsageReport.Content(groupings: [.model], rows: [row], zone: .utc))
    let style = Style(isColored: false, isTerminal: true, columns: 200, isUnicode: true)
    #expect(report.text(style).contains("(unknown)"))
  }

  private func content(_ groupings: [UsageGrouping], _ rows: [([String], Int64)]) -> UsageReport.Content {
    UsageReport.Content(
      groupings: groupings,
      rows: rows.map { group, tokens in
        var sums = UsageSums()
        (sums.calls, sums.exactInput, sums.chargeTokens) = (1, tokens, tokens * 2)
        return UsageRow(group: group, sums: sums)
      }, zone: .utc)
  }

  private func lines(_ content: UsageReport.Content, columns: Int = 80) throws -> [String] {
    let style = Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true)
    return try UsageReport(content).text(style).split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
  }

  @Test func theLargestAreShownAndTheOthersAsOne() throws {
    var content = content([.operation], [(["a"], 10), (["b"], 40), (["c"], 20), (["d"], 30)])
    content.top = 2
    let starts = try lines(content).prefix(5).map { $0.split(separator: "  ").map { $0.drop { $0 == " " } }.prefix(3) }
    #expect(
      starts.map { $0.joined(separator: "|") } == [
        "Operation|Calls|In", "b|1|40", "d|1|30", "others (2)|2|30", "total|4|100",
      ])
  }

  @Test func severalGroupsStandSideBySide() throws {
    let report = try UsageReport(
      content([.user, .operation], [(["ana", "x"], 10), (["ana", "y"], 20), (["ben", "x"], 5)]))
    let style = Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true)
    #expect(
      report.text(style).split(separator: "\n").map { $0.split(separator: "\t").prefix(3).joined(separator: " ") } == [
        "ana y 1", "ana x 1", "ben x 1",
      ])
    #expect(Array(report.jsonRows).first?["operation"]?.stringValue == "y")
    #expect(report.json["group_by"]?.stringValue == "user,operation")
  }

  @Test func aComparisonSaysWhatChanged() throws {
    var content = content([.user], [(["ana"], 112), (["ben"], 100), (["eve"], 31), (["flo"], 40)])
    content.previous =
      self.content([.user], [(["ana"], 100), (["ben"], 100), (["eve"], 10), (["gus"], 9), (["hal"], 0)]).rows
    (content.previousSince, content.previousUntil) = ("A", "B")
    content.unit = .tokens
    let shown = try lines(content, columns: 120)
    #expect(shown.contains("before: from A to B, by tokens"))
    #expect(shown.first { $0.hasPrefix("ana") }?.hasSuffix("100   +12 %") == true, "\(shown)")
    #expect(shown.first { $0.hasPrefix("eve") }?.hasSuffix("10    3.1×") == true, "\(shown)")
    #expect(shown.first { $0.hasPrefix("flo") }?.hasSuffix("0     new") == true, "\(shown)")
    #expect(shown.first { $0.hasPrefix("gus") }?.hasSuffix("9    gone") == true, "\(shown)")
  }

  @Test func percentilesAreOfTheGroupsOwnCalls() throws {
    var content = content([.user], [(["ana"], 10), (["ben"], 10)])
    content.sizes = (1...20).map { number in
      CallSize(
        endedAtUnixMs: 0, user: number <= 10 ? "ana" : "ben", operation: "o", model: "", tier: "t", phase: .ok,
        run: "r",
        program: "p", charge: .zero,
        estimated: number * 2, tokens: number, estimatedInput: 51, input: 50, exactness: .exact)
    }
    let report = try UsageReport(content)
    let ana = report.jsonRows.first { $0["user"]?.stringValue == "ana" }
    #expect(ana?["tokens_per_call_p50"]?.int64Value == 5)
    #expect(ana?["tokens_per_call_p95"]?.int64Value == 10)
    #expect(ana?["estimate_error_median"]?.numberValue?.text == "1")
    #expect(ana?["input_estimate_error_median"]?.numberValue?.text == "0.02")
    #expect(ana?["estimate_used_share_median"]?.numberValue?.text == "0.5")
    #expect(report.json["total"]?["tokens_per_call_p50"]?.int64Value == 10)
    // How well is counted, and how much is held: a short answer does not make an estimate wrong.
    #expect(
      report.text(Style(isColored: false, isTerminal: true, columns: 200, isUnicode: true)).contains(
        "the input of half of the calls was estimated to within 2 %; half of them took 50 % or less of what was held,\n"
      ))
    content.sizes = (1...2).map { _ in
      CallSize(
        endedAtUnixMs: 0, user: "ana", operation: "o", model: "", tier: "t", phase: .ok, run: "r", program: "p",
        charge: .zero, estimated: 9, tokens: 7, estimatedInput: 5, input: 5, exactness: .exact)
    }
    #expect(
      try UsageReport(content).text(Style(isColored: false, isTerminal: true, columns: 200, isUnicode: true)).contains(
        "the input of half of the calls was estimated exactly; "))
  }

  @Test(arguments: [
    (Int64(1), Int64(18), "5.6 %"), (1, 19, "5.3 %"), (0, 7, "0 %"), (28, 100, "28 %"), (2, 3, "67 %"),
    (996, 10_000, "10 %"), (994, 10_000, "9.9 %"), (1, 100_000, "0 %"), (1999, 2000, "99 %"),
    (.max, 1, "922,337,203,685,478 %"),
  ])
  func sharesAreRounded(part: Int64, whole: Int64, expected: String) {
    #expect(FixedPoint(part, over: whole)?.percent == expected)
  }

  @Test(arguments: [
    (1, 50, 1), (2, 50, 1), (20, 95, 19), (100, 95, 95), (101, 95, 96), (3, 100, 3), (11, 95, 11), (9, 1, 1),
  ])
  func percentilesAreNearestRanks(count: Int64, percent: Int, expected: Int64) {
    #expect(Distribution(1...count).percentile(percent) == expected)
  }

  /// Where the clocks go back an hour comes twice: two groups, in the order in which they were.
  @Test func theHourThatComesTwiceIsTwoGroups() throws {
    // 2026-10-25 00:00 UTC, 02:00 in Berlin; an hour later it is 02:00 again.
    let first: Int64 = 1_792_886_400_000
    let berlin = ZoneOffsets(name: "Berlin") { $0 < first / 1000 + 3600 ? 7200 : 3600 }
    let rows = [0, 15, 60, 120, -60].enumerated().map { index, minutes in
      var sums = UsageSums()
      (sums.calls, sums.chargeTokens) = (1, Int64(index + 1))
      return UsageRow(group: ["\(first + Int64(minutes) * 60_000)"], sums: sums)
    }
    let hours = try UsageReport(UsageReport.Content(groupings: [.hour], rows: rows, zone: berlin))
    let table = hours.csv.split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",").prefix(2) }
    #expect(
      table.map { $0.joined(separator: ",") } == [
        "2026-10-25 01:00,1", "2026-10-25 02:00+02:00,2", "2026-10-25 02:00+01:00,1", "2026-10-25 03:00,1",
      ])
    let days = try UsageReport(UsageReport.Content(groupings: [.day], rows: rows, zone: berlin))
    #expect(days.csv.contains("\n2026-10-25,5,") || days.csv.contains("\r\n2026-10-25,5,"), "\(days.csv)")
  }
}
