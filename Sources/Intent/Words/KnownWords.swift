import CIntentTables

/// How common a word is.
enum WordUse: UInt8, Comparable, Sendable {
  /// In no list, or only in those of the rarest words, which have misspellings among them.
  case rare
  /// In a list of words or names.
  case listed
  /// In one of the larger lists of common words.
  case known
  case common, usual
  /// One of some thousands that are in every text.
  case basic

  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// The words that are known to be words, read where they stand in the program's read-only data: nothing is loaded.
///
/// There are 180,000, of which only hashes are kept; `.tools/compile-words` says where they come from and how they are stored.
struct KnownWords: @unchecked Sendable {
  static let shared = KnownWords(base: intent_words(), size: intent_words_size())

  private let slots: UnsafePointer<UInt32>
  private let slotCount: UInt64
  /// How many words there are.
  let count: Int

  private init(base: UnsafePointer<UInt8>, size: Int) {
    let raw = UnsafeRawPointer(base)
    let numbers = raw.advanced(by: 8).assumingMemoryBound(to: UInt32.self)
    (slotCount, count) = (UInt64(numbers[0]), Int(numbers[1]))
    slots = raw.advanced(by: 16).assumingMemoryBound(to: UInt32.self)
    precondition(size == 16 + 4 * Int(slotCount), "the table of known words has another size")
  }

  /// What is kept of a word, by its hash; `nil` when it is not known.
  private func entry(_ hash: UInt64) -> UInt32? {
    let own = max(UInt32(hash >> 35), 1)
    var place = hash % slotCount
    while slots[Int(place)] != 0 {
      if slots[Int(place)] >> 3 == own { return slots[Int(place)] }
      place = place + 1 == slotCount ? 0 : place + 1
    }
    return nil
  }

  /// Whether a word is in a list of words or names.
  func contains(_ hash: UInt64) -> Bool { entry(hash) != nil }
  func contains(_ hash: PhraseHash) -> Bool { entry(hash.value) != nil }

  /// How common a word is.
  func use(_ hash: PhraseHash) -> WordUse {
    guard let level = entry(hash.value).map({ UInt8($0 & 7) }) else { return .rare }
    return level == Self.onlyName ? .listed : WordUse(rawValue: level) ?? .rare
  }

  /// Whether it is a common one, which may be meant where another word is misspelt.
  func isCommon(_ hash: PhraseHash) -> Bool { use(hash) >= .known }

  /// Whether it is the name of a person, a place or the like, and no other word: written small, it means the same.
  func isOnlyName(_ word: String) -> Bool { entry(PhraseHash.of(word)).map { UInt8($0 & 7) == Self.onlyName } ?? false }

  /// Beside the values of `WordUse`: listed, and only as a name.
  private static let onlyName: UInt8 = 6

  // MARK: Words that no list has

  /// Whether letters make a word: one that is known, or an inflection, a derivation or a compound of such.
  func isWord(_ word: [UInt8]) -> Bool {
    contains(PhraseHash(word[...])) || isInflected(word) || isPrefixed(word) || isCompound(word)
  }

  private func isKnownStem(_ stem: ArraySlice<UInt8>, plus letter: UInt8? = nil, isLoose: Bool) -> Bool {
    var hash = PhraseHash()
    for byte in stem { hash.add(byte: byte) }
    if let letter { hash.add(byte: letter) }
    hash.endWord()
    // Short names would make words of everything: "proce" and "loca" are some.
    return isLoose && stem.count >= 6 ? contains(hash) : isCommon(hash) || Lexicon.shared.knows(hash.value)
  }

  private func isInflected(_ word: [UInt8]) -> Bool {
    for (ending, letter, isLoose) in Self.endings where word.count >= ending.count + 4 && word.ends(with: ending) {
      let stem = word.dropLast(ending.count)
      if isKnownStem(stem, plus: letter, isLoose: isLoose) { return true }
      let isDoubled = letter == nil && stem.last == stem.dropLast().last
      if isDoubled, ending.count > 1, isKnownStem(stem.dropLast(), isLoose: isLoose) { return true }
    }
    return false
  }

  /// Endings, the letter of the stem that they take the place of, and whether a name takes them.
  private static let endings: [(ending: [UInt8], letter: UInt8?, isLoose: Bool)] = [
    ("s", nil, true), ("ies", "y", true), ("ed", nil, true), ("ed", "e", true), ("ied", "y", true),
    ("ing", nil, true), ("ing", "e", true), ("er", nil, false), ("er", "e", false), ("ers", nil, false),
    ("ers", "e", false), ("ly", nil, false), ("able", nil, false), ("able", "e", false), ("ness", nil, false),
    ("less", nil, false), ("like", nil, false), ("ish", nil, false), ("wise", nil, false),
  ].map { (Array(($0.0 as String).utf8), ($0.1 as Unicode.Scalar?).map { UInt8(ascii: $0) }, $0.2) }

  private func isPrefixed(_ word: [UInt8]) -> Bool {
    for prefix in Self.prefixes
    where prefix[0] == word[0] && word.count >= prefix.count + 4 && word.starts(with: prefix) {
      let rest = Array(word.dropFirst(prefix.count))
      if isKnownStem(rest[...], isLoose: false) || isInflected(rest) { return true }
    }
    return false
  }

  private static let prefixes: [[UInt8]] = [
    "anti", "auto", "back", "bi", "bio", "co", "counter", "cross", "cyber", "de", "dis", "down", "e", "eco", "en",
    "fore", "hyper", "in", "inter", "kilo", "macro", "mega", "meta", "micro", "mid", "mini", "mis", "mono", "multi",
    "nano", "neo", "non", "out", "over", "para", "photo", "poly", "post", "pre", "proto", "pseudo", "re", "retro",
    "self", "semi", "sub", "super", "tele", "trans", "tri", "un", "under", "uni", "up",
  ].map { Array($0.utf8) }

  /// "Healthcheck".
  private func isCompound(_ word: [UInt8]) -> Bool {
    guard word.count >= 8 else { return false }
    return (4...(word.count - 4)).contains { place in
      isCommon(PhraseHash(word[..<place])) && isCommon(PhraseHash(word[place...]))
    }
  }
}

extension Array where Element == UInt8 {
  fileprivate func ends(with ending: [UInt8]) -> Bool {
    count >= ending.count && self[(count - ending.count)...].elementsEqual(ending)
  }
}

extension PhraseHash {
  /// The hash of a word in letters.
  init(_ letters: ArraySlice<UInt8>) {
    self.init()
    add(letters)
  }
}
