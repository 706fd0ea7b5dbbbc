import Posix

/// How a body's type says that it is a stream.
struct MediaType {
  private let bytes: [UInt8]

  init(_ contentType: String) { bytes = contentType.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }

  /// Whether it is a stream of events.
  var isEventStream: Bool { ByteSearch.holds("event-stream", in: bytes) }

  /// Whether it is a stream of JSON values, one a line. The last name is Cohere's.
  var isLines: Bool {
    ByteSearch.holds("ndjson", in: bytes) || ByteSearch.holds("jsonl", in: bytes)
      || ByteSearch.holds("stream+json", in: bytes)
  }

  /// How many bytes tell whether events begin.
  static let eventBeginning = 6

  /// Whether a body begins as a stream of events does, whatever its type says: with one of its fields, or a comment. No JSON does.
  /// *Source:* the HTML standard, section 9.2.6.
  static func beginsEvents(_ body: [UInt8]) -> Bool {
    ["data:", "event:", ":"].contains { body.starts(with: $0.utf8) }
  }
}
