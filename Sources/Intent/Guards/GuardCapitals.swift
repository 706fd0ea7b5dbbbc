/// Where a text writes capitals, and what with.
extension GuardFacts {
  /// A run of letters in a text, where it stands.
  struct Name {
    let letters: UnsafeBufferPointer<UInt8>
    let startsSentence: Bool
    /// Whether nothing but a possessive follows its letters.
    let isWhole: Bool

    var lower: String {
      String(unsafeUninitializedCapacity: letters.count) { lower in
        for (index, letter) in letters.enumerated() { lower.initializeElement(at: index, to: letter | 0x20) }
        return letters.count
      }
    }

    var isToolPreposition: Bool {
      switch letters.count {
      case 2: reads("in") || reads("on")
      case 4: reads("with") || reads("into")
      case 5: reads("using")
      default: false
      }
    }

    /// Whether it is a word of as many letters, in small ones or in capitals.
    private func reads(_ word: StaticString) -> Bool {
      letters.indices.allSatisfy { letters[$0] | 0x20 == word.utf8Start[$0] }
    }

    var isTool: Bool {
      var isTool = false
      Lexicon.shared.forEachReading(PhraseHash.of(lower)) {
        if $0.kind == .tool || $0.kind == .language { isTool = true }
      }
      return isTool
    }
  }

  var hasCapitalInside: Bool {
    var text = text
    return text.withUTF8 { $0.dropFirst().contains(where: InstructionWords.isCapital) }
  }

  /// Visits the words of two letters and more. "In swift" is in Swift, and counts for neither.
  func forEachName(_ visit: (Name) -> Void) {
    var text = text
    text.withUTF8 { text in
      var (startsSentence, isAfterPreposition) = (true, false)
      var next = 0
      while next < text.count {
        if InstructionWords.isBlank(text[next]) {
          next += 1
          continue
        }
        var start = next
        while next < text.count, !InstructionWords.isBlank(text[next]) { next += 1 }
        while start < next, !InstructionWords.isLetter(text[start]) { start += 1 }
        var end = start
        while end < next, InstructionWords.isLetter(text[end]), text[end] < 0x80 { end += 1 }
        let name = Name(
          letters: UnsafeBufferPointer(rebasing: text[start..<end]), startsSentence: startsSentence,
          isWhole: end == next || text[end] == UInt8(ascii: "'"))
        let mayBeTool = isAfterPreposition
        // "In Microsoft Excel"
        isAfterPreposition = name.isToolPreposition || mayBeTool && InstructionWords.vendors[name.lower] != nil
        startsSentence = Self.endsSentence(text[next - 1])
        if name.letters.count > 1, !(mayBeTool && name.isTool) { visit(name) }
      }
    }
  }

  private static func endsSentence(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "?"), UInt8(ascii: "!"), UInt8(ascii: ":"): true
    default: false
    }
  }

  /// Words that begin with a small letter; of a text without a capital inside, all of them.
  private var small: [String] {
    guard hasCapitalInside else {
      return text.utf8.first.map(InstructionWords.isCapital) ?? false ? Array(words.dropFirst()) : words
    }
    var small: [String] = []
    forEachName { name in
      if !InstructionWords.isCapital(name.letters[0]) { small.append(String(decoding: name.letters, as: UTF8.self)) }
    }
    return small
  }

  /// Whether it writes a word without a capital.
  func writesSmall(_ word: String) -> Bool { small.contains(word) }

  /// Whether it holds a word more than once.
  func saysTwice(_ word: String) -> Bool { pieces.count { $0.kind == .word && $0.text == word } > 1 }

  /// Of the places where it says a word, whether each has a capital.
  func placesOfCapitals(_ word: String) -> [Bool] {
    var places: [Bool] = []
    forEachName { if $0.lower == word { places.append(InstructionWords.isCapital($0.letters[0])) } }
    return places
  }

  /// How it writes a word, but at the beginning of a sentence.
  func forms(of word: String) -> Set<String> {
    var forms: Set<String> = []
    forEachName {
      if !$0.startsSentence, $0.lower == word { forms.insert(String(decoding: $0.letters, as: UTF8.self)) }
    }
    return forms
  }
}
