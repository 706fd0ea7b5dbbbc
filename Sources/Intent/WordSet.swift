/// Some words, in which one is found by the hash that the lexicon finds it by.
///
/// A set of the language hashes every word that is asked for anew, with a hash that takes longer than all else here.
struct WordSet: Sendable {
  private let words: [InstructionWord?]
  private let mask: Int

  init(_ words: some Sequence<String>) {
    let known = words.map { InstructionWord(kind: .word, text: $0) }
    var count = 8
    while count < known.count * 4 { count *= 2 }
    var slots: [InstructionWord?] = Array(repeating: nil, count: count)
    for word in known {
      var place = Int(truncatingIfNeeded: word.hash) & (count - 1)
      while let other = slots[place], other != word { place = (place + 1) & (count - 1) }
      slots[place] = word
    }
    (self.words, mask) = (slots, count - 1)
  }

  /// Whether a word is one of these.
  func contains(_ word: InstructionWord) -> Bool {
    var place = Int(truncatingIfNeeded: word.hash) & mask
    while let known = words[place] {
      if known.hash == word.hash, known.text == word.text { return true }
      place = (place + 1) & mask
    }
    return false
  }

  /// Whether a word in lower case is one of these.
  func contains(_ word: String) -> Bool { contains(InstructionWord(kind: .word, text: word)) }
}
