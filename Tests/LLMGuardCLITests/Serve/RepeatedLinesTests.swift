import Testing

@testable import LLMGuardCLI

/// How often a server's log speaks of what goes wrong.
@Suite struct RepeatedLinesTests {
  private static func note(_ key: String, _ lines: inout RepeatedLines, atMs: Int64) -> Bool {
    lines.note(key, .error, atMs: atMs) { "\($0) more of \(key)" }
  }

  @Test func eachOutageIsToldAndHowMuchItHit() {
    var lines = RepeatedLines()
    #expect(Self.note("locked", &lines, atMs: 1000))
    for second in 2...5 as ClosedRange<Int64> { #expect(!Self.note("locked", &lines, atMs: second * 1000)) }
    #expect(Self.note("full", &lines, atMs: 3000), "one outage hides no other")
    #expect(lines.due(atMs: 60_999).isEmpty)
    #expect(lines.due(atMs: 61_000).map(\.text) == ["4 more of locked"])
    #expect(lines.due(atMs: 61_000).isEmpty, "once")
    #expect(!Self.note("locked", &lines, atMs: 62_000), "what was due was a line, too")
    #expect(lines.due(atMs: 63_000, isEnd: true).map(\.text) == ["1 more of locked"])
    #expect(Self.note("locked", &lines, atMs: 200_000), "a second outage is told as the first was")
  }

  /// Clients make up parts of what is told: the list ends.
  @Test func whatIsMadeUpFillsNoMemory() {
    var lines = RepeatedLines()
    var told = 0
    for number in 0..<5000 where Self.note("made up \(number)", &lines, atMs: 1000) { told += 1 }
    #expect(told == 1000)
    #expect(Self.note("made up 4999", &lines, atMs: 61_000))
  }
}
