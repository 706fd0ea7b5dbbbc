extension TOMLParser {
  /// A fault at the place that is read, which says what stands there where that looks like what was expected, or is too much.
  func unexpected(_ message: String) -> TextFormatError {
    let rest = Substring(decoding: bytes[index..<min(bytes.count, index + 4)], as: UTF8.self)
    guard let found = rest.unicodeScalars.first else { return fail(message) }
    switch found {
    // Nobody sees these, or takes them for anything but a space.
    case "\u{A0}", "\u{AD}", "\u{1680}", "\u{180E}", "\u{2000}"..."\u{200F}", "\u{2028}"..."\u{202F}",
      "\u{205F}"..."\u{206F}", "\u{3000}", "\u{FEFF}":
      let digits = String(found.value, radix: 16, uppercase: true)
      let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      let isSpace = found.properties.isWhitespace
      return fail(
        "\(message): U+\(code) is no space here, "
          + (isSpace ? "write a usual one" : "and is not seen: take it out"))
    case "“", "”", "„", "«", "»", "‘", "’", "‚": return fail("\(message): quotes are straight ones (\") here")
    case "%": return fail("\(message), found '%': a percentage is written without it")
    default: return fail(message)
    }
  }
}

/// Where reading goes on after a fault.
extension TOMLParser {
  /// Finds the next line that begins a key or a table, after the line that a faulty statement begins on and not before the one
  /// that reading stopped on. Lines inside an array or an inline table are none, whatever they look like.
  ///
  /// - Parameter start: where the statement begins.
  /// - Returns: the beginning of that line; `nil` where there is none, and where nobody can tell: in three quotes anything may
  ///   stand, and which of them close a string is what the fault leaves open.
  func resumption(afterFaultIn start: Int) -> Int? {
    var open: [UInt8] = []
    var place = start
    var isFirstLine = true
    while place < bytes.count {
      let end = bytes[place...].firstIndex(of: 0x0A) ?? bytes.count
      if !isFirstLine, end >= index, beginsStatement(place, insideOf: open.last) { return place }
      guard let last = scan(place..<end, &open) else { return nil }
      // An inline table stands on one line. One that does not is meant to go on where a line ends as if it did.
      if ![UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "[")].contains(last) {
        while open.last == UInt8(ascii: "{") { open.removeLast() }
      }
      place = end + 1
      isFirstLine = false
    }
    return nil
  }

  /// Follows the brackets of a line.
  ///
  /// - Parameter open: those that are open before it, and after it.
  /// - Returns: the last byte that is neither space nor comment, or 0; `nil` where three quotes stand.
  private func scan(_ line: Range<Int>, _ open: inout [UInt8]) -> UInt8? {
    var place = line.lowerBound
    var last: UInt8 = 0
    while place < line.upperBound {
      let byte = bytes[place]
      switch byte {
      case UInt8(ascii: "#"): return last
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if place + 2 < line.upperBound, bytes[place + 1] == byte, bytes[place + 2] == byte { return nil }
        place = stringEnd(place, before: line.upperBound) ?? line.upperBound - 1
      case UInt8(ascii: "["), UInt8(ascii: "{"): open.append(byte)
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        // A closing one closes what is open within it, too.
        let opening = byte == UInt8(ascii: "]") ? UInt8(ascii: "[") : UInt8(ascii: "{")
        if let match = open.lastIndex(of: opening) { open.removeSubrange(match...) }
      default: break
      }
      if byte != 0x20, byte != 0x09, byte != 0x0D { last = byte }
      place += 1
    }
    return last
  }

  /// The quote that closes the string of a line which another opens; `nil` where none does.
  private func stringEnd(_ start: Int, before end: Int) -> Int? {
    let quote = bytes[start]
    var place = start + 1
    while place < end {
      if bytes[place] == quote { return place }
      place += quote == UInt8(ascii: "\"") && bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  /// Whether a line begins a key or a table: a name and `=`, or a bracket and a name. Inside a value it is a table only where
  /// nothing else stands there.
  ///
  /// - Parameter bracket: the innermost that is open before it. In a table that is open keys are its own.
  private func beginsStatement(_ start: Int, insideOf bracket: UInt8?) -> Bool {
    var ahead = TOMLParser(bytes, at: start)
    ahead.skipSpace()
    guard ahead.take("[") else {
      return bracket != UInt8(ascii: "{") && (try? ahead.key()) != nil && ahead.take("=")
    }
    let isArray = ahead.take("[")
    ahead.skipSpace()
    let nameStart = ahead.index
    guard let path = try? ahead.key() else { return false }
    if bracket == nil { return true }
    guard ahead.take("]"), !isArray || ahead.take("]"), (try? ahead.endOfLine()) != nil else { return false }
    guard let first = path.first, path.count == 1 else { return true }
    // Inside an array `[1]` and `["a"]` are arrays.
    if case .success = TOMLScalar.read(first.text) { return false }
    return bytes[nameStart] != UInt8(ascii: "\"") && bytes[nameStart] != UInt8(ascii: "'")
  }
}
