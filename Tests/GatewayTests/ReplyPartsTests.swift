import Providers
import Testing

@testable import Gateway

@Suite struct ReplyPartsTests {
  /// A client hears at once what a stream begins with.
  @Test func whatKeepsTheConnectionAliveIsNotKeptBack() throws {
    var reader = ReplyReader(streaming: .events)
    var parts = try #require(ReplyParts(.events))
    #expect(parts.append(Array("\n".utf8), &reader)?.map(\.raw) == [[0x0A]])
    #expect(parts.append(Array(": hi\n\n".utf8), &reader)?.flatMap(\.raw) == Array(": hi\n\n".utf8))
  }
}
