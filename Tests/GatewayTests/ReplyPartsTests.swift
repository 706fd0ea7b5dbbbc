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

  /// All parts' bytes together are the body, whatever it turns out to be and however it is cut.
  @Test(arguments: [WireFormat.Streaming.events, .lines]) func noByteIsLost(streaming: WireFormat.Streaming) throws {
    let beginnings = ["", "\r", "\n", "\r\n", "\n\r", "\r\r", "\n\n\r", " ", "\r \n", "\u{FEFF}\r"]
    for beginning in beginnings {
      for rest in [
        "retry: 1\n", "data: {}\n\n", "{}\n{}\n", "x", "\r", "\n", "", ": c\r\n\r\n", "{\n}", "[1]", "a b\nc",
      ] {
        let body = Array((beginning + rest).utf8)
        for size in [1, 2, 5, 100] {
          var reader = ReplyReader(streaming: streaming)
          var parts = try #require(ReplyParts(streaming))
          var (out, isWhole) = ([UInt8](), false)
          for start in stride(from: 0, to: body.count, by: size) {
            let piece = body[start..<min(body.count, start + size)]
            if !isWhole, let some = parts.append(piece, &reader) {
              out += some.flatMap(\.raw)
            } else {
              out += isWhole ? Array(piece) : parts.begun
              isWhole = true
            }
          }
          if !isWhole { out += parts.finish(&reader).flatMap(\.raw) }
          #expect(out == body, "\(body) by \(size)")
        }
      }
    }
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
