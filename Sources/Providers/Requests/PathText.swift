import Posix

/// Paths as servers see them.
enum PathText {
  /// A part in lower case, without parameters, and without the spaces at its end that some servers trim.
  static func plain(_ part: String) -> String {
    if part.utf8.allSatisfy({ !(0x41...0x5A).contains($0) && $0 != UInt8(ascii: ";") && $0 > 0x20 }) { return part }
    return bare(part).lowercased()
  }

  /// A part without parameters and spaces at its end. A zero ends it for servers that are written in C.
  static func bare(_ part: String) -> String {
    var bytes = Array(part.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != 0 })
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The parts between the slashes, unescaped, without empty ones and dots. A backslash is a slash to some servers, and to
  /// whoever reads addresses as browsers do (*source:* the URL standard, "path state"); dots may have parameters.
  static func parts(_ path: some StringProtocol) -> [String] { parts(String(path)) }

  /// The same of a whole text.
  static func parts(_ path: String) -> [String] {
    parts(ofUnescaped: ByteSearch.holds("%", in: path) ? unescaped(path) : path, Manner())
  }

  /// In what servers differ that resolve dots.
  private struct Manner {
    /// Whether slashes behind each other are one before dots are resolved; for others `..` takes an empty part away.
    var joinsSlashes = true
    /// Whether dots may have parameters: `..;x` is another name for others.
    var takesParameters = true
    /// Whether a backslash is a slash.
    var splitsAtBackslashes = true
  }

  private static func parts(ofUnescaped path: String, _ manner: Manner) -> [String] {
    var text = path
    return text.withUTF8 { bytes in
      var parts: [String] = []
      parts.reserveCapacity(8)
      var end = 0
      while end < bytes.count {
        let start = end
        while end < bytes.count, bytes[end] != UInt8(ascii: "/"),
          !manner.splitsAtBackslashes || bytes[end] != UInt8(ascii: "\\")
        {
          end += 1
        }
        let part = UnsafeBufferPointer(rebasing: bytes[start..<end])
        end += 1
        let first = part.prefix(3).prefix { $0 == UInt8(ascii: ".") }.count
        let isDots =
          first <= 2 && (first == part.count || manner.takesParameters && part[first] == UInt8(ascii: ";"))
        let dots = isDots ? first : nil
        switch dots {
        case nil: parts.append(String(decoding: part, as: UTF8.self))
        case 2: _ = parts.popLast()
        case 0 where !manner.joinsSlashes: parts.append("")
        default: continue
        }
      }
      return manner.joinsSlashes ? parts : parts.filter { !$0.isEmpty }
    }
  }

  /// What other servers may see in a path, where they can see anything else than most do: they differ in what dots take away
  /// (*source:* RFC 3986 section 5.2.4 and the URL standard keep empty parts, nginx and Tomcat do not), in whether an escaped slash is
  /// one, and some read escapes twice, or end a path at an escaped zero, `?` or `#`. Nothing for nearly all paths.
  static func otherReadings(of path: String) -> [[String]] {
    guard ByteSearch.holds("%", in: path) || ByteSearch.holds("..", in: path) else { return [] }
    let usual = unescaped(path)
    var texts = [usual, unescaped(path, keepsSlashes: true), unescaped(usual)]
    texts += texts.map { text in
      String(
        decoding: text.utf8.prefix { $0 != 0 && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }, as: UTF8.self)
    }
    var (seen, readings): (Set, [[String]]) = ([parts(ofUnescaped: usual, Manner())], [])
    for (index, text) in texts.enumerated() where !texts[..<index].contains(text) {
      for number in ByteSearch.holds("..", in: text) ? 0..<8 : 0..<1 {
        let manner = Manner(
          joinsSlashes: number & 1 == 0, takesParameters: number & 2 == 0, splitsAtBackslashes: number & 4 == 0)
        let reading = parts(ofUnescaped: text, manner)
        if seen.insert(reading).inserted { readings.append(reading) }
      }
    }
    return readings
  }

  /// A path with the same parts and nothing else: no other escapes than are needed, and no dots.
  static func plainly(_ path: some StringProtocol) -> String {
    parts(path).map { "/" + escaped($0) }.joined()
  }

  private static func escaped(_ part: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in part.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: result.append(byte)
      case _ where "-._~!$&'()*+,;=:@".utf8.contains(byte): result.append(byte)
      default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  static func unescaped(_ text: some StringProtocol, keepsSlashes: Bool = false) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]),
        !keepsSlashes || ![UInt8(ascii: "/"), UInt8(ascii: "\\")].contains(high << 4 | low)
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
