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
