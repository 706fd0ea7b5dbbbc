import GuardModel
import Ledger
import Terminal
import TextFormats
import Testing

@testable import Reports

/// A sum says whether it is the least or the most that its calls can have cost, and where it is neither.
@Suite struct CostBoundReportTests {
  /// Sums of calls: of known cost, of unknown price, of a discount that is unknown, and of both.
  static func sums(
    _ exact: Int64 = 0, least: Int64 = 0, most: Int64 = 0, both: Int64 = 0, unmetered: Int64 = 0, cost: Int64 = 9500
  ) -> UsageSums {
    var sums = UsageSums()
    sums.calls = exact + least + most + both
    (sums.callsOfUnknownCost, sums.callsOfCostAtMost, sums.callsOfCostAbout) = (least + most + both, most, both)
    (sums.unmetered, sums.costMicroUSD) = (unmetered, cost)
    return sums
  }

  static func report(_ all: [(String, UsageSums)], before: UsageSums? = nil) throws -> UsageReport {
    var content = UsageReport.Content(
      groupings: [.user], rows: all.map { UsageRow(group: [$0.0], sums: $0.1) }, zone: .utc)
    if let before { (content.previous, content.unit) = ([UsageRow(group: [all[0].0], sums: before)], .money) }
    return try UsageReport(content)
  }

