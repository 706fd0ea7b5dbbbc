/// Likely slips of the keyboard in long words: a letter left out, doubled or swapped with its neighbour.
///
/// A slip changes neither the first letter nor the last two: there, one letter makes another word (`reviewer`, `reviewed`).
/// Nor is one letter ever taken for another (`adapt`, `adopt`).
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

  private static func isSwap(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard let i = a.indices.first(where: { a[$0] != b[$0] }), i > 0, i + 1 < a.count else { return false }
    return a[i] == b[i + 1] && a[i + 1] == b[i] && a[(i + 2)...] == b[(i + 2)...]
  }

  private static func isInsertion(_ long: [UInt8], _ short: [UInt8]) -> Bool {
    guard let i = short.indices.first(where: { long[$0] != short[$0] }), i > 0 else { return false }
    return long[(i + 1)...] == short[i...]
  }
}
