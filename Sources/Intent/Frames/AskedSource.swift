/// Where something is taken from, in one way where a text is pointed at: keywords are for a text and in it, addresses in a page and from
/// it.
enum AskedSource {
  /// A word of each.
  static let triggers = ["keyword", "keywords", "hashtags", "html", "xml", "markdown", "json", "csv", "yaml"]

  /// The same words in that way.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 3 else { return words }
    return listed(keyed(words))
  }

  /// "Extract keywords from this text", "keywords in the text below": for it.
  private static func keyed(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let place = words.firstIndex(where: { $0.kind == .word && keys.contains($0) }), place + 2 < words.count,
      place < 9, ["from", "in", "of"].contains(words[place + 1].text), isPointed(words, place + 2),
      words[..<place].allSatisfy({
        $0.kind == .word && (asking.contains($0) || !$0.isWord(binding)) || $0.kind == .number
      })
    else { return words }
    var words = words
    words[place + 1] = .word("for")
    return words
  }

  private static let keys = WordSet(["keyword", "keywords", "hashtags"])
  private static let asking = WordSet([
    "give", "me", "list", "extract", "suggest", "get", "write", "generate", "provide", "the", "please", "what", "are",
    "find", "i", "need", "pull", "out", "can", "you", "identify", "a", "of",
  ])
  private static let binding: [ConceptKind] = [.prep, .and, .or, .not, .relative, .verb, .pronoun, .subject]

  /// "List every URL in this HTML": from it. What is changed in it stays there.
  private static func listed(_ words: [InstructionWord]) -> [InstructionWord] {
    guard
      let place = words.indices.dropFirst().first(where: {
        words[$0].kind == .word && words[$0].text == "in" && $0 + 2 < words.count && isPointed(words, $0 + 1)
          && words[($0 + 1)...].prefix(3).contains { $0.kind == .word && formats.contains($0) }
      }), words[..<place].allSatisfy({ $0.kind == .word && !$0.isWord([.prep, .and, .or, .not, .relative]) }),
      takes(words[..<place])
    else { return words }
    var words = words
    words[place] = .word("from")
    return words[0].text == "all" || words[0].text == "every" ? [.word("list")] + words : words
  }

  private static let formats = WordSet(["html", "xml", "markdown", "json", "csv", "yaml"])

  /// "Extract all links", "all links", "the links"
  private static func takes(_ words: ArraySlice<InstructionWord>) -> Bool {
    guard var first = words.first else { return false }
    if first.text == "please", let second = words.dropFirst().first { first = second }
    return takers.contains(first)
  }

  private static let takers = WordSet(["extract", "list", "all", "every"])

  /// "This text", "the text below", where nothing more is said of it.
  private static func isPointed(_ words: [InstructionWord], _ place: Int) -> Bool {
    let end = words[place...].firstIndex { $0.kind == .pause } ?? words.count
    return CarrierFrame.isPointed(words[place..<end])
  }
}
