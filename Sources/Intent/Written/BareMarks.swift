/// Marks that stand alone where something is named: "remove + from the text", "split the string on :", "git checkout -". A dash or a
/// plus between other words ("this text - in German", "pros & cons") is only how somebody writes.
enum BareMarks {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text { return nil }
    let (left, right) = (marks(in: a), marks(in: b))
    if left == right { return nil }
    return (left.first { !right.contains($0) } ?? right.first { !left.contains($0) }).map { "the mark '\($0)'" }
      ?? "the order of \(left.joined(separator: ", "))"
  }

  /// The marks that are named, as they are written, in their order; where two are compared it is one. Most texts have none.
  static func marks(in facts: GuardFacts) -> [String] {
    guard mayHoldOne(facts.text) else { return [] }
    let tokens = facts.text.utf8.split { InstructionWords.isBlank($0) }
    var found: [String] = []
    for (place, token) in tokens.enumerated() {
      let mark = core(token)
      if isBare(mark), isNamed(tokens, place) { found.append(String(decoding: mark, as: UTF8.self)) }
    }
    return found.count > 1 && tokens.contains(where: { comparing.contains(word($0)) }) ? found.sorted() : found
  }

  /// Whether a token of a text has no letter or digit.
  private static func mayHoldOne(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var (hasMark, hasLetter) = (false, false)
      for byte in bytes {
        if InstructionWords.isBlank(byte) {
          if hasMark && !hasLetter { return true }
          (hasMark, hasLetter) = (false, false)
        } else if isOfWord(byte) {
          hasLetter = true
        } else {
          hasMark = true
        }
      }
      return hasMark && !hasLetter
    }
  }

  /// A token without the mark of a sentence at its end: "how do I type +?"
  private static func core(_ token: Substring.UTF8View) -> Substring.UTF8View {
    guard token.count > 1, let first = token.first, let last = token.last, first != last else { return token }
    switch last {
    case UInt8(ascii: "?"), UInt8(ascii: "."), UInt8(ascii: ","):
      return InstructionWords.isPause(first) || first == UInt8(ascii: "$") ? token : token.dropLast()
    default: return token
    }
  }

  private static func isBare(_ token: Substring.UTF8View) -> Bool { !token.contains(where: isOfWord) }

  /// Letters and digits. What begins with 0xC2 or 0xE2 is a mark or a sign nearly always; a byte inside of a letter is no other one.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    InstructionWords.isSmall(byte | 0x20) || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      || byte >= 0xC3 && byte != 0xE2
  }

  /// Whether what stands before it asks for a thing, and nothing behind it is one.
  private static func isNamed(_ tokens: [Substring.UTF8View], _ place: Int) -> Bool {
    let isLast = place + 1 == tokens.count
    if !isLast, !closing.contains(word(tokens[place + 1])), !isBare(core(tokens[place + 1])) { return false }
    return place == 0 ? !isLast && naming.contains(word(tokens[1])) : opening.contains(word(tokens[place - 1]))
  }

  /// A token in lower case, without marks at its end.
  private static func word(_ token: Substring.UTF8View) -> String {
    var end = token.endIndex
    while end > token.startIndex, InstructionWords.isPause(token[token.index(before: end)]) {
      end = token.index(before: end)
    }
    return String(decoding: token[..<end], as: UTF8.self).lowercased()
  }

  // MARK: Words

  /// What something follows that is named.
  private static let opening = WordSet([
    "explain", "describe", "define", "document", "is", "does", "do", "use", "using", "type", "write", "print", "insert",
    "add", "append", "prepend", "put", "remove", "delete", "strip", "drop", "trim", "escape", "unescape", "replace",
    "swap", "substitute", "change", "convert", "rename", "find", "count", "match", "matches", "matching", "grep",
    "search",
    "split", "join", "separate", "contain", "contains", "containing", "start", "starts", "end", "ends", "on", "with",
    "without", "by", "at", "from", "to", "into", "for", "of", "in", "after", "before", "between", "than", "as", "and",
    "or", "vs", "the", "a", "an", "each", "every", "any", "character", "char", "symbol", "sign",
    "operator", "delimiter", "separator", "prefix", "suffix", "mark", "key", "press", "called", "named", "checkout",
    "switch", "cd", "su", "cat", "ls", "sh", "git", "option", "not", "like", "have", "has", "having", "keep", "ignore",
  ])
  /// What a thing that is named may stand before.
  private static let closing = WordSet([
    "with", "by", "to", "from", "in", "on", "at", "into", "and", "or", "for", "as", "mean", "means", "do", "does", "is",
    "are", "stand", "stands", "work", "works", "operator", "operators", "sign", "signs", "symbol", "symbols",
    "character", "characters", "char", "chars", "key", "keys", "mark", "delimiter", "separator", "after", "before",
    "instead", "vs", "when", "if", "where", "between", "please", "than", "signify", "called", "used", "not", "differ",
  ])
  /// Behind a mark that a text begins with.
  private static let naming = WordSet([
    "in", "vs", "or", "and", "operator", "sign", "symbol", "mean", "means", "meaning", "key", "character",
  ])
  private static let comparing = WordSet(["difference", "differences", "differ", "between", "compare", "vs"])
}
