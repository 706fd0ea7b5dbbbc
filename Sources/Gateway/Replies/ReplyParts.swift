import HTTPWire
import Providers
import TextFormats

/// Takes a streamed reply apart as its first bytes say, where its type says something else: they are events, lines, or no parts at all.
struct ReplyParts {
  private enum Kind {
    case events(EventSplitter)
    case lines(LineSplitter)
  }

  private enum Told { case events, lines, whole }

  private var kind: Kind
  /// Whether its first bytes have told what it is.
  private var isTold = false
  /// What came before they did; of what comes in no parts, all so far.
  private(set) var begun: [UInt8] = []

  /// What says nothing for so long is what its type says: neither memory nor a client waits for more.
  private static let mostBegun = 8192

  private var byType: Told { if case .events = kind { .events } else { .lines } }

  /// Makes one by what the type says; `nil` for what does not say that it is streamed in parts.
  init?(_ streaming: WireFormat.Streaming?) {
    switch streaming {
    case .events: kind = .events(EventSplitter())
    case .lines: kind = .lines(LineSplitter())
    default: return nil
    }
  }

  /// The parts that are whole with these bytes.
  ///
  /// - Parameter reader: what reads them; another stands in its place where they are not what their type says.
  /// - Returns: `nil` where it comes in no parts.
  mutating func append(_ bytes: some Collection<UInt8>, _ reader: inout ReplyReader) -> [StreamPart]? {
    if isTold { return split(bytes) }
    begun.append(contentsOf: bytes)
    guard let told = told() ?? (begun.count > Self.mostBegun ? byType : nil) else {
      // Empty lines keep a connection alive, and are not kept back. No splitter has them, which another may stand for yet.
      if begun.isEmpty || !begun.allSatisfy({ $0 == 0x0A || $0 == 0x0D }) { return [] }
      defer { begun = [] }
      return [StreamPart(begun)]
    }
    isTold = true
    switch (told, kind) {
    case (.whole, _):
      reader = reader.anew(nil)
      return nil
    case (.events, .lines):
      kind = .events(EventSplitter())
      reader = reader.anew(.events)
    default: break
    }
    return splitBegun()
  }

  /// The body has ended.
  mutating func finish(_ reader: inout ReplyReader) -> [StreamPart] {
    var parts = splitBegun()
    switch kind {
    case .events(var splitter):
      splitter.finish().map { parts.append($0) }
      reader.note(unread: splitter.unknownBytes)
    case .lines(var splitter): splitter.finish().map { parts.append($0) }
    }
    return parts
  }

  private mutating func splitBegun() -> [StreamPart] {
    defer { begun = [] }
    return split(begun)
  }

  private mutating func split(_ bytes: some Collection<UInt8>) -> [StreamPart] {
    switch kind {
    case .events(var splitter):
      // Taken out first, so that appending does not copy.
      kind = .lines(LineSplitter())
      defer { kind = .events(splitter) }
      return splitter.append(bytes)
    case .lines(var splitter):
      kind = .lines(LineSplitter())
      defer { kind = .lines(splitter) }
      return splitter.append(bytes)
    }
  }

  /// What the first bytes are of; `nil` where more has to come to tell.
  private func told() -> Told? {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let isBlank = { (byte: UInt8) in byte == 0x0A || byte == 0x0D || byte == 0x20 || byte == 0x09 }
    let rest = (begun.starts(with: mark) ? begun.dropFirst(mark.count) : begun[...]).drop(while: isBlank)
    guard let first = rest.first, !(mark.starts(with: rest) && rest.count < mark.count) else { return nil }
    if first == UInt8(ascii: "[") { return .whole }
    switch kind {
    case .events: return first == UInt8(ascii: "{") ? .whole : .events
    case .lines:
      if first == UInt8(ascii: "{") {
        // Of a value that is written on many lines, none says anything alone. A line leaves no sooner than it has ended.
        guard let end = rest.firstIndex(of: 0x0A) else { return nil }
        return (try? JSONParser.parse(Array(rest[..<end]), options: .lenient)) == nil ? .whole : .lines
      }
      return MediaType.beginsEvents(begun).map { $0 ? .events : .lines }
    }
  }
}
