/// Small words that a language has, and that a question leaves at its end: "what is for in Python" asks for the loop, "what is
/// Python for" for its uses.
enum StrandedWords {
  /// Where such a word stands, if it is in one of these two places.
  static func fact(of words: [InstructionWord], at place: Int) -> String? {
    guard place > 0, ends.contains(words[place]) else { return nil }
    if place + 2 < words.count, words[place + 1].text == "in", words[place + 2].isWord([.tool]) {
      return spoken + words[place].text
    }
    let isLast = place + 1 == words.count || words[place + 1].kind != .word
    return isLast && words[place - 1].isWord([.tool]) ? stranded + words[place].text : nil
  }

  /// Why two texts may not share an answer; `nil` where neither speaks of a word that the other leaves at its end.
  static func disagreement(_ left: [String], _ right: [String]) -> String? {
    for (one, other) in [(left, right), (right, left)] {
      for fact in one where fact.hasPrefix(spoken) {
        let word = fact.dropFirst(spoken.count)
        if other.contains(stranded + word) { return "'\(word)' as a word of a language" }
      }
    }
    return nil
  }

  /// Prepositions that a question may end with, and that programs have.
  static let small = ["for", "in", "with", "like", "as", "on", "from", "of", "by", "about"]
  private static let ends = WordSet(small)
  private static let (spoken, stranded) = ("spoken: ", "stranded: ")
}
