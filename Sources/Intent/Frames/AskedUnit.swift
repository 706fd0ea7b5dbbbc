/// How many of one unit are in one of another, as the order that asks for the same: "how many seconds are there in a week", "number of
/// seconds in a week", "what is a week in seconds".
enum AskedUnit {
  /// "Convert a week to seconds"; nil for all else.
  static func order(_ words: [InstructionWord]) -> [InstructionWord]? {
    guard words.count > 4, words.count < 12, words[0].kind == .word else { return nil }
    // Most requests begin otherwise.
    let first = words[0].text
    guard first == "how" || first == "what" || first == "the" || first == "number" else { return nil }
    var end = words.firstIndex { $0.kind == .pause } ?? words.count
    guard words[end...].allSatisfy({ $0.kind == .pause }) else { return nil }
    if end > 0, words[end - 1].text == "please" { end -= 1 }
    guard end > 4 else { return nil }
    let texts = words[..<end].map(\.text)
    switch texts[0] {
    case "how":
      guard end > 5, texts[1] == "many" else { return nil }
      if texts[2...] == [texts[2], "are", "there", "in"] + texts.suffix(2)
        || texts[2...] == [texts[2], "are", "in"] + texts.suffix(2)
        || texts[2...] == [texts[2], "in"] + texts.suffix(2)
      {
        return order(words[2], words[end - 2], words[end - 1])
      }
      return nil
    case "number", "the":
      let first = texts[0] == "the" ? 1 : 0
      guard end == first + 6, texts[first] == "number", texts[first + 1] == "of", texts[first + 3] == "in" else {
        return nil
      }
      return order(words[first + 2], words[end - 2], words[end - 1])
    case "what":
      guard end == 6, texts[1] == "is", texts[4] == "in" else { return nil }
      return order(words[5], words[2], words[3])
    default: return nil
    }
  }

  private static func order(
    _ target: InstructionWord, _ count: InstructionWord, _ source: InstructionWord
  ) -> [InstructionWord]? {
    guard target.kind == .word, source.kind == .word, units.contains(target) || plurals.contains(target),
      units.contains(source), count.text == "a" || count.text == "an" || count.text == "one" || count.text == "1"
    else { return nil }
    return [.word("convert"), .word("1"), source, .word("to"), target].map {
      $0.text == "1" ? InstructionWord(kind: .number, text: "1") : $0
    }
  }

  private static let names = [
    "second", "minute", "hour", "day", "week", "year", "millisecond", "decade", "century", "meter", "kilometer", "mile",
    "yard", "inch", "gram", "kilogram", "pound", "ounce", "liter", "gallon", "cup", "tablespoon", "teaspoon", "quart",
    "pint", "byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "kb", "mb", "gb", "tb", "km", "cm", "mm", "kg",
    "acre", "hectare",
  ]
  private static let units = WordSet(names + ["foot"])
  private static let plurals = WordSet(names.map { $0 + "s" } + ["feet", "inches", "centuries"])
}
