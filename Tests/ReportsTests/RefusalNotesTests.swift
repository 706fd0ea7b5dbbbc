import GuardModel
import Ledger
import Reports
import Terminal
import Testing

/// A person who reads of a refused call sees which budget refused it, its window, and when it opens.
@Suite struct RefusalNotesTests {
  private static let now = CallListTests.now
  private let style = Style(isColored: false, isTerminal: true, columns: 110, isUnicode: true)

  /// A budget of ana's with a window that began some hours ago and ends in 8 h.
  private func state(_ text: String, posted: Int64, granted: Int64 = 0, began: Int64 = 16) throws -> BudgetState {
    guard case .limit(let limit) = try BudgetSpec(text) else { throw BudgetSpecError(text: text, problem: "no limit") }
    let end = text.contains("burst") ? .max : Self.now + 8 * 3_600_000
    return BudgetState(
      budget: Budget(scope: .user("ana"), limit: limit, origin: "tier t"),
      window: Window(startUnixMs: Self.now - began * 3_600_000, endUnixMs: end), posted: posted, pending: 0,
      granted: granted)
  }

  private func text(_ calls: [CallRecord], _ states: [BudgetState]) -> String {
    let notes = RefusalNotes(calls, zone: .utc, nowUnixMs: Self.now)
    return notes.text(["ana": states], style)
  }

  @Test func aBudgetIsNamedWithItsWindowAndWhenItOpens() throws {
    let calls = [CallListTests.call(9), CallListTests.call(8, outcome: .refuse), CallListTests.call(4, outcome: .void)]
    let states = [try state("$5/month", posted: 1), try state("200k tokens/day", posted: 240_000)]
    #expect(
      text(calls, states).split(separator: "\n") == [
        "refused: call 8 by the daily token budget of ana (now 200k tokens/day): window 11-23 23:46 to 23:46; opens at",
        "23:46, in 8 h",
      ], "\(text(calls, states))")
    #expect(text([CallListTests.call(9)], states) == "", "nothing was refused")
  }

  @Test func oneReasonIsToldOnce() throws {
    let calls = (1...15).map { CallListTests.call($0, outcome: .refuse, ago: 60_000 * $0) }
    let told = text(calls, [try state("200k tokens/day", posted: 240_000)])
    #expect(
      told.hasPrefix("refused: calls 1, 2, 3 and 12 more by the daily token budget of ana (now 200k tokens/day): "))
  }

  /// What is told is how the budget stands now: it may have begun anew, have been topped up, or be gone.
  @Test(arguments: [
    ("200k tokens/day", 0, 0, -1, "(now 200k tokens/day): a new window, "),
    (
      "200k tokens/day", 240_000, 100_000, 16,
      "(now 200k tokens/day + 100000): window 11-23 23:46 to 23:46; such a call fits now"
    ),
    ("1k tokens/day", 0, 1000, 16, "(now 1k tokens/day + 1000): window 11-23 23:46 to 23:46; such a call fits now"),
    ("1k tokens/day", 1200, 1000, 16, "; such a call fits with a top-up alone, of which too much is used now"),
    ("1k tokens/day", 0, 0, 16, "; such a call never fits, for it is more than the whole budget"),
  ]) func whatIsToldIsHowItStandsNow(limit: String, posted: Int64, granted: Int64, began: Int64, words: String) throws {
    let states = [try state(limit, posted: posted, granted: granted, began: began == -1 ? 0 : began)]
    let told = text([CallListTests.call(8, outcome: .refuse)], states).replacing("\n", with: " ")
    #expect(told.contains(words), "\(told)")
  }

  /// What holds for one of them is not said of all; of equals the newer one is named.
  @Test func callsOfOtherSizesAreToldApart() throws {
    let sizes: [Int64] = [906, 97, 906, 97]
    let calls = sizes.enumerated().map {
      CallListTests.call(Int64(50 + $0.offset), outcome: .refuse, tokens: $0.element, ago: 60_000 - Int64($0.offset))
    }
    let states = [try state("500 tokens/day", posted: 550)]
    for order in [calls, calls.reversed()] {
      let told = text(order, states).replacing("\n", with: " ")
      #expect(
        told.hasSuffix(
          "23:46; for one as the smallest, call 53 (97 tokens), it opens at 23:46, in 8 h; one as the largest, call 52 (906 "
            + "tokens), never fits, for it is more than the whole budget "), "\(told)")
    }
    let alike = text(calls, [try state("2k tokens/day", posted: 2350)]).replacing("\n", with: " ")
    #expect(alike.hasSuffix("23:46; opens at 23:46, in 8 h "), "\(alike)")
  }

  @Test func otherReasonsAreToldAsTheyAre() throws {
    let bucket = try state("10k tokens/min burst 50k", posted: 60_000)
    let calls = [
      CallListTests.call(8, outcome: .refuse, note: "policy: its price is unknown"),
      CallListTests.call(7, outcome: .refuse, ago: 70_000, note: bucket.budget.key.label),
      CallListTests.call(6, outcome: .refuse, ago: 80_000, note: "weekly call budget"),
    ]
    #expect(
      text(calls, [bucket]).replacing("\n", with: " ")
        == "refused: call 8 by a policy: its price is unknown refused: call 7 by the token budget refilled every minute of ana "
        + "(now 10k tokens/min burst 50k): refills all the time; opens at 15:46, in 8 s refused: call 6 by the weekly call budget of "
        + "ana, which is no more ", "\(text(calls, [bucket]))")
    #expect(RefusalNotes(calls, zone: .utc, nowUnixMs: Self.now).users == ["ana"])
  }

  /// A list of many users does not end in a page of reasons.
  @Test func manyReasonsAreCounted() {
    let calls = (1...45).map { CallListTests.call($0, user: "user\($0 % 30)", outcome: .refuse, ago: 1000 * $0) }
    let notes = RefusalNotes(calls, zone: .utc, nowUnixMs: Self.now)
    #expect(notes.users.count == 10)
    let lines = notes.text([:], style).split(separator: "\n")
    #expect(lines.count == 11 && lines.last == "refused: 25 calls more, told by 'llmguard usage show CALL'", "\(lines)")
  }

  @Test func aCallsStoryTellsTheSame() throws {
    let call = CallListTests.call(8, outcome: .refuse)
    let story = CallStory(
      call, entries: [], zone: .utc, standing: ([try state("200k tokens/day", posted: 240_000)], Self.now))
    let words = story.text(style).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains("by the daily token budget of ana (now 200k tokens/day): window 11-23 23:46 to 23:46; opens at"))
  }
}
