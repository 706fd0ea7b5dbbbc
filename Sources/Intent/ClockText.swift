/// Times of the day: "3:30 AM", "3:30am" and "3:30 a.m." are one.
extension InstructionWords {
  /// Whether letters are hours and minutes: "14:00".
  static func isClock(_ text: some Collection<UInt8>) -> Bool {
    let text = Array(text)
    guard text.count == 4 || text.count == 5, text[text.count - 3] == UInt8(ascii: ":") else { return false }
    return text.indices.allSatisfy { $0 == text.count - 3 || NumberText.isDigit(text[$0]) }
  }

  /// The half of the day of a time that is written close to it or behind it, as two words; `nil` where there is none.
  static func clock(_ lower: [UInt8]) -> (time: ArraySlice<UInt8>, half: ArraySlice<UInt8>)? {
    guard lower.count > 5, isHalf(lower.suffix(2)), isClock(lower.dropLast(2)) else { return nil }
    return (lower.dropLast(2), lower.suffix(2))
  }

  /// "Am" or "pm".
  static func isHalf(_ lower: some BidirectionalCollection<UInt8>) -> Bool {
    lower.count == 2 && lower.last == UInt8(ascii: "m")
      && (lower.first == UInt8(ascii: "a") || lower.first == UInt8(ascii: "p"))
  }
}
