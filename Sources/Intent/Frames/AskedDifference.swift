/// Questions for what parts two things, or how they compare, as the orders that ask for the same: "how does PUT differ from
/// PATCH", "how do Redis and Memcached compare".
enum AskedDifference {
  /// The order; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 3, words[0].kind == .word, words[1].kind == .word else { return nil }
    switch words[0].text {
    case "how":
      guard auxiliaries.contains(words[1]) else { return nil }
      return asked(words, from: 2, isOfBeing: words[1].text == "is" || words[1].text == "are")
    case "what" where words[1].text == "makes": return asked(words, from: 2, isOfBeing: true)
    case "what" where words[1].text == "distinguishes": return named(words, 2, separator: "from")
    case "compare": return compared(words, 1, "with")
    case "comparison": return words[1].text == "between" ? compared(words, 2, "and") : nil
    case "a" where words[1].text == "comparison" && words[2].text == "between": return compared(words, 3, "and")
    default: return nil
    }
  }

  /// "Compare Docker with Podman": two names, and no prices with tax.
  private static func compared(_ words: [InstructionWord], _ start: Int, _ link: String) -> [InstructionWord]? {
    guard start + 2 < words.count, isName(words[start]), words[start + 1].text == link || words[start + 1].text == "to",
      areOfAKind(words[start], words[start + 2]),
      start + 3 == words.count || words[start + 3].kind == .pause || words[start + 3].isWord([.prep])
    else { return nil }
    return [.word("compare"), words[start], .word("and")] + words[(start + 2)...]
  }

  /// "Compare JSON with YAML": with jq it is only done.
  private static func areOfAKind(_ one: InstructionWord, _ other: InstructionWord) -> Bool {
    one.isWord([.format]) == other.isWord([.format]) && !isFile(one) && !isFile(other)
  }

  private static func isFile(_ word: InstructionWord) -> Bool {
    word.kind == .code && word.text.utf8.contains { "./_".utf8.contains($0) }
  }

  /// "Ansible vs Puppet: what are the main differences", "Ansible vs Puppet main differences".
  static func opposed(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 4, words.count < 14,
      let versus = words.prefix(4).firstIndex(where: { $0.kind == .word && ($0.text == "vs" || $0.text == "versus") }),
      versus > 0, versus + 2 < words.count
    else { return nil }
    var rest = versus + 2
    let end = rest
    if words[rest].kind == .pause, words[rest].text != "?", words[rest].text != "\n" { rest += 1 }
    while rest < words.count, words[rest].kind == .word, asking.contains(words[rest]) { rest += 1 }
    guard rest + 1 < words.count, words[rest].kind == .word, weighing.contains(words[rest]),
      words[rest + 1].text == "differences",
      rest + 2 == words.count || words[(rest + 2)...].allSatisfy({ $0.kind == .pause })
    else { return nil }
    return ["what", "are", "the"].map(InstructionWord.word) + words[rest...(rest + 1)] + [.word("between")]
      + words[..<versus] + [.word("and")] + words[(versus + 1)..<end]
  }

  /// What stands between two things that are set against each other.
  static let triggers = ["vs", "versus"]

  private static let asking = WordSet(["what", "are", "the", "list", "explain", "name"])
  private static let weighing = WordSet(["main", "key"])

  private static func isName(_ word: InstructionWord) -> Bool {
    word.kind == .code || word.isWord([.tool, .format])
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
      if words[verb - 1].text == "mainly", verb - 1 > start {
        return ["what", "are", "the", "main", "differences", "between"].map(InstructionWord.word)
          + words[start..<(verb - 1)]
          + words[end...]
      }
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
