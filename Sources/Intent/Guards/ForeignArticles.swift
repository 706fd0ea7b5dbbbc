/// Articles of German, French and Spanish: "über einen Hund" is about any dog, "über den Hund" about one that is known.
enum ForeignArticles {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.language == 0 || b.language == 0 || a.pieces == b.pieces { return nil }
    let (left, right) = (nouns(of: a), nouns(of: b))
    for (noun, isKnown) in left {
      let others = right.filter { $0.noun == noun }
      if !others.isEmpty, !others.contains(where: { $0.isKnown == isKnown }) { return "the article before '\(noun)'" }
    }
    return nil
  }

  /// What of a text may count: words behind an article, with what that says of them. None in English.
  static func facts(of facts: GuardFacts) -> [String] {
    facts.language == 0 ? [] : Set(nouns(of: facts).map { ($0.isKnown ? "the " : "a ") + $0.noun }).sorted()
  }

  /// Words behind an article, with at most two between. A text that is worked on is there with any article, and what is to be written
  /// is made with any.
  private static func nouns(of facts: GuardFacts) -> [(noun: String, isKnown: Bool)] {
    if facts.language == 0 { return [] }
    var found: [(noun: String, isKnown: Bool)] = []
    for (place, word) in facts.pieces.enumerated() where word.kind == .word {
      guard let isKnown = isKnown(word, in: facts.language) else { continue }
      let rest = facts.pieces[(place + 1)...].prefix(longest).prefix { noun in
        noun.kind == .word && Self.isKnown(noun, in: facts.language) == nil && !parts(noun, in: facts.language)
      }
      if rest.contains(where: { isText($0, in: facts.language) }) { continue }
      for noun in rest where !isNoThing(noun, in: facts.language) { found.append((noun.text, isKnown)) }
    }
    return found
  }

  /// As many words may stand in a noun and what is said before it.
  private static let longest = 3

  /// What an article says; `nil` where it is none.
  private static func isKnown(_ word: InstructionWord, in language: UInt8) -> Bool? {
    guard word.text.utf8.count < 6 else { return nil }
    if unknown[Int(language)].contains(word) { return false }
    return known[Int(language)].contains(word) ? true : nil
  }

  private static func parts(_ word: InstructionWord, in language: UInt8) -> Bool {
    may(word, [.prep, .and, .or, .relative, .det, .pronoun], in: language)
  }

  private static func may(_ word: InstructionWord, _ kinds: [ConceptKind], in language: UInt8) -> Bool {
    var found = false
    Lexicon.shared.forEachReading(word.hash) {
      if $0.language == language || $0.language == 0, kinds.contains($0.kind) { found = true }
    }
    return found
  }

  /// A text that is worked on, or that is to be written.
  private static func isText(_ word: InstructionWord, in language: UInt8) -> Bool {
    texts.contains(word) || word.text != "chat" && may(word, [.payload, .work, .nominal], in: language)
  }

  private static let texts = WordSet([
    "textes", "article", "articles", "livre", "livres", "lettre", "lettres", "courriel", "phrase", "phrases", "textos",
    "artículo", "artículos", "libro", "libros", "carta", "cartas", "cuento", "cuentos", "poema", "poemas", "texte",
    "bücher", "buch", "briefe", "sätze", "satz",
  ])

  /// "Ins Französische übersetzen": a language, and a verb at the end.
  private static func isNoThing(_ word: InstructionWord, in language: UInt8) -> Bool {
    may(word, [.language], in: language)
      || word.text.utf8.last == UInt8(ascii: "n") && may(word, [.verb, .give], in: language)
  }

  /// By the number of the language, English first.
  private static let unknown = [
    WordSet([]), WordSet(["ein", "eine", "einen", "einem", "einer", "eines"]), WordSet(["un", "une", "des"]),
    WordSet(["un", "una", "unos", "unas"]),
  ]
  private static let known = [
    WordSet([]),
    WordSet(["der", "die", "das", "den", "dem", "des", "im", "am", "zum", "zur", "vom", "beim", "ins", "ans"]),
    WordSet(["le", "la", "les", "l'", "du", "au", "aux"]), WordSet(["el", "la", "los", "las", "del", "al"]),
  ]
}
