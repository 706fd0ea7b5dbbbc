import Posix

/// The form in which a client wants its reply: whole or as a stream, and whether a stream is to tell its usage.
public struct ReplyForm: Hashable, Sendable {
  /// Whose form it is.
  public let format: WireFormat
  /// How it is streamed; `nil` when it comes whole.
  public let streaming: WireFormat.Streaming?
  /// Whether a stream tells its usage in a part of its own.
  public let tellsUsage: Bool

  /// Makes a form.
  public init(_ format: WireFormat, streaming: WireFormat.Streaming?, tellsUsage: Bool) {
    (self.format, self.streaming, self.tellsUsage) = (format, streaming, tellsUsage)
  }

  /// The same in a word, which is kept beside a stored reply: whoever asks in the same form gets the bytes as they came.
  public var mark: String {
    switch streaming {
    case nil: "whole"
    case .events: tellsUsage ? "events with usage" : "events"
    case .lines: "lines"
    case .array: "array"
    }
  }

  /// How a reply is streamed, by its type and how it begins: some servers name another type.
  static func streaming(of body: [UInt8], contentType: String, _ format: WireFormat) -> WireFormat.Streaming? {
    let type = contentType.lowercased()
    let begin = body.drop { $0 <= 0x20 }
    if ByteSearch.holds("event-stream", in: type) || begin.starts(with: Array("data:".utf8))
      || begin.starts(with: Array("event:".utf8))
    {
      return .events
    }
    if ByteSearch.holds("ndjson", in: type) || ByteSearch.holds("jsonl", in: type)
      || ByteSearch.holds("stream+json", in: type)
      || mayBeLines(format) && holdsLines(begin)
    {
      return .lines
    }
    return format == .gemini && begin.first == UInt8(ascii: "[") ? .array : nil
  }

  private static func mayBeLines(_ format: WireFormat) -> Bool { format == .ollamaChat || format == .ollamaGenerate }

  /// Whether the first line is an object, and something stands behind it.
  private static func holdsLines(_ body: ArraySlice<UInt8>) -> Bool {
    guard let end = body.firstIndex(of: 0x0A), body[..<end].last(where: { $0 > 0x20 }) == UInt8(ascii: "}") else {
      return false
    }
    return body[end...].contains { $0 > 0x20 }
  }
}

extension ProviderRequest {
  /// The form in which its reply is wanted.
  public var replyForm: ReplyForm { ReplyForm(format, streaming: streaming, tellsUsage: asksForUsage) }

  /// Its path and query as they are whether or not the reply is streamed, where the path says that.
  public var targetOfAnyForm: String {
    let path = target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)]
    guard format == .gemini, path.hasSuffix(":streamGenerateContent") else { return target }
    let others = target[path.endIndex...].dropFirst().split(separator: "&").filter { $0 != "alt=sse" }
    // Another spelling ('$alt', an escape) is for the provider to read: such a request has its answers for itself.
    let isPlain = others.allSatisfy { !$0.contains("%") && !$0.lowercased().contains("alt=") }
    return isPlain ? Self.whole(target) : target
  }
}
