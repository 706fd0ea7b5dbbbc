import GuardModel
import Ledger
import Reports
import Terminal
import Testing

@Suite struct CallListTests {
  static let now: Int64 = 1_795_535_200_000

  static func call(
    _ number: Int64, user: String = "ana", outcome: EntryKind = .settle, degraded: Bool = false, attempt: Int64 = 1,
    tokens: Int64 = 1300, cost: Int64? = 1230, ago: Int64 = 60_000
  ) -> CallRecord {
    let facts = CallFacts(
      user: user, tier: "free", operation: "review", model: degraded ? "gpt-4o-mini" : "gpt-4o",
      requestedModel: degraded ? "gpt-4o" : nil, run: "0f3a5c7be1d24986", program: "llm",
      phase: degraded ? .soft : outcome == .refuse ? .hard : .ok, degraded: degraded, estimatedInput: 400,
      estimatedOutput: 1000, priceStamp: "built-in 2026-11-01", attempt: attempt)
    let entry = Entry(
      sequence: number + 1, kind: outcome, atUnixMs: now - ago, hold: outcome == .refuse ? nil : HoldID(number),
      facts: facts,
      usage: outcome == .settle ? TokenUsage(input: 388, output: tokens - 388, exactness: .exact) : nil,
      charge: Charge(tokens: tokens, costMicroUSD: cost), ending: outcome == .settle ? .complete : nil,
      surchargeTokens: attempt > 2 ? 100 : nil, note: outcome == .refuse ? "daily token budget" : nil)
    return CallRecord(
      number: number, entry: entry, facts: facts, reservedAtUnixMs: outcome == .refuse ? nil : now - ago - 2500,
      held: outcome == .refuse ? nil : Charge(tokens: 1400, costMicroUSD: 10_000), overrunTokens: 0)
  }

  private func text(_ calls: [CallRecord], columns: Int) -> [String] {
    let style = Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true)
    return CallList(calls, zone: .utc, nowUnixMs: Self.now).text(style).split(separator: "\n").map(String.init)
  }

  private var all: [CallRecord] {
    [
      Self.call(9, degraded: true), Self.call(8, user: "çelik 🐈\n\u{1B}[31m", outcome: .refuse),
      Self.call(5, outcome: .void), Self.call(3, attempt: 3, cost: nil, ago: 90_000_000),
    ]
  }

  @Test func aNarrowTerminalGetsTheEssentials() {
    #expect(
      text(all, columns: 80) == [
        "Call        Ended  User      Operation  Model       Tokens      Cost  Outcome",
        "   9     15:45:40  ana       review     gpt-4o-mi…    1.3k  $0.00123  degraded",
        "   8     15:45:40  çelik …   review     gpt-4o           –         –  refused",
        "   5     15:45:40  ana       review     gpt-4o           –         –  given back",
        "   3  11-23 14:46  ana       review     gpt-4o        1.3k   unknown  retry 2",
      ])
  }

  @Test(arguments: [80, 110, 200]) func noLineIsWiderThanTheTerminal(columns: Int) {
    for line in text(all, columns: columns) {
      #expect(TerminalText.width(line) <= columns)
      #expect(!line.contains("\u{1B}"))
    }
  }

  @Test func exportedFieldsAreQuotedAndNoFormulas() {
    let line = CallExport.line(Self.call(1, user: "=1+\"x\",\r\n-y"), .csv)
    #expect(line.contains(",\"'=1+\"\"x\"\",\r\n-y\","), "\(line)")
    #expect(line.hasSuffix("\r\n"))
  }

  @Test func everyCallHasEveryColumn() {
    let names = CallColumn.all.map(\.name)
    #expect(Set(names).count == names.count)
    for call in all {
      #expect(CallColumn.object(call).objectValue?.members.map(\.key) == names)
      #expect(CallColumn.texts(call).count == names.count)
    }
  }

  @Test func aRunsReceiptAddsItsCallsUp() throws {
    var run = RunReport(run: "0f3a5c7be1d24986")
    for call in all { try run.add(call) }
    #expect(
      run.receipt == [
        "2 calls, 776 tokens in and 1.8k out, 2.6k charged, $0.00123 and 1 call of unknown cost",
        "degraded: gpt-4o → gpt-4o-mini", "1 call refused", "1 call did not happen, and cost nothing",
        "1 retry of the same request added 100 tokens to the charge",
      ])
  }
}
