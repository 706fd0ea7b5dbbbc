import Testing

@testable import LLMGuardCLI

/// How often a server's log speaks of a user.
@Suite struct UserLinesTests {
  @Test func aUserHasALineAMinuteAndNothingIsLost() {
    var lines = UserLines()
    #expect(lines.note("ana", atMs: 1000) == 0)
    for second in 2...60 as ClosedRange<Int64> { #expect(lines.note("ana", atMs: second * 1000) == nil) }
    #expect(lines.note("bob", atMs: 5000) == 0, "one user's burst hides nobody else's")
    #expect(lines.note("ana", atMs: 61_000) == 59)
    #expect(lines.note("ana", atMs: 200_000) == 0)
  }

  @Test func whatWasNotToldIsToldThoughNothingComesAfter() {
    var lines = UserLines()
    for user in ["zoe", "ana", "bob"] { _ = lines.note(user, atMs: 0) }
    for _ in 1...3 { _ = lines.note("zoe", atMs: 10) }
    _ = lines.note("ana", atMs: 10)
    #expect(lines.due(atMs: 59_999).isEmpty)
    #expect(lines.due(atMs: 60_000).map(\.user) == ["ana", "zoe"])
    #expect(lines.due(atMs: 60_000).isEmpty, "once")
    // What is said of them now is a line, too.
    #expect(lines.note("zoe", atMs: 60_001) == nil)
    #expect(lines.due(atMs: 60_002, isEnd: true).map(\.untold) == [1])
  }
}
