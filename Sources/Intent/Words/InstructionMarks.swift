/// The marks that instructions are cut at.
extension InstructionWords {
  struct Quote {
    let length: Int
    let closing: [UInt8]
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
  static func isSmall(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
  static func isCapital(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
  /// Letters of ASCII and everything beyond it.
  static func isLetter(_ byte: UInt8) -> Bool { isSmall(byte) || isCapital(byte) || byte >= 0x80 }

  static func isOpening(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") }

  static func isPause(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"),
      UInt8(ascii: "?"), UInt8(ascii: ")"), UInt8(ascii: "]"):
      true
    default: false
    }
  }

  static func sign(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "+"): "+"
    case UInt8(ascii: "*"): "*"
    case UInt8(ascii: "="): "="
    case UInt8(ascii: "<"): "<"
    case UInt8(ascii: ">"): ">"
    case UInt8(ascii: "&"): "&"
    case UInt8(ascii: "/"): "/"
    case UInt8(ascii: "|"): "|"
    case UInt8(ascii: "-"): "-"
    case UInt8(ascii: "%"): "%"
    default: nil
    }
  }

  /// Signs of several bytes: `->`, `>=`, `→`, `×`, `–`, …
  static func longSign(_ bytes: [UInt8], _ index: Int) -> (text: String, length: Int)? {
    let byte = bytes[index]
    guard
      byte >= 0x80 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "<")
        || byte == UInt8(ascii: "=")
    else { return nil }
    for (mark, text) in longSigns where bytes[index...].starts(with: mark) { return (text, mark.count) }
    return nil
  }

  private static let longSigns: [([UInt8], String)] = [
    ("→", "->"), ("⇒", "->"), ("->", "->"), ("=>", "->"), (">=", ">="), ("<=", "<="), ("≥", ">="), ("≤", "<="),
    ("×", "*"),
    ("–", "-"), ("—", "-"), ("…", "..."), ("¿", "¿"), ("¡", "¡"),
  ].map { (Array($0.0.utf8), $0.1) }

  static func openingQuote(_ bytes: [UInt8], _ index: Int) -> Quote? {
    let byte = bytes[index]
    switch byte {
    case UInt8(ascii: "\""): return Quote(length: 1, closing: [byte])
    case UInt8(ascii: "`"): return Quote(length: 1, closing: [byte])
    case UInt8(ascii: "'"): return Quote(length: 1, closing: [byte])
    case 0xE2, 0xC2:
      for (open, close) in typographic where bytes[index...].starts(with: open) {
        return Quote(length: open.count, closing: close)
      }
      return nil
    default: return nil
    }
  }

  private static let typographic: [([UInt8], [UInt8])] = [("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’")].map {
    (Array($0.0.utf8), Array($0.1.utf8))
  }

  /// Lower case for ASCII and for the letters of Western Europe; a typographic apostrophe becomes a plain one.
  static func lowercased(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      if isCapital(byte) {
        result.append(byte | 0x20)
      } else if byte == 0xE2, bytes[index...].starts(with: [0xE2, 0x80, 0x99]) {
        result.append(UInt8(ascii: "'"))
        index += 2
      } else if byte >= 0x80, byte <= 0x9E, byte != 0x97, result.last == 0xC3 {
        result.append(byte | 0x20)
      } else {
        result.append(byte)
      }
      index += 1
    }
    return result
  }
}
