/// Some words, in which one is found by the hash that the lexicon finds it by.
///
/// A set of the language hashes every word that is asked for anew, with a hash that takes longer than all else here.
struct WordSet: Sendable {
  /// The words at the places of their hashes, and their hashes; 0 where there is none.
  private var words: [String]
  private var hashes: [UInt64]
  private let mask: Int

  init(_ all: [String]) {
    var count = 8
    while count < all.count * 4 { count *= 2 }
    mask = count - 1
    words = Array(repeating: "", count: count)
    hashes = Array(repeating: 0, count: count)
    for word in all {
      let hash = PhraseHash.of(word)
      let place = place(of: word, hash)
      (words[place], hashes[place]) = (word, hash)
    }
  }

  /// Where a word stands, or would stand.
  private func place(of word: String, _ hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: hash) & mask
    while hashes[place] != 0, hashes[place] != hash || words[place] != word { place = (place + 1) & mask }
    return place
  }

  /// Whether a word is one of these.
  func contains(_ word: InstructionWord) -> Bool { hashes[place(of: word.text, word.hash)] != 0 }

  /// Whether a word in lower case is one of these.
  func contains(_ word: String) -> Bool { hashes[place(of: word, PhraseHash.of(word))] != 0 }
}
