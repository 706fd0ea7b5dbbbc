import GuardModel
import Ledger
import Reports
import Terminal
import Testing

@Suite struct WatchViewTests {
  private static let now = CallListTests.now

  private func view(users: Int, calls: Int) throws -> WatchView {
    guard case .limit(let limit) = try BudgetSpec("100k tokens/day") else { throw AmountOverflow() }
    let standings = (0..<users).map { number in
      let user = number == 0 ? "çelik \u{1B}[31m🐈 with a long name" : "user \(number)"
      let state = BudgetState(
        budget: Budget(scope: .user(user), limit: limit, origin: "t"),
        window: Window(startUnixMs: Self.now - 3_600_000, endUnixMs: Self.now + 3_600_000),
        posted: Int64(number) * 17_000, pending: Int64(number) * 10_000, granted: 0)
      return WatchView.Standing(user: user, state: state)
    }
    let call = CallListTests.call(1, user: "\u{1B}]0;evil\u{07}")
    let hold = HoldRecord(
      id: HoldID(7), facts: call.facts, charge: Charge(tokens: 1400, costMicroUSD: nil),
      reservedAtUnixMs: Self.now - 12_000, ownerPID: 1)
    return WatchView(
      standings: standings, holds: calls > 0 ? [hold, hold, hold] : [], waiting: 5,
      perMinute: (0..<60).map { Int64($0 * $0) }, calls: (0..<calls).map { _ in call }, zone: .utc, nowUnixMs: Self.now)
  }

  @Test(arguments: [(20, 5), (40, 10), (80, 24), (80, 50), (120, 30), (200, 60)], [true, false])
  func aScreenIsNeverTooSmall(size: (columns: Int, lines: Int), isUnicode: Bool) throws {
    for (users, calls) in [(0, 0), (1, 1), (9, 40)] {
      let style = Style(isColored: false, isTerminal: true, columns: size.columns, isUnicode: isUnicode)
      let lines = try view(users: users, calls: calls).lines(style, height: size.lines)
      #expect(lines.count <= size.lines)
      for line in lines {
        #expect(TerminalText.width(line) <= size.columns, "\(line)")
        #expect(!line.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{07}" })
      }
    }
  }

  /// A user whose tier is gone is told of before the others, and takes nobody's place.
  @Test(arguments: [40, 80, 200]) func whoHasNoTierIsToldOf(columns: Int) throws {
    var watch = try view(users: 2, calls: 1)
    watch.withoutTier = [("dan \u{1B}[31m" + String(repeating: "x", count: 90), "pro"), ("eve", "pro")]
    let lines = watch.lines(Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true), height: 40)
    #expect(lines.allSatisfy { TerminalText.width($0) <= columns && !$0.contains("\u{1B}") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("  eve: the tier 'pro' does not exist") }, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("  user 1 ") }, "\(lines)")
    let alone = WatchView(
      standings: [], withoutTier: [("eve", "pro")], holds: [], waiting: 0, perMinute: [], calls: [], zone: .utc,
      nowUnixMs: Self.now)
    let text = alone.lines(Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true), height: 20)
    #expect(!text.contains { $0.contains("none applies") })
  }

  /// A pause is called one: what it is made of is no budget to anybody.
  @Test func aPauseIsNoBudget() throws {
    var watch = try view(users: 1, calls: 1)
    let pause = Budget(scope: .user("eve"), limit: .pause, origin: Budget.pauseOrigin)
    watch.standings.append(
      WatchView.Standing(
        user: "eve", state: BudgetState(budget: pause, window: nil, posted: 0, pending: 0, granted: 0)))
    let text = watch.lines(Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true), height: 24)
      .joined(separator: "\n")
    #expect(text.contains("\n  eve: all calls paused\n") && !text.contains("359d"), "\(text)")
  }

  /// Who is not read is not taken for nobody.
  @Test(arguments: [
    (0, ""), (1, "  without 1 user who called earlier"), (12_345, "  without 12,345 users who called earlier"),
  ])
  func usersThatAreNotReadAreCounted(count: Int, remark: String) throws {
    var watch = try view(users: 200, calls: 1)
    watch.leftOutUsers = count
    let lines = watch.lines(Style(isColored: false, isTerminal: true, columns: 72, isUnicode: true), height: 24)
    #expect(lines[2] == "Budgets  and 192 more" + remark)
    #expect(lines.allSatisfy { TerminalText.width($0) <= 72 })
  }

  @Test func whatHappensIsOnIt() throws {
    let style = Style(isColored: false, isTerminal: true, columns: 80, isUnicode: true)
    let text = try view(users: 3, calls: 2).lines(style, height: 30).joined(separator: "\n")
    for part in [
      "llmguard  15:46:40 UTC", "q quits", "user 2 ", "█████▍▒▒░░░░░░░░  34 %  daily token budget  resets in 1 h",
      "Under way: 3, 5 waiting",
      "for 12 s, 1.4k tokens held", "now 3.5k, at most 3.5k", "▇█", "Last calls", "15:45:40    1.3k  $0.00123",
    ] { #expect(text.contains(part), "\(part) in\n\(text)") }
  }
}
