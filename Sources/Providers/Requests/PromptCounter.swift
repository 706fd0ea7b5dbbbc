import GuardModel
import TextFormats

/// Counts the tokens of a prompt by its texts, wherever a provider has them.
struct PromptCounter {
  private let tokenizer: TokenizerFamily
  private let media: MediaTokens
  /// Whether tools cost what its provider says of them to the model besides.
  private let tellsOfTools: Bool
  /// Whether a `data` is a text, as in what Cohere calls a document.
  private let dataIsText: Bool
  /// Whether a `context` is what was said before, in tokens. *Source:* Ollama's reference, "Generate a completion".
  private let contextIsPrompt: Bool
  private(set) var tokens: Int64 = 0
  /// The tokens of each part, and how many of them stand before its last mark for the provider's prompt cache.
  private var parts: [String: (all: Int64, marked: Int64)] = [:]
  private var marked: Int64 = 0
  private var isMarkedWhole = false
  private var isForAnHour = false
  /// Whether what is added describes tools, or the form of an answer.
  private var isInSchema = false

  init(_ format: WireFormat, model: String) {
    tokenizer = TokenizerFamily(model: model)
    media = MediaTokens(model: model)
    tellsOfTools = format == .anthropicMessages && tokenizer == .anthropic
    contextIsPrompt = format == .ollamaGenerate
    dataIsText = format == .cohereChat || format == .cohereEarlierChat
  }

  /// Members that hold something of the prompt.
  static let promptKeys: Set = [
    "system", "systemInstruction", "system_instruction", "instructions", "messages", "contents", "content", "input",
    "prompt", "suffix", "images", "tools", "functions", "response_format", "output_format", "output_config", "text",
    "requests", "documents", "generationConfig", "generation_config", "message", "chat_history", "preamble",
    "tool_results", "texts", "inputs",
  ]

  /// Those that describe tools, or the form of an answer.
  private static let schemaKeys: Set = [
    "tools", "functions", "response_format", "output_format", "output_config", "generationConfig", "generation_config",
  ]

  /// What of some members is part of the prompt, where not all is.
  private static let partsOf: [String: Set<String>] = [
    "requests": ["content", "title"], "generationConfig": answerSchemas, "generation_config": answerSchemas,
  ]

  /// The form of an answer. *Source:* Google's documentation, "Structured output".
  private static let answerSchemas: Set = [
    "responseSchema", "response_schema", "responseJsonSchema", "response_json_schema", "_responseJsonSchema",
  ]

  /// What Anthropic says of tools to its model besides. *Source:* its documentation, "Tool use", of the models of the fourth
  /// generation.
  private static let toolsTokens: Int64 = 346

  /// What stands around a parameter's name, type and description. *Source:* OpenAI's cookbook, "How to count tokens".
  private static let parameterTokens: Int64 = 4

  /// What names a picture, a recording or a document that the provider fetches itself, or holds it as Ollama has it.
  private static let mediaKeys: Set<String> = [
    "url", "image_url", "images", "file_url", "file_id", "fileUri", "file_uri",
  ]

  /// What divides two messages. *Source:* OpenAI's cookbook, "How to count tokens": three for each message.
  private static let messageTokens: Int64 = 3

  mutating func count(_ request: JSONValue) {
    guard case .object(let object) = request else { return }
    for (key, value) in object.members {
      if key == Self.mark { isMarkedWhole = look(value) || isMarkedWhole }
      guard Self.promptKeys.contains(key) || contextIsPrompt && key == "context" else { continue }
      let before = tokens
      marked = before
      isInSchema = Self.schemaKeys.contains(key) || key == "text"
      if tellsOfTools, key == "tools", value.arrayValue?.isEmpty == false { tokens += Self.toolsTokens }
      add(value, key: key, Place(isOutermost: true))
      if marked > before { parts[key] = (tokens - before, marked - before) } else { parts[key] = (tokens - before, 0) }
    }
  }

  private static let mark = "cache_control"

  /// The parts that have marks, in the order in which they are kept. *Source:* Anthropic's documentation, "Prompt caching".
  private static let keptInOrder = ["tools", "system", "messages"]

  /// What is written to the provider's prompt cache: all up to the last mark. `nil` where there is none.
  var cacheWrite: PromptCacheWrite? {
    if isMarkedWhole { return PromptCacheWrite(tokens: tokens, isForAnHour: isForAnHour) }
    guard let last = Self.keptInOrder.lastIndex(where: { (parts[$0]?.marked ?? 0) > 0 }) else { return nil }
    let before = Self.keptInOrder[..<last].reduce(Int64(0)) { $0 + (parts[$1]?.all ?? 0) }
    return PromptCacheWrite(tokens: before + (parts[Self.keptInOrder[last]]?.marked ?? 0), isForAnHour: isForAnHour)
  }

