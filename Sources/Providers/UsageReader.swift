import GuardModel
import TextFormats

/// What a provider's reply says of itself.
public struct ProviderReply: Hashable, Sendable {
  /// The tokens; `nil` when the reply does not say, or says what cannot be.
  public var usage: TokenUsage?
  /// The model that answered.
  public var model: String?
  /// Whether the reply is an error.
  public var isError = false
  /// The cost, where the provider states it.
  public var costMicroUSD: Int64?

  /// Nothing known.
  public init() {}
}

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
  public mutating func consume(_ piece: some Sequence<UInt8>) {
    // Asked for at once, only what is filled takes memory; growing would copy, and take twice as much.
    if bytes.capacity <= Self.maximumBytes, bytes.count > Self.longReplyBytes {
      bytes.reserveCapacity(Self.maximumBytes + Self.longReplyBytes)
    }
    bytes.append(contentsOf: piece)
    guard bytes.count > Self.maximumBytes else { return }
    // Keep the first and the last quarter: a stream's events there are whole lines, and those between hold no usage.
    let quarter = Self.maximumBytes / 4
    bytes.replaceSubrange(quarter..<(bytes.count - quarter), with: CollectionOfOne(0x0A))
    isCut = true
  }

  /// What the reply says.
  public func finish() -> ProviderReply {
    var collector = UsageCollector()
    let body = Self.withoutHeaders(bytes)
    if !isCut, let value = try? JSONParser.parse(body, options: .lenient) {
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
    return collector.reply
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

/// Puts together what the parts of a reply say.
struct UsageCollector {
  private(set) var reply = ProviderReply()

  mutating func read(_ part: JSONValue) {
    reply.model = part["model"]?.stringValue ?? part["modelVersion"]?.stringValue ?? reply.model
    if let error = part["error"], error != .null { reply.isError = true }
    if part["type"]?.stringValue == "error" { reply.isError = true }
    // OpenAI's responses and Anthropic's first event wrap the object that holds the usage.
    for wrapped in [part["response"], part["message"]] {
      if let wrapped, case .object = wrapped { read(wrapped) }
    }
    if let usage = part["usage"] ?? part["x_groq"]?["usage"], case .object = usage {
      readUsage(usage)
    } else if let usage = part["usageMetadata"], case .object = usage {
      readGemini(usage)
    } else if part["done"]?.boolValue == true || part["embeddings"] != nil,
      part["eval_count"] != nil || part["prompt_eval_count"] != nil
    {
      // Ollama's last line, or its embeddings, which are not said to be done.
      set(input: part["prompt_eval_count"] ?? 0, output: part["eval_count"] ?? 0)
    }
  }

  private mutating func readUsage(_ usage: JSONValue) {
    if let text = usage["cost"]?.numberValue?.text {
      reply.costMicroUSD = MoneyText.microUSD(text) ?? reply.costMicroUSD
    }
    if usage["prompt_tokens"] != nil || usage["completion_tokens"] != nil {
      let details = usage["prompt_tokens_details"]
      set(
        input: usage["prompt_tokens"] ?? 0, output: usage["completion_tokens"] ?? 0, cached: details?["cached_tokens"],
        written: details?["cache_write_tokens"], reasoning: usage["completion_tokens_details"]?["reasoning_tokens"])
    } else if usage["inputTokens"] != nil {
      set(
        input: usage["inputTokens"] ?? 0, output: usage["outputTokens"] ?? 0, cached: usage["cacheReadInputTokens"],
        written: usage["cacheWriteInputTokens"], cacheIsExtra: true)
    } else if usage["cache_read_input_tokens"] != nil || usage["cache_creation_input_tokens"] != nil {
      readAnthropic(usage)
    } else if usage["input_tokens"] != nil || usage["output_tokens"] != nil {
      let details = usage["input_tokens_details"]
      // Anthropic's last event holds only the output; the input was said at the beginning.
      let input = usage["input_tokens"] ?? .int(reply.usage?.input ?? 0)
      set(
        input: input, output: usage["output_tokens"] ?? .int(reply.usage?.output ?? 0),
        cached: details?["cached_tokens"] ?? .int(usage["input_tokens"] == nil ? reply.usage?.cachedInput ?? 0 : 0),
        written: .int(usage["input_tokens"] == nil ? reply.usage?.cacheWrite ?? 0 : 0),
        reasoning: usage["output_tokens_details"]?["reasoning_tokens"])
    }
  }

  /// Anthropic's input excludes what was read from and written to its cache. Later events are totals, not additions.
  private mutating func readAnthropic(_ usage: JSONValue) {
    let known = reply.usage
    set(
      input: usage["input_tokens"] ?? .int((known?.input ?? 0) - (known?.cachedInput ?? 0) - (known?.cacheWrite ?? 0)),
      output: usage["output_tokens"] ?? .int(known?.output ?? 0),
      cached: usage["cache_read_input_tokens"] ?? .int(known?.cachedInput ?? 0),
      written: usage["cache_creation_input_tokens"] ?? .int(known?.cacheWrite ?? 0), cacheIsExtra: true)
  }

  /// Thoughts are beside the candidates, unless the total says they are among them.
  private mutating func readGemini(_ usage: JSONValue) {
    let prompt = usage["promptTokenCount"]?.int64Value ?? 0
    let candidates = usage["candidatesTokenCount"]?.int64Value ?? 0
    let tools = usage["toolUsePromptTokenCount"]?.int64Value ?? 0
    let thoughts = usage["thoughtsTokenCount"]?.int64Value ?? 0
    let sum = prompt &+ candidates &+ tools
    let output = usage["totalTokenCount"]?.int64Value == sum ? candidates : candidates &+ thoughts
    set(
      input: .int(prompt &+ tools), output: .int(output), cached: usage["cachedContentTokenCount"],
      reasoning: .int(min(thoughts, output)))
  }

  /// Takes counts that can be: whole, not negative, and below a trillion.
  private mutating func set(
    input: JSONValue, output: JSONValue, cached: JSONValue? = nil, written: JSONValue? = nil,
    reasoning: JSONValue? = nil, cacheIsExtra: Bool = false
  ) {
    func count(_ value: JSONValue?) -> Int64? {
      guard let value, value != .null else { return 0 }
      guard let number = value.int64Value, (0..<1_000_000_000_000).contains(number) else { return nil }
      return number
    }
    guard let input = count(input), let output = count(output), let cached = count(cached),
      let written = count(written), let reasoning = count(reasoning)
    else {
      reply.usage = nil
      return
    }
    reply.usage = TokenUsage(
      input: cacheIsExtra ? input + cached + written : input, output: output, cachedInput: cached, cacheWrite: written,
      reasoning: reasoning, exactness: .exact)
  }
}

/// Decimal texts of dollars, exact to a millionth.
enum MoneyText {
  /// `0.0042` or `2.5e-06` times a power of ten, rounded up to a whole number; `nil` when it is negative or too large.
  static func scaled(_ text: String, decimals: Int) -> Int64? {
    guard !text.hasPrefix("-") else { return nil }
    let parts = text.split(whereSeparator: { $0 == "e" || $0 == "E" })
    guard let mantissa = parts.first, let exponent = parts.count > 1 ? Int(parts[1]) : 0, (-99...99).contains(exponent)
    else { return nil }
    let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
    let fraction = halves.count > 1 ? halves[1] : ""
    var digits = String(halves[0]) + fraction
    let shift = decimals + exponent - fraction.count
    if shift >= 0 { return Int64(digits + String(repeating: "0", count: shift)) }
    let dropped = digits.suffix(-shift)
    let hasRest = dropped.contains { $0 != "0" }
    digits = String(digits.dropLast(-shift))
    guard let whole = Int64(digits.isEmpty ? "0" : digits) else { return nil }
    return hasRest ? try? Amount.sum(whole, 1) : whole
  }

  static func microUSD(_ text: String) -> Int64? { scaled(text, decimals: 6) }
}
