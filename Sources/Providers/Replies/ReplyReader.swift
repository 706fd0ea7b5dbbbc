import GuardModel
import TextFormats

/// Reads what a reply says of itself while it passes.
public struct ReplyReader {
  private let streaming: WireFormat.Streaming?
  private var collector = UsageCollector()
  private var counter = TokenCounter()
  private var least = LeastTokens()
  private var whole = UsageReader()
  private var bytes: Int64 = 0
  private let tokenizer: TokenizerFamily
  /// The bytes of a stream that are no JSON, and of which nothing is known.
  public private(set) var unreadBytes: Int64 = 0
  /// Whether pictures or sounds were among it, whose tokens nobody can count.
  public private(set) var holdsMedia = false
  /// Whether something that the model thought was among it, in whatever form.
  public private(set) var showsThoughts = false

  /// Makes a reader of one reply.
  ///
  /// - Parameters:
  ///   - streaming: how it is streamed; `nil` when it comes whole.
  ///   - model: whose it is.
  public init(streaming: WireFormat.Streaming?, model: String? = nil) {
    self.streaming = streaming
    tokenizer = TokenizerFamily(model: model)
  }

  private init(streaming: WireFormat.Streaming?, _ tokenizer: TokenizerFamily) {
    (self.streaming, self.tokenizer) = (streaming, tokenizer)
  }

  /// A reader of the same reply that comes in another way than it says.
  public func anew(_ streaming: WireFormat.Streaming?) -> ReplyReader { ReplyReader(streaming: streaming, tokenizer) }

  /// Takes in that so many bytes of a stream were in no part of it.
  public mutating func note(unread bytes: Int) { unreadBytes += Int64(bytes) }

  /// The bytes that came of a reply which does not come in parts.
  public var wholeBytes: Int64 { bytes }

  /// Whether the text of the answer alone is counted, and not the whole reply.
  public var isText: Bool { streaming == .events || streaming == .lines }

  /// What every tokenizer makes of the text of the answer at least, as far as it is counted by itself.
  public var leastOutputTokens: Int64 { least.tokens }

  /// What a part of a stream is for.
  public enum Part: Hashable, Sendable {
    /// Part of the answer, or about it.
    case answer
    /// An extra part that holds the usage alone: for those who asked for it.
    case usageOnly
    /// An error, and nothing of an answer.
    case error
  }

  /// Takes in the data of an event, or a line.
  public mutating func read(part data: [UInt8]) -> Part {
    guard let value = try? JSONParser.parse(data, options: .lenient) else {
      if data.elementsEqual(Self.done) { collector.noteDone() } else { unreadBytes += Int64(data.count) }
      return Self.holdsUsageAlone(data) ? .usageOnly : .answer
    }
    collector.read(value)
    countText(value)
    // In an error a message is a text of its own, and none of the answer.
    if UsageCollector.isError(value),
      (Self.answerKeys + Self.pieceKeys).allSatisfy({
        value[$0] == nil || $0 == "message" && value[$0]?.stringValue != nil
      })
    {
      return .error
    }
    let isEmpty = value["choices"]?.arrayValue?.isEmpty == true
    return isEmpty && value["usage"].map({ $0 != .null }) == true ? .usageOnly : .answer
  }

