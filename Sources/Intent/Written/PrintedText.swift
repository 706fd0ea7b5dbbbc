/// What is printed, counted, matched or renamed is so to its marks and capitals: "print Hello, World!", "count ERROR lines", "rename a
/// to B".
enum PrintedText {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    guard a.text != b.text, triggers.isSaid(in: a.pieces), triggers.isSaid(in: b.pieces) else { return nil }
    if marks(in: a) != marks(in: b) { return "the marks of what is printed" }
    if letters(in: a) != letters(in: b) { return "the capital of a name of one letter" }
    return (otherForm(a, b) ?? otherForm(b, a)).map { "the capitals of '\($0)'" }
  }

  /// What of a text may count; most have nothing of it. Capitals are told of any text, so that "show me how to set up WireGuard" and
  /// "how do I set up WireGuard" have the same of them.
  static func facts(of facts: GuardFacts) -> [String] {
    // A word with a capital in front is known to guards by that already, where it is no verb.
    let forms = forms(in: facts).filter { form in
      form.utf8.dropFirst().contains(where: InstructionWords.isCapital)
        || !facts.capitalised.contains(form.lowercased())
    }
    return (triggers.isSaid(in: facts.pieces) ? marks(in: facts) + letters(in: facts) : []) + forms.sorted()
  }

  // MARK: Marks

  /// The marks behind a verb that prints what follows as it is, each with the number of words before it. A full stop at the end is
  /// the sentence's, and so is any mark behind a preposition: "print hello, in Python".
  private static func marks(in facts: GuardFacts) -> [String] {
    let words = facts.pieces
    guard let verb = words.firstIndex(where: { $0.kind == .word && printing.contains($0) }), verb + 1 < words.count,
      words[verb + 1].kind == .word,
      !words[verb + 1].mayBe([.det, .pronoun, .payload, .prep, .relative, .number, .format])
    else { return [] }
    var found: [String] = []
    var count = 0
    for word in words[(verb + 1)...] {
      if word.kind == .pause {
        found.append("\(count)\(word.text)")
      } else if word.kind == .word && word.isWord([.prep, .relative]) {
        // "Print hello, then exit"
        return found.filter { !$0.hasPrefix("\(count)") }
      } else {
        count += 1
      }
    }
    if let last = found.last, last.hasPrefix("\(count)") { found.removeLast() }
    // The last mark of all is taken off what guards look at.
    let end = facts.text.utf8.reversed().prefix { !InstructionWords.isLetter($0) && !InstructionWords.isBlank($0) }
    if end.contains(UInt8(ascii: "!")) { found.append("\(count)!") }
    return found
  }

  // MARK: Capitals

  /// A word that one writes with a capital, and the other with others: "Error", "ERROR".
  private static func otherForm(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    let isVerbatim = verbatim.isSaid(in: one.pieces) || verbatim.isSaid(in: other.pieces)
    for form in forms(in: one) {
      let word = form.lowercased()
      var (isSaid, isSame) = (false, false)
      other.forEachName { name in
        guard name.isWhole, name.lower == word else { return }
        isSaid = true
        let letters = String(decoding: name.letters, as: UTF8.self)
        // At the beginning of a sentence it may be any but one in capitals alone.
        if letters == form || name.startsSentence && letters.dropFirst() == form.dropFirst() { isSame = true }
      }
      if isSaid, !isSame, isVerbatim || !SmallNames.areTheSame(word, one, other) { return word }
    }
    return nil
  }

  /// Words with a capital that no sentence asks for, as they are written.
  private static func forms(in facts: GuardFacts) -> Set<String> {
    var forms: Set<String> = []
    guard facts.hasCapitalInside else { return forms }
    let (prints, isVerbatim) = (printing.isSaid(in: facts.pieces), verbatim.isSaid(in: facts.pieces))
    facts.forEachName { name in
      guard name.isWhole, InstructionWords.isCapital(name.letters[0]),
        !name.startsSentence || name.letters.allSatisfy(InstructionWords.isCapital)
      else { return }
      let lower = InstructionWord.word(name.lower)
      // "JSON" and "Json" are one.
      if GuardWords.acronyms.contains(lower) || lower.mayBe([.language, .format, .tool, .unit]) { return }
      // "List ALL files"; NASA is Nasa to many, but not to who greps for it.
      if !prints, lower.mayBe(Self.small) || !isVerbatim && KnownWords.shared.isOnlyName(lower.text) { return }
      forms.insert(String(decoding: name.letters, as: UTF8.self))
    }
    return forms
  }

  /// Letters that are renamed or replaced, each as it is written; `a` is no article before "to".
  private static func letters(in facts: GuardFacts) -> [String] {
    guard renaming.isSaid(in: facts.pieces) else { return [] }
    let tokens = facts.text.split { $0 == " " }
    var found: [String] = []
    for (place, token) in tokens.enumerated().dropFirst() {
      guard let letter = token.utf8.first, InstructionWords.isLetter(letter), letter | 0x20 != UInt8(ascii: "i"),
        token.utf8.dropFirst().allSatisfy(InstructionWords.isPause)
      else { continue }
      let isArticle = letter | 0x20 == UInt8(ascii: "a") && place + 1 < tokens.count
      if !isArticle || behind.contains(tokens[place + 1].lowercased()) { found.append(String(token.prefix(1))) }
    }
    return found
  }

  // MARK: Words

  private static let behind: Set = ["to", "with", "by", "into", "as", "and", "or", "in", "from", "for", "on", "at"]
  private static let small: [ConceptKind] = [
    .det, .filler, .prep, .pronoun, .and, .or, .not, .relative, .howto, .subject, .number,
  ]
  private static let renaming = WordSet([
    "rename", "renames", "renaming", "replace", "replaces", "replacing", "substitute", "swap", "variable", "variables",
    "move", "copy", "change",
  ])
  /// What looks at letters, or is looked at so: there a name without its capital is another one, too.
  private static let verbatim = WordSet([
    "count", "counts", "counting", "grep", "search", "searches", "match", "matches", "matching", "contain", "contains",
    "containing", "replace", "replaces", "replacing", "substitute", "rename", "renames", "renaming", "filter",
    "filters", "filtering", "highlight", "line", "lines", "regex", "string", "strings", "occurrences", "split",
    "called", "named", "titled",
  ])
  private static let printingWords = [
    "print", "prints", "printing", "echo", "echoes", "say", "says", "output", "outputs", "display", "displays",
    "puts", "printf",
  ]
  private static let printing = WordSet(printingWords)

  /// One of these is in each such text.
  private static let triggers = WordSet(
    printingWords + [
      "count", "counts", "counting", "grep", "search", "searches", "find", "finds", "finding", "match", "matches",
      "matching", "contain", "contains", "containing", "replace", "replaces", "replacing", "substitute", "rename",
      "renames", "renaming", "filter", "filters", "filtering", "list", "show", "extract", "delete", "remove",
      "highlight",
      "called", "named", "titled", "table", "branch", "folder", "directory", "swap", "variable", "variables", "column",
      "columns", "line", "lines", "log", "logs", "regex", "move", "copy",
      "word", "words", "string", "strings", "tail", "occurrences", "split", "comment", "comments", "many", "often",
      "change",
    ])
}
