import HTTPWire
import TextFormats

/// A provider's form of calls and replies.
enum Form: String, Sendable {
  case chat, responses, completions, embeddings
  case anthropic
  case gemini, geminiEmbed
  case cohere, cohereEarlier, cohereEmbed
  case ollamaChat, ollamaGenerate, ollamaEmbed, ollamaEmbedding
}

/// One call as the pretend provider understands it. It reads for itself and shares nothing with what is tested.
struct Asked {
  let form: Form
  let model: String
  let body: JSONValue
  let behaviour: Behaviour
  /// Whether the answer is streamed.
  let isStreamed: Bool
  /// Gemini's stream is events only where it is asked for; otherwise it is an array.
  let isArray: Bool
  /// The texts of the prompt, in order.
  let texts: [String]
  /// The provider's own count of the input: a token a word, and three for the call.
  let inputTokens: Int64

  /// - Returns: `nil` when the route is none that costs tokens.
  init?(_ head: HTTPRequestHead, _ bytes: [UInt8]) throws {
    guard head.method == "POST" else { return nil }
    let parts = head.path.split(separator: "/").map(String.init)
    guard let last = parts.last else { return nil }
    let colon = last.firstIndex(of: ":")
    let verb = colon.map { String(last[last.index(after: $0)...]) } ?? ""
    switch (parts.dropLast().last ?? "", last) {
    case ("chat", "completions"): form = .chat
    case ("v2", "chat"): form = .cohere
    case ("v1", "chat"): form = .cohereEarlier
    case ("v1", "embed"), ("v2", "embed"): form = .cohereEmbed
    case ("api", "chat"): form = .ollamaChat
    case ("api", "generate"): form = .ollamaGenerate
    case ("api", "embed"): form = .ollamaEmbed
    case ("api", "embeddings"): form = .ollamaEmbedding
    case (_, "completions"): form = .completions
    case (_, "responses"): form = .responses
    case (_, "embeddings"): form = .embeddings
    case (_, "messages"): form = .anthropic
    case ("models", _) where verb == "generateContent" || verb == "streamGenerateContent": form = .gemini
    case ("models", _) where verb == "embedContent" || verb == "batchEmbedContents": form = .geminiEmbed
    default: return nil
    }
    body = try JSONParser.parse(bytes)
    let inPath = colon.map { String(last[..<$0]) }
    if let deployments = parts.lastIndex(of: "deployments"), deployments + 1 < parts.count - 1 {
      // Azure's: the deployment in the path is what is asked, and nothing is there for those who give no version.
      guard head.query?.contains("api-version=") == true, head.fields["api-key"] != nil else { return nil }
      model = parts[deployments + 1]
    } else {
      model = form == .gemini || form == .geminiEmbed ? inPath ?? "" : body["model"]?.stringValue ?? ""
    }
    behaviour = Behaviour(model: model, field: head.fields["x-pretend"])
    isArray = verb == "streamGenerateContent" && head.query?.contains("alt=sse") != true
    switch form {
    case .gemini: isStreamed = verb == "streamGenerateContent"
    case .ollamaChat, .ollamaGenerate: isStreamed = body["stream"]?.boolValue ?? true
    default: isStreamed = body["stream"]?.boolValue ?? false
    }
    var texts: [String] = []
    if case .object(let object) = body {
      for (key, value) in object.members where Self.promptKeys.contains(key) { Self.collect(value, into: &texts) }
    }
    self.texts = texts
    inputTokens = texts.reduce(3) { $0 + Int64(Self.words(of: $1, atMost: .max).count) }
  }

  /// The words of a text. Where it is ASCII its bytes are looked at: every call of a benchmark is, and the provider shares the
  /// machine's cores with what is measured.
  private static func words(of text: String, atMost count: Int) -> [String] {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
      return text.split(whereSeparator: \.isWhitespace).prefix(count).map(String.init)
    }
    return text.utf8.split { $0 == 0x20 || 0x09...0x0D ~= $0 }.prefix(count).map { String(Substring($0)) }
  }

  private static let promptKeys: Set = [
    "messages", "system", "systemInstruction", "input", "instructions", "prompt", "suffix", "contents", "content",
    "requests", "message", "chat_history", "preamble", "texts",
  ]

  private static func collect(_ value: JSONValue, into texts: inout [String]) {
    switch value {
    case .string(let text): texts.append(text)
    case .array(let elements): for element in elements { collect(element, into: &texts) }
    case .object(let object):
      for (key, value) in object.members where !["role", "type", "id", "model", "name"].contains(key) {
        collect(value, into: &texts)
      }
    default: break
    }
  }

  // MARK: - What it takes

  /// The most words of one answer.
  var maximum: Int64? {
    let stated =
      body["max_completion_tokens"] ?? body["max_output_tokens"] ?? body["max_tokens"] ?? body["options"]?[
        "num_predict"]
      ?? body["generationConfig"]?["maxOutputTokens"]
    return stated?.int64Value.flatMap { $0 > 0 ? $0 : nil }
  }

  /// How many answers are asked for, as far as OpenAI gives so many. *Source:* its API reference: `n` is at most 128.
  var answers: Int64 {
    min(128, max(1, body["n"]?.int64Value ?? body["generationConfig"]?["candidateCount"]?.int64Value ?? 1))
  }

  /// How it is served, as OpenAI says it to those who ask for a tier.
  var serviceTier: JSONValue? {
    if let tier = behaviour.serviceTier { return .string(tier) }
    return body["service_tier"].map { $0 == "auto" ? "default" : $0 }
  }

  /// Whether a stream is to tell its usage.
  var asksForUsage: Bool { body["stream_options"]?["include_usage"]?.boolValue == true }

  /// The words of the answer: the last text's beginning, and more of them where more are wanted.
  var words: [String] {
    let heard = texts.last.map { Self.words(of: $0, atMost: 8) } ?? []
    var words = ["You", "said:"] + heard + ["and", "that", "is", "all."]
    if let wanted = behaviour.words {
      while words.count < wanted { words.append("word\(words.count)") }
      words.removeLast(words.count - wanted)
    }
    if let maximum, words.count > maximum { words.removeLast(words.count - Int(maximum)) }
    return words
  }

  /// Whether the answer ended for its maximum.
  var isCapped: Bool { maximum.map { Int64(words.count) >= $0 } ?? false }

  /// A name for the answer: the same call has the same one, so that two runs of a script can be compared.
  var identity: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in ([model] + texts).joined(separator: "\n").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }
}
