/// How exactly a number is meant: "exactly 50 words", "about 50 words", "well under 50 words".
enum HedgedNumbers {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    let (left, right) = (hedges(of: a.pieces), hedges(of: b.pieces))
    if left == right { return nil }
    // "50 words" leaves open how exactly, and "under 50" is not "well under 50".
    let isOpen =
      left.isEmpty && !right.contains { $0.hasPrefix(far) } || right.isEmpty && !left.contains { $0.hasPrefix(far) }
    return isOpen ? nil : "how exactly a number is meant"
  }

  /// What stands right before its numbers, in their order. Most texts have none.
  static func hedges(of words: [InstructionWord]) -> [String] {
    guard hedging.isSaid(in: words) else { return [] }
    return words.indices.compactMap { place in
      guard isNumber(words[place]) else { return nil }
      let before = words[max(place - 3, 0)..<place].reversed().prefix { $0.kind == .word }.map { $0 }
      guard let first = before.first else { return nil }
      if exact.contains(first) { return "exactly" }
      if about.contains(first) { return "about" }
      // "Kürze es um 50 Wörter" says by how much, and not to how many.
      if first.text == "um" { return far + first.text }
      // "Well under 50", "well less than 50"
      let bound = first.text == "than" ? 1 : 0
      guard bound + 1 < before.count, bounds.contains(before[bound]), distance.contains(before[bound + 1]) else {
        return nil
      }
      return far + before[bound + 1].text
    }
  }

  /// In digits, or in words of any language.
  private static func isNumber(_ word: InstructionWord) -> Bool {
    var isNumber = word.kind == .number
    if word.kind == .word { Lexicon.shared.forEachReading(word.hash) { if $0.kind == .number { isNumber = true } } }
    return isNumber
  }

  private static let far = "far: "
  private static let exactWords = ["exactly", "precisely", "exact"]
  private static let aboutWords = ["about", "around", "roughly", "approximately", "approx", "circa", "ca", "some"]
  private static let distanceWords = ["well", "far", "just", "slightly", "way"]
  private static let exact = WordSet(exactWords)
  private static let about = WordSet(aboutWords)
  private static let distance = WordSet(distanceWords)
  private static let bounds = WordSet(["under", "over", "below", "above", "less", "more", "fewer", "beyond"])
  private static let hedging = WordSet(exactWords + aboutWords + distanceWords + ["um"])
}
