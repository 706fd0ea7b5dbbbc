/// Cuts text into the tokens of the similarity table, as BERT's uncased WordPiece does.
///
/// *Source:* Devlin et al., "BERT", and the vocabulary of all-MiniLM-L6-v2 (Apache-2.0).
enum WordPiece {
  /// A word longer than this is one unknown token.
  private static let longestWord = 100

  /// The numbers of the text's tokens, at most so many.
  static func tokens(_ text: String, limit: Int = 256) -> [Int] {
    var cutter = Cutter()
    for scalar in text.unicodeScalars {
      if cutter.tokens.count >= limit { break }
      if isSpace(scalar) {
        cutter.end()
      } else if isControl(scalar) {
        continue
      } else if isPunctuation(scalar) || isIdeograph(scalar) {
        cutter.end()
        cutter.add(scalar)
        cutter.end()
      } else if !scalar.isASCII, let hangul = hangul(scalar) {
        for letter in hangul { cutter.add(letter) }
      } else if let folded = SimilarityTable.shared.folded(scalar) {
        cutter.add(folded)
      }
    }
    cutter.end()
    return Array(cutter.tokens.prefix(limit))
  }

  /// Cuts words, one after the other; its memory serves all of them.
  private struct Cutter {
    var tokens: [Int] = []
    /// The word so far, and where each of its characters begins.
    private var bytes: [UInt8] = []
    private var starts: [Int] = []
    private var hashes: [UInt64] = []

    init() {
      // Room for what most requests have, once.
      tokens.reserveCapacity(48)
      bytes.reserveCapacity(32)
      starts.reserveCapacity(33)
      hashes.reserveCapacity(33)
    }

    mutating func add(_ scalar: Unicode.Scalar) {
      starts.append(bytes.count)
      if scalar.isASCII {
        bytes.append(UInt8(scalar.value))
      } else {
        bytes += UTF8.encode(scalar).map(Array.init) ?? []
      }
    }

    mutating func end() {
      if starts.isEmpty { return }
      cut()
      bytes.removeAll(keepingCapacity: true)
      starts.removeAll(keepingCapacity: true)
    }

    /// The longest token first, then the longest that continues it, and so on; unknown as a whole when one is missing.
    private mutating func cut() {
      let length = starts.count
      guard length <= WordPiece.longestWord else { return tokens.append(SimilarityTable.unknownToken) }
      let table = SimilarityTable.shared
      starts.append(bytes.count)
      let before = tokens.count
      while hashes.count <= bytes.count { hashes.append(0) }
      var first = 0
      while first < length {
        let rest = bytes[starts[first]...]
        SimilarityTable.hash(rest, continues: first > 0, into: &hashes)
        var last = length
        var token: Int?
        while last > first {
          let piece = rest[..<starts[last]]
          token = table.token(piece, continues: first > 0, hash: hashes[piece.count])
          if token != nil { break }
          last -= 1
        }
        guard let token else {
          tokens.removeSubrange(before...)
          return tokens.append(SimilarityTable.unknownToken)
        }
        tokens.append(token)
        first = last
      }
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" }
    return scalar.properties.generalCategory == .spaceSeparator
      || scalar.value == 0x2028 || scalar.value == 0x2029
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    if scalar.value == 0xFFFD { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .privateUse, .surrogate, .unassigned: return true
    default: return false
    }
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 33...47, 58...64, 91...96, 123...126: return true
    case ..<0x80: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF,
      0x2B820...0x2B91F, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }

  /// A syllable of Hangul in its letters.
  ///
  /// *Source:* The Unicode Standard, section 3.12.
  private static func hangul(_ scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
    guard scalar.value >= 0xAC00, scalar.value <= 0xD7A3 else { return nil }
    let index = scalar.value - 0xAC00
    let letters = [0x1100 + index / 588, 0x1161 + index % 588 / 28] + (index % 28 == 0 ? [] : [0x11A7 + index % 28])
    return letters.compactMap(Unicode.Scalar.init)
  }
}
