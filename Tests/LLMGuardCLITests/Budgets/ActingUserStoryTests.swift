import Testing

/// Who `LLMGUARD_USER` names is whom calls are charged to, whose budgets are looked at, and whose are changed.
@Suite struct ActingUserStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['1000 tokens/day']
      self_grant = ['100 tokens/day']
      """)
  }

  @Test func everyCommandFollowsIt() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_USER=nightly
      for i in 1 2 3 4 5 6 7 8 9; do llmguard run -q -m gpt-4o-mini --estimate 100 -- true; done 2>/dev/null
      llmguard usage show | cut -f 1,4; llmguard budget show | cut -f 1,4; llmguard budget list | cut -f 1,4
      llmguard budget show --json | grep '"user"'; llmguard run -q -u ana --estimate 1 -- true
      llmguard usage show -u ana --json | grep '"user"'
      llmguard forecast true | grep -c 'by nightly'
      llmguard forecast true --check >/dev/null; echo $?; LLMGUARD_USER=ana llmguard forecast true --check >/dev/null; echo $?
      """)
    #expect(
      outcome.output == """
        nightly\t900
        nightly\t900
        nightly\t900
          "user": "nightly",
          "user": "ana",
        1
        75
        0

        """, "\(outcome.output)\(outcome.error)")
  }

  @Test func changesAreForWhomItNames() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export LLMGUARD_USER=nightly
      llmguard budget grant --self '20 tokens/day' | sed 's/, for .*//'
      llmguard prefer length; llmguard budget cap '300 tokens'; llmguard budget lower '900 tokens/day'
      llmguard prefer -u ana; llmguard budget lower -u ana
      llmguard ledger audit | cut -f 2,5,6 | sed "s/$(id -un)/me/"
      LLMGUARD_USER="$(printf 'a\\033')" llmguard usage show; echo $?
      """)
    #expect(
      outcome.output.hasPrefix(
        """
        nightly: 20 tokens/day on top
        nightly: length first
        nightly: each run at most 300 tokens
        nightly: lowered to 900 tokens/day
        ana: model first, as configured
        ana: nothing is lowered

        """), "\(outcome.output)\(outcome.error)")
    #expect(outcome.output.hasSuffix("\n64\n"))
    #expect(outcome.error.contains("LLMGUARD_USER: "))
  }

  /// A hint that is copied acts for whom it was given.
  @Test func theHintSaysWhomItActsFor() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      LLMGUARD_USER=nightly llmguard run -q -m gpt-4o-mini --estimate 1150 -- true
      LLMGUARD_USER=nightly llmguard run -m gpt-4o-mini --estimate 100 -- true
      llmguard run -u nightly -m gpt-4o-mini --estimate 100 -- true
      """)
    let hints = outcome.error.split(separator: "\n").filter { $0.hasPrefix("hint:") }
    #expect(
      hints.map(String.init) == [
        "hint: try again then, or book a top-up: LLMGUARD_USER='nightly' llmguard budget "
          + "grant --self '100 tokens/day'",
        "hint: try again then, or top up: llmguard budget grant nightly '500 tokens/day' "
          + "--reason TEXT",
      ], "\(outcome.error)")
  }
}
