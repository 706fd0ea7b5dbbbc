/// Questions for what parts two things, or how they compare, as the orders that ask for the same: "how does PUT differ from
/// PATCH", "how do Redis and Memcached compare".
enum AskedDifference {
  /// The order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 4, words[0].kind == .word, words[1].kind == .word else { return nil }
    switch words[0].text {
    case "how":
      guard auxiliaries.contains(words[1]) else { return nil }
      return asked(words, from: 2, isOfBeing: words[1].text == "is" || words[1].text == "are")
    case "what" where words[1].text == "makes": return asked(words, from: 2, isOfBeing: true)
    case "what" where words[1].text == "distinguishes": return named(words, 2, separator: "from")
    default: return nil
    }
  }

  private static func asked(_ words: [InstructionWord], from start: Int, isOfBeing: Bool) -> [InstructionWord]? {
    let end = words[start...].firstIndex { $0.kind == .pause } ?? words.count
    guard let verb = words[start..<end].firstIndex(where: { $0.kind == .word && verbs.contains($0) }),
      verb > start, (words[verb].text == "different") == isOfBeing
    else { return nil }
    let isCompared = words[verb].text == "compare"
    // "How do A and B differ"
    if verb + 1 == end {
      guard words[start..<verb].contains(where: isAnd) else { return nil }
      return head(isCompared) + words[start..<verb] + words[end...]
    }
    // "How does A differ from B"
    let link = words[verb + 1].text
    guard isCompared ? link == "to" || link == "with" : link == "from", verb + 2 < end,
      !words[start..<verb].contains(where: isAnd)
    else { return nil }
    return head(isCompared) + words[start..<verb] + [.word("and")] + words[(verb + 2)...]
  }

  private static func named(_ words: [InstructionWord], _ start: Int, separator: String) -> [InstructionWord]? {
    let end = words[start...].firstIndex { $0.kind == .pause } ?? words.count
    guard let link = words[start..<end].firstIndex(where: { $0.text == separator }), link > start, link + 1 < end,
      !words[start..<end].contains(where: isAnd)
    else { return nil }
    return head(false) + words[start..<link] + [.word("and")] + words[(link + 1)...]
  }

  private static func head(_ isCompared: Bool) -> [InstructionWord] {
    (isCompared ? ["compare"] : ["what", "is", "the", "difference", "between"]).map(InstructionWord.word)
  }

  private static let auxiliaries = WordSet(["do", "does", "is", "are"])
  private static let verbs = WordSet(["differ", "different", "compare"])

  private static func isAnd(_ word: InstructionWord) -> Bool { word.text == "and" || word.text == "&" }
}
