/// Verbs of which only their place and their ending tell whether they say what is or what was.
extension GuardFacts {
  /// The verb that a concept is where it follows its subject and is in the past, or may be: "when the store opened", "why he
  /// quit".
  static func pastVerb(_ concepts: [Concept], at index: Int) -> String? {
    let word = concepts[index].word
    guard word.text.utf8.last == UInt8(ascii: "d") || word.text.utf8.last == UInt8(ascii: "t"),
      word.text.hasSuffix("ed") || invariable.contains(word), concepts[index].surface == word.text,
      isAfterSubject(concepts, index)
    else { return nil }
    return word.text
  }

  private static func isAfterSubject(_ concepts: [Concept], _ index: Int) -> Bool {
    guard index > 0, concepts[index - 1].word.kind == .word else { return false }
    let before = concepts[index - 1]
    if isCompoundNoun(concepts, index) { return false }
    if before.readings.isEmpty || subjects.contains(before.word) { return true }
    // "The store opened": a noun, whatever else it may be.
    if index > 1, concepts[index - 2].name(.det) != nil, before.form == .base { return true }
    return !auxiliaries.contains(before.word)
      && [.thing, .work, .payload, .unit, .subject, .relative, .tool, .format, .language, .audience]
        .contains(where: before.may)
  }

  /// "Mention the budget cut but not the layoffs": budgets cut nothing.
  private static func isCompoundNoun(_ concepts: [Concept], _ index: Int) -> Bool {
    guard index > 2, concepts[index].word.text == "cut", cutBack.contains(concepts[index - 1].word),
      concepts[index - 2].may(.det), naming.contains(concepts[index - 3].word)
    else { return false }
    guard index + 1 < concepts.count else { return true }
    let next = concepts[index + 1]
    return next.word.kind == .pause || next.may(.and) || next.may(.not) || next.word.text == "but"
  }

  private static let naming = WordSet(["mention", "discuss", "describe", "include", "summarize", "summarise"])
  private static let cutBack = WordSet(["budget", "tax", "price", "pay", "wage", "salary", "rate"])

  /// A verb that only one of two texts puts in the past.
  static func otherTense(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    pastOfOne(a, b) ?? pastOfOne(b, a)
  }

  private static func pastOfOne(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    one.pasts.first { past in
      if !past.hasSuffix("ed") {
        // "Why it hurt" may say what was, "why does it hurt" cannot.
        return other.pasts.contains(past) && one.hasAuxiliary != other.hasAuxiliary
      }
      return !other.says(past) && !other.pasts.contains(past) && other.saysInPresent(past)
    }
  }

  /// Whether it holds a form of a verb behind a subject that has no ending of the past.
  private func saysInPresent(_ past: String) -> Bool {
    var stems: [UInt64] = []
    Inflection.forEachStem(past, after: PhraseHash()) { stem, _ in
      stems.append(stem.value)
      return false
    }
    for (index, piece) in pieces.enumerated().dropFirst() where piece.kind == .word {
      guard pieces[index - 1].kind == .word, !Self.isNoSubject(pieces[index - 1]) else { continue }
      var isForm = stems.contains(piece.hash)
      Inflection.forEachStem(piece.text, after: PhraseHash()) { stem, form in
        if form == .plural, stems.contains(stem.value) { isForm = true }
        return isForm
      }
      if isForm { return true }
    }
    return false
  }

  private static func isNoSubject(_ word: InstructionWord) -> Bool {
    if subjects.contains(word) { return false }
    if auxiliaries.contains(word) { return true }
    var isNone = false
    Lexicon.shared.forEachReading(word.hash) { reading in
      switch reading.kind {
      case .det, .prep, .and, .or, .not, .pronoun: isNone = true
      default: break
      }
    }
    return isNone
  }

  /// Whether a word says when, so that a verb need not.
  var hasAuxiliary: Bool { Self.tellingTime.isSaid(in: pieces) }

  private static let subjects = WordSet(["it", "this", "that", "these", "those", "who", "which"])

  private static let auxiliaries = WordSet([
    "is", "are", "am", "be", "been", "being", "was", "were", "get", "gets", "got", "has", "have", "had",
  ])

  private static let tellingTime = WordSet([
    "do", "does", "did", "will", "would", "can", "could", "should", "may", "might", "must", "shall", "to",
  ])

  /// The verbs whose past is as their present.
  private static let invariable = WordSet([
    "beat", "bet", "broadcast", "burst", "cast", "cost", "cut", "forecast", "hit", "hurt", "input", "knit", "let",
    "put", "quit", "read", "rid", "set", "shed", "shut", "slit", "split", "spread", "thrust", "upset", "wed", "wet",
  ])
}
