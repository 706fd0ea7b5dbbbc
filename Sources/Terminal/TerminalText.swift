/// Text that came from elsewhere, made safe to show.
public enum TerminalText {
  /// Replaces what a terminal would act on (control characters, escape sequences, direction overrides) by visible
  /// escapes: a line break becomes `\n`, ESC becomes `\u{1B}`.
  public static func safe(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) || text.unicodeScalars.allSatisfy(isHarmless) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if isHarmless(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
      }
    }
    return result
  }

  /// A text without the signs that llmguard itself writes beyond ASCII, for a terminal that has only that: each becomes one
  /// of the same width. Names stay as they are.
  public static func plain(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(plainSigns[scalar] ?? scalar) }
    return String(result)
  }

  private static let plainSigns: [Unicode.Scalar: Unicode.Scalar] = [
    "…": ".", "–": "-", "×": "x", "→": ">", "·": "-", "•": "*", "≥": ">", "≤": "<", "±": "~",
  ]

  /// The same for a text whose width matters to nobody: `…` becomes `...`, `→` becomes `->`.
  static func spelled(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "…": result.append(contentsOf: "...".unicodeScalars)
      case "→": result.append(contentsOf: "->".unicodeScalars)
      case "≥": result.append(contentsOf: ">=".unicodeScalars)
      case "≤": result.append(contentsOf: "<=".unicodeScalars)
      default: result.append(plainSigns[scalar] ?? scalar)
      }
    }
    return String(result)
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: return false
    case .format: return scalar == "\u{200D}"  // joins emoji
    default: return true
    }
  }

  /// The columns a text takes in a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks.
  public static func width(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + TextWidth.columns(of: $1) }
  }

  /// Breaks a text into lines between words. A number and its `%` (or `h`, `m`, `s`) stay together; a word that is wider than a line has one
  /// for itself.
  public static func wrapped(_ text: String, to columns: Int) -> [String] { lines(of: words(of: text), to: columns) }

  /// The words of a text, each with its unit.
  static func words(of text: String) -> [Substring] {
    var words: [Substring] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if let last = words.last, belongs(word, to: last) {
        words.removeLast()
        words.append(last + " " + word)
      } else {
        words.append(word)
      }
    }
    return words
  }

  /// Puts words into lines.
  static func lines(of words: [Substring], to columns: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in words {
      let next = width(String(word))
      if !line.isEmpty, used + 1 + next > columns {
        lines.append(line)
        (line, used) = ("", 0)
      }
      used += (line.isEmpty ? 0 : 1) + next
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }

  /// Whether a word is the unit of the one before: `3.3 %`, `5 h`, `12 m,`.
  private static func belongs(_ word: Substring, to last: Substring) -> Bool {
    if word.first == "%" { return true }
    guard last.last?.isNumber == true else { return false }
    let unit = word.prefix { $0.isLetter }
    return ["ms", "s", "m", "h", "d"].contains(unit) && word.dropFirst(unit.count).allSatisfy { ",;.:)".contains($0) }
  }

  /// The lines of a remark: broken where a terminal ends, one in a pipe.
  public static func paragraph(_ text: String, _ style: Style) -> [String] {
    style.isTerminal ? wrapped(text, to: min(style.columns, widestParagraph)) : [text]
  }

  /// Wider than so many columns nobody reads.
  static let widestParagraph = 110

  /// Cuts a text to a number of columns, with `…` where something was cut.
  public static func truncated(_ text: String, to columns: Int) -> String {
    if width(text) <= columns { return text }
    var result = ""
    var used = 0
    for character in text {
      let next = TextWidth.columns(of: character)
      if used + next > columns - 1 { break }
      result.append(character)
      used += next
    }
    return columns > 0 ? result + "…" : ""
  }

  /// The same with the end kept, and `…` where the beginning was.
  public static func truncatedInFront(_ text: String, to columns: Int) -> String {
    if width(text) <= columns { return text }
    var result: [Character] = []
    var used = 0
    for character in text.reversed() {
      let next = TextWidth.columns(of: character)
      if used + next > columns - 1 { break }
      result.append(character)
      used += next
    }
    return columns > 0 ? "…" + String(result.reversed()) : ""
  }
}
