/// How long a work shall be, where it stands before the work or right behind it, as said behind it in a clause of its own: "a 4-line poem
/// about rain" and "a poem of four lines about rain" are "a poem about rain, 4 lines".
enum AskedLength {
  /// A word of each: "200-word" are two.
  static let triggers = ["word", "line", "page", "paragraph", "sentence", "words", "lines", "pages", "paragraphs"]

  /// The same words in the plain order.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    guard words.count > 3, words.count(where: { $0.kind == .word && units.contains($0) }) == 1,
      let unit = words.firstIndex(where: { $0.kind == .word && units.contains($0) }), unit > 0, unit < 9,
      words[unit - 1].kind == .number || words[unit - 1].isWord([.number])
    else { return words }
    let isMany = words[unit].text.hasSuffix("s")
    return isMany ? behind(words, unit) : before(words, unit)
  }

  /// "Write a 4-line poem about rain". Two word problems, a page title and a line comment are no lengths, and "poems" are several.
  private static func before(_ words: [InstructionWord], _ unit: Int) -> [InstructionWord] {
    let number = unit - 1
    guard isOrder(words[..<number]) else { return words }
    var work = unit + 1
    while work < words.count, work < unit + 4, !isEnd(words, work) { work += 1 }
    work -= 1
    guard work > unit, isEnd(words, work + 1), words[work].kind == .word,
      works[singular(words[unit].text)]?.contains(words[work].text) == true,
      words[(unit + 1)..<work].allSatisfy(isOfKind)
    else { return words }
    // "A two-page report summary" may sum up a report of two pages.
    guard !words[(unit + 1)..<work].contains(where: { $0.kind == .word && lengthy.contains($0) }) else { return words }
    return placed(Array(words[..<number] + words[(unit + 1)...]), words[number], words[unit], after: work - 2)
      ?? words
  }

  /// "A poem of four lines about rain"
  private static func behind(_ words: [InstructionWord], _ unit: Int) -> [InstructionWord] {
    let number = unit - 1
    guard number > 1, words[number - 1].kind == .word, words[number - 1].text == "of", isEnd(words, unit + 1),
      case let work = number - 2, work >= 0, words[work].kind == .word,
      works[singular(words[unit].text)]?.contains(words[work].text) == true, isOrder(withoutKind(words[..<work])),
      // A summary of three pages sums those up; a product description tells of the product.
      !contained.contains(words[work]) || words[work].text == "description" && !isOrder(words[..<work])
    else { return words }
    return placed(Array(words[..<(number - 1)] + words[(unit + 1)...]), words[number], words[unit], after: work)
      ?? words
  }

  /// The words with the length at the end of the clause; nil where something else is asked for there as well, which it would be said of.
  private static func placed(
    _ words: [InstructionWord], _ number: InstructionWord, _ unit: InstructionWord, after work: Int
  ) -> [InstructionWord]? {
    let end = words[work...].firstIndex { $0.kind == .pause } ?? words.count
    guard isAlone(words[work..<end]), isAlone(words[end...]) else { return nil }
    let isOne = number.text == "one" || number.text == "1"
    let name = singular(unit.text) + (isOne ? "" : "s")
    return words[..<end] + [InstructionWord(kind: .pause, text: ","), number, .word(name)] + words[end...]
  }

  /// Whether no second work and no second order is among the words. "Cats and dogs" are what it is about.
  private static func isAlone(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.indices.allSatisfy { place in
      let isPause = words[place].kind == .pause
      guard isPause || words[place].isWord([.and, .or]) || words[place].kind == .word && words[place].text == "then"
      else { return true }
      let next = words[(place + 1)...].prefix { $0.kind != .pause }
      if next.contains(where: { $0.kind == .word && (lengthy.contains($0) || seconds.contains($0)) }) { return false }
      guard !isPause, let first = next.first else { return true }
      return first.kind != .number && !first.isWord([.number])
        && !(first.isWord([.verb, .give]) && next.dropFirst().first?.isWord([.det, .pronoun]) == true)
    }
  }

  private static func singular(_ unit: String) -> String { unit.hasSuffix("s") ? String(unit.dropLast()) : unit }

  /// Whether nothing stands in front but the order to write one.
  private static func isOrder(_ words: ArraySlice<InstructionWord>) -> Bool {
    words.allSatisfy { $0.kind == .word && opening.contains($0) } && words.last?.text != "the"
  }

  /// The words in front of a work without up to two that say of which kind it is: "a product description".
  private static func withoutKind(_ words: ArraySlice<InstructionWord>) -> ArraySlice<InstructionWord> {
    var words = words
    for _ in 0..<2 {
      guard let last = words.last, isOfKind(last), !opening.contains(last) else { break }
      words = words.dropLast()
    }
    return words
  }

  private static func isOfKind(_ word: InstructionWord) -> Bool {
    word.kind == .word && (!word.isWord(binding) || word.text == "commit")
  }

  /// Whether a noun ends before a word.
  private static func isEnd(_ words: [InstructionWord], _ place: Int) -> Bool {
    place >= words.count || words[place].kind == .pause || words[place].isWord([.prep, .relative])
      || words[place].kind == .word && describing.contains(words[place])
  }

  private static let describing = WordSet(["describing", "explaining", "summarizing", "summarising", "announcing"])
  private static let binding: [ConceptKind] = [.prep, .and, .or, .not, .relative, .subject, .pronoun, .verb, .det]
  private static let opening = WordSet([
    "please", "can", "could", "would", "you", "write", "compose", "create", "generate", "draft", "make", "give", "me",
    "i", "need", "want", "suggest", "come", "up", "with", "a", "an", "us", "produce",
  ])
  private static let units = WordSet([
    "word", "line", "page", "paragraph", "sentence", "words", "lines", "pages", "paragraphs", "sentences",
  ])
  /// What may be so long itself where it says of which kind a work is.
  private static let lengthy = WordSet(
    works.values.flatMap { $0 }.filter { $0 != "post" && $0 != "review" } + ["book", "haiku", "limerick", "song"])
  private static let seconds = WordSet([
    "title", "titles", "headline", "subject", "explanation", "translation", "translate", "explain", "list", "summarize",
    "summarise", "tagline", "slogan",
  ])
  /// What has another text for what it is of.
  private static let contained = WordSet([
    "summary", "description", "review", "introduction", "abstract", "report", "recap", "announcement",
  ])
  /// What may have so many of each unit. A page has a title, and a comment is written on a line.
  private static let works: [String: Set<String>] = [
    "word": [
      "essay", "story", "article", "post", "description", "letter", "email", "speech", "bio", "abstract", "summary",
      "introduction", "announcement", "review", "report", "paragraph", "poem", "recap",
    ],
    "line": ["poem", "message", "msg", "description", "email", "summary", "bio", "verse", "rhyme"],
    "page": ["essay", "report", "letter", "story", "summary", "article", "paper", "proposal"],
    "paragraph": [
      "essay", "letter", "email", "story", "summary", "article", "description", "introduction", "review", "report",
      "bio", "announcement",
    ],
    "sentence": ["description", "story", "email", "bio", "introduction", "review", "message", "poem"],
  ]
}
