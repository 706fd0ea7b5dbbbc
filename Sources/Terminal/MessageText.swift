/// Messages on standard error.
extension TerminalText {
  /// The lines of a message: on a terminal broken between words where it ends (or at 110 columns), and indented from the second one on, under its
  /// own indentation; elsewhere one line, which can be searched for. A command stays whole, for it is copied: one that is
  /// longer than a line is left to the terminal, which breaks what it shows and not what is copied from it.
  public static func message(_ text: String, _ style: Style) -> String {
    let columns = min(style.columns, widestParagraph)
    guard style.isTerminal, columns >= leastMessageColumns, width(text) > columns else { return text }
    let start = text.prefix { $0 == " " }
    let indent = start.count + 2
    let words = withCommands(words(of: String(text.dropFirst(start.count))))
    let lines = lines(of: words, to: columns - indent)
    return start + lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }

  /// Where a terminal is narrower, it is left to break lines itself.
  private static let leastMessageColumns = 40

  /// Words of which those of a command are one: `'llmguard queue list'`, and behind a colon `llmguard budget grant …` up to
  /// the end or what goes on with `;` or `,`.
  private static func withCommands(_ words: [Substring]) -> [Substring] {
    var result: [Substring] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      let isBehindColon = result.last?.last == ":"
      result.append(word)
      if word == "'llmguard" {
        extend(&result, &rest) { $0.dropFirst().contains("'") }
      } else if isBehindColon, word == "llmguard" || isVariable(word) && rest.first == "llmguard" {
        extend(&result, &rest) { command in
          let isQuoted = command.filter { $0 == "'" }.count % 2 == 1
          return !isQuoted && (command.last == ";" || command.last == ",")
        }
      }
    }
    return result
  }

  /// Puts more words to the last one until they are a whole command.
  private static func extend(
    _ words: inout [Substring], _ rest: inout ArraySlice<Substring>, until isWhole: (Substring) -> Bool
  ) {
    while let last = words.last, !isWhole(last), let next = rest.popFirst() {
      words[words.count - 1] = last + " " + next
    }
  }

  /// `LLMGUARD_USER=ben`.
  private static func isVariable(_ word: Substring) -> Bool {
    guard let name = word.firstIndex(of: "=").map({ word[..<$0] }), !name.isEmpty else { return false }
    return name.allSatisfy { $0.isASCII && $0.isUppercase || $0 == "_" }
  }
}
