/// Where something is taken from, in one way where a text is pointed at: keywords are for a text and in it, addresses in a page and from
/// it.
enum AskedSource {
  /// A word of each.
  static let triggers = ["keyword", "keywords", "hashtags", "html", "xml", "markdown", "json", "csv", "yaml"]

  /// The same words in that way.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 3 else { return words }
    return listed(keyed(tagged(words)))
  }

  /// "Keywords for this text", "keywords in the text below": from it. Those that are suggested for it are written, for they need not be
  /// in it; and code has keywords of its own, as a page has for who searches.
  private static func keyed(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let place = words.firstIndex(where: { $0.kind == .word && keys.contains($0) }), place + 2 < words.count,
      place < 9, ["for", "in", "of"].contains(words[place + 1].text), isText(words, place + 2)
    else { return words }
    // "Five keywords": who takes so many chooses them in any case.
    let isCounted = words[..<place].contains { $0.kind == .number || $0.isWord([.number]) }
    if words[place + 1].text == "for", !isCounted,
      let verb = words[..<place].firstIndex(where: { $0.kind == .word && suggesting.contains($0) })
    {
      // "Come up with keywords"
      let end = words[verb].text == "come" ? verb + 3 : words[verb].text == "think" ? verb + 2 : verb + 1
      return end > place ? words : words[..<verb] + [.word("write")] + words[end...]
    }
    guard place == 0 || isCounted || !searched.contains(words[place - 1]),
      words[..<place].allSatisfy({
        $0.kind == .word && (asking.contains($0) || !$0.isWord(binding)) || $0.kind == .number
      })
    else { return words }
    var words = words
    words[place + 1] = .word("from")
    return words
  }

  /// "Extract the hashtags from this text": those that it has. "Hashtags for this text" are new ones.
  private static func tagged(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let place = words.prefix(9).firstIndex(where: { $0.kind == .word && $0.text == "hashtags" }),
      place + 2 < words.count, ["from", "in"].contains(words[place + 1].text), isText(words, place + 2)
    else { return words }
    return words[..<place] + [.word("used")] + words[place...]
  }

  private static func isText(_ words: [InstructionWord], _ place: Int) -> Bool {
    isPointed(words, place)
      && words[place...].prefix(5).contains { $0.kind == .payload || $0.kind == .word && texts.contains($0) }
  }

  private static let suggesting = WordSet(["suggest", "propose", "recommend", "brainstorm", "come", "think"])
  private static let searched = WordSet(["seo", "meta", "search"])
  private static let keys = WordSet(["keyword", "keywords"])
  private static let texts = WordSet([
    "text", "article", "paragraph", "post", "abstract", "essay", "document", "passage", "email", "review", "transcript",
  ])
  private static let asking = WordSet([
    "give", "me", "list", "extract", "get", "provide", "the", "please", "what", "are", "find", "i", "need", "pull",
    "out", "can", "you", "identify", "a", "of",
  ])
  private static let binding: [ConceptKind] = [.prep, .and, .or, .not, .relative, .verb, .pronoun, .subject]

  /// "List every URL in this HTML": from it. What is changed in it stays there.
  private static func listed(_ words: [InstructionWord]) -> [InstructionWord] {
    guard
      let place = words.indices.dropFirst().first(where: {
        words[$0].kind == .word && words[$0].text == "in" && $0 + 2 < words.count && isPointed(words, $0 + 1)
          && isFormatted(words, $0 + 1)
      }), words[..<place].allSatisfy({ $0.kind == .word && !$0.isWord([.prep, .and, .or, .not, .relative]) }),
      takes(words[..<place])
    else { return words }
    var words = words
    words[place] = .word("from")
    return words[0].text == "all" || words[0].text == "every" ? [.word("list")] + words : words
  }

  /// "This HTML", "the XML file below": what is said to hold such data, and nothing of what it is like.
  private static func isFormatted(_ words: [InstructionWord], _ place: Int) -> Bool {
    let end = words[place...].firstIndex { $0.kind == .pause } ?? words.count
    let things = words[place..<end].filter { $0.kind == .word && !pointing.contains($0) }
    guard let first = things.first, formats.contains(first) else { return false }
    return things.count == 1 || things.count == 2 && holding.contains(things[1])
  }

  private static let pointing = WordSet(["this", "these", "the", "following", "attached", "below", "above"])
  private static let holding = WordSet(["file", "code", "document", "page", "snippet", "data", "source"])
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
