import Testing

/// What is written in a locale that has only ASCII.
struct PlainTextStoryTests {
  private static let views = [
    "--help", "-h", "run --help", "help usage report", "run --dry-run -m gpt-4o -n 500000 -- echo hi",
    "run -m gpt-4o -n 500000 -- echo hi", "run -m gpt-4o --retries x -- true", "usage report --format markdown",
    "usage list",
    "usage show 1", "budget show", "forecast", "usage advise", "doctor", "price show nonsense",
    "cache explain 'three names for a cat' 'three names for a dog'", "queue wait", "estimate",
  ]

  /// - Parameter locale: what stands before each command.
  private func signs(_ locale: String, isTerminal: Bool = false) throws -> [String] {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = [\"100k tokens/day\"]\n")
    let outcome = try home.run(
      """
      export \(locale)
      llmguard run -q -m gpt-4o -n 1000 -- echo hi >/dev/null
      """
        + Self.views.map { view in
          let command = "llmguard \(view)"
          let shown = isTerminal ? "script -qec \(command.quoted) /dev/null" : command
          return "\n\(shown) >out 2>&1; LC_ALL=C grep -q '[^ -~[:cntrl:]]' out && echo \(view.quoted)"
        }.joined())
    return outcome.output.split(separator: "\n").map(String.init)
  }

  @Test(arguments: ["LC_ALL=C", "LC_ALL=POSIX LANG=de_DE.UTF-8", "LANG="])
  func aPipeGetsWhatTheLocaleHas(locale: String) throws { #expect(try signs(locale) == []) }

  @Test func aTerminalGetsWhatTheLocaleHas() throws {
    #expect(try signs("LC_ALL=C TERM=xterm", isTerminal: true) == [])
  }

  @Test func aLocaleWithUnicodeGetsItsSigns() throws {
    let shown = try signs("LC_ALL=C.UTF-8")
    #expect(shown.contains("run --help") && shown.contains("run -m gpt-4o -n 500000 -- echo hi"))
  }

  @Test func whatProgramsReadStaysAsItIs() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LC_ALL=C; llmguard run -q -u 'a→b…' --estimate 5 -- true
      llmguard usage report --by user | grep -c '^a→b…'; llmguard usage report --by user --format csv | grep -c '^a→b…'
      llmguard usage list --json | grep -c '"a→b…"'; llmguard usage report --format html | grep -c 'a→b…' | grep -vx 0 >/dev/null; echo $?
      """)
    #expect(outcome.output == "1\n1\n1\n0\n")
  }
}
