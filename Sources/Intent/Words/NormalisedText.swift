/// Text as the exact tier compares it.
///
/// Only what nobody means is taken away: carriage returns before line breaks, blanks at the ends of lines, empty lines at both
/// ends, and the blanks before a text of one line. Everything else, blanks between words, indentation, letter case, invisible
/// characters (a byte order mark is one) and bytes that are not UTF-8, makes texts different: "how long is a  b" asks about them.
public enum NormalisedText {
  /// The bytes to hash for the exact tier.
  public static func exact(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { exact(Array($0)) }
  }

  /// The bytes to hash for the exact tier; nothing is repaired that is not UTF-8.
  public static func exact(_ bytes: [UInt8]) -> [UInt8] {
    isExact(bytes) ? bytes : trimmed(bytes)
  }

  /// Whether nothing is to be taken away: most instructions are one line without a blank too many.
  private static func isExact(_ bytes: [UInt8]) -> Bool {
    var last: UInt8 = 0
    for byte in bytes {
      if byte == lineFeed || byte == carriageReturn || last == 0 && isBlank(byte) { return false }
      last = byte
    }
    return !isBlank(last)
  }

  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == lineFeed { trimBlanks(&result) }
      result.append(byte)
    }
    trimBlanks(&result)
    while result.last == lineFeed { result.removeLast() }
    let emptyLines = result.prefix { $0 == lineFeed }.count
    if emptyLines > 0 { result.removeFirst(emptyLines) }
    if result.contains(lineFeed) { return result }
    let blanks = result.prefix(while: isBlank).count
    if blanks > 0 { result.removeFirst(blanks) }
    return result
  }

  private static func trimBlanks(_ bytes: inout [UInt8]) {
    while let last = bytes.last, isBlank(last) || last == carriageReturn { bytes.removeLast() }
  }

  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D
  private static let blank: UInt8 = 0x20
  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
