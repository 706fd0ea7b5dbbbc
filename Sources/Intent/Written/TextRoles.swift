/// By which preposition a text is bound that is only pointed at: reading leaves such a text out. Names are replaced with the following or in
/// the following, and a letter starts with this or is about this. What is in a text, of it or from it is the same.
enum TextRoles {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (roles(in: a.pieces), roles(in: b.pieces))
    if left == right { return nil }
    let (bound, other) = (left.filter { $0 != within }, right.filter { $0 != within })
    if bound == other { return nil }
    // That a text is worked on needs no saying: "write a story", "write a story about this".
    let isSilent = (left.isEmpty || right.isEmpty) && (bound + other).allSatisfy { $0 == "about" }
    return isSilent ? nil : "what a text is for"
  }

  /// What of a text may count: all but that something is in it.
  static func facts(of words: [InstructionWord]) -> [String] { roles(in: words).filter { $0 != within } }

  private static let within = "in"

  /// The prepositions of texts. Most point at none behind one.
  private static func roles(in words: [InstructionWord]) -> [String] {
    var found: [String] = []
    var place = 1
    while place < words.count {
      let start = place
      while place < words.count, words[place].kind == .word, pointing.contains(words[place]) { place += 1 }
      if place > start, isText(words[start..<place]), isEnd(words, place), let role = role(words, before: start),
        !found.contains(role)
      {
        found.append(role)
      }
      place += 1
    }
    return found.count < 2 ? found : found.sorted()
  }

  /// "This text", "the following", "it".
  private static func isText(_ words: ArraySlice<InstructionWord>) -> Bool {
    guard let last = words.last, last.text != "the" else { return false }
    return words.count > 1 || !texts.contains(last)
  }

  /// Whether no noun follows: "this text file".
  private static func isEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    place == words.count || words[place].kind != .word
      || words[place].mayBe([.prep, .and, .or, .relative, .not, .verb, .give, .filler])
  }

  private static func role(_ words: [InstructionWord], before place: Int) -> String? {
    let word = words[place - 1]
    // "Explain this and this"
    if word.kind == .word, word.text == "and" || word.text == "or" { return word.text }
    guard word.isWord([.prep]) else { return nil }
    switch word.text {
    // "When it rains", "with commas between them", "as it is"
    case "when", "if", "while", "because": return nil
    case "between" where words[place].text == "them": return nil
    case "as" where words[place].text == "it": return nil
    // Keywords for a text are taken from it.
    case "of", "in", "from", "for", "on", "within", "inside", "into": return within
    case "to": return place > 1 && words[place - 2].text == "according" ? within : "to"
    case "using": return "with"
    default: return word.text
    }
  }

  private static let texts = WordSet(["text", "texts", "document", "passage"])
  private static let pointing = WordSet([
    "this", "these", "that", "those", "it", "them", "the", "my", "following", "attached", "enclosed", "given",
    "provided", "below", "above", "text", "texts", "document", "passage",
  ])
}
