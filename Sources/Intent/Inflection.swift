/// The regular endings of English verbs and nouns.
enum Inflection {
  /// Calls the body with each stem a word may have, until it says that it is the one.
  static func forEachStem(_ word: [UInt8], _ body: (ArraySlice<UInt8>, Concept.Form) -> Bool) {
    guard word.count >= 4 else { return }
    func ends(_ suffix: StaticString) -> Bool {
      let count = suffix.utf8CodeUnitCount
      guard word.count > count + 1 else { return false }
      return word.suffix(count).elementsEqual(UnsafeBufferPointer(start: suffix.utf8Start, count: count))
    }
    func isDoubled(_ stem: ArraySlice<UInt8>) -> Bool {
      stem.count > 2 && stem[stem.endIndex - 1] == stem[stem.endIndex - 2]
    }
    if ends("ies"), body((word.dropLast(3) + [UInt8(ascii: "y")])[...], .plural) { return }
    if ends("es"), body(word.dropLast(2), .plural) { return }
    if ends("s"), !ends("ss"), body(word.dropLast(1), .plural) { return }
    for (suffix, form) in [("ing" as StaticString, Concept.Form.ing), ("ed", .past)] where ends(suffix) {
      let stem = word.dropLast(suffix.utf8CodeUnitCount)
      if body(stem, form) || body((stem + [UInt8(ascii: "e")])[...], form) { return }
      if isDoubled(stem), body(stem.dropLast(), form) { return }
      if form == .past, stem.last == UInt8(ascii: "i"), body((stem.dropLast() + [UInt8(ascii: "y")])[...], form) {
        return
      }
    }
  }

  /// A noun that nobody knows without the ending of its plural; words whose plural means something else stay.
  static func singular(_ word: String) -> String {
    guard word.utf8.count >= 5, word.hasSuffix("s"), !pluralsOfTheirOwn.contains(word) else { return word }
    if ["ss", "us", "is", "ics", "ous", "'s"].contains(where: word.hasSuffix) { return word }
    if word.hasSuffix("ies"), word.utf8.count > 6 { return word.dropLast(3) + "y" }
    if ["ches", "shes", "xes", "sses", "zes"].contains(where: word.hasSuffix) { return String(word.dropLast(2)) }
    return String(word.dropLast())
  }

  /// With the mark of a literal before them.
  private static let pluralsOfTheirOwn: Set = Set(
    [
      "customs", "goods", "arms", "means", "news", "glasses", "savings", "earnings", "sales", "terms", "works", "times",
      "blues", "assets", "belongings", "clothes", "colours", "colors", "contents", "forces", "grounds", "looks", "lots",
      "manners", "minutes", "odds", "pains", "papers", "premises", "proceeds", "regards", "remains", "returns",
      "spirits",
      "stairs", "surroundings", "thanks", "troops", "values", "waters", "wages", "series", "species", "always",
      "perhaps",
      "sometimes", "yes", "lens", "gas", "bias", "atlas", "canvas", "christmas", "texas", "kansas", "paris", "james",
      "charles", "thames", "wales", "athens", "brussels", "naples", "philippines", "netherlands",
    ].map { "'" + $0 })

  /// Whether a word of a kind takes an ending.
  static func fits(_ form: Concept.Form, _ kind: ConceptKind) -> Bool {
    switch kind {
    case .verb, .give: true
    case .thing, .work, .nominal, .unit, .audience, .format, .payload: form == .plural
    default: false
    }
  }
}
