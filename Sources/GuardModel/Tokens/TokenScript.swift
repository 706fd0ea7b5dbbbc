/// The writing systems that a `TokenClassifier` tells apart beyond ASCII and Latin.
enum TokenScript: Int, Sendable {
  case symbol, cyrillic, otherNarrow, otherWide, han, kana, hangul, cjkMark, emoji

  /// Whether a character beyond ASCII is a Latin letter.
  static func isLatin(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0xD7, 0xF7: false
    case 0xC0...0x24F, 0x1E00...0x1EFF: true
    default: false
    }
  }

  /// The script of a character beyond ASCII that is not Latin.
  ///
  /// *Source:* the blocks of the Unicode Standard 15.
  init(_ scalar: UInt32) {
    switch scalar {
    case 0x400...0x52F: self = .cyrillic
    case 0x80...0xBF, 0xD7, 0xF7, 0x2000...0x2BFF, 0xFE00...0xFE0F: self = .symbol
    case 0x250...0x7FF: self = .otherNarrow
    case 0x3040...0x30FF: self = .kana
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: self = .han
    case 0xAC00...0xD7AF: self = .hangul
    case 0x3000...0x303F, 0xFF00...0xFFEF: self = .cjkMark
    case 0x1F000...0x1FAFF: self = .emoji
    default: self = .otherWide
    }
  }

  /// The class of one character of this script.
  func characterClass(_ scalar: UInt32) -> Int {
    switch self {
    case .symbol:
      switch scalar {
      case 0x80...0xFF: TokenClass.symbol + Int(scalar & 0x3F)
      case 0x2000...0x206F: TokenClass.symbol + 64 + Int(scalar - 0x2000)
      case 0x2500...0x259F: TokenClass.symbol + 176
      case 0x2190...0x22FF: TokenClass.symbol + 177
      case 0x2600...0x27BF: TokenClass.symbol + 178
      case 0xFE00...0xFE0F: TokenClass.symbol + 179
      default: TokenClass.symbol + 180
      }
    case .cyrillic: TokenClass.cyrillic + Int(min(scalar - 0x400, 0x60))
    case .otherNarrow: TokenClass.otherNarrow + Int((scalar - 0x250) >> 7)
    case .otherWide: TokenClass.otherWide + (scalar > 0xFFFF ? 32 : Int(scalar >> 11))
    case .han: TokenClass.han + (0x4E00...0x9FFF ~= scalar ? Int((scalar - 0x4E00) >> 8) : 82)
    case .kana: TokenClass.kana + Int(scalar - 0x3040)
    case .hangul: TokenClass.hangul + min(Int(scalar - 0xAC00) / 588, 18)
    case .cjkMark: TokenClass.cjkMark + (scalar < 0x3040 ? Int(scalar & 0x3F) : 64 + Int((scalar & 0xFF) >> 5))
    case .emoji: TokenClass.emoji + (0x1F3FB...0x1F3FF ~= scalar ? 15 : Int((scalar - 0x1F000) >> 8))
    }
  }
}

/// Where the classes of each feature begin.
enum TokenClass {
  /// A word this many words after an accented one is still taken for a word of that language.
  static let accentReach = 32

  // A word by shape (lower, Capital, UPPER; again near accents) and length; each letter of a word beyond that length.
  static let wordLengths = 16
  static let word = 0
  static let longWordLetter = word + 6 * wordLengths
  // A word by what stands before it and its first four lengths.
  static let wordLead = longWordLetter + 6
  // Two neighbouring letters of a word, without regard to case.
  static let pair = wordLead + 9 * 4
  static let accent = pair + 26 * 26
  // Digits by length, again after a letter.
  static let digitLengths = 12
  static let digits = accent + 65
  static let longDigit = digits + 2 * digitLengths
  // White space by length; each 16 beyond.
  static let spaceLengths = 32
  static let spaces = longDigit + 1
  static let indentation = spaces + spaceLengths
  static let tabs = indentation + spaceLengths
  static let longSpace = tabs + spaceLengths
  static let lineBreak = longSpace + 1
  static let underscore = lineBreak + 12
  // The first mark of a run (after a space: 128 higher), another mark, and repetitions of one mark.
  static let firstMark = underscore + 4
  static let nextMark = firstMark + 256
  static let repeatedMarks = 64
  static let repeatedMark = nextMark + 128
  static let wrongByte = repeatedMark + repeatedMarks
  // A run of another script by its length, and its characters.
  static let scriptRun = wrongByte + 1
  static let symbol = scriptRun + 9 * 8
  static let cyrillic = symbol + 181
  static let otherNarrow = cyrillic + 97
  static let otherWide = otherNarrow + 12
  static let han = otherWide + 33
  static let kana = han + 83
  static let hangul = kana + 192
  static let cjkMark = hangul + 19
  static let emoji = cjkMark + 72
  /// How many classes there are.
  static let count = emoji + 16
}
