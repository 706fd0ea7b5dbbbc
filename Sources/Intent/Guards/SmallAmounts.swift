/// Small words that say how much is meant, and that reading takes for others: few and a few, only this and the only one, not all
/// and none.
enum SmallAmounts {
  /// The words that are looked at.
  static let triggers = [
    "all", "every", "each", "only", "few", "little", "exactly", "precisely", "last", "first", "next", "past",
    "previous",
    "final", "maximum", "max", "minimum", "min",
  ]

  /// What one says that is not the usual thing.
  static func fact(of words: [InstructionWord], at place: Int) -> String? {
    guard place > 0, place + 1 < words.count, words[place + 1].kind == .word || words[place + 1].kind == .number else {
      return nil
    }
    let before = words[place - 1]
    switch words[place].text {
    // "Do not delete all files" leaves some, where "do not delete the files" leaves them.
    case "all", "every", "each": return isDenied(words, at: place) ? "not all" : nil
    // "Translate the only title"
    case "only": return isSingle(before) ? (before.text.first == "a" ? "an only" : "the only") : nil
    // "Why do few people vote". "In few words" is in a few.
    case "few": return isBare(before) && !isLength(words[place + 1]) ? "few" : nil
    // "Little hope", where "little dogs" are small ones.
    case "little": return isBare(before) && !isPlural(words[place + 1].text) ? "little" : nil
    // "The last days of the month", where units are one in either number.
    case "last", "first", "next", "past", "previous", "final":
      return isPlural(words[place + 1].text) && isLength(words[place + 1]) ? "several " + words[place + 1].text : nil
    // "The maximum of 3 numbers" is one of them, where "a maximum of 3" are no more than three.
    case "maximum", "max", "minimum", "min":
      let isCounted =
        words[place + 1].kind == .number || words[place + 1].mayBe([.number]) || words[place + 1].text == "of"
      return before.text == "the" && isCounted ? "the " + words[place].text.prefix(3) : nil
    // "In exactly 100 words"
    default: return words[place + 1].mayBe([.number]) || words[place + 1].kind == .number ? "exactly" : nil
    }
  }

  /// Whether a no stands before it in its clause.
  private static func isDenied(_ words: [InstructionWord], at place: Int) -> Bool {
    for word in words[max(0, place - 5)..<place].reversed() {
      if word.kind == .pause || joining.contains(word) { return false }
      if word.kind == .word, denying.contains(word) { return true }
    }
    return false
  }

  private static let denying = WordSet(["not", "never", "don't", "doesn't", "didn't", "dont"])
  private static let joining = WordSet(["and", "but", "or", "that", "which", "who", "if", "when"])

  private static func isSingle(_ word: InstructionWord) -> Bool {
    word.text == "the" || word.text == "an" || word.text == "a" || GuardWords.owners.contains(word.text)
  }

  /// "A few", "the few", "the last few", "quite a little": no bare amount.
  private static func isBare(_ word: InstructionWord) -> Bool {
    word.kind == .word && !word.isWord([.det, .number]) && !listing.contains(word)
      && !GuardWords.owners.contains(word.text)
  }

  private static let listing = WordSet([
    "last", "next", "past", "first", "these", "those", "some", "every", "very", "too", "as", "so", "how", "another",
  ])

  private static func isPlural(_ word: String) -> Bool { word.hasSuffix("s") && !word.hasSuffix("ss") }

  private static func isLength(_ word: InstructionWord) -> Bool { word.mayBe([.unit]) }
}
