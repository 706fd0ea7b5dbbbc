/// What an expression is to match: a part that it keeps or all of it, one character or a row of them.
enum RegexScope {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (facts(of: a.pieces), facts(of: b.pieces))
    return left == right ? nil : "what the expression is to match"
  }

  /// What a text says of it. Most texts ask for no expression.
  static func facts(of words: [InstructionWord]) -> [String] {
    guard expressions.isSaid(in: words) else { return [] }
    var found: Set<String> = []
    for (place, word) in words.enumerated() where word.kind == .word {
      if capturing.contains(word) { found.insert("capture") }
      if characters.contains(word), place > 0, words[place - 1].text == "a" || words[place - 1].text == "an" {
        found.insert("one")
      }
    }
    return found.sorted()
  }

  private static let expressions = WordSet(["regex", "regexp", "regexes", "regular"])
  private static let capturing = WordSet(["capture", "captures", "capturing"])
  private static let characters = WordSet([
    "digit", "letter", "vowel", "space", "character", "newline", "consonant", "tab",
  ])
}
