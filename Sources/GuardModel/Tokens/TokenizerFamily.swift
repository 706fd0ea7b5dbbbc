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
    // By bytes: walking through characters would take longer than counting a short prompt.
    let name = (model ?? "").utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    let last = name[(name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
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
