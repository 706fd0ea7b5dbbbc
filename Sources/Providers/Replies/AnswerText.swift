import TextFormats

/// The words of an answer, in whatever form a provider gives it.
public enum AnswerText {
  /// What a reply that came whole says, without what its model thought; `nil` where it says nothing.
  public static func text(of body: [UInt8], _ format: WireFormat) -> String? {
    guard let json = try? JSONParser.parse(body, options: .lenient) else { return nil }
    let said: JSONValue? =
      switch format {
      case .openAIChat: json["choices"]?.arrayValue?.first?["message"]?["content"]
      case .openAICompletions: json["choices"]?.arrayValue?.first?["text"]
      case .anthropicComplete: json["completion"]
      case .openAIResponses:
        .array((json["output"]?.arrayValue ?? []).flatMap { $0["content"]?.arrayValue ?? [] })
      case .anthropicMessages: json["content"]
      case .gemini: json["candidates"]?.arrayValue?.first?["content"]?["parts"]
      case .ollamaChat, .cohereChat: json["message"]?["content"]
      case .cohereEarlierChat: json["text"]
      case .ollamaGenerate: json["response"]
      case .openAIEmbeddings, .geminiEmbed, .cohereEmbed, .ollamaEmbed: nil
      }
    switch said {
    case .string(let text): return text.isEmpty ? nil : text
    case .array(let parts):
      let text = parts.filter { $0["thought"]?.boolValue != true }.compactMap { $0["text"]?.stringValue }.joined()
      return text.isEmpty ? nil : text
    default: return nil
    }
  }
}

extension ProviderRequest {
  /// OpenAI's responses take no smaller maximum. *Source:* OpenAI's API reference, `max_output_tokens`.
  private static let leastResponseTokens: Int64 = 16

  /// A call to the same server, in the same form, that asks a model one thing and nothing else. Its reply comes whole.
  ///
  /// - Returns: `nil` where the server cannot be asked that, or has no such model.
  public func asking(
    _ question: String, of model: String, maxOutputTokens: Int64
  ) -> (target: String, body: [UInt8])? {
    if let reachableModels, !reachableModels.contains(model) { return nil }
    // Of Vertex's paths one leads to a maker's models alone.
    if hasModelInPath, format != .gemini { return nil }
    let text = JSONValue.string(question)
    let messages: JSONValue = [["role": "user", "content": text]]
    var target = target
    var members: [(String, JSONValue)] = json["model"].map { [("model", $0)] } ?? []
    switch format {
    case .openAIChat:
      // Newer models take only the one name, older servers only the other: whichever the client uses is right here.
      let isOld = json["max_tokens"] != nil && json["max_completion_tokens"] == nil
      members += [("messages", messages), (isOld ? "max_tokens" : "max_completion_tokens", .int(maxOutputTokens))]
    case .anthropicMessages, .cohereChat: members += [("max_tokens", .int(maxOutputTokens)), ("messages", messages)]
    case .cohereEarlierChat: members += [("max_tokens", .int(maxOutputTokens)), ("message", text)]
    case .openAICompletions: members += [("prompt", text), ("max_tokens", .int(maxOutputTokens))]
    case .anthropicComplete:
      // *Source:* Anthropic's documentation of text completions: a prompt is a turn of each.
      members += [
        ("prompt", .string("\n\nHuman: \(question)\n\nAssistant:")), ("max_tokens_to_sample", .int(maxOutputTokens)),
      ]
    case .openAIResponses:
      members += [("input", text), ("max_output_tokens", .int(max(Self.leastResponseTokens, maxOutputTokens)))]
    case .ollamaChat:
      members += [("messages", messages), ("stream", false), ("options", ["num_predict": .int(maxOutputTokens)])]
    case .ollamaGenerate:
      members += [("prompt", text), ("stream", false), ("options", ["num_predict": .int(maxOutputTokens)])]
    case .gemini:
      members += [
        ("contents", [["role": "user", "parts": [["text": text]]]]),
        ("generationConfig", ["maxOutputTokens": .int(maxOutputTokens)]),
      ]
      target = Self.whole(target)
    case .openAIEmbeddings, .geminiEmbed, .cohereEmbed, .ollamaEmbed: return nil
    }
    let body = Array(JSONWriter.compact(.object(JSONObject(members))).utf8)
    guard let plain = try? ProviderRequest(format, target: target, body: body, deployments: deployments) else {
      return nil
    }
    return plain.edited(model: model)
  }

  /// Gemini's address of a reply that comes whole.
  static func whole(_ target: String) -> String {
    let parts = target.split(separator: "?", maxSplits: 1)
    guard let path = parts.first, let colon = path.lastIndex(of: ":") else { return target }
    let query = (parts.dropFirst().first ?? "").split(separator: "&").filter { $0 != "alt=sse" }
    return path[...colon] + "generateContent" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }
}
