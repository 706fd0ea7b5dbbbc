import Posix
import Providers

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

  /// How it is streamed in parts; `nil` where it says nothing of that.
  var streaming: WireFormat.Streaming? { isEventStream ? .events : isLines ? .lines : nil }

  /// Whether a body begins as a stream of events does, whatever its type says: with one of its fields, or a comment, behind empty
  /// lines and the mark of the bytes' order. No JSON does. `nil` where more has to come to tell.
  ///
  /// *Source:* the HTML standard, section 9.2.6.
  static func beginsEvents(_ body: [UInt8]) -> Bool? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    if body.count < mark.count, mark.starts(with: body) { return nil }
    let rest = (body.starts(with: mark) ? body.dropFirst(mark.count) : body[...]).drop { $0 == 0x0A || $0 == 0x0D }
    if rest.first == 0x3A { return true }
    var mayBe = false
    for field in ["data", "event", "id", "retry"] {
      // The name alone on its line is a field, too.
      if rest.starts(with: field.utf8) {
        guard let next = rest.dropFirst(field.utf8.count).first else { return nil }
        if [0x3A, 0x0A, 0x0D].contains(next) { return true }
      }
      mayBe = mayBe || field.utf8.starts(with: rest)
    }
    return mayBe ? nil : false
  }
}
