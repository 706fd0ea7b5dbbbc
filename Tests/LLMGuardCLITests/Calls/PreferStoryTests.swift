import Posix
import Testing

/// What a user gives up first is theirs to choose, where the administrator lets them.
@Suite struct PreferStoryTests {
  @Test func theChoiceIsKeptRecordedAndHeeded() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['100 tokens/day']\n[tier.default.ladder]\nmax_tokens = 20\ndelay = '0'\n")
    let outcome = try home.run(
      """
      llmguard prefer --user ana; llmguard prefer --user ana length
      ask() { llmguard run --dry-run --user "$1" -m gpt-4o -n 105 --json -- ./ask.sh 'a b c' | grep -E '"(model|max_tokens)"'; }
      ask ana; ask ben
      llmguard prefer --user ana lenght; echo $?
      llmguard prefer --user ana -; llmguard ledger audit | cut -f 3,4,6
      """)
    #expect(
      outcome.output == """
        ana: model first, as configured
        ana: length first
          "model": "gpt-4o",
          "max_tokens": 20,
          "model": "gpt-4o-mini",
          "max_tokens": 20,
        64
        ana: model first, as configured
        user\tana\tgives up the length first
        user\tana\tgives up first what is configured

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("did you mean 'length'"))
  }

  /// As of everything else that a user sets for themselves.
  @Test func theChoiceIsTakenBackByName() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard prefer -u ana delay; llmguard prefer -u ana --clear; llmguard prefer -u ana
      llmguard prefer -u ana --clear length; echo "status $?"; llmguard prefer -u ana
      """)
    #expect(
      outcome.output
        == "ana: delay first\nana: model first, as configured\nana: model first, as configured\nstatus 64\n"
        + "ana: model first, as configured\n", "\(outcome)")
    #expect(
      outcome.error
        == "llmguard: error: --clear takes the choice back, so it stands alone\nhint: leave it out to choose 'length'\n"
    )
  }
}
