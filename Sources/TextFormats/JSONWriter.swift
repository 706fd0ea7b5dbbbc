/// Writes JSON by RFC 8259.
public enum JSONWriter {
  /// One line without spaces.
  public static func compact(_ value: JSONValue) -> String { String(decoding: compactBytes(value), as: UTF8.self) }

  /// One line without spaces, as UTF-8.
  public static func compactBytes(_ value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    write(value, indent: nil, into: &bytes)
    return bytes
  }

  /// Several lines, two spaces a level, with a line break at the end.
  public static func pretty(_ value: JSONValue) -> String {
    var bytes: [UInt8] = []
    write(value, indent: 0, into: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// As `pretty`, an object with very many elements in one of its arrays: each is made when it is written, and none is kept.
  ///
  /// - Parameters:
  ///   - key: the member whose elements these are; what the object holds there is left out.
  ///   - sink: takes the text piece by piece.
  public static func writePretty<Failure: Error>(
    _ object: JSONObject, filling key: String, with elements: some Sequence<JSONValue>,
    to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var bytes: [UInt8] = []
    let inner = begin("{", 0, into: &bytes)
    for (index, member) in object.members.enumerated() {
      separate(index, inner, into: &bytes)
      append(member.key, to: &bytes)
      bytes += ": ".utf8
      guard member.key == key else {
        write(member.value, indent: inner, into: &bytes)
        continue
      }
      let innermost = begin("[", inner, into: &bytes)
      var count = 0
      for element in elements {
        separate(count, innermost, into: &bytes)
        write(element, indent: innermost, into: &bytes)
        count += 1
        if bytes.count < 1 << 16 { continue }
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
      end("]", count, inner, into: &bytes)
    }
    end("}", object.members.count, 0, into: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    try sink(bytes)
  }

  /// Adds a string, in its quotes, to bytes.
  public static func append(_ string: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { text in
      // Most strings need no escape and are added in one piece.
      if text.allSatisfy({ $0 >= 0x20 && !mayNeedEscape($0) }) {
        bytes.append(contentsOf: text)
      } else {
        for index in text.indices { append(text, index, to: &bytes) }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Quotes, backslashes, DEL, and 0xE2, which begins U+2028 and U+2029.
  private static func mayNeedEscape(_ byte: UInt8) -> Bool {
    byte == 0x22 || byte == 0x5C || byte == 0x7F || byte == 0xE2
  }

  /// Adds one byte of a text, or its escape. The separators of lines and paragraphs, which end a line of JavaScript, are
  /// escaped at the last of their three bytes, in place of those before.
  private static func append(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, to bytes: inout [UInt8]) {
    switch text[index] {
    case UInt8(ascii: "\""): bytes += "\\\"".utf8
    case UInt8(ascii: "\\"): bytes += "\\\\".utf8
    case UInt8(ascii: "\n"): bytes += "\\n".utf8
    case UInt8(ascii: "\r"): bytes += "\\r".utf8
    case UInt8(ascii: "\t"): bytes += "\\t".utf8
    case 0..<0x20, 0x7F:
      let digits = String(text[index], radix: 16)
      bytes += "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8
    case 0xA8, 0xA9:
      if index >= 2, text[index - 2] == 0xE2, text[index - 1] == 0x80 {
        bytes.removeLast(2)
        bytes += (text[index] == 0xA8 ? "\\u2028" : "\\u2029").utf8
      } else {
        bytes.append(text[index])
      }
    default: bytes.append(text[index])
    }
  }

  private static func write(_ value: JSONValue, indent: Int?, into bytes: inout [UInt8]) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .number(let number): bytes += number.text.utf8
    case .string(let string): append(string, to: &bytes)
    case .array(let elements):
      let inner = begin("[", indent, into: &bytes)
      for (index, element) in elements.enumerated() {
        separate(index, inner, into: &bytes)
        write(element, indent: inner, into: &bytes)
      }
      end("]", elements.count, indent, into: &bytes)
    case .object(let object):
      let inner = begin("{", indent, into: &bytes)
      for (index, member) in object.members.enumerated() {
        separate(index, inner, into: &bytes)
        append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if inner != nil { bytes.append(UInt8(ascii: " ")) }
        write(member.value, indent: inner, into: &bytes)
      }
      end("}", object.members.count, indent, into: &bytes)
    }
  }

  /// - Returns: how far its elements are indented; `nil` on one line.
  private static func begin(_ open: Unicode.Scalar, _ indent: Int?, into bytes: inout [UInt8]) -> Int? {
    bytes.append(UInt8(ascii: open))
    return indent.map { $0 + 1 }
  }

  private static func separate(_ index: Int, _ inner: Int?, into bytes: inout [UInt8]) {
    if index > 0 { bytes.append(UInt8(ascii: ",")) }
    if let inner { newLine(inner, into: &bytes) }
  }

  private static func end(_ close: Unicode.Scalar, _ count: Int, _ indent: Int?, into bytes: inout [UInt8]) {
    if let indent, count > 0 { newLine(indent, into: &bytes) }
    bytes.append(UInt8(ascii: close))
  }

  private static func newLine(_ indent: Int, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
  }
}