  /// Looks at a mark. - Returns: whether it is one.
  private mutating func look(_ mark: JSONValue) -> Bool {
    guard mark.objectValue != nil else { return false }
    if mark["ttl"]?.stringValue == "1h" { isForAnHour = true }
    return true
  }

  /// Whether a mark holds nothing of the prompt. A tool's parameter may be called as it is, and what describes that is read.
  private static func isBare(_ mark: JSONValue) -> Bool {
    guard let members = mark.objectValue?.members else { return false }
    return members.count <= 3 && members.allSatisfy { $0.value.stringValue.map { $0.utf8.count <= 16 } ?? false }
  }

  /// What is known of a value from what it stands in.
  private struct Place {
    /// Whether it is a member of the request itself.
    var isOutermost = false
    /// Whether the call asks for little detail of the pictures there.
    var isRough = false
    /// Whether what is named there is only told, and not fetched: a tool's arguments, what a search has found, Cohere's documents.
    var isTold = false

    private static let tellingTypes: Set = [
      "tool_use", "server_tool_use", "mcp_tool_use", "web_search_call", "web_search_result", "web_fetch_result",
      "web_search_result_location", "search_result", "search_result_location", "url_citation", "file_citation",
      "container_file_citation", "file_path", "file_search_call",
    ]
    private static let tellingKeys: Set = [
      "functionCall", "function_call", "functionResponse", "function_response", "tool_calls", "documents", "document",
    ]

    func inside(_ object: JSONObject, key: String) -> Place {
      Place(
        isRough: isRough || object["detail"] == "low",
        isTold: isTold || Self.tellingKeys.contains(key)
          || object["type"]?.stringValue.map(Self.tellingTypes.contains) ?? false)
    }
  }

  private mutating func add(_ value: JSONValue, key: String, _ place: Place = Place()) {
    switch value {
    case .string(let text): add(text, key: key, place)
    case .array(let elements):
      if key == "messages" || key == "contents" { tokens += Int64(elements.count) * Self.messageTokens }
      for element in elements { add(element, key: key, place) }
    case .object(let object):
      let parts = place.isOutermost ? Self.partsOf[key] : nil
      let place = place.inside(object, key: key)
      let isThought = object["thinking"] != nil
      let dataKey = dataIsText ? "text" : Self.keyOfData(in: object)
      // The names of a tool's parameters are part of the prompt; those of a message's parts are not, and are few.
      for (name, value) in object.members where name != Self.mark || !Self.isBare(value) {
        if let parts, !parts.contains(name) { continue }
        if isThought, name == "signature" { continue }
        if isInSchema, key == "properties" {
          tokens += Self.parameterTokens + TokenCounter.tokens(in: name, by: tokenizer)
        }
        add(value, key: name == "data" ? dataKey : name, place)
      }
      // It stands for its whole block, wherever in it.
      if let value = object[Self.mark], look(value) { marked = tokens }
    // Texts may come as numbers of tokens.
    case .number: if key == "input" || key == "prompt" || key == "context" && place.isOutermost { tokens += 1 }
    case .bool, .null: break
    }
  }

  /// As what a `data` is counted: a text as such, a packed or sealed one by its bytes, all else as a picture or the like.
  private static func keyOfData(in object: JSONObject) -> String {
    switch object["type"]?.stringValue {
    case "text": return "text"
    case "redacted_thinking", "reasoning.encrypted": return sealed
    default:
      let kinds = ["media_type", "mimeType", "mime_type"].compactMap { object[$0]?.stringValue }
      return kinds.contains { $0.hasPrefix("text/") || $0 == "application/json" } ? sealed : "data"
    }
  }

  /// What was thought or found, and only the provider can read.
  private static let sealed = "encrypted_content"

  /// What proves to the provider that a thought is its own, and is no part of the prompt, as the `signature` beside a thought.
  /// *Source:* Google's documentation, "Thought signatures"; Anthropic's, "Extended thinking".
  private static let proofs: Set = ["thoughtSignature", "thought_signature"]

  private mutating func add(_ text: String, key: String, _ place: Place) {
    if Self.proofs.contains(key) { return }
    let url = DataURL(text)
    let isMedia =
      url != nil || key == "data" && text.utf8.count > 1000
      || Self.mediaKeys.contains(key) && !place.isTold || MediaTokens.isMedia(text)
    if key == Self.sealed || url?.isText == true {
      // Of four letters of base64 three are bytes, and a token has about four of those.
      tokens += Int64(text.utf8.count) * 3 / 16
    } else if isMedia {
      tokens += media.tokens(of: text, isRough: place.isRough)
    } else {
      tokens += TokenCounter.tokens(in: text, by: tokenizer)
    }
  }
}
