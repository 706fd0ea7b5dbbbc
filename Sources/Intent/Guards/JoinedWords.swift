/// Words that a hyphen joins: an egg-free recipe is no free egg recipe.
enum JoinedWords {
  /// What a hyphen joins, two words each; where this is equal, nothing speaks against two texts that have the same words.
  static func facts(of facts: GuardFacts) -> [String] {
    pairs(in: facts.text).map { "\($0.first)-\($0.second)" }
  }

  /// Why two texts may not share an answer: one joins two words that stand in the other order, side by side, in the other.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    turned(a, b) ?? turned(b, a)
  }

  private static func turned(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    for pair in pairs(in: one.text) {
      if stands(pair.second, pair.first, in: other.pieces), !stands(pair.second, pair.first, in: one.pieces) {
        return "'\(pair.first)-\(pair.second)' and '\(pair.second) \(pair.first)'"
      }
    }
    return nil
  }

  private static func stands(_ first: String, _ second: String, in words: [InstructionWord]) -> Bool {
    words.indices.dropFirst().contains { place in
      words[place - 1].kind == .word && words[place].kind == .word && words[place - 1].text == first
        && words[place].text == second
    }
  }

  private static func pairs(in text: String) -> [(first: String, second: String)] {
    var text = text
    guard text.withUTF8({ $0.contains(UInt8(ascii: "-")) }) else { return [] }
    return text.lowercased().split(separator: " ").compactMap { word in
      let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        .map { $0.filter { $0.isLetter } }
      guard parts.count == 2, parts.allSatisfy({ $0.count > 1 }), isSaid(parts[1]) else { return nil }
      return (parts[0], parts[1])
    }
  }

  /// Whether the second word is what is said with the first: free of it, made by it, friendly to it.
  private static func isSaid(_ word: String) -> Bool {
    word.count > 4 && (word.hasSuffix("ing") || word.hasSuffix("ed")) || said.contains(word)
  }

  private static let said: Set = [
    "free", "friendly", "proof", "like", "made", "only", "aware", "safe", "ready", "rich", "poor", "heavy", "light",
    "high", "deep", "long", "wide", "old", "new", "first", "last", "specific", "neutral", "tolerant", "resistant",
    "dependent", "independent", "driven", "born", "grown", "worn", "bound", "built", "owned", "run", "led", "fed",
  ]
}
