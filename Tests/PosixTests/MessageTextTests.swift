import Terminal
import Testing

/// Messages, broken to a terminal's width.
@Suite struct MessageTests {
  private func style(_ columns: Int, isTerminal: Bool = true) -> Style {
    Style(isColored: false, isTerminal: isTerminal, columns: columns, isUnicode: true)
  }

  @Test(
    arguments: [
      ("llmguard: short", "llmguard: short"),
      (
        "llmguard: warning: daily token budget: 700 of 1,000 used (70 %), resets soon",
        "llmguard: warning: daily token budget:\n  700 of 1,000 used (70 %), resets soon"
      ),
      (
        "    try again then, ask for less, or take 30 % off it",
        "    try again then, ask for less, or\n      take 30 % off it"
      ),
      // What has no space is left to the terminal.
      (
        "hint: /a/path/that/is/longer/than/all/of/the/line x",
        "hint:\n  /a/path/that/is/longer/than/all/of/the/line\n  x"
      ),
    ])
  func itIsBrokenBetweenWords(text: String, shown: String) {
    #expect(TerminalText.message(text, style(40)) == shown)
    #expect(TerminalText.message(text, style(40, isTerminal: false)) == text)
    #expect(TerminalText.message(text, style(39)) == text, "too narrow to be of use")
  }

  /// A terminal over the whole of a wide screen shows no lines that nobody reads to their ends.
  @Test func noLineIsTooWideToRead() {
    let text = "llmguard: note:" + String(repeating: " a word", count: 40)
    for line in TerminalText.message(text, style(200)).split(separator: "\n") { #expect(line.count <= 110) }
    #expect(TerminalText.message(text, style(200, isTerminal: false)) == text)
  }

  /// What is copied from a hint is a command.
  @Test(
    arguments: [
      (
        "hint: try again then, or top up: llmguard budget grant ben '500 tokens/day' --reason TEXT",
        "hint: try again then, or top up:\n  llmguard budget grant ben '500 tokens/day' --reason TEXT"
      ),
      (
        "hint: book a top-up: LLMGUARD_USER=ben llmguard budget grant --self '5, or 6'; or wait for the reset of the day",
        "hint: book a top-up:\n  LLMGUARD_USER=ben llmguard budget grant --self '5, or 6';\n  or wait for the reset of the day"
      ),
      (
        "hint: make room for it; 'llmguard queue list' shows what providers hold back",
        "hint: make room for it;\n  'llmguard queue list' shows what\n  providers hold back"
      ),
      (
        "llmguard: error: the file cannot be read, llmguard: not at all",
        "llmguard: error: the file cannot be\n  read, llmguard: not at all"
      ),
    ])
  func aCommandStaysWhole(text: String, shown: String) {
    #expect(TerminalText.message(text, style(40)) == shown)
  }

  @Test func noLineIsWiderThanTheTerminal() {
    let text = "llmguard: " + (1...60).map { "word\($0)" }.joined(separator: " ")
    for columns in 40...200 {
      let lines = TerminalText.message(text, style(columns)).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= columns } && lines.dropFirst().allSatisfy { $0.hasPrefix("  word") })
      #expect(lines.map { $0.drop { $0 == " " } }.joined(separator: " ") == text)
    }
  }
}
