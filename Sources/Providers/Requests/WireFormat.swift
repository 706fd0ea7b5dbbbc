/// The form in which a provider takes a call and answers it.
public enum WireFormat: String, Hashable, Sendable, CaseIterable {
  /// `POST …/chat/completions`, and Mistral's `…/agents/completions`
  case openAIChat
  /// `POST …/responses`, and `…/responses/compact`
  case openAIResponses
  /// `POST …/completions`
  case openAICompletions
  /// `POST …/embeddings`, `…/v1/multimodalembeddings` and `…/v1/contextualizedembeddings`
  case openAIEmbeddings
  /// `POST …/messages`, and Vertex's `…/publishers/anthropic/models/MODEL:rawPredict` and `:streamRawPredict`
  case anthropicMessages
  /// `POST …/v1/complete`, Anthropic's form before its messages
  case anthropicComplete
  /// `POST …/models/MODEL:generateContent` and `:streamGenerateContent`, and the same of `tunedModels` and `endpoints`
  case gemini
  /// `POST …/models/MODEL:embedContent` and `:batchEmbedContents`
  case geminiEmbed
  /// `POST …/v2/chat`, Cohere's
  case cohereChat
  /// `POST …/v1/chat`, the form of Cohere's before that
  case cohereEarlierChat
  /// `POST …/v1/embed` and `…/v2/embed`, Cohere's
  case cohereEmbed
  /// `POST …/api/chat`
  case ollamaChat
  /// `POST …/api/generate`
  case ollamaGenerate
  /// `POST …/api/embed` and `…/api/embeddings`
  case ollamaEmbed

  /// The form of a call; `nil` for requests that cost nothing, such as lists of models.
  ///
  /// Only how the path ends counts, so that a base address may have any path. Escaped, doubled and trailing slashes,
  /// dots, parameters (`;x=1`), backslashes and letter case are seen through, because servers see through them too.
  ///
  /// - Parameters:
  ///   - method: the request's method.
  ///   - path: its path without the query.
  public static func of(method: String, path: some StringProtocol) -> WireFormat? {
    of(method: method, path: String(path))
  }

  /// The same of a whole text, which is told from its kind at no cost.
  public static func of(method: String, path: String) -> WireFormat? {
    // `curl -X post` sends it so, and some servers take it.
    guard method == "POST" || method.uppercased() == "POST" else { return nil }
    // It is a call where any server may read one in it.
    let usual = of(PathText.parts(path))
    // A form whose path is the beginning of another's is the other's where that can be read.
    if let usual, usual != .cohereEarlierChat { return usual }
    let others = PathText.otherReadings(of: path).compactMap { of($0) }
    return others.first { $0 != .cohereEarlierChat } ?? usual ?? others.first
  }

  /// The same of a path's parts.
  static func of(_ parts: [String]) -> WireFormat? {
    guard let last = parts.last.map(PathText.plain) else { return nil }
    let before = parts.dropLast().last.map(PathText.plain)
    switch (before, last) {
    // What Perplexity and Zhipu do later is fetched elsewhere, and is as a batch.
    case ("chat", "completions"): return parts.dropLast(2).last.map(PathText.plain) == "async" ? nil : .openAIChat
    // Mistral's agents are asked as its models are.
    case ("agents", "completions"): return .openAIChat
    case (_, "completions"): return .openAICompletions
    case (_, "responses"), ("responses", "compact"): return .openAIResponses
    case ("api", "embeddings"), ("api", "embed"): return .ollamaEmbed
    // The latter two are Voyage's, in the same form but for their input.
    case (_, "embeddings"), ("v1", "multimodalembeddings"), ("v1", "contextualizedembeddings"): return .openAIEmbeddings
    // Those of a thread are only kept.
    case (_, "messages"): return parts.dropLast(2).last == "threads" ? nil : .anthropicMessages
    case ("v1", "complete"): return .anthropicComplete
    case ("v2", "chat"): return .cohereChat
    // LM Studio's own is another.
    case ("v1", "chat"): return parts.dropLast(2).last.map(PathText.plain) == "api" ? nil : .cohereEarlierChat
    case ("v1", "embed"), ("v2", "embed"): return .cohereEmbed
    case ("api", "chat"): return .ollamaChat
    case ("api", "generate"): return .ollamaGenerate
    default:
      if let path = GeminiPath(parts) {
        return path.verb.hasSuffix("mbedContent") || path.verb.hasSuffix("mbedContents") ? .geminiEmbed : .gemini
      }
      return VertexPath(parts)?.format
    }
  }

  /// A form whose errors the clients of a provider read, of a request that is no call: `nil` for OpenAI's, which most have.
  ///
  /// - Parameters:
  ///   - provider: the provider's name.
  ///   - path: the request's path. Some providers have OpenAI's form beside their own.
  public static func ofErrors(at provider: String, path: Substring) -> WireFormat? {
    let parts = PathText.parts(String(path)).map(PathText.plain)
    func has(_ part: String) -> Bool { parts.contains(part) }
    switch provider {
    case "anthropic": return .anthropicMessages
    case "gemini": return has("openai") ? nil : .gemini
    case "vertex": return has("openapi") ? nil : has("anthropic") ? .anthropicMessages : .gemini
    case "ollama": return has("v1") ? nil : .ollamaChat
    case "cohere": return has("compatibility") ? nil : .cohereChat
    // A server of one's own may have Anthropic's batches, which nobody else has there.
    default: return has("messages") && !has("threads") ? .anthropicMessages : nil
    }
  }

  /// What calls of this form are for, where nobody says: the endpoint's name.
  public var operation: String {
    switch self {
    case .openAIChat, .openAIResponses, .anthropicMessages, .gemini, .cohereChat, .cohereEarlierChat, .ollamaChat:
      "chat"
    case .openAICompletions, .anthropicComplete, .ollamaGenerate: "completion"
    case .openAIEmbeddings, .geminiEmbed, .cohereEmbed, .ollamaEmbed: "embedding"
    }
  }

  /// Whether it is one of OpenAI's, which Azure has behind deployments.
  var isOpenAI: Bool {
    switch self {
    case .openAIChat, .openAIResponses, .openAICompletions, .openAIEmbeddings: true
    default: false
    }
  }

  /// Whether the answer is numbers, which take no output tokens.
  public var answersWithNumbers: Bool {
    switch self {
    case .openAIEmbeddings, .ollamaEmbed, .geminiEmbed, .cohereEmbed: true
    default: false
    }
  }

  /// The model of a call that names none, where that is allowed; `nil` where it is not. Which one that is changes, so it has no
  /// price. *Source:* Cohere's reference of its first version.
  var modelOfNone: String? { self == .cohereEarlierChat || self == .cohereEmbed ? "cohere-default" : nil }

  /// Whether its usage leaves out an input of zero, which is that of one which the server has read before. *Source:* Ollama's
  /// `prompt_eval_count`.
  public var mayLeaveInputOut: Bool { self == .ollamaChat || self == .ollamaGenerate }

  /// How a reply is streamed.
  public enum Streaming: Hashable, Sendable {
    /// Server-sent events.
    case events
    /// JSON values, one a line.
    case lines
    /// One JSON array that arrives bit by bit.
    case array
  }
}
