import Posix
import TextFormats

/// Uses of a provider's own tools that are charged apart from tokens, as the parts of a reply show them.
///
/// What costs its tokens and nothing else is none of them: functions, Model Context Protocol, the screen of a computer, Anthropic's
/// fetching of pages, Gemini's running of code and its reading of addresses. *Source:* OpenAI's pricing, "Built-in tools";
/// Anthropic's, "Specific tool pricing"; Gemini's, "Code execution" and "URL context".
struct ChargedTools {
  /// Searches of the web. *Source:* OpenAI's reference of the responses interface: each is an item of the type
  /// `web_search_call`, and charged.
  var searches: Int64 { max(searchItems, grounding.searches) }
  /// Other tools.
  var others: Int64 { max(items, grounding.others &+ runs) }
  private var searchItems: Int64 = 0
  private var items: Int64 = 0
  private var grounding = GeminiGrounding()
  private var runs: Int64 = 0

  /// *Source:* OpenAI's pricing, "Built-in tools": a search of files by the call, code by its container, a picture by tokens that the
  /// usage does not hold.
  private static let charged: Set = ["file_search_call", "code_interpreter_call", "image_generation_call"]

  /// Takes in a part of a reply; in a stream the same may be told again.
  mutating func read(_ part: JSONValue, model: String?) {
    if let output = part["output"]?.arrayValue {
      searchItems = Int64(output.count { $0["type"]?.stringValue == "web_search_call" })
      items = Int64(output.count(where: Self.isCharged))
    }
    grounding.read(part, model: model)
    readAnthropic(part)
  }

  /// A shell runs in a container of the provider's, or where the client is. *Source:* OpenAI's documentation, "Shell".
  private static func isCharged(_ item: JSONValue) -> Bool {
    guard let type = item["type"]?.stringValue else { return false }
    if charged.contains(type) { return true }
    return type == "shell_call" && item["environment"]?["type"]?.stringValue?.hasPrefix("container") == true
  }

  /// What Anthropic runs is charged by the time of its container, which the reply names where there was one; in a stream it stands
  /// in the last event. *Source:* its documentation, "Code execution tool", and its SDK's `Container`.
  private mutating func readAnthropic(_ part: JSONValue) {
    for place in [part, part["delta"]] {
      if let container = place?["container"], case .object = container, part["object"] == nil { runs = max(runs, 1) }
    }
    var results = (part["content"]?.arrayValue ?? []).compactMap { $0["type"]?.stringValue }
    if let type = part["content_block"]?["type"]?.stringValue { results.append(type) }
    let ran = Int64(results.count { $0.hasSuffix("code_execution_tool_result") })
    runs = part["content_block"] == nil ? max(runs, ran) : runs &+ ran
  }
}

extension ProviderRequest {
  /// What a reply says, with the search that this request's model makes by itself, and without tools that it has for nothing.
  ///
  /// *Source:* OpenAI's documentation, "Web search": of chat completions `gpt-5-search-api` and its like search, and no part of the
  /// reply is an item of it; its pricing: by the call. Anthropic's, "Code execution tool": it is free in a request that has its
  /// search of the web, or its fetching of pages, of the version 20260209 or later.
  public func charging(_ reply: ProviderReply) -> ProviderReply {
    guard let usage = reply.usage else { return deferred(reply) }
    var reply = reply
    if format == .openAIChat, usage.output > 0, usage.webSearches == 0, searchesByItself {
      reply.usage?.webSearches = 1
    }
    if format == .anthropicMessages, usage.otherTools > 0, hasCodeForNothing { reply.usage?.otherTools = 0 }
    return reply
  }

  /// *Source:* xAI's documentation, "Deferred chat completions": where a call says `deferred`, its reply names no more than the
  /// request, and `GET …/chat/deferred-completion/REQUEST` gives the completion, with its usage.
  private func deferred(_ reply: ProviderReply) -> ProviderReply {
    guard format == .openAIChat, goesOnAfterReply, !reply.isError, let name = reply.deferredName else { return reply }
    var reply = reply
    (reply.isPending, reply.id) = (true, name)
    return reply
  }

  private var searchesByItself: Bool {
    model.utf8.starts(with: "gpt-".utf8)
      && (ByteSearch.holds("-search-preview", in: model) || ByteSearch.holds("-search-api", in: model))
  }

  private var hasCodeForNothing: Bool {
    (json["tools"]?.arrayValue ?? []).contains { tool in
      guard let type = tool["type"]?.stringValue else { return false }
      return ["web_search_", "web_fetch_"].contains { type.hasPrefix($0) && type.dropFirst($0.count) >= "20260209" }
    }
  }
}
