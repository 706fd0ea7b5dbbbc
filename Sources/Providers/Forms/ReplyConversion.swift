import GuardModel
import TextFormats

/// Gives a reply that came in one form in another: a whole one as a stream, a stream whole, a stream with or without its usage.
///
/// What is not understood to its last member is not converted: its client would miss something. Answers that call tools, hold
/// sound, quote sources or say how likely their words were are of that kind.
///
/// *Source:* the providers' references of their replies and streams.
public enum ReplyConversion {
  /// A reply in the form that a client wants.
  ///
  /// - Parameters:
  ///   - body: the reply as it came, packed by nothing.
  ///   - contentType: its type.
  ///   - usage: what the call took by its provider's own count, for a form that tells it where the other one did not.
  ///   - form: the form that is wanted.
  /// - Returns: the same bytes where it has that form already; `nil` where it cannot be given so.
  public static func given(
    _ body: [UInt8], contentType: String, usage: TokenUsage, as form: ReplyForm
  ) -> (contentType: String, body: [UInt8])? {
    let has = ReplyForm.streaming(of: body, contentType: contentType, form.format)
    let mayLackUsage = has != nil && (form.format == .openAIChat || form.format == .openAICompletions)
    if has == form.streaming, !mayLackUsage { return (contentType, body) }
    guard let streaming = has else {
      guard let whole = try? JSONParser.parse(body), let parts = parts(of: whole, usage, form) else { return nil }
      return written(parts, form)
    }
    guard let parts = StreamBody.parts(of: body, streaming) else { return nil }
    if has == form.streaming {
      guard let changed = ChatForm.parts(parts, tellingUsage: form.tellsUsage ? usage : nil) else {
        return (contentType, body)
      }
      return written(changed, form)
    }
    // Events and an array of Gemini's hold the same.
    if form.streaming != nil { return form.format == .gemini ? written(parts, form) : nil }
    return whole(of: parts, usage, form.format).map { (plainType, JSONWriter.compactBytes($0)) }
  }

  private static let plainType = "application/json"

  private static func written(_ parts: [ReplyPart], _ form: ReplyForm) -> (contentType: String, body: [UInt8])? {
    guard let streaming = form.streaming else { return nil }
    let type =
      switch streaming {
      case .events: "text/event-stream; charset=utf-8"
      case .lines: "application/x-ndjson"
      case .array: plainType
      }
    return (type, StreamBody.bytes(parts, streaming))
  }

  private static func parts(of whole: JSONValue, _ usage: TokenUsage, _ form: ReplyForm) -> [ReplyPart]? {
    switch form.format {
    case .openAIChat: ChatForm(isLegacy: false).parts(of: whole, tellingUsage: form.tellsUsage ? usage : nil)
    case .openAICompletions: ChatForm(isLegacy: true).parts(of: whole, tellingUsage: form.tellsUsage ? usage : nil)
    case .openAIResponses: ResponsesForm.parts(of: whole)
    case .anthropicMessages: MessagesForm.parts(of: whole)
    case .gemini: [ReplyPart(whole)]
    case .ollamaChat: OllamaForm(isChat: true).parts(of: whole)
    case .ollamaGenerate: OllamaForm(isChat: false).parts(of: whole)
    case .anthropicComplete, .cohereChat, .cohereEarlierChat, .openAIEmbeddings, .geminiEmbed, .cohereEmbed,
      .ollamaEmbed:
      nil
    }
  }

  private static func whole(of parts: [ReplyPart], _ usage: TokenUsage, _ format: WireFormat) -> JSONValue? {
    switch format {
    case .openAIChat: ChatForm(isLegacy: false).whole(of: parts, usage)
    case .openAICompletions: ChatForm(isLegacy: true).whole(of: parts, usage)
    case .openAIResponses: ResponsesForm.whole(of: parts)
    case .anthropicMessages: MessagesForm.whole(of: parts)
    case .gemini: GeminiForm.whole(of: parts)
    case .ollamaChat: OllamaForm(isChat: true).whole(of: parts)
    case .ollamaGenerate: OllamaForm(isChat: false).whole(of: parts)
    case .anthropicComplete, .cohereChat, .cohereEarlierChat, .openAIEmbeddings, .geminiEmbed, .cohereEmbed,
      .ollamaEmbed:
      nil
    }
  }
}
