/// Amounts as they are written for short: "350 degrees Fahrenheit" are 350 °F, "15 % of 84" are 15% of 84.
enum AskedAmount {
  /// The same words with them.
  static func plain(_ words: [InstructionWord]) -> [InstructionWord] {
    guard let place = words.prefix(12).firstIndex(where: isAmount), place > 0, place + 1 < words.count else {
      return words
    }
    var words = words
    if words[place].kind == .sign {
      // Elsewhere it may ask for what is left of a division.
      guard words[place - 1].kind == .number, words[place + 1].kind == .word, words[place + 1].text == "of" else {
        return words
      }
      words[place] = .word("%")
    } else {
      guard words[place - 1].kind == .number || words[place - 1].text == "many", words[place + 1].kind == .word,
        scales.contains(words[place + 1]),
        // Degrees of another scale are wanted; a title is as it is written.
        words.contains(where: { others.contains($0.text) && $0.text != words[place + 1].text })
      else { return words }
      words.remove(at: place)
    }
    return words
  }

  private static func isAmount(_ word: InstructionWord) -> Bool {
    word.kind == .sign ? word.text == "%" : word.kind == .word && word.text == "degrees"
  }
  private static let scales = WordSet(["fahrenheit", "celsius"])
  private static let others: Set = ["fahrenheit", "celsius", "kelvin", "°f", "°c", "°F", "°C"]
}
