import GuardModel
import TextFormats

/// Counts the tokens of a prompt by its texts, wherever a provider has them.
struct PromptCounter {
  let tokenizer: TokenizerFamily
  private(set) var tokens: Int64 = 0
  /// The tokens of each part, and how many of them stand before its last mark for the provider's prompt cache.
  private var parts: [String: (all: Int64, marked: Int64)] = [:]
  private var marked: Int64 = 0
  private var isMarkedWhole = false
  private var isForAnHour = false

  init(tokenizer: TokenizerFamily) { self.tokenizer = tokenizer }

  /// Members that hold something of the prompt.
  private static let promptKeys: Set = [
    "system", "systemInstruction", "system_instruction", "instructions", "messages", "contents", "content", "input",
    "prompt", "suffix", "tools", "functions", "response_format", "text", "requests",
    "documents",
  ]

  /// What a picture or a recording takes. *Source:* Anthropic's documentation, "Vision": about 1600 for the largest
  /// picture that is not made smaller.
  private static let mediaTokens: Int64 = 1600

  /// What names a picture, a recording or a document that the provider fetches itself.
  private static let mediaKeys: Set<String> = ["url", "image_url", "file_url", "file_id", "fileUri", "file_uri"]

  /// What divides two messages. *Source:* OpenAI's cookbook, "How to count tokens": three for each message.
  private static let messageTokens: Int64 = 3

  mutating func count(_ request: JSONValue) {
    guard case .object(let object) = request else { return }
    for (key, value) in object.members {
      if key == Self.mark { isMarkedWhole = look(value) || isMarkedWhole }
      guard Self.promptKeys.contains(key) else { continue }
      let before = tokens
      marked = before
      add(value, key: key)
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

  private mutating func add(_ value: JSONValue, key: String) {
    switch value {
    case .string(let text):
      if text.hasPrefix("data:") || Self.mediaKeys.contains(key) || key == "data" && text.utf8.count > 1000 {
        tokens += Self.mediaTokens
      } else {
        tokens += TokenCounter.tokens(in: text, by: tokenizer)
      }
    case .array(let elements):
      if key == "messages" || key == "contents" { tokens += Int64(elements.count) * Self.messageTokens }
      for element in elements { add(element, key: key) }
    case .object(let object):
      // The names of a tool's parameters are part of the prompt; those of a message's parts are not, and are few.
      for (name, value) in object.members where name != Self.mark || !Self.isBare(value) { add(value, key: name) }
      // It stands for its whole block, wherever in it.
      if let value = object[Self.mark], look(value) { marked = tokens }
    // Texts may come as numbers of tokens.
    case .number: if key == "input" || key == "prompt" { tokens += 1 }
    case .bool, .null: break
    }
  }
}
