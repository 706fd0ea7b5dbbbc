/// Names of languages, formats and tools that are misspelt.
extension Spelling {
  /// The language, format or tool whose name a word in capitals has with two letters swapped: "Pyhton", "Markdwon".
  static func nameMeant(by word: [UInt8]) -> [UInt8]? {
    guard word.count >= 6, word.count <= maximumLength, word.allSatisfy(InstructionWords.isSmall),
      !KnownWords.shared.isWord(word)
    else { return nil }
    var found = usual[String(decoding: word, as: UTF8.self)].map { Array($0.utf8) }
    if found != nil { return found }
    for index in 1..<(word.count - 1) where word[index] != word[index + 1] {
      var other = word
      other.swapAt(index, index + 1)
      var isName = false
      Lexicon.shared.forEachReading(PhraseHash(other[...]).value) { reading in
        if reading.language == 0, [.language, .format, .tool].contains(reading.kind) { isName = true }
      }
      guard isName else { continue }
      if found != nil { return nil }
      found = other
    }
    return found
  }

  /// Others that many misspell.
  private static let usual: [String: String] = [
    "phyton": "python", "spansh": "spanish", "englsh": "english", "engish": "english",
  ]

  /// Puts the names at some places of a text as they are spelt.
  static func correctNames(_ words: inout [InstructionWord], at places: [Int]) {
    if says(words, aboutSpelling) { return }
    for place in places where place < words.count {
      let before = place > 0 ? words[place - 1] : nil
      guard let letters = nameMeant(by: Array(words[place].text.utf8)), !ExactWords.has(words, at: place),
        !(before.map(isNoun) ?? false), !isOfOther(words, at: place)
      else { continue }
      let word = InstructionWord(kind: .word, text: String(decoding: letters, as: UTF8.self))
      if !words.contains(word) { words[place] = word }
    }
  }

  /// Whether a name may be that of somebody, or is what was typed: "an email to Typescritp", "tell Kotiln", "the Djagno
  /// package".
  private static func isOfOther(_ words: [InstructionWord], at place: Int) -> Bool {
    guard place > 0 else { return false }
    let before = words[place - 1]
    if telling.contains(before) { return true }
    if addressing.contains(before) { return says(words, personal) }
    return before.text == "the" && place + 1 < words.count && published.contains(words[place + 1])
  }

  private static let telling = WordSet(["tell", "ask", "remind", "thank", "invite", "greet", "typed", "type"])
  private static let addressing = WordSet(["to", "from", "for"])
  private static let personal = WordSet([
    "email", "letter", "note", "message", "invitation", "card", "bio", "biography", "obituary", "slogan", "poem",
  ])
  private static let published = WordSet(["package", "crate", "brand", "startup", "band", "family"])

  /// Whether a name that follows a word may be that of what the word says: "the band Pyhton".
  private static func isNoun(_ word: InstructionWord) -> Bool {
    guard word.kind == .word, !calling.contains(word) else { return true }
    var isOther = false
    Lexicon.shared.forEachReading(word.hash) { reading in
      if reading.language == 0, ![.thing, .work, .unit].contains(reading.kind) { isOther = true }
    }
    return !isOther
  }
}
