/// The regular endings of English verbs and nouns.
enum Inflection {
  /// Calls the body with the hash of each stem a word may have, after the words before it, until it says that it is the one.
  ///
  /// - Parameter isEnglish: whether -es follows only what hisses, and o: "requestes" is none of "request".
  static func forEachStem(
    _ word: String, after before: PhraseHash, isEnglish: Bool = true, _ body: (PhraseHash, Concept.Form) -> Bool
  ) {
    var word = word
    word.withUTF8 { word in
      guard word.count >= 4 else { return }
      func ends(_ suffix: StaticString) -> Bool {
        let count = suffix.utf8CodeUnitCount
        guard word.count > count + 1 else { return false }
        return word.suffix(count).elementsEqual(UnsafeBufferPointer(start: suffix.utf8Start, count: count))
      }
      func stem(_ count: Int, plus letter: Unicode.Scalar? = nil) -> PhraseHash {
        var hash = before
        for byte in word.prefix(count) { hash.add(byte: byte) }
        if let letter { hash.add(byte: UInt8(ascii: letter)) }
        hash.endWord()
        return hash
      }
      let count = word.count
      switch word[count - 1] {
      case UInt8(ascii: "s"):
        if ends("ies"), body(stem(count - 3, plus: "y"), .plural) { return }
        if ends("es"), !isEnglish || takesE(word[count - 3]), body(stem(count - 2), .plural) { return }
        if ends("s"), !ends("ss") { _ = body(stem(count - 1), .plural) }
      case UInt8(ascii: "g"), UInt8(ascii: "d"):
        for (suffix, form) in [("ing" as StaticString, Concept.Form.ing), ("ed", .past)] where ends(suffix) {
          let rest = count - suffix.utf8CodeUnitCount
          // "Planing" is none of "plan".
          if !isShort(word.prefix(rest)), body(stem(rest), form) { return }
          if body(stem(rest, plus: "e"), form) { return }
          if rest > 2, word[rest - 1] == word[rest - 2], body(stem(rest - 1), form) { return }
          if form == .past, word[rest - 1] == UInt8(ascii: "i"), body(stem(rest - 1, plus: "y"), form) { return }
        }
      default: return
      }
    }
  }

  private static func takesE(_ letter: UInt8) -> Bool { "sxzho".utf8.contains(letter) }

  /// Whether a stem doubles its last letter before an ending: one vowel, and one consonant after it.
  private static func isShort(_ stem: some BidirectionalCollection<UInt8>) -> Bool {
    func isVowel(_ letter: UInt8) -> Bool {
      switch letter {
      case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): true
      default: false
      }
    }
    guard let last = stem.last, let vowel = stem.dropLast().last, isVowel(vowel), !isVowel(last) else { return false }
    switch last {
    case UInt8(ascii: "w"), UInt8(ascii: "x"), UInt8(ascii: "y"): return false
    default: return stem.count(where: isVowel) == 1
    }
  }

  /// The letters of the stem of a word that has a hash.
  static func stem(_ word: String, with hash: PhraseHash) -> String {
    let bytes = Array(word.utf8)
    for count in (1..<max(bytes.count, 2)).reversed() {
      for ending in ["", "e", "y"] {
        let stem = String(decoding: bytes[..<min(count, bytes.count)], as: UTF8.self) + ending
        var found = PhraseHash()
        found.add(stem)
        if found.value == hash.value { return stem }
      }
    }
    return word
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
