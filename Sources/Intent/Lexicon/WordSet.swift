/// Some words, in which one is found by the hash that the lexicon finds it by.
///
/// A set of the language hashes every word that is asked for anew, with a hash that takes longer than all else here. As in the
/// lexicon, two words are one where their hashes of 64 bits are: so it takes no time to fill.
struct WordSet: Sendable {
  /// The hashes at their places; 0 where there is none.
  private var hashes: [UInt64]
  private let mask: Int

  init(_ all: [String]) {
    self.init(room: all.count)
    for word in all { add(word) }
  }

  /// An empty one that is to hold so many words.
  init(room: Int) {
    var count = 8
    while count < room * 2 { count *= 2 }
    mask = count - 1
    hashes = Array(repeating: 0, count: count)
  }

  /// Adds a word.
  mutating func add(_ word: String) {
    let hash = PhraseHash.of(word)
    hashes[place(of: hash)] = hash
  }

  /// Where a word stands, or would stand.
  private func place(of hash: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: hash) & mask
    while hashes[place] != 0, hashes[place] != hash { place = (place + 1) & mask }
    return place
  }

  /// Whether a word of a hash is one of these.
  func contains(hash: UInt64) -> Bool { hashes[place(of: hash)] != 0 }

  /// Whether a word is one of these.
  func contains(_ word: InstructionWord) -> Bool { hashes[place(of: word.hash)] != 0 }

  /// Whether a plain word among some is one of these.
  func isSaid(in words: [InstructionWord]) -> Bool { words.contains { $0.kind == .word && contains($0) } }

  /// Whether a word in lower case is one of these.
  func contains(_ word: String) -> Bool { hashes[place(of: PhraseHash.of(word))] != 0 }
}