  /// Whether what is no JSON looks like a part with the usage alone. Within a string the quotes would be escaped.
  private static func holdsUsageAlone(_ data: [UInt8]) -> Bool {
    let bare = data.filter { $0 > 0x20 }
    return [#""choices":[]"#, #""usage":"#].allSatisfy { bare.firstRange(of: Array($0.utf8)) != nil }
  }

  /// How OpenAI's streams say that they are over.
  private static let done = Array("[DONE]".utf8)

  /// Takes in a piece of a reply that does not come in parts.
  public mutating func read(piece: some Collection<UInt8>) { Array(piece).withUnsafeBytes { read(piece: $0) } }

  /// The same where it stands.
  public mutating func read(piece: UnsafeRawBufferPointer) {
    let mark = lengthOfMark(piece)
    bytes += Int64(piece.count)
    whole.consume(UnsafeRawBufferPointer(rebasing: piece[mark...]))
  }

  /// How many bytes at a piece's beginning belong to a byte order mark at the reply's. Clients read over one.
  ///
  /// *Source:* RFC 8259 section 8.1.
  private func lengthOfMark(_ piece: UnsafeRawBufferPointer) -> Int {
    if bytes >= Self.mark.count { return 0 }
    let (mark, isBehind) = (Self.mark, Int(bytes))
    var length = 0
    while length < piece.count, isBehind + length < mark.count, piece[length] == mark[isBehind + length] { length += 1 }
    return length
  }

  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// What the reply says. Without usage, its text as far as it came is counted, and called an estimate.
  public func finish() -> (reply: ProviderReply, countedOutputTokens: Int64) {
    if isText { return (collector.reply, counter.tokens(by: tokenizer)) }
    // A reply of any provider is mostly its answer; escapes and names make the estimate high rather than low. An error is none.
    let reply = whole.finish()
    return (reply, reply.isError || reply.hasNoAnswer ? 0 : (bytes + 3) / 4)
  }

  /// The tokens of the answer's text in a reply that did not come in parts, without what is written around it. It is looked at where
  /// the output that the reply states is so small beside its length that it may be too little; `nil` for others, and where none is
  /// found.
  public func answerTokens(besideOutput stated: Int64?) -> AnswerTokens? {
    if isText { return nil }
    // No text is believed to be a token for ten of its bytes; a kilobyte stands around it.
    if let stated, stated > 0, bytes < 8 * min(stated, Int64(Int32.max)) + 1024 { return nil }
    return whole.answerTokens(by: self)
  }

  /// The tokens of the text in a reply that came whole, with what every tokenizer makes of it at least; `nil` where none is found.
  func answerTokens(ofWhole body: some Collection<UInt8>) -> AnswerTokens? {
    guard let value = try? JSONParser.parse(Array(body), options: Self.answerOptions) else { return nil }
    var reader = anew(nil)
    for part in value.arrayValue ?? [value] {
      for key in Self.answerKeys {
        if let member = part[key] { reader.add(member, key: key == "completion" ? "text" : key) }
      }
    }
    let tokens = reader.counter.tokens(by: tokenizer)
    return tokens > 0 ? AnswerTokens(counted: tokens, least: reader.least.tokens) : nil
  }

  /// No values are made of what was found (`choices[].logprobs`), which may be many times the answer.
  private static let answerOptions = {
    var options = JSONParser.Options.lenient
    (options.passedBy, options.passedByLevels) = (Array(foundKeys), 3)
    return options
  }()

  /// Members of a whole reply that hold its answer, in any form.
  private static let answerKeys = [
    "choices", "message", "candidates", "response", "content", "output", "completion", "text",
  ]
  /// Members that hold a piece of an answer, or one of them beside the others.
  private static let pieceKeys = ["delta", "output_text"]
  /// Members that hold a tool's arguments as values, not as text.
  private static let valueKeys: Set = ["input", "args", "arguments"]

  /// Members that hold text of the answer, in any form.
  private static let textKeys: Set = [
    "content", "text", "thinking", "reasoning", "reasoning_content", "refusal", "arguments", "partial_json", "response",
    "delta", "tool_plan", "input", "code", "transcript",
  ]

  /// Members that hold what no text tells the tokens of: pictures and sounds.
  private static let mediaKeys: Set = ["inlineData", "inline_data", "images", "audio"]

  /// Members of a reply that hold what its provider's tools found, which went in, or repeat the answer. *Source:* the providers'
  /// references; of `context`, Azure's, "On your data".
  private static let foundKeys: Set = [
    "annotations", "citations", "context", "executed_tools", "groundingMetadata", "logprobs", "results",
    "search_results",
  ]
  private var hasCounted = false

  private static let thoughtKeys: Set = ["thinking", "reasoning", "reasoning_content"]

  /// Only deltas are counted: the events that repeat the whole answer at its end would count it twice.
  private mutating func countText(_ value: JSONValue) {
    // Of Cohere's earlier form the last line repeats the answer.
    if let type = value["event_type"]?.stringValue {
      if type == "text-generation", let text = value["text"] { add(text, key: "text") }
      if type == "tool-calls-generation", let calls = value["tool_calls"] { add(["input": calls], key: "input") }
      return
    }
    if let type = value["type"]?.stringValue {
      if let block = value["content_block"]?["type"]?.stringValue, block.hasSuffix("thinking") { showsThoughts = true }
      if type.hasSuffix("delta"), let delta = value["delta"] { add(delta, key: "delta") }
      // Of Anthropic's older form each event has the next piece.
      if type.hasSuffix("partial_image") { holdsMedia = true }
      if type == "completion", let text = value["completion"] { add(text, key: "text") }
      // All of an answer in one line.
      if type == "message", let content = value["content"] { add(content, key: "content") }
      return
    }
    for key in ["choices", "message", "candidates", "response", "thinking"] {
      if let part = value[key] { add(part, key: key) }
    }
  }

  private mutating func add(_ value: JSONValue, key: String) {
    switch value {
    case .string(let text):
      guard Self.textKeys.contains(key) else { return }
      if Self.thoughtKeys.contains(key), !text.isEmpty { showsThoughts = true }
      count(text)
    case .array(let elements): for element in elements { add(element, key: key) }
    case .object where Self.valueKeys.contains(key): count(JSONWriter.compact(value))
    case .object(let object):
      let type = object["type"]?.stringValue
      // What a tool found, and what tools there are: neither was written by the model.
      if type?.hasSuffix("tool_result") == true || type == "mcp_list_tools" { return }
      let repeats = isText && repeatsText(object)
      for (name, member) in object.members where !Self.foundKeys.contains(name) {
        if repeats, name == "message" { continue }
        if Self.mediaKeys.contains(name), Self.holdsSomething(member) { holdsMedia = true }
        // OpenRouter tells thoughts twice.
        if name == "reasoning_details", object["reasoning"]?.stringValue?.isEmpty == false { continue }
        add(member, key: name)
      }
    default: break
    }
  }

  private static func holdsSomething(_ value: JSONValue) -> Bool {
    switch value {
    case .object(let object): object["data"]?.stringValue?.isEmpty == false
    case .array(let elements): !elements.isEmpty
    default: false
    }
  }

  /// Whether a part of a stream has the next piece beside all that was said so far, as Perplexity's have.
  private func repeatsText(_ part: JSONObject) -> Bool {
    guard part["message"] != nil, let piece = part["delta"]?.objectValue else { return false }
    return hasCounted || piece["content"]?.stringValue?.isEmpty == false
  }

  private mutating func count(_ text: String) {
    hasCounted = hasCounted || !text.isEmpty
    counter.consume(text.utf8)
    least.consume(text.utf8)
  }
}

/// The tokens of an answer's text.
public struct AnswerTokens: Hashable, Sendable {
  /// As they are estimated.
  public var counted: Int64
  /// Fewer than any tokenizer makes of it.
  public var least: Int64
}
