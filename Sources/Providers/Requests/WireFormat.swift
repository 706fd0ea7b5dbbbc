/// The form in which a provider takes a call and answers it.
public enum WireFormat: String, Hashable, Sendable, CaseIterable {
  /// `POST …/chat/completions`
  case openAIChat
  /// `POST …/responses`
  case openAIResponses
  /// `POST …/completions`
  case openAICompletions
  /// `POST …/embeddings`
  case openAIEmbeddings
  /// `POST …/messages`, and Vertex's `…/publishers/anthropic/models/MODEL:rawPredict` and `:streamRawPredict`
  case anthropicMessages
  /// `POST …/v1/complete`, Anthropic's form before its messages
  case anthropicComplete
  /// `POST …/models/MODEL:generateContent` and `:streamGenerateContent`, and the same of `tunedModels` and `endpoints`
  case gemini
  /// `POST …/models/MODEL:embedContent` and `:batchEmbedContents`
  case geminiEmbed
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
    let parts = PathText.parts(path)
    guard let last = parts.last.map(PathText.plain) else { return nil }
    let before = parts.dropLast().last.map(PathText.plain)
    switch (before, last) {
    case ("chat", "completions"): return .openAIChat
    case (_, "completions"): return .openAICompletions
    case (_, "responses"): return .openAIResponses
    case ("api", "embeddings"), ("api", "embed"): return .ollamaEmbed
    case (_, "embeddings"): return .openAIEmbeddings
    // Those of a thread are only kept.
    case (_, "messages"): return parts.dropLast(2).last == "threads" ? nil : .anthropicMessages
    case ("v1", "complete"): return .anthropicComplete
    case ("api", "chat"): return .ollamaChat
    case ("api", "generate"): return .ollamaGenerate
    default:
      if let path = GeminiPath(parts) {
        return path.verb.hasSuffix("mbedContent") || path.verb.hasSuffix("mbedContents") ? .geminiEmbed : .gemini
      }
      return VertexPath(parts)?.format
    }
  }

  /// What calls of this form are for, where nobody says: the endpoint's name.
  public var operation: String {
    switch self {
    case .openAIChat, .openAIResponses, .anthropicMessages, .gemini, .ollamaChat: "chat"
    case .openAICompletions, .anthropicComplete, .ollamaGenerate: "completion"
    case .openAIEmbeddings, .geminiEmbed, .ollamaEmbed: "embedding"
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
    case .openAIEmbeddings, .ollamaEmbed, .geminiEmbed: true
    default: false
    }
  }

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

/// Paths as servers see them.
enum PathText {
  /// A part in lower case, without parameters, and without the spaces at its end that some servers trim.
  static func plain(_ part: String) -> String {
    if part.utf8.allSatisfy({ !(0x41...0x5A).contains($0) && $0 != UInt8(ascii: ";") && $0 > 0x20 }) { return part }
    return bare(part).lowercased()
  }

  /// A part without parameters and spaces at its end. A zero ends it for servers that are written in C.
  static func bare(_ part: String) -> String {
    var bytes = Array(part.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != 0 })
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The parts between the slashes, unescaped, without empty ones and dots. A backslash is a slash to some servers, and to
  /// whoever reads addresses as browsers do (*source:* the URL standard, "path state"); dots may have parameters.
  static func parts(_ path: some StringProtocol) -> [String] { parts(String(path)) }

  /// The same of a whole text.
  static func parts(_ path: String) -> [String] {
    var text = path.utf8.contains(UInt8(ascii: "%")) ? unescaped(path) : path
    return text.withUTF8 { bytes in
      var parts: [String] = []
      parts.reserveCapacity(8)
      var end = 0
      while end < bytes.count {
        let start = end
        while end < bytes.count, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "\\") { end += 1 }
        let part = UnsafeBufferPointer(rebasing: bytes[start..<end])
        end += 1
        let first = part.prefix(3).prefix { $0 == UInt8(ascii: ".") }.count
        let isDots = first <= 2 && (first == part.count || part[first] == UInt8(ascii: ";"))
        let dots = isDots ? first : nil
        switch dots {
        case nil: parts.append(String(decoding: part, as: UTF8.self))
        case 2: _ = parts.popLast()
        default: continue
        }
      }
      return parts
    }
  }

  /// A path with the same parts and nothing else: no other escapes than are needed, and no dots.
  static func plainly(_ path: some StringProtocol) -> String {
    parts(path).map { "/" + escaped($0) }.joined()
  }

  private static func escaped(_ part: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in part.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.append(byte)
      case _ where "-._~!$&'()*+,;=:@".utf8.contains(byte): result.append(byte)
      default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  private static func unescaped(_ text: some StringProtocol) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
