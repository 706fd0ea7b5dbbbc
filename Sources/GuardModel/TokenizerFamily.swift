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
    guard let model else {
      self = .other
      return
    }
    // By bytes: searching in characters costs a call more than anything else that is asked of a name.
    let name = model.lowercased().utf8
    let last = name.lastIndex(of: UInt8(ascii: "/")).map { name[name.index(after: $0)...] } ?? name[...]
    if name.indices.contains(where: { name[$0...].starts(with: "claude".utf8) }) {
      self = .anthropic
    } else if Self.prefixesOfOpenAI.contains(where: { last.starts(with: $0.utf8) }) {
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
