import Testing

@testable import LLMGuardCLI

@Suite struct SaidLinesTests {
  @Test func aLineIsSaidOnce() {
    var lines = SaidLines()
    #expect(["a", "b", "a", "b", "c"].map { lines.insert($0) } == [true, true, false, false, true])
  }

  /// A server that runs for months does not keep what every client has made up.
  @Test func ofManyLinesTheLatestAreKnown() {
    var lines = SaidLines()
    let first = (0..<SaidLines.most).map { lines.insert("line \($0)") }
    #expect(first.allSatisfy { $0 })
    // Those that are kept, one more, and one that is forgotten for it.
    let later = ["line 0", "one more", "one more", "line 0"].map { lines.insert($0) }
    #expect(later == [false, true, false, true])
  }
}
