import Terminal

/// HTML made of parts, in which every text that came from elsewhere is escaped.
enum Markup {
  /// A text in which nothing is markup: fit for element content and for quoted attributes. What a reader would not see
  /// (control characters, direction overrides) is made visible.
  static func text(_ text: String) -> String {
    var result = ""
    for scalar in TerminalText.safe(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "`": result += "&#96;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A sentence in which names are set apart (``isolated(_:)``): one that is written from the right turns no word around it.
  static func sentence(_ text: String) -> String {
    text.split(separator: opening, omittingEmptySubsequences: false).enumerated().map { index, part in
      let pieces = part.split(separator: closing, maxSplits: 1, omittingEmptySubsequences: false).map {
        self.text(String($0))
      }
      return index == 0 || pieces.count < 2 ? pieces.joined() : element("bdi", [], pieces[0]) + pieces[1]
    }.joined()
  }

  /// A name as it stands in a sentence: set apart where it is written from the right.
  static func isolated(_ name: String) -> String {
    let isFromTheRight = name.unicodeScalars.contains { scalar in
      // *Source:* the Unicode Character Database: what is written from the right stands in these blocks.
      (0x590...0x8FF).contains(scalar.value) || (0xFB1D...0xFDFF).contains(scalar.value)
        || (0xFE70...0xFEFF).contains(scalar.value) || (0x10800...0x10FFF).contains(scalar.value)
        || (0x1E800...0x1EFFF).contains(scalar.value)
    }
    // A mark within the name becomes visible, and is none any more.
    let safe = TerminalText.safe(name)
    return isFromTheRight ? "\(opening)\(safe)\(closing)" : safe
  }

  private static let opening: Character = "\u{2068}"
  private static let closing: Character = "\u{2069}"

  /// An element around markup.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - attributes: names and values; values are escaped.
  ///   - content: markup.
  static func element(_ name: String, _ attributes: [(String, String)] = [], _ content: String) -> String {
    let written = attributes.map { " \($0.0)=\"\(text($0.1))\"" }.joined()
    return "<\(name)\(written)>\(content)</\(name)>"
  }

  /// A coordinate in tenths: `12.3`.
  static func tenths(_ value: Int64) -> String {
    value % 10 == 0 ? String(value / 10) : "\(value < 0 ? "-" : "")\(value.magnitude / 10).\(value.magnitude % 10)"
  }
}

/// Bytes as text.
///
/// *Source:* RFC 4648, section 4.
enum Base64 {
  static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let padded = Array(group) + [UInt8](repeating: 0, count: 3 - group.count)
      let value = padded.reduce(0) { $0 << 8 | Int($1) }
      for place in 0..<4 {
        result.append(place > group.count ? "=" : digits[value >> (18 - 6 * place) & 63])
      }
    }
    return result
  }
}
