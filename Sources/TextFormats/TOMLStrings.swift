/// The four kinds of TOML strings.
extension TOMLParser {
  mutating func basicString() throws(TextFormatError) -> String {
    let start = index
    index += 1
    var text: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0x0A, 0x0D: throw fail("the string is not closed on its line", at: start)
      default: try append(byte, to: &text)
      }
    }
    throw fail("the string is not closed", at: start)
  }

  mutating func literalString() throws(TextFormatError) -> String {
    let start = index
    index += 1
    var text: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "'"):
        index += 1
        return String(decoding: text, as: UTF8.self)
      case 0x0A, 0x0D: throw fail("the string is not closed on its line", at: start)
      default: try append(byte, to: &text)
      }
    }
    throw fail("the string is not closed", at: start)
  }

  mutating func multiLineBasicString() throws(TextFormatError) -> String {
    try multiLine(quote: UInt8(ascii: "\"")) { parser, text throws(TextFormatError) in
      guard parser.peek == UInt8(ascii: "\\") else { return false }
      if !(try parser.skipEscapedLineBreak()) { try parser.escape(into: &text) }
      return true
    }
  }

  mutating func multiLineLiteralString() throws(TextFormatError) -> String {
    try multiLine(quote: UInt8(ascii: "'")) { _, _ throws(TextFormatError) in false }
  }

  /// The body of a string in three quotes; up to two quotes may stand inside, also right before the closing three.
  private mutating func multiLine(
    quote: UInt8, special: (inout TOMLParser, inout [UInt8]) throws(TextFormatError) -> Bool
  ) throws(TextFormatError) -> String {
    let start = index
    index += 3
    _ = try lineBreakInString()
    var text: [UInt8] = []
    while let byte = peek {
      if byte == quote {
        var count = 0
        while peek == quote, count < 5 {
          index += 1
          count += 1
        }
        if count >= 3 {
          text += [UInt8](repeating: quote, count: count - 3)
          return String(decoding: text, as: UTF8.self)
        }
        text += [UInt8](repeating: quote, count: count)
      } else if try special(&self, &text) {
        continue
      } else if let lineBreak = try lineBreakInString() {
        text += lineBreak
      } else {
        try append(byte, to: &text)
      }
    }
    throw fail("the string is not closed", at: start)
  }

  private mutating func lineBreakInString() throws(TextFormatError) -> [UInt8]? {
    if take("\n") { return [0x0A] }
    guard peek == 0x0D else { return nil }
    guard index + 1 < bytes.count, bytes[index + 1] == 0x0A else {
      throw fail("a carriage return needs a line feed after it")
    }
    index += 2
    return [0x0D, 0x0A]
  }

  /// `\` at the end of a line: skips to the next character that is not white space.
  private mutating func skipEscapedLineBreak() throws(TextFormatError) -> Bool {
    var ahead = index + 1
    while ahead < bytes.count, bytes[ahead] == 0x20 || bytes[ahead] == 0x09 { ahead += 1 }
    guard ahead < bytes.count, bytes[ahead] == 0x0A || bytes[ahead] == 0x0D else { return false }
    index = ahead
    while let byte = peek {
      if byte == 0x20 || byte == 0x09 {
        index += 1
      } else if try lineBreakInString() == nil {
        break
      }
    }
    return true
  }

  private mutating func append(_ byte: UInt8, to text: inout [UInt8]) throws(TextFormatError) {
    if (byte < 0x20 && byte != 0x09) || byte == 0x7F { throw fail("a control character in a string must be escaped") }
    text.append(byte)
    index += 1
  }

  private mutating func escape(into text: inout [UInt8]) throws(TextFormatError) {
    let start = index
    index += 1
    guard let byte = peek else { throw fail("the string is not closed") }
    index += 1
    switch byte {
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
    case UInt8(ascii: "u"): try unicode(4, start, into: &text)
    case UInt8(ascii: "U"): try unicode(8, start, into: &text)
    default: throw fail("'\\' is not followed by an escape that TOML knows", at: start)
    }
  }

  private mutating func unicode(_ digits: Int, _ start: Int, into text: inout [UInt8]) throws(TextFormatError) {
    var code: UInt32 = 0
    for _ in 0..<digits {
      guard let byte = peek, let digit = hexDigit(byte) else {
        throw fail("expected \(digits) hexadecimal digits", at: start)
      }
      code = code << 4 | digit
      index += 1
    }
    guard let scalar = Unicode.Scalar(code) else { throw fail("this is not a Unicode scalar value", at: start) }
    text.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
  }
}
