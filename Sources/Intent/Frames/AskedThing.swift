/// Questions for what something has, as the plain ones: "what symptoms does the flu have", "which countries are in Asia", "list of
/// countries in Asia", "what is OPEC short for".
enum AskedThing {
  /// The plain question; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 3, words[0].kind == .word, openings.contains(words[0]) else { return nil }
    let end = words.lastIndex { $0.kind != .pause }.map { $0 + 1 } ?? words.count
    // One clause, and nothing that is only written as it is.
    guard end > 2, end < 13,
      words[..<end].allSatisfy({ $0.kind == .word || $0.kind == .code || $0.kind == .possessive })
    else {
      return nil
    }
    let texts = words[..<end].map(\.text)
    let tail = words[end...]
    switch texts[0] {
    case "which", "what":
      if end > 4, texts[2] == "are" || texts[2] == "is", texts[3] == "in", texts[2] == "are", isPlural(words[1]),
        !holds(words[4..<end])
      {
        return ["list", "the"].map(InstructionWord.word) + [words[1], words[3]] + words[4..<end] + tail
      }
      if let order = had(words, texts, end) { return order }
      // "What is OPEC short for"
      if texts[0] == "what", end == 5, texts[1] == "is", texts[3] == "short", texts[4] == "for" {
        return ["what", "does"].map(InstructionWord.word) + [words[2]] + ["stand", "for"].map(InstructionWord.word)
          + tail
      }
      return nil
    case "when":
      guard end > 5, texts[1] == "is", texts[2] == "the", texts[3] == "best", texts[4] == "time",
        // "The best time for a marathon" are hours and minutes.
        texts[5] == "to"
      else { return nil }
      return [.word("what")] + words[1...]
    case "list":
      // "List of objects to JSON" converts one.
      guard end > 3, texts[1] == "of", !texts[3...].contains(where: { ["to", "into", "as"].contains($0) }),
        isPlural(words[texts[2] == "all" || texts[2] == "the" ? 3 : 2]),
        !words[..<end].contains(where: { $0.isWord([.tool, .format, .language]) })
      else { return nil }
      return [words[0]] + words[2...]
    case "put", "say", "express":
      guard end == 5 || end == 6, texts[1] == "this", texts[end - 3] == "in",
        texts[end - 2] == "other" || texts[end - 2] == "different", texts[end - 1] == "words"
      else { return nil }
      return [.word("rephrase")] + words[1..<(end - 3)] + tail
    case "explain":
      // "Explain how to live simply"
      guard texts[end - 1] == "simply", !holds(words[1..<(end - 1)]), !questions.contains(words[1]) else { return nil }
      return words[..<(end - 1)] + ["in", "simple", "terms"].map(InstructionWord.word) + tail
    case "simple":
      guard end > 3, texts[1] == "explanation", texts[2] == "of" else { return nil }
      return [.word("explain")] + words[3..<end] + ["in", "simple", "terms"].map(InstructionWord.word) + tail
    default: return nil
    }
  }

  private static let questions = WordSet(["how", "why", "what", "when", "where", "who", "which", "whether", "that"])
  private static let openings = WordSet(["which", "what", "when", "list", "put", "say", "express", "explain", "simple"])

  /// "What symptoms does the flu have": what its symptoms are.
  private static func had(_ words: [InstructionWord], _ texts: [String], _ end: Int) -> [InstructionWord]? {
    guard let does = texts.prefix(4).firstIndex(where: { $0 == "does" || $0 == "do" }), does > 1, end - does > 2,
      !holds(words[(does + 1)..<(end - 1)])
    else { return nil }
    let thing = words[1..<does]
    let isOfOne = texts[does - 1] == "currency" && texts[end - 1] == "use"
    guard isOfOne || texts[end - 1] == "have" && aspects.contains(words[does - 1]) else { return nil }
    return ["what", isOfOne ? "is" : "are", "the"].map(InstructionWord.word) + thing + [.word("of")]
      + words[(does + 1)..<(end - 1)]
      + words[end...]
  }

  private static let aspects = WordSet([
    "symptoms", "advantages", "disadvantages", "benefits", "drawbacks", "downsides", "ingredients", "features",
    "effects",
    "properties", "characteristics", "risks",
  ])

  /// Whether more is said than what it is called.
  private static func holds(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.contains { $0.isWord([.prep, .and, .or, .not, .relative, .subject, .pronoun, .howto]) && $0.text != "of" }
  }

  private static func isPlural(_ word: InstructionWord) -> Bool {
    word.kind == .word && word.text.hasSuffix("s") && !word.text.hasSuffix("ss") && !word.text.hasSuffix("us")
  }
}