  static func style(_ columns: Int) -> Style {
    Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true)
  }

  static let note = (
    least: "the price of 2 calls is unknown, wholly or in part; the cost holds what is known",
    most: "a discount of 3 calls is unknown; the cost holds the full price: - marks the most that it can be",
    both: "1 call may have cost more or less than the cost holds (±): a price and a discount are unknown"
  )

  @Test(
    arguments: [
      (sums(4), "$0.0095", "exact", []), (sums(4, least: 2), "$0.0095+", "at_least", [note.least]),
      (sums(4, most: 3), "$0.0095-", "at_most", [note.most]),
      (sums(4, least: 2, most: 3), "$0.0095±", "about", [note.least, note.most + ", ± what may be more or less"]),
      (sums(4, both: 1), "$0.0095±", "about", [note.both]),
      (sums(4, most: 3, unmetered: 1), "$0.0095±", "about", [note.most + ", ± what may be more or less"]),
      (sums(4, unmetered: 1), "$0.0095+", "at_least", []),
      (sums(4, least: 2, cost: 0), "unknown", "at_least", [note.least]),
      (sums(both: 1, cost: 0), "unknown", "about", [note.both]),
      (sums(4, most: 3, cost: 0), "$0.00-", "at_most", [note.most]),
    ] as [(UsageSums, String, String, [String])])
  func aSumSaysWhatItIs(sums: UsageSums, shown: String, bound: String, notes: [String]) throws {
    let report = try Self.report([("ana", sums)])
    for columns in [80, 200] {
      let text = report.text(Self.style(columns))
      #expect(text.split(separator: "\n")[1].split(separator: " ").contains(Substring(shown)), "\(text)")
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      for note in notes { #expect(words.contains(note), "\(text)") }
      #expect(words.contains("is unknown") == !notes.filter { $0 != Self.note.both }.isEmpty, "\(text)")
      #expect(text.split(separator: "\n").allSatisfy { TerminalText.width(String($0)) <= columns }, "\(text)")
    }
    #expect(report.json["total"]?["cost_bound"]?.stringValue == bound)
    let names = ["calls_of_unknown_cost", "calls_of_cost_at_most", "calls_of_cost_about"]
    let counts = [sums.callsOfUnknownCost, sums.callsOfCostAtMost, sums.callsOfCostAbout]
    #expect(names.map { report.json["total"]?[$0]?.int64Value } == counts)
    // Programs that read columns by their places have the new ones behind all others.
    let lines = report.csv.split(separator: "\r\n")
    #expect(lines[0].hasSuffix(",web_searches,calls_of_cost_at_most,calls_of_cost_about"))
    #expect(lines[1].hasSuffix(",0,\(counts[1]),\(counts[2])"), "\(lines[1])")
  }

  /// Each row has its own bound, and the total that of all.
  @Test func aTotalIsBoundByAllItsRows() throws {
    let report = try Self.report([
      ("ana", Self.sums(most: 1, cost: 30_000)), ("ben", Self.sums(most: 2, cost: 20_000)),
      ("eve", Self.sums(least: 1, cost: 10_000)), ("kim", Self.sums(1, cost: 5000)),
    ])
    let costs = report.text(Self.style(80)).split(separator: "\n")[1...5].map { $0.split(separator: " ")[5] }
    #expect(costs == ["$0.03-", "$0.02-", "$0.01+", "$0.005", "$0.065±"])
    let some = try Self.report([("ana", Self.sums(most: 1, cost: 30_000)), ("kim", Self.sums(1, cost: 5000))])
    #expect(some.text(Self.style(80)).split(separator: "\n")[3].contains(" $0.035- "))
    #expect(some.jsonRows.map { $0["cost_bound"]?.stringValue } == ["at_most", "exact"])
  }

  /// A rise or a fall is told where it is sure, as the least that it was.
  @Test(
    arguments: [
      (sums(1, cost: 10_000), sums(1, cost: 8000), "+25 %"),
      (sums(least: 1, cost: 10_000), sums(1, cost: 8000), "+25 %+"),
      (sums(1, cost: 10_000), sums(most: 1, cost: 8000), "+25 %+"),
      (sums(least: 1, cost: 10_000), sums(most: 1, cost: 8000), "+25 %+"),
      (sums(most: 1, cost: 10_000), sums(1, cost: 8000), "–"), (sums(both: 1, cost: 10_000), sums(1, cost: 8000), "–"),
      (sums(1, cost: 10_000), sums(both: 1, cost: 8000), "–"),
      (sums(most: 1, cost: 9000), sums(1, cost: 10_000), "-10 %+"),
      (sums(1, cost: 9000), sums(most: 1, cost: 10_000), "–"),
      (sums(most: 1, cost: 9000), sums(least: 1, cost: 10_000), "–"),
      (sums(most: 1, cost: 10_000), sums(1, cost: 10_000), "–"),
      (sums(most: 1, cost: 0), sums(1, cost: 10_000), "gone"),
    ] as [(UsageSums, UsageSums, String)])
  func aChangeIsToldWhereItIsSure(now: UsageSums, before: UsageSums, shown: String) throws {
    let text = try Self.report([("ana", now)], before: before).text(Self.style(130)).split(separator: "\n")[1]
    #expect(text.hasSuffix(" " + shown), "\(text)")
  }

  @Test(
    arguments: [
      (sums(4), "$0.0095"), (sums(4, least: 2), "$0.0095 and 2 calls of unknown cost"),
      (sums(4, most: 3), "at most $0.0095"),
      (sums(4, least: 2, most: 3), "at most $0.0095 and 2 calls of unknown cost"),
      (sums(4, both: 1), "at most $0.0095 and 1 call of unknown cost"), (sums(least: 2, cost: 0), "cost unknown"),
      (sums(both: 2, cost: 0), "cost unknown"), (sums(most: 2, cost: 0), "at most $0.00"),
    ] as [(UsageSums, String)])
  func aReceiptSaysIt(sums: UsageSums, words: String) {
    let run = RunReport(run: "r", sums: sums, program: "p", startedAtUnixMs: 0, endedAtUnixMs: 1)
    #expect(run.receipt[0].hasSuffix(" charged, " + words), "\(run.receipt)")
    #expect(run.json["cost_bound"]?.stringValue == sums.costBound.rawValue)
    #expect(run.json["calls_of_cost_at_most"]?.int64Value == sums.callsOfCostAtMost)
    let xml = RunJUnit(run, calls: JUnitCalls(), program: "p", exitStatus: 0).xml
    #expect(xml.contains("<property name=\"cost_bound\" value=\"\(sums.costBound.rawValue)\"/>"))
    #expect(xml.contains("<property name=\"calls_of_cost_at_most\" value=\"\(sums.callsOfCostAtMost)\"/>"))
    #expect(xml.contains("<property name=\"calls_of_cost_about\" value=\"\(sums.callsOfCostAbout)\"/>"))
  }

  @Test func metricsCountThemApart() throws {
    let ledger = MemoryLedger(zone: .utc)
    let kinds: [[UsagePart]] = [[], [.audioInput], [.serviceDiscount], [.serviceDiscount], [.serviceDiscount, .tools]]
    for (number, unpriced) in kinds.enumerated() {
      let request = ReservationRequest(
        idempotencyKey: "\(number)",
        facts: CallFacts(
          user: "ana", tier: "free", operation: "default", model: "m", run: "r", program: "p", phase: .ok,
          estimatedInput: 1, estimatedOutput: 0), charge: Charge(tokens: 1, costMicroUSD: 1), budgets: [])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 1000) else {
        Issue.record("not held")
        return
      }
      let settlement = Settlement(
        usage: TokenUsage(input: 1, output: 0, exactness: .exact), charge: Charge(tokens: 1, costMicroUSD: 1),
        ending: .complete, unpriced: unpriced)
      _ = try ledger.settle(hold, settlement, nowUnixMs: 1000)
    }
    let metrics = try Metrics(of: ledger, sinceUnixMs: 0, untilUnixMs: .max)
    #expect(metrics.value("calls_of_unknown_cost_total")?.text == "4")
    #expect(metrics.value("calls_of_cost_at_most_total")?.text == "2")
    #expect(metrics.value("calls_of_cost_about_total")?.text == "1")
    #expect(metrics.prometheus.contains("\nllmguard_calls_of_cost_at_most_total 2\n"))
  }
}
