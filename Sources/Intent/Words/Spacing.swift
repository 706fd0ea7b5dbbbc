/// The blanks of an instruction where they are more than one between two words, a tab, or at the beginning of a line: who
/// writes them may ask about them, as in "how long is a  b".
enum Spacing {
  /// How many pieces of text stand before each of them, and what it is. Two blanks behind the end of a sentence are a habit
  /// of typing.
  static func runs(in text: String) -> [String] {
    var text = text
    return text.withUTF8 { bytes in
      // Nearly all have none.
      guard mayHoldOne(bytes) else { return [] }
      var runs: [String] = []
      var (place, words, last): (Int, Int, UInt8) = (0, 0, 0)
      while place < bytes.count {
        let start = place
        while place < bytes.count, isBlank(bytes[place]) { place += 1 }
        if place > start {
          let run = bytes[start..<place]
          let isAtEnd = place == bytes.count || isLineEnd(bytes[place])
          let isUsual = run.count == 1 && run[start] == blank && last != lineFeed
          let isHabit = ".!?".utf8.contains(last) && run.allSatisfy { $0 == blank }
          if last != 0, !isAtEnd, !isUsual, !isHabit {
            runs.append("\(words) " + String(decoding: run, as: UTF8.self))
          }
        } else {
          if last == 0 || isBlank(bytes[max(place, 1) - 1]) || isLineEnd(last) { words += 1 }
          last = bytes[place]
          place += 1
        }
      }
      return runs
    }
  }

  private static func mayHoldOne(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var last: UInt8 = 0
    for byte in bytes {
      if byte == 0x09 || byte == blank && (last == blank || last == lineFeed) { return true }
      last = byte
    }
    return false
  }

  private static let blank: UInt8 = 0x20
  private static let lineFeed: UInt8 = 0x0A
  private static func isBlank(_ byte: UInt8) -> Bool { byte == blank || byte == 0x09 }
  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == 0x0D }
}
