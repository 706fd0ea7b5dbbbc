/// Capitals of what a program reads as the answer: who waits for "true" may not know "True".
enum LabelCapitals {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    guard a.text != b.text, a.hasCapitalInside || b.hasCapitalInside else { return nil }
    // Most words have no capital in either of them.
    let capitals = capitals(of: a).union(capitals(of: b))
    if capitals.isEmpty { return nil }
    for label in labels(of: a, among: capitals) + labels(of: b, among: capitals) {
      let (left, right) = (a.forms(of: label), b.forms(of: label))
      if !left.isEmpty, !right.isEmpty, left.isDisjoint(with: right) { return "the capitals of '\(label)'" }
    }
    return nil
  }

  /// Labels that a text writes with capitals; most have none.
  static func facts(of facts: GuardFacts) -> [String] {
    guard facts.hasCapitalInside, case let capitals = capitals(of: facts), !capitals.isEmpty else { return [] }
    return Set(labels(of: facts, among: capitals)).sorted().flatMap { label in
      facts.forms(of: label).filter { $0 != label }.sorted()
    }
  }

  /// The words that have a capital, but at the beginning of a sentence.
  private static func capitals(of facts: GuardFacts) -> Set<String> {
    var found: Set<String> = []
    facts.forEachName {
      if !$0.startsSentence, $0.letters.contains(where: InstructionWords.isCapital) { found.insert($0.lower) }
    }
    return found
  }

  private static func labels(of facts: GuardFacts, among capitals: Set<String>) -> [String] {
    let words = facts.pieces
    return words.indices.filter {
      words[$0].kind == .word && capitals.contains(words[$0].text)
        && (usual.contains(words[$0]) || IdentifierWords.isLabel(words, $0) || PlacedWords.isOne(words, $0))
    }.map { words[$0].text }
  }

  private static let usual = WordSet(["true", "false", "yes", "no", "ok", "none", "null", "pass", "fail"])
}
