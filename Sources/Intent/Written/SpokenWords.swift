/// Words that stand for themselves: "the word this", "what does thx stand for", "drop table kids", "reverse kids". What means the
/// same elsewhere does not there.
enum SpokenWords {
  /// Whether a text may hold such words.
  static func counts(in words: [InstructionWord]) -> Bool {
    triggers.isSaid(in: words) && words.indices.contains { isOne(words, $0) }
  }

  /// Whether the word at a place is spoken of.
  static func isOne(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place > 0, words[place].kind == .word, words[place - 1].kind == .word else { return false }
    let isLast = place + 1 >= words.count || WrittenWords.ends(words[place + 1])
    if words[place].isWord([.prep, .and, .or, .det, .pronoun, .relative]) { return isSmallWord(words, place) }
    if words[place].isWord([.number]) { return false }
    if words[place].isWord([.filler]), isMeant(words, place, isLast: isLast) { return true }
    return isNamed(words, place, isLast: isLast) || isUsed(words, place, isLast: isLast)
  }

  /// "What does thx stand for": what is politeness elsewhere is what is asked about.
  private static func isMeant(_ words: [InstructionWord], _ place: Int, isLast: Bool) -> Bool {
    !pointing.contains(words[place]) && !meaning.contains(words[place])
      && (isLast || meaning.contains(words[place + 1]))
      && words.contains { $0.kind == .word && meaning.contains($0) }
  }

  /// "The word this", "the plural of that": a small word that points at nothing.
  private static func isSmallWord(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard place + 1 == words.count || words[place + 1].kind == .pause || words[place + 1].isWord([.prep]) else {
      return false
    }
    // "In the article below" is no word for that.
    if asWords.contains(words[place - 1]) { return words[place - 1].text != "article" || words[place].isWord([.det]) }
    return place > 1 && (words[place - 1].text == "of" || words[place - 1].text == "for")
      && formsOfWords.contains(words[place - 2])
  }

  /// "Count the word kids", "drop table kids", "an SQL query that counts the rows in kids", but no "word count" and no "table format".
  private static func isNamed(_ words: [InstructionWord], _ place: Int, isLast: Bool) -> Bool {
    let (word, before) = (words[place], words[place - 1])
    guard word.mayBe([.thing, .audience, .payload, .unit, .nominal, .work]), !compounding.contains(word) else {
      return false
    }
    if asWords.contains(before) { return true }
    guard isLast, word.mayBe([.thing, .audience, .payload, .unit, .quality]) else { return false }
    if holders.contains(before) { return true }
    return sources.contains(before) && words.contains { $0.kind == .word && querying.contains($0) }
  }

  /// "Reverse kids", "how often kids occurs", "the first letter of kids", "use biggest in a sentence", "tag it as biggest".
  private static func isUsed(_ words: [InstructionWord], _ place: Int, isLast: Bool) -> Bool {
    let before = words[place - 1].text
    let (next, second) = (text(words, place + 1), text(words, place + 2))
    if next == "a", second == "word" { return true }
    if next == "in", second == "a", text(words, place + 3) == "sentence" { return true }
    if before == "often" { return occurring.contains(next) }
    guard isLast else { return false }
    switch before {
    case "of": return place > 2 && words[place - 2].text == "letter" && ordinals.contains(words[place - 3])
    case "with": return place > 1 && words[place - 2].text == "sentence"
    case "as": return words[..<(place - 1)].contains { $0.kind == .word && marking.contains($0) }
    default: return taking.contains(words[place - 1])
    }
  }

  private static func text(_ words: [InstructionWord], _ place: Int) -> String {
    place < words.count ? words[place].text : ""
  }

  // MARK: Words

  /// What is asked about a word: "what does tia stand for", "define asap".
  private static let meaningWords = [
    "mean", "means", "meaning", "define", "definition", "stand", "stands", "synonym", "synonyms", "antonym", "antonyms",
    "abbreviation", "acronym", "plural", "singular", "opposite",
  ]
  static let meaning = WordSet(meaningWords)
  private static let formsOfWords = WordSet([
    "plural", "singular", "synonym", "synonyms", "antonym", "antonyms", "opposite",
  ])
  private static let pointing = WordSet([
    "following", "given", "provided", "attached", "enclosed", "supplied", "here", "do", "does", "doing", "found",
    "mentioned", "required",
  ])
  private static let asWordsList = ["word", "term", "pronoun", "article", "preposition", "conjunction"]
  private static let asWords = WordSet(asWordsList)

  private static let holderWords = ["table", "column", "variable", "database", "schema", "branch", "tag"]
  private static let holders = WordSet(holderWords)
  private static let queryingWords = ["sql", "query", "select", "mysql", "postgres", "sqlite"]
  private static let querying = WordSet(queryingWords)
  private static let sources = WordSet(["from", "into", "in", "join", "update"])
  /// What makes another thing of what stands before it.
  private static let compounding = WordSet([
    "count", "counts", "limit", "list", "lists", "cloud", "frequency", "length", "order", "format", "form", "style",
    "view", "layout", "name", "names", "summary", "document", "documents",
  ])

  private static let takingWords = [
    "reverse", "capitalise", "capitalize", "uppercase", "lowercase", "highlight", "hash", "encode", "print", "echo",
    "replace", "substitute", "grep", "pluralise", "pluralize", "conjugate",
  ]
  private static let taking = WordSet(takingWords)
  private static let markingWords = ["tag", "label", "mark", "flag"]
  private static let marking = WordSet(markingWords)
  private static let occurring: Set = ["occurs", "occur", "appears", "appear"]
  private static let ordinals = WordSet(["first", "last", "second", "third", "fourth", "middle"])

  /// One of these is in each such text.
  private static let triggers = WordSet(
    meaningWords + asWordsList + holderWords + queryingWords + takingWords + markingWords
      + ["often", "letter", "sentence"])
}
