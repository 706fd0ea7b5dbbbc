/// Writes JSON by RFC 8259.
public enum JSONWriter {
  /// One line without spaces.
  public static func compact(_ value: JSONValue) -> String {
    var text = ""
    write(value, indent: nil, into: &text)
    return text
  }

  /// Several lines, two spaces a level, with a line break at the end.
  public static func pretty(_ value: JSONValue) -> String {
    var text = ""
    write(value, indent: 0, into: &text)
    return text + "\n"
  }

  /// Adds a string, in its quotes, to bytes.
  public static func append(_ string: String, to bytes: inout [UInt8]) {
    if needsNoEscape(string) {
      bytes.append(UInt8(ascii: "\""))
      bytes += string.utf8
      bytes.append(UInt8(ascii: "\""))
    } else {
      bytes += compact(.string(string)).utf8
    }
  }

  /// Most strings need no escape and are added in one piece; 0xE2 begins U+2028 and U+2029.
  private static func needsNoEscape(_ string: String) -> Bool {
    string.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F && $0 != 0xE2 }
  }

  private static func write(_ value: JSONValue, indent: Int?, into text: inout String) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let number): text += number.text
    case .string(let string): write(string, into: &text)
    case .array(let elements):
      list("[", "]", elements.count, indent, into: &text) { index, inner, text in
        write(elements[index], indent: inner, into: &text)
      }
    case .object(let object):
      list("{", "}", object.members.count, indent, into: &text) { index, inner, text in
        write(object.members[index].key, into: &text)
        text += inner == nil ? ":" : ": "
        write(object.members[index].value, indent: inner, into: &text)
      }
    }
  }

  private static func list(
    _ open: String, _ close: String, _ count: Int, _ indent: Int?, into text: inout String,
    _ element: (Int, Int?, inout String) -> Void
  ) {
    text += open
    let inner = indent.map { $0 + 1 }
    for index in 0..<count {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: "  ", count: inner) }
      element(index, inner, &text)
    }
    if let indent, count > 0 { text += "\n" + String(repeating: "  ", count: indent) }
    text += close
  }

  private static func write(_ string: String, into text: inout String) {
    text += "\""
    if needsNoEscape(string) {
      text += string + "\""
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
