import GuardModel
import Posix
import TextFormats

/// Reads the usage from a reply of any known provider: a JSON body, a stream of server-sent events, or JSON lines.
///
/// Memory is bounded: of a long reply the beginning is let go, because usage stands at its end; only Anthropic's begins
/// with the input count, and that part is kept.
public struct UsageReader {
  private static let maximumBytes = 8 << 20
  private static let longReplyBytes = 1 << 18
  private var bytes: [UInt8] = []
  private var isCut = false

  /// Makes a reader of one reply.
  public init() {}

  /// Takes in a piece of the reply.
  public mutating func consume(_ piece: some Sequence<UInt8>) { Array(piece).withUnsafeBytes { consume($0) } }

  /// The same where it stands.
  public mutating func consume(_ piece: UnsafeRawBufferPointer) {
    // Asked for at once, only what is filled takes memory; growing would copy, and take twice as much.
    if bytes.capacity <= Self.maximumBytes, bytes.count > Self.longReplyBytes {
      bytes.reserveCapacity(Self.maximumBytes + Self.longReplyBytes)
    }
    bytes.append(contentsOf: piece.bindMemory(to: UInt8.self))
    guard bytes.count > Self.maximumBytes else { return }
    // Keep the first and the last quarter: a stream's events there are whole lines, and those between hold no usage.
    let quarter = Self.maximumBytes / 4
    bytes.replaceSubrange(quarter..<(bytes.count - quarter), with: CollectionOfOne(0x0A))
    isCut = true
  }

  /// Of a whole reply the answer itself is not looked at, which may be long.
  private static let ofWhatItTook: JSONParser.Options = {
    var options = JSONParser.Options.lenient
    options.passedBy = ["choices", "candidates", "content", "data", "embeddings", "embedding"]
    return options
  }()

  /// What tells that a provider's own tools were used, or that there is no answer: this is looked at only where one of them stands
  /// in it.
  private static let marks: [StaticString] = [
    "\"groundingMetadata\"", "code_execution_tool_result\"", "\"blockReason\"",
  ]

  /// What the reply says.
  public func finish() -> ProviderReply {
    var collector = UsageCollector()
    let body = Self.withoutHeaders(bytes)
    if !isCut, var value = try? JSONParser.parse(body, options: Self.ofWhatItTook) {
      // Gemini tells its searches in the answer alone, and Anthropic what it ran. A list is a stream: of one that was given up its
      // parts say whether the answer had ended.
      let isGivenUp = value.arrayValue?.contains(where: UsageCollector.isError) == true
      if isGivenUp || Self.marks.contains(where: { ByteSearch.holds($0, in: body) }) {
        value = (try? JSONParser.parse(body, options: .lenient)) ?? value
      }
      for part in value.arrayValue ?? [value] { collector.read(part) }
      return collector.reply
    }
    for line in body.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      var line = line[...]
      if line.starts(with: Array("data:".utf8)) { line = line.dropFirst(5) }
      while line.first == 0x20 { line = line.dropFirst() }
      guard line.first == UInt8(ascii: "{"),
        let value = try? JSONParser.parse(Array(line), options: .lenient)
      else { continue }
      collector.read(value)
    }
    if isCut, collector.reply.usage == nil {
      for key in ["usage", "usageMetadata"] {
        if let usage = CutJSON.lastObject(named: key, in: body) { collector.read(.object(JSONObject([(key, usage)]))) }
      }
    }
    return collector.reply
  }

  /// The tokens of the answer's text alone, whole or in a stream; `nil` where none is found, and where not all of it was kept.
  public func answerTokens(model: String?) -> AnswerTokens? {
    answerTokens(by: ReplyReader(streaming: .lines, model: model))
  }

  func answerTokens(by counter: ReplyReader) -> AnswerTokens? {
    if isCut { return nil }
    let body = Self.withoutHeaders(bytes)
    var reader = counter.anew(.lines)
    if let whole = reader.answerTokens(ofWhole: body) { return whole }
    for line in body.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      _ = reader.read(part: Array(line.drop { $0 != UInt8(ascii: "{") }))
    }
    let tokens = AnswerTokens(counted: reader.finish().countedOutputTokens, least: reader.leastOutputTokens)
    return tokens.counted > 0 ? tokens : nil
  }

  /// `curl -i` prints the headers first.
  private static func withoutHeaders(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.starts(with: Array("HTTP/".utf8)) else { return bytes }
    for mark in [Array("\r\n\r\n".utf8), Array("\n\n".utf8)] {
      if let range = bytes.firstRange(of: mark) { return withoutHeaders(Array(bytes[range.upperBound...])) }
    }
    return bytes
  }
}
