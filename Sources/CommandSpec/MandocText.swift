/// Builds mdoc(7) source line by line.
///
/// *Source:* mdoc(7), roff(7) and mandoc_char(7) of mandoc 1.14 for macros and escapes.
struct MandocText {
  private(set) var source = ""

  /// Adds a macro line. Arguments are words of mdoc; use `argument` for text.
  mutating func macro(_ name: String, _ arguments: String...) {
    source += ([".\(name)"] + arguments.filter { !$0.isEmpty }).joined(separator: " ") + "\n"
  }

  /// Adds paragraphs of prose; words in backquotes are literal.
  mutating func paragraphs(_ paragraphs: [String]) {
    for (index, paragraph) in paragraphs.enumerated() {
      if index > 0 { macro("Pp") }
      prose(paragraph)
    }
  }

  /// Adds prose: one sentence begins one line, and no line is longer than 80 columns where words allow it.
  mutating func prose(_ text: String) {
    var line = ""
    func flush() {
      if !line.isEmpty { source += Self.guarded(line) + "\n" }
      line = ""
    }
    for word in Self.marked(text).split(separator: " ") {
      if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 80 { flush() }
      line += (line.isEmpty ? "" : " ") + word
      if word.hasSuffix(".") || word.hasSuffix("?") || word.hasSuffix("!") { flush() }
    }
    flush()
  }

  /// Adds lines that are shown as they are.
  mutating func literal(_ text: String) {
    macro("Bd", "-literal -offset indent")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      source += Self.guarded(Self.code(String(line))) + "\n"
    }
    macro("Ed")
  }

  /// One argument of a macro, whatever it contains.
  static func argument(_ text: String) -> String {
    let escaped = code(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq")
    // A word that looks like a macro or like punctuation would be taken for one.
    let isMacroLike =
      text.count <= 3 && text.first?.isUppercase == true && text.dropFirst().contains(where: \.isLowercase)
    let isPunctuation = text.count == 1 && ".,:;()[]?!|".contains(text)
    let word = isMacroLike || isPunctuation ? "\\&" + escaped : escaped
    return word.isEmpty || word.contains(" ") ? "\"\(word)\"" : word
  }

  /// Text in which nothing is markup and no character is made prettier: quotes, hyphens, tildes stay what they are.
  static func code(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "-": "\\-"
      case "'": "\\(aq"
      case "`": "\\(ga"
      case "^": "\\(ha"
      case "~": "\\(ti"
      default: character(scalar)
      }
    }.joined()
  }

  /// Prose with its literal words set in bold; without backquotes.
  static func marked(_ text: String) -> String {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
      if index % 2 == 1 { return "\\fB\(code(String(part)))\\fR" }
      return part.split(separator: " ", omittingEmptySubsequences: false).map { prosaic(String($0)) }
        .joined(separator: " ")
    }.joined()
  }

  /// A word of prose. Options keep their minus signs; a hyphen between letters stays a hyphen.
  private static func prosaic(_ word: String) -> String {
    word.contains("--") || word.drop { !$0.isLetter && $0 != "-" }.hasPrefix("-")
      ? code(word) : word.unicodeScalars.map(character).joined()
  }

  private static func character(_ scalar: Unicode.Scalar) -> String {
    if scalar == "\\" { return "\\(rs" }
    if scalar.isASCII { return String(scalar) }
    let hexadecimal = String(scalar.value, radix: 16, uppercase: true)
    return "\\[u\(String(repeating: "0", count: max(0, 4 - hexadecimal.count)))\(hexadecimal)]"
  }

  /// A line of text that cannot be taken for a macro line.
  private static func guarded(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }
}
