/// Likely slips of the keyboard: a letter left out, doubled or swapped with its neighbour.
///
/// No slip changes the first letter, none of a long word of the lexicon the last two: there, one letter makes another word
/// (`reviewer`, `reviewed`). Nor is one letter ever taken for another (`adapt`, `adopt`).
enum Slip {
  static let minimumLength = 7

  /// What a slip leaves as it is: the first letter and the last two.
  static func frame(_ word: some BidirectionalCollection<UInt8>) -> UInt32 {
    word.suffix(2).reduce(UInt32(word.first ?? 0)) { $0 << 8 | UInt32($1) }
  }

  /// Whether one likely slip makes the word of the known one.
  static func isLikely(_ a: [UInt8], for b: some RandomAccessCollection<UInt8>) -> Bool {
    guard abs(a.count - b.count) <= 1, frame(a) == frame(b), a.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) else {
      return false
    }
    let known = Array(b)
    if a.count == known.count { return isSwap(a, known) }
    return a.count > known.count ? isInsertion(a, known) : isInsertion(known, a)
  }

  // MARK: What is forgiven

  /// Whether a word that no list has is so surely a slip of another one that it is taken for that.
  ///
  /// The shorter a word is and the rarer the one that may be meant, the likelier it is a name or a word that lists lack. So each
  /// kind of slip asks for a number of letters by how common the word is. Slips that are also how products are named (`flickr`,
  /// `reactt`) and such as make another form of a word (`cyclin`, `trainee`) are none.
  ///
  /// - Parameter amongOthers: whether the same text has another slip: who makes one makes more.
  static func isForgiven(_ written: [UInt8], for meant: [UInt8], _ use: WordUse, amongOthers: Bool = false) -> Bool {
    let place = zip(written, meant).prefix { $0 == $1 }.count
    guard place > 0, let kind = kind(written, meant, place) else { return false }
    let least = (amongOthers ? kind.leastAmongOthers : kind.least)[Int(use.rawValue)]
    return least > 0 && written.count >= least
  }

  /// A kind of slip.
  private enum Kind {
    case swapped, swappedAtEnd, writtenOnce, leftOut, secondLeftOut, lastButOneLeftOut, writtenTwice, writtenThrice,
      tooMany

    /// The letters that a word must have, by how common the one is that is meant, the rarest first; 0 is never.
    var least: [Int] {
      switch self {
      case .swapped: [0, 0, 7, 6, 5, 5]
      case .swappedAtEnd: [0, 0, 0, 0, 7, 6]
      case .writtenOnce: [0, 0, 9, 7, 6, 5]
      case .leftOut: [0, 0, 10, 8, 6, 6]
      case .secondLeftOut: [0, 0, 0, 9, 8, 8]
      case .lastButOneLeftOut: [0, 0, 0, 9, 8, 8]
      case .writtenTwice: [0, 0, 0, 9, 8, 7]
      case .writtenThrice: [0, 0, 5, 5, 5, 5]
      case .tooMany: [0, 0, 9, 9, 8, 8]
      }
    }

    /// The same where the text has another slip.
    var leastAmongOthers: [Int] {
      switch self {
      case .swapped: [0, 0, 7, 6, 5, 4]
      case .swappedAtEnd: [0, 0, 0, 7, 6, 5]
      case .writtenOnce: [0, 0, 6, 6, 5, 4]
      case .leftOut: [0, 0, 9, 7, 5, 5]
      default: least
      }
    }
  }

  /// - Parameter place: the first one at which the two differ.
  private static func kind(_ written: [UInt8], _ meant: [UInt8], _ place: Int) -> Kind? {
    switch written.count - meant.count {
    case 0: return place == written.count - 2 ? .swappedAtEnd : .swapped
    case -1:
      if meant[place] == meant[place - 1] { return .writtenOnce }
      if place == written.count { return nil }
      if place == 1 { return .secondLeftOut }
      if place < written.count - 1 { return .leftOut }
      // "Flickr", "scribd".
      return isVowel(meant[place]) && !isVowel(written[place]) ? nil : .lastButOneLeftOut
    default:
      guard written[place] == written[place - 1] else { return place < written.count - 2 ? .tooMany : nil }
      if place > 1, written[place - 2] == written[place] { return .writtenThrice }
      return place == written.count - 1 ? nil : .writtenTwice
    }
  }

  private static func isVowel(_ letter: UInt8) -> Bool { "aeiouy".utf8.contains(letter) }

  // MARK: What may be a slip

  private static func isSwap(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard let i = a.indices.first(where: { a[$0] != b[$0] }), i > 0, i + 1 < a.count else { return false }
    return a[i] == b[i + 1] && a[i + 1] == b[i] && a[(i + 2)...] == b[(i + 2)...]
  }

  private static func isInsertion(_ long: [UInt8], _ short: [UInt8]) -> Bool {
    guard let i = short.indices.first(where: { long[$0] != short[$0] }), i > 0 else { return false }
    return long[(i + 1)...] == short[i...]
  }
}
