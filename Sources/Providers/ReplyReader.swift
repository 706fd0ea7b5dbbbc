import GuardModel
import TextFormats

/// Reads what a reply says of itself while it passes.
public struct ReplyReader {
  private let streaming: WireFormat.Streaming?
  private var collector = UsageCollector()
  private var counter = TokenCounter()
  private var whole = UsageReader()
  private var bytes: Int64 = 0
  private let tokenizer: TokenizerFamily

  /// Makes a reader of one reply.
  ///
  /// - Parameters:
  ///   - streaming: how it is streamed; `nil` when it comes whole.
  ///   - model: whose it is.
  public init(streaming: WireFormat.Streaming?, model: String? = nil) {
    self.streaming = streaming
    tokenizer = TokenizerFamily(model: model)
  }

  /// Whether the text of the answer alone is counted, and not the whole reply.
  public var isText: Bool { streaming == .events || streaming == .lines }

  /// What a part of a stream is for.
  public enum Part: Hashable, Sendable {
    /// Part of the answer, or about it.
    case answer
    /// An extra part that holds the usage alone: for those who asked for it.
    case usageOnly
  }

  /// Takes in the data of an event, or a line.
  public mutating func read(part data: [UInt8]) -> Part {
    guard let value = try? JSONParser.parse(data, options: .lenient) else { return .answer }
    collector.read(value)
    countText(value)
    let isEmpty = value["choices"]?.arrayValue?.isEmpty == true
    return isEmpty && value["usage"]?.objectValue != nil ? .usageOnly : .answer
  }

  /// Takes in a piece of a reply that does not come in parts.
  public mutating func read(piece: some Collection<UInt8>) {
    bytes += Int64(piece.count)
    whole.consume(piece)
  }

  /// What the reply says. Without usage, its text as far as it came is counted, and called an estimate.
  public func finish() -> (reply: ProviderReply, countedOutputTokens: Int64) {
    if isText { return (collector.reply, counter.tokens(by: tokenizer)) }
    // A reply of any provider is mostly its answer; escapes and names make the estimate high rather than low. An error is none.
    let reply = whole.finish()
    return (reply, reply.isError ? 0 : (bytes + 3) / 4)
  }

  /// Members that hold text of the answer, in any form.
  private static let textKeys: Set = [
    "content", "text", "thinking", "reasoning", "reasoning_content", "refusal", "arguments", "partial_json", "response",
    "delta",
  ]

  /// Only deltas are counted: the events that repeat the whole answer at its end would count it twice.
  private mutating func countText(_ value: JSONValue) {
    if let type = value["type"]?.stringValue {
      if type.hasSuffix("delta"), let delta = value["delta"] { add(delta, key: "delta") }
      // Of Anthropic's older form each event has the next piece.
      if type == "completion", let text = value["completion"] { add(text, key: "text") }
      return
    }
    for key in ["choices", "message", "candidates", "response"] { if let part = value[key] { add(part, key: key) } }
  }

  private mutating func add(_ value: JSONValue, key: String) {
    switch value {
    case .string(let text): if Self.textKeys.contains(key) { counter.consume(text.utf8) }
    case .array(let elements): for element in elements { add(element, key: key) }
    case .object(let object): for (name, member) in object.members { add(member, key: name) }
    default: break
    }
  }
}
