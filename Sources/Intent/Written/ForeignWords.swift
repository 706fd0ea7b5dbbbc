/// Words of German, French and Spanish that reading leaves out, and that are asked for where it is asked what they mean: "was heißt
/// bitte auf Englisch", "traduis merci en anglais".
enum ForeignWords {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.language == 0 || a.pieces == b.pieces { return nil }
    return missing(of: a, in: b) ?? missing(of: b, in: a)
  }

  /// Such words of a text; most have none.
  static func facts(of facts: GuardFacts) -> [String] {
    facts.language == 0
      ? [] : [most, words(of: facts)].flatMap { set in facts.pieces.filter { says(set, $0) }.map(\.text) }
  }

  private static func missing(of one: GuardFacts, in other: GuardFacts) -> String? {
    // "Die wichtigsten Punkte", "wichtige Punkte"
    if let word = one.pieces.first(where: { says(most, $0) }), !other.pieces.contains(where: { says(most, $0) }) {
      return "only one of them says '\(word.text)'"
    }
    let set = words(of: one)
    return one.pieces.first { says(set, $0) && !other.pieces.contains($0) }.map { "the word '\($0.text)'" }
  }

  /// Which words are spoken of, as its verb asks.
  private static func words(of facts: GuardFacts) -> WordSet {
    guard let verb = facts.pieces.first(where: { says(meaning, $0) || says(translating, $0) }) else { return none }
    return says(meaning, verb) ? spoken : thanks
  }

  private static func says(_ set: WordSet, _ word: InstructionWord) -> Bool { word.kind == .word && set.contains(word) }

  private static let none = WordSet([])
  private static let meaning = WordSet(["heißt", "bedeutet", "sagt", "dit-on", "dire", "dice", "significa"])
  private static let translating = WordSet([
    "übersetze", "übersetzen", "übersetz", "traduis", "traduire", "traduisez", "traduce", "traducir",
  ])
  private static let thanks = WordSet(["danke", "zusammen", "unten", "merci", "gracias"])
  private static let spoken = WordSet([
    "danke", "zusammen", "unten", "merci", "gracias", "bitte", "mal", "hier", "um", "doch", "ist", "sind", "favor",
    "plaît",
  ])
  private static let most = WordSet(["wichtigsten", "wichtigste", "wichtigster", "wichtigstes"])
}
