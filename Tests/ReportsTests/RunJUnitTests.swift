import GuardModel
import Ledger
import Testing

@testable import Reports

/// What CI is told of a run's calls.
@Suite struct RunJUnitTests {
  private static let turnedAway = Entry.answeredMark + "status 429"

  /// A call that was given back, or settled, some seconds ago.
  private func call(
    _ number: Int64, _ outcome: EntryKind, ago: Int64, note: String? = nil, model: String? = nil
  ) -> CallRecord {
    var call = CallListTests.call(number, outcome: outcome, ago: ago * 1000, note: note)
    if let model {
      call.facts.model = model
      call.entry.facts = call.facts
    }
    call.reservedAtUnixMs = call.endedAtUnixMs - 500
    return call
  }

  private func xml(_ calls: [CallRecord]) throws -> String {
    var run = RunReport(run: "0f3a5c7be1d24986")
    for call in calls { try run.add(call) }
    return RunJUnit(run, calls: JUnitCalls(calls), program: "job", exitStatus: 0).xml
  }

  @Test func aCallThatWasTurnedAwayAndThenAnsweredIsNoFailure() throws {
    let xml = try xml([
      call(41, .void, ago: 30, note: Self.turnedAway), call(42, .void, ago: 20, note: Self.turnedAway),
      call(43, .settle, ago: 10),
    ])
    #expect(xml.contains(#"tests="4" failures="0" errors="0" skipped="2""#), "\(xml)")
    #expect(
      xml.contains(
        "<skipped message=\"given back: the provider answered with status 429; call 3, which looks the same, was answered "
          + "(in the ledger call 42: &apos;llmguard usage show 42&apos;)\"/>"), "\(xml)")
    // The same in the next build, where the ledger counts on.
    #expect(xml.contains(#"name="call 3, gpt-4o""#), "\(xml)")
  }

  /// However many calls went well before: what was refused last fails the report, and what is left out is told of.
  @Test func refusalsBehindManyCallsAreListed() throws {
    let most = Int64(JUnitCalls.mostAnswered)
    let xml = try xml(
      (1...most + 10).map { call($0, .settle, ago: 9000 - $0) } + [call(most + 11, .refuse, ago: 1)])
    #expect(xml.contains(#"tests="\#(most + 2)" failures="1" errors="0""#), "\(xml.prefix(300))")
    #expect(xml.contains("name=\"call \(most + 11), gpt-4o\""))
    #expect(xml.contains(#"<property name="calls_not_listed" value="10"/>"#))
    #expect(
      xml.contains(
        "\nand 10 more calls, which are not listed here: llmguard usage list --run 0f3a5c7be1d24986 --limit \(most + 11)<"
      ))
  }

  /// Neither can so many be refused that some go unsaid, nor do the numbers of a run inside another tell of all.
  @Test func refusalsThatAreNotListedFailAllTheSame() throws {
    let most = Int64(JUnitCalls.mostUnanswered)
    let all = try xml((1...most + 3).map { call($0, .refuse, ago: 19_000 - $0) })
    #expect(all.contains(#"failures="\#(most + 1)" errors="0""#), "\(all.prefix(300))")
    #expect(all.contains(#"<failure message="3 more calls were refused or failed; llmguard usage list --run "#))
    var sums = UsageSums()
    for _ in 0..<2 { try sums.add(.refused) }
    let run = RunReport(run: "r", sums: sums, program: "job", startedAtUnixMs: 0, endedAtUnixMs: 1)
    let inner = RunJUnit(run, calls: JUnitCalls([call(1, .refuse, ago: 1)]), program: "job", exitStatus: 0).xml
    #expect(inner.contains(#"tests="3" failures="2""#) && inner.contains("1 more call was refused"), "\(inner)")
  }

  /// What is red in CI is red in its report.
  @Test func aRunThatFailsThoughItsCommandDidNotSaysSo() {
    let xml = RunJUnit(
      RunReport(run: "r"), calls: JUnitCalls(), program: "job", exitStatus: 0, failing: "it ended with 0, and <75>"
    ).xml
    #expect(xml.contains(#"failures="1""#) && xml.contains(#"message="it ended with 0, and &lt;75&gt;"/>"#), "\(xml)")
  }

  /// A judge that was refused, or failed, is none of the run's calls: those went their way.
  @Test(arguments: [EntryKind.refuse, .void]) func aJudgeThatWasNotAnsweredIsNoFailure(outcome: EntryKind) throws {
    var judge = call(1, outcome, ago: 20)
    let calls = { [judge, call(2, .settle, ago: 10)] }
    let failures = outcome == .refuse ? 1 : 0
    #expect(try xml(calls()).contains(#"<property name="refusals" value="\#(failures)"/>"#))
    #expect(try xml(calls()).contains(outcome == .refuse ? #"failures="1""# : #"skipped="1""#))
    judge.facts.operation = CallFacts.judgeOperation
    let xml = try xml(calls())
    #expect(xml.contains(#"tests="3" failures="0" errors="0" skipped="0""#), "\(xml)")
    #expect(xml.contains(#"<property name="refusals" value="0"/>"#) && !xml.contains("refused;"), "\(xml)")
  }

  @Test func whatWasNotAskedAgainIsAFailure() throws {
    let last = [call(1, .settle, ago: 20), call(2, .void, ago: 10, note: Self.turnedAway)]
    #expect(try xml(last).contains(#"failures="1" errors="0" skipped="0""#), "the answer came before")
    let other = [call(1, .void, ago: 20, note: Self.turnedAway), call(2, .settle, ago: 10, model: "gpt-4o-mini")]
    #expect(try xml(other).contains(#"failures="1" errors="0" skipped="0""#), "another model was asked")
    let broken = [call(1, .void, ago: 20, note: "connection refused"), call(2, .settle, ago: 10)]
    #expect(try xml(broken).contains(#"failures="0" errors="0" skipped="1""#), "whatever it was given back for")
    let both = [
      call(1, .void, ago: 30, note: Self.turnedAway), call(2, .settle, ago: 20),
      call(3, .void, ago: 10, note: Self.turnedAway),
    ]
    #expect(try xml(both).contains(#"failures="1" errors="0" skipped="1""#))
  }

  /// One answer makes up for calls that one after the other were turned away, not for several at once.
  @Test func oneAnswerMakesUpForNoTwoAtOnce() throws {
    var (first, second) = (
      call(1, .void, ago: 20, note: Self.turnedAway), call(2, .void, ago: 20, note: Self.turnedAway)
    )
    first.reservedAtUnixMs = first.endedAtUnixMs - 5000
    second.reservedAtUnixMs = second.endedAtUnixMs - 5000
    let all = [first, second, call(3, .settle, ago: 10)]
    #expect(try xml(all).contains(#"failures="1" errors="0" skipped="1""#))
  }

  /// Whoever reads of a failed build asks which budget it was, how much it is, and when to try again.
  @Test func aRefusalSaysWhichBudgetAndWhenItOpens() throws {
    let refused = CallListTests.call(8, outcome: .refuse)
    guard case .limit(let limit) = try BudgetSpec("200k tokens/day") else { return #expect(Bool(false)) }
    let now = CallListTests.now
    let state = BudgetState(
      budget: Budget(scope: .user("ana"), limit: limit, origin: "tier t"),
      window: Window(startUnixMs: now - 3_600_000, endUnixMs: now + 8 * 3_600_000), posted: 240_000, pending: 0,
      granted: 0)
    var run = RunReport(run: "0f3a5c7be1d24986")
    try run.add(refused)
    let xml = RunJUnit(
      run, calls: JUnitCalls([refused]), program: "job", exitStatus: 0,
      standing: RunJUnit.Standing(["ana": [state]], zone: .utc, nowUnixMs: now)
    ).xml
    #expect(
      xml.contains(
        "<failure message=\"refused by the daily token budget of ana (now 200k tokens/day): window 14:46 to 23:46; opens at "
          + "23:46, in 8 h (in the ledger call 8: &apos;llmguard usage show 8&apos;)\"/>"), "\(xml)")
  }

  /// What takes long is what CI systems rank by.
  @Test func theSuiteAndItsCommandTellWhenAndHowLong() throws {
    var run = RunReport(run: "0f3a5c7be1d24986")
    try run.add(call(1, .settle, ago: 20))
    let span = (startedAtUnixMs: CallListTests.now - 61_250, endedAtUnixMs: CallListTests.now)
    let xml = RunJUnit(run, calls: JUnitCalls([call(1, .settle, ago: 20)]), program: "job", exitStatus: 0, span: span)
      .xml
    let start = CivilTime.rfc3339(span.startedAtUnixMs, in: .utc).dropLast()
    #expect(xml.contains("skipped=\"0\" time=\"61.250\" timestamp=\"\(start)\">"), "\(xml)")
    #expect(xml.contains(#"name="job" time="61.250">"#), "\(xml)")
    #expect(xml.contains(#"name="call 1, gpt-4o" time="0.500">"#), "\(xml)")
  }

  @Test func aCommandThatWasNotStartedSaysWhy() {
    let xml = RunJUnit(RunReport(run: "r"), calls: JUnitCalls(), program: "job", exitStatus: nil, because: "no <room>")
      .xml
    #expect(xml.contains(#"<failure message="it was not started: no &lt;room&gt;"/>"#), "\(xml)")
  }

  /// Each change with how often it was made, none of them in parts.
  @Test func whatWasDegradedIsAListOfChanges() throws {
    func degraded(_ number: Int64, from asked: String?) -> CallRecord {
      var call = call(number, .settle, ago: 20, model: "gpt-4o-mini")
      (call.facts.requestedModel, call.facts.degraded) = (asked, true)
      call.entry.facts = call.facts
      return call
    }
    var run = RunReport(run: "r")
    try run.add(degraded(1, from: nil))
    #expect(run.receipt.contains("degraded: gpt-4o-mini capped or delayed"), "\(run.receipt)")
    try run.add(degraded(2, from: "gpt-4o"))
    try run.add(degraded(3, from: "gpt-4o"))
    #expect(
      run.receipt.contains("degraded: gpt-4o-mini capped or delayed (1 call), gpt-4o → gpt-4o-mini (2 calls)"),
      "\(run.receipt)")
  }
}
