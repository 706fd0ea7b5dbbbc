/// Words that are spoken of and not only used: what one means, how it is spelt, what it is called, the name of a command. Another word that
/// else says the same is another word there: "what is plz short for", "the remove command", "rename it to max", "is kid ok in an essay".
///
/// Such a word has to be said by the other text, too, in whatever form; how either asks about it is compared elsewhere.
enum SaidWords {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.text == b.text { return nil }
    return (missing(of: a, in: b) ?? missing(of: b, in: a)).map { "the word '\($0)'" }
  }

  private static func missing(of one: GuardFacts, in other: GuardFacts) -> String? {
    let isByForm = !one.said.contains { $0.kind == .word && forms.contains($0) }
    return words(in: one).first { word in
      !other.said.contains { $0.text == word || isByForm && isForm($0, of: word) }
    }
  }

  /// The words that are spoken of, as they are read; none of most texts.
  static func words(in facts: GuardFacts) -> [String] {
    let words = facts.said
    guard words.count < longest else { return [] }
    var found: [String] = []
    if words.count > 1, words.count < 6, words[0].isWord([.tool]), words[1].isWord([.verb, .give]),
      !words[1].mayBe([.thing, .work, .nominal])
    {
      // "Git show": what follows a program's name is a command of it.
      found.append(words[1].text)
    }
    for place in words.indices where words[place].kind == .word && triggers.contains(words[place]) {
      if isSpokenOf(words, at: place) { return spokenOf(words, areCompared: comparing.contains(words[place])) }
      if naming.contains(words[place]) {
        // "Make command in Linux" names one, "show command to …" asks for one.
        if place > 0, words[place - 1].isWord([.verb, .give, .nominal, .prep, .thing]),
          !pointing.contains(words[place - 1]),
          !asking.contains(words[place - 1]) || place == 1 && place + 1 < words.count && words[place + 1].text == "in"
        {
          found.append(words[place - 1].text)
        }
      } else {
        found += called(words, behind: place)
      }
    }
    return found
  }

  // MARK: Where they stand

  /// Whether a word of the text is what is asked about: what it means, how it is written, whether it may be said.
  private static func isSpokenOf(_ words: [InstructionWord], at place: Int) -> Bool {
    func text(_ place: Int) -> String { words.indices.contains(place) ? words[place].text : "" }
    switch words[place].text {
    case "short": return text(place + 1) == "for" && place + 3 > words.count - 1
    case "stand", "stands": return text(place + 1) == "for"
    case "word", "wort", "mot", "palabra":
      // "In one word", "a word for …": there it is how the answer shall be, or what is sought.
      return place + 1 < words.count && words[place + 1].kind == .word && determined.contains(text(place - 1))
        && !words[place + 1].isWord([.prep, .relative])
    case "for": return place == 3 && text(0) == "what" && words[2].isWord([.language])
    case "define": return place == 0 && words.count < 4
    case "meaning": return place + 1 == words.count && place < 3
    case "mean", "means":
      return words.prefix(place).contains { $0.text == "does" || $0.text == "do" } && words.count < 9
        && !words.contains { $0.kind == .word && pointing.contains($0) }
    case "using", "use":
      return place < 4 && words.prefix(place).contains { $0.text == "sentence" || $0.text == "sentences" }
        || text(place - 1) == "to" && text(place - 2) == "when" || text(place - 2) == "do" && text(place - 3) == "when"
    case "rude", "polite", "offensive", "impolite", "ok", "okay":
      return text(0) == "is" && words[place...].contains { $0.text == "in" || $0.text == "or" }
    case "write", "say":
      // "Can I write kid in an essay", but not "can you write tests in Swift".
      return place == 2 && judging.contains(text(0)) && text(1) == "i"
        && words[place...].contains { $0.text == "in" || $0.text == "or" }
    case "longer", "shorter": return text(0) == "which" && words.contains { $0.text == "or" }
    case "sign": return text(place + 1) == "language"
    case "difference", "differences", "differ", "vs", "versus": return words.count < 12
    default: return spelling.contains(words[place])
    }
  }

  /// All words of a text but those by which it asks.
  ///
  /// - Parameter areCompared: whether two things are compared, of which a program's short name is as good as its name.
  private static func spokenOf(_ words: [InstructionWord], areCompared: Bool) -> [String] {
    var words = words[...]
    // "Hi, …", "please …"
    if words.count > 2, polite.contains(words[0]), words[1].kind == .pause || asked.contains(words[0]) {
      words.removeFirst()
    }
    while let last = words.last, last.kind == .pause || asked.contains(last) { words.removeLast() }
    return words.compactMap { word in
      word.kind == .word && !asking.contains(word) && !(areCompared && word.mayBe([.tool, .language])) ? word.text : nil
    }
  }

  /// What something is called, renamed or set to, or which commands there are.
  private static func called(_ words: [InstructionWord], behind place: Int) -> [String] {
    var start = place + 1
    switch words[place].text {
    case "called", "named", "titled", "labelled", "labeled", "subcommands", "subcommand", "entries", "entry": break
    case "rename", "renames", "text", "label", "title", "caption", "button":
      // "Rename the column max to min", "change its text to buy"
      let isRenamed = words[place].text.hasPrefix("rename")
      guard let to = words[start...].firstIndex(where: { $0.text == "to" }), to < place + (isRenamed ? 6 : 3),
        isRenamed || changing.contains(words[0])
      else { return [] }
      if !isRenamed { start = to + 1 }
    default: return []
    }
    return words[min(start, words.count)...].prefix(6).prefix { $0.kind != .pause && !$0.isWord([.relative]) }
      .compactMap { $0.kind == .word && !asking.contains($0) ? $0.text : nil }
  }

  /// Whether a word is another one, in whatever form.
  private static func isForm(_ word: InstructionWord, of text: String) -> Bool {
    guard word.kind == .word || word.kind == .code else { return false }
    return stem(word.text) == stem(text)
  }

  /// A word without the ending of its form, as far as that can be told by its letters.
  static func stem(_ word: String) -> Substring {
    for ending in endings where word.utf8.count > ending.utf8.count + 2 && word.hasSuffix(ending) {
      return stripped(word.dropLast(ending.count))
    }
    return stripped(word[...])
  }

  /// Without a silent e, or the second of two equal letters: "delete", "deleting", "stopped".
  private static func stripped(_ word: Substring) -> Substring {
    var word = word
    if word.utf8.count > 3, word.utf8.last == UInt8(ascii: "e") { return word.dropLast() }
    if word.utf8.count > 3, word.utf8.last == word.utf8.dropLast().last { word.removeLast() }
    return word
  }

  // MARK: Words

  /// Who writes more says what is meant.
  private static let longest = 24
  private static let endings = ["ing", "ed", "es", "s"]
  private static let determined: Set = ["the", "das", "le", "la", "of", "", "acronym"]
  private static let judging: Set = ["is", "are", "can", "may", "should", "could"]
  private static let changing = WordSet(["change", "set", "update", "switch", "rename"])
  private static let comparing = WordSet(["difference", "differences", "differ", "vs", "versus"])
  private static let pointing = WordSet([
    "this", "these", "following", "below", "above", "attached", "given", "provided", "it",
  ])
  private static let namingWords = [
    "command", "commands", "keyword", "function", "operator", "method", "statement", "property", "clause", "attribute",
    "builtin",
  ]
  /// What such a word is.
  private static let naming = WordSet(namingWords)
  private static let spellingWords = [
    "spell", "spelled", "spelt", "pronounce", "pronounced", "pronunciation", "conjugate", "conjugation", "etymology",
    "plural", "singular", "tense", "acronym", "abbreviation", "initialism", "synonym", "synonyms", "antonym",
    "antonyms",
    "rhyme", "rhymes", "mnemonic", "crossword", "hashtag", "hashtags", "backwards", "wortart", "mehrzahl", "british",
    "morse",
  ]
  /// What is asked of words alone.
  private static let spelling = WordSet(spellingWords)
  private static let triggers = WordSet(
    namingWords + spellingWords + [
      "short", "for", "stand", "stands", "word", "wort", "mot", "palabra", "define", "meaning", "mean", "means",
      "using",
      "use",
      "rude", "polite", "offensive", "impolite", "ok", "okay", "write", "say", "longer", "shorter", "sign",
      "difference",
      "differences", "differ", "vs", "versus", "called", "named", "titled", "labelled", "labeled", "subcommands",
      "subcommand", "entries", "entry", "rename", "renames", "text", "label", "title", "caption", "button",
    ])
  private static let polite = WordSet(["please", "pls", "plz", "kindly", "hey", "hi", "hello"])
  private static let asked = WordSet(["please", "pls", "plz", "kindly"])
  /// Where the forms of a word are what is asked about.
  private static let forms = WordSet(["plural", "singular", "tense", "conjugate", "conjugation", "mehrzahl", "spell"])
  /// What asks about a word, or holds a sentence together.
  private static let asking = WordSet([
    "a", "an", "the", "this", "that", "these", "those", "it", "its", "of", "for", "in", "on", "to", "from", "as",
    "with",
    "and", "or", "by", "between", "is", "are", "was", "does", "do", "did", "can", "could", "would", "should", "may",
    "what", "which", "who", "how", "why", "when", "where", "whats", "i", "me", "my", "you", "your", "we", "us", "one",
    "give", "list", "tell", "explain", "say", "show", "find", "name", "write", "get", "need", "want", "provide",
    "suggest",
    "define", "describe", "compare", "comparison", "generate", "create", "make", "mean", "means", "meaning", "meanings",
    "definition", "short", "stand", "stands", "spell", "spelled", "spelt", "spelling", "pronounce", "pronounced",
    "pronunciation", "word", "words", "term", "acronym", "abbreviation", "synonym", "synonyms", "antonym", "antonyms",
    "another", "other", "plural", "singular", "past", "tense", "difference", "differences", "differ", "different",
    "vs", "versus", "better", "use", "using", "used", "sentence", "sentences", "rename", "called", "named", "new",
    "long", "longer", "shorter", "some", "any", "please", "der", "die", "das", "ein", "eine", "von", "wie", "was",
    "ist", "le", "la", "les", "un", "une", "de", "el", "los", "que", "es", "s", "exactly", "briefly", "main", "mainly",
    "key",
    "not", "be", "if", "at", "about", "into",
  ])
}
