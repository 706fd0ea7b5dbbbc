/// Looks for the one common word that a word is a slip of.
///
/// Some hundred words are tried. So only their hashes are made, each from that of the letters before the slip.
struct SlipSearch {
  private let word: [UInt8]
  /// The hashes of the first none, one, two, … letters.
  private var before: [PhraseHash]
  private var hit: (hash: UInt64, letters: [UInt8])?
  private var isClear = true

  init(_ word: [UInt8]) {
    self.word = word
    before = [PhraseHash()]
    before.reserveCapacity(word.count + 1)
    for letter in word {
      var hash = before[before.count - 1]
      hash.add(byte: letter)
      before.append(hash)
    }
  }

  /// Looks at a word: some letters as they are, some others, and the rest from a place on.
  private mutating func consider(_ kept: Int, _ first: UInt8? = nil, _ second: UInt8? = nil, from rest: Int) {
    var hash = before[kept]
    if let first { hash.add(byte: first) }
    if let second { hash.add(byte: second) }
    word.withUnsafeBufferPointer { word in
      var index = rest
      while index < word.count {
        hash.add(byte: word[index])
        index += 1
      }
    }
    hash.endWord()
    if let hit, hit.hash == hash.value { return }
    guard KnownWords.shared.isCommon(hash) else { return }
    if hit != nil { return isClear = false }
    hit = (hash.value, Array(word[..<kept]) + [first, second].compactMap { $0 } + word[rest...])
  }

  /// The word that is meant; `nil` when there is none or more than one, or it is too rare for such a slip.
  ///
  /// - Parameter amongOthers: whether the text has another slip.
  mutating func found(amongOthers: Bool) -> [UInt8]? {
    let count = word.count
    // Swapped; in a word of four letters the last one stays.
    for index in 1..<(count == 4 ? 2 : count - 1) where word[index] != word[index + 1] {
      consider(index, word[index + 1], word[index], from: index + 2)
    }
    // Left out, inside of the word.
    for index in 1..<count {
      for letter in UInt8(ascii: "a")...UInt8(ascii: "z") { consider(index, letter, from: index) }
      if !isClear { return nil }
    }
    // Doubled letters: written once at the end, or written twice.
    if count < 6 {
      consider(count, word[count - 1], from: count)
    } else {
      for letter in UInt8(ascii: "a")...UInt8(ascii: "z") { consider(count, letter, from: count) }
      for index in 1..<count where word[index] == word[index - 1] { consider(index, from: index + 1) }
    }
    guard isClear, let letters = hit?.letters else { return nil }
    return Slip.isForgiven(
      word, for: letters, KnownWords.shared.use(PhraseHash(letters[...])), amongOthers: amongOthers)
      ? letters : nil
  }
}
