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

  /// Blanks without an end say nothing, and are neither kept nor looked at again.
  @Test(arguments: [WireFormat.Streaming.events, .lines], [" ", "\t", "{ "])
  func blanksAreNotKeptForEver(streaming: WireFormat.Streaming, blanks: String) throws {
    var reader = ReplyReader(streaming: streaming)
    var parts = try #require(ReplyParts(streaming))
    for _ in 0..<100 {
      let piece = String(blanks.last ?? " ")
      _ = parts.append(
        Array((parts.begun.isEmpty ? blanks : piece).utf8) + Array(repeating: piece.utf8.first ?? 0x20, count: 999),
        &reader)
      #expect(parts.begun.count <= 10_000)
    }
  }
}
