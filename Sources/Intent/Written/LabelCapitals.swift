/// Capitals of what a program reads as the answer: who waits for "true" may not know "True".
enum LabelCapitals {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    guard a.text != b.text, a.hasCapitalInside || b.hasCapitalInside else { return nil }
    for label in labels(of: a) + labels(of: b) {
      let (left, right) = (a.forms(of: label), b.forms(of: label))
      if !left.isEmpty, !right.isEmpty, left.isDisjoint(with: right) { return "the capitals of '\(label)'" }
    }
    return nil
  }

  /// Labels that a text writes with capitals; most have none.
  static func facts(of facts: GuardFacts) -> [String] {
    guard facts.hasCapitalInside else { return [] }
    return Set(labels(of: facts)).sorted().flatMap { label in facts.forms(of: label).filter { $0 != label }.sorted() }
  }

  private static func labels(of facts: GuardFacts) -> [String] {
    let words = facts.pieces
    return words.indices.filter {
      words[$0].kind == .word
        && (usual.contains(words[$0]) || IdentifierWords.isLabel(words, $0) || PlacedWords.isOne(words, $0))
    }.map { words[$0].text }
  }

  private static let usual = WordSet(["true", "false", "yes", "no", "ok", "none", "null", "pass", "fail"])
}
