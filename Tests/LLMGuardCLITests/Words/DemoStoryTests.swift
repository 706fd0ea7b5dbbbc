import Testing

/// The first command of the README, for who reads it in a pipe.
@Suite struct DemoStoryTests {
  @Test func itsFiguresHaveNamesInAPipe() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard demo 2>said | sed -n '/^\\$ llmguard usage/,$p' | cut -f 1-4")
    #expect(
      outcome.output.hasPrefix(
        """
        $ llmguard usage show --user ben --header
        user\ttier\tbudget\tused
        ben\tfree\t1.5k tokens/day\t1762

        $ llmguard usage report --by user --header
        user\tcalls\tinput_tokens\toutput_tokens
        ana\t10\t190\t2500
        ben\t8\t152\t1610
        """), "\(outcome)")
  }

  @Test func aTerminalGetsTables() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "NO_COLOR=1 script -qec 'llmguard demo' /dev/null </dev/null | tr -d '\\r' | grep -A1 '^. llmguard usage report'")
    #expect(outcome.output.hasPrefix("$ llmguard usage report --by user\nUser "), "\(outcome)")
  }
}
