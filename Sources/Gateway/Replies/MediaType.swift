/// How a body's type says that it is a stream. It is searched by bytes: the standard library's search in texts takes longer
/// than all else that is done with a head.
struct MediaType {
  private let bytes: [UInt8]

  init(_ contentType: String) { bytes = contentType.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }

  /// Whether it is a stream of events.
  var isEventStream: Bool { holds("event-stream") }

  /// Whether it is a stream of JSON values, one a line.
  var isLines: Bool { holds("ndjson") || holds("jsonl") }

  private func holds(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard bytes.count >= count else { return false }
    return (0...(bytes.count - count)).contains { start in
      (0..<count).allSatisfy { bytes[start + $0] == word.utf8Start[$0] }
    }
  }
}
