/// Whose tokenizer cuts a model's text.
public enum TokenizerFamily: Hashable, Sendable {
  /// OpenAI's.
  case openAI
  /// Anthropic's.
  case anthropic
  /// Another one, or nobody knows: between the two.
  case other

  /// The family of a model, by its name.
  public init(model: String?) {
    let name = (model ?? "").lowercased()
    let last = name.split(separator: "/").last ?? ""
    if name.contains("claude") {
      self = .anthropic
    } else if Self.prefixesOfOpenAI.contains(where: { last.hasPrefix($0) }) {
      self = .openAI
    } else {
      self = .other
    }
  }

  private static let prefixesOfOpenAI = [
    "gpt-3", "gpt-4", "gpt-5", "chatgpt-", "ft:gpt-", "o1", "o3", "o4-", "codex-", "text-embedding-3-",
    "text-embedding-ada-",
  ]
}
