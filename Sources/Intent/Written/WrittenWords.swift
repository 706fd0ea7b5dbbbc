/// Words that stand for what they are called by: the name of a branch, what is searched for, what is to be spelt, compared with
/// another word, or explained. Another word for the same is another one there: `admin` is no user named `administrator`.
enum WrittenWords {
  /// A word that one of two texts has to say because the other does; `nil` when there is none.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.pieces == b.pieces { return ProductNames.disagreement(a, b) }
    return missing(of: a, in: b) ?? missing(of: b, in: a) ?? ProductNames.disagreement(a, b)
  }

  /// Whether a text may hold such words, other than by what it asks to explain.
  static func counts(in words: [InstructionWord]) -> Bool {
    anyOfThese.isSaid(in: words)
  }

  /// Words that stand for themselves wherever they are said: texts that say the same ones agree in them.
  static func spoken(in words: [InstructionWord]) -> [String] {
    var found: Set<String> = []
    for place in words.indices where isSpoken(words, place) {
      found.insert(formOf(words[place].text))
    }
    return found.sorted()
  }

  /// Whether the word at a place stands for itself.
  static func isSpoken(_ words: [InstructionWord], _ place: Int) -> Bool {
    SpokenWords.isOne(words, place) || IdentifierWords.isOne(words, place) || PlacedWords.isOne(words, place)
  }

  private static func isPlacedOnly(_ words: [InstructionWord], _ place: Int) -> Bool {
    PlacedWords.isOne(words, place) && !SpokenWords.isOne(words, place) && !IdentifierWords.isOne(words, place)
  }

  private static func missing(of one: GuardFacts, in other: GuardFacts) -> String? {
    if counts(in: one.pieces) || SpokenWords.counts(in: one.pieces) || IdentifierWords.counts(in: one.pieces)
      || PlacedWords.counts(in: one.pieces)
    {
      for place in one.pieces.indices where isWritten(one.pieces, place) {
        let word = one.pieces[place]
        if !other.pieces.contains(word), !says(other.pieces, formOf(word.text)),
          !isPlacedOnly(one.pieces, place) || !PlacedWords.isSlip(word, in: one, other)
        {
          return "the word '\(word.text)'"
        }
      }
    }
    let own = explained(in: one)
    if own.isEmpty { return nil }
    let said = Set(other.pieces.map { formOf($0.text, isBare: true) })
    // "Stack trace", "stacktrace": only where the lexicon takes them for one do such texts get here.
    let (pairs, others) = (joined(one.pieces), joined(other.pieces))
    return own.first { word in
      !said.contains(word) && !others.contains(word)
        && !pairs.contains { said.contains($0) && ($0.hasPrefix(word) || $0.hasSuffix(word)) }
    }.map { "the word '\($0)'" }
  }

  /// Each two words that follow one another, written as one.
  private static func joined(_ words: [InstructionWord]) -> [String] {
    zip(words, words.dropFirst()).compactMap { first, second in
      first.kind == .word && second.kind == .word ? formOf(first.text + second.text, isBare: true) : nil
    }
  }

  private static func says(_ words: [InstructionWord], _ form: String) -> Bool {
    words.contains { word in
      if (word.kind == .word || word.kind == .number) && formOf(word.text) == form { return true }
      // "Positive/negative" says both.
      return word.text.contains("/") && word.text.split(separator: "/").contains { formOf(String($0)) == form }
    }
  }

  /// A word without the ending of its plural.
  private static func formOf(_ word: String, isBare: Bool = false) -> String {
    // A plural that is none.
    if word == "maths" { return word }
    let one = Inflection.singular("'" + word).dropFirst()
    return isBare && one.contains("-") ? String(one.filter { $0 != "-" }) : String(one)
  }

  // MARK: Names, and words that are spoken of

  private static func isWritten(_ words: [InstructionWord], _ place: Int) -> Bool {
    let word = words[place]
    guard word.kind == .word || word.kind == .number else { return false }
    let isLast = place + 1 >= words.count || ends(words[place + 1])
    if isSpoken(words, place) { return true }
    if isNumber(word) || isFiller(word) {
      // "A regex for ten", "replace ten with two", but not "a regex for ten digits".
      if isLast, place > 0, says(taking, words[place - 1]), words[..<place].contains(where: verbatim.contains) {
        return true
      }
    }
    let isSpokenOf = words[..<place].contains(where: spelling.contains) && isAboutLetters(words)
    if isSpokenOf, !ends(word), !says(being, word) { return true }
    if isCompared(words, place) { return true }
    guard !ends(word) else { return false }
    // "The lib folder", "the dir command"
    if place > 0, place + 1 < words.count, says(kinds, words[place + 1]), words[place - 1].text == "the",
      isThing(word)
    {
      return true
    }
    var start = place
    while start > 0, place - start < longest, !ends(words[start - 1]), !says(calling, words[start - 1]),
      !says(kinds, words[start - 1])
    {
      start -= 1
    }
    while start > 0, isArticle(words[start - 1]) { start -= 1 }
    guard start > 0 else { return false }
    let before = words[start - 1]
    if says(calling, before) { return true }
    // "The user admin"
    if says(kinds, before), isLast, start == place, place > 1, words[place - 2].text == "the", isThing(word) {
      return true
    }
    return before.text == "for" && words[..<(start - 1)].contains { says(searching, $0) }
  }

  /// "The difference between film and movie": what is compared are words as well as things.
  private static func isCompared(_ words: [InstructionWord], _ place: Int) -> Bool {
    guard let start = words[..<place].lastIndex(where: { $0.text == "between" }),
      words[..<start].contains(where: { says(comparing, $0) })
    else { return false }
    if ["and", "or", "&"].contains(words[place].text) { return false }
    if words[(start + 1)..<place].contains(where: { $0.kind == .pause || isPreposition($0) }) { return false }
    if isPreposition(words[place]) { return false }
    // "A list and a tuple", but "a and an".
    if isArticle(words[place]) { return place + 1 >= words.count || ends(words[place + 1]) }
    return true
  }

  /// As many words may stand in a name.
  private static let longest = 4

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool { word.kind == .word && set.contains(word) }

  static func ends(_ word: InstructionWord) -> Bool {
    word.kind == .pause || word.isWord([.prep, .and, .or, .det, .pronoun, .relative])
  }

  private static func isPreposition(_ word: InstructionWord) -> Bool { word.isWord([.prep]) }
  private static func isArticle(_ word: InstructionWord) -> Bool { word.isWord([.det]) }
  private static func isNumber(_ word: InstructionWord) -> Bool { word.isWord([.number]) }
  private static func isFiller(_ word: InstructionWord) -> Bool { word.isWord([.filler]) }

  private static func isThing(_ word: InstructionWord) -> Bool { word.mayBe([.thing, .unit]) }

  /// Letters are written, too: only of those in a word it counts which word it is.
  private static func isAboutLetters(_ words: [InstructionWord]) -> Bool {
    guard words.contains(where: { $0.text == "letters" }) else { return true }
    return words.contains { $0.text == "many" || $0.text == "count" || $0.text == "number" }
  }

  // MARK: What is to be explained

  /// The words that name what is to be explained, without the endings of plurals; none where a text is pointed at.
  static func explained(in facts: GuardFacts) -> [String] {
    guard
      let verb = facts.concepts.firstIndex(where: { !$0.may(.pronoun) && !$0.may(.filler) && $0.word.kind == .word }),
      facts.concepts[verb].name(.verb) == "explain"
    else { return [] }
    var found: [String] = []
    for concept in facts.concepts[(verb + 1)...] {
      if concept.may(.det) {
        if pointing.contains(concept.word) { return [] }
        continue
      }
      // "The -z flag" is an option.
      if concept.word.kind == .code { return [] }
      guard concept.word.kind == .word, !concept.may(.prep), !concept.may(.relative) else { break }
      if concept.may(.payload) || concept.may(.filler) || concept.may(.and) || concept.may(.quality)
        || says(being, concept.word)
      {
        continue
      }
      guard concept.may(.thing) || concept.may(.unit) || concept.may(.sign) else { continue }
      for word in concept.surface.split(separator: " ") { found.append(formOf(String(word), isBare: true)) }
    }
    return found
  }

  private static let pointing = WordSet(["this", "these", "that", "those"])

  // MARK: Words

  private static let callingWords = ["called", "named", "titled", "labeled", "labelled", "tagged"]
  private static let calling = WordSet(callingWords)

  private static let kindWords = [
    "word", "term", "user", "branch", "folder", "directory", "command", "keyword", "file", "tag",
    "container", "database", "schema", "table", "column", "variable", "repo", "repository", "method", "function",
    "operator", "module",
  ]
  private static let kinds = WordSet(kindWords)

  private static let searchingWords = [
    "search", "searches", "searching", "searched", "grep", "scan", "scans",
  ]
  private static let searching = WordSet(searchingWords)

  private static let spellingWords = [
    "spell", "spelled", "spelt", "rhyme", "rhymes", "etymology", "letters", "vowels", "vowel", "consonants",
    "syllables", "anagram", "anagrams", "pronounce", "pronounced", "palindrome",
  ]
  private static let spelling = WordSet(spellingWords)

  private static let comparingWords = ["difference", "differences", "differ", "distinguish", "compare", "choose"]
  private static let comparing = WordSet(comparingWords)

  private static let verbatimWords = ["regex", "regexp", "print", "replace", "substitute", "echo", "grep"]
  private static let verbatim = WordSet(verbatimWords)

  /// What is written as it is follows these.
  private static let taking = WordSet([
    "for", "match", "matches", "matching", "print", "echo", "replace", "substitute", "with", "by", "grep",
  ])

  private static let being = WordSet(["is", "are", "there"])

  /// All of them: where none is said, nothing is looked for.
  private static let anyOfThese = WordSet(
    callingWords + kindWords + searchingWords + spellingWords + comparingWords + verbatimWords)
}
