import Testing

/// What was asked for and is not done is said with its reason, before anything else is.
@Suite struct ToldWhyStoryTests {
  private let home: ProgramHome

  init() throws { home = try ProgramHome() }

  /// A body that cannot be read names no model: to look for its price would be in vain.
  @Test func aBodyThatIsNoJSONIsNamedBeforeItsModel() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['$1/day']\n")
    let outcome = try home.run(
      #"""
      call() { llmguard run "$@"; echo $?; }; url=http://127.0.0.1:1/v1/chat/completions
      call -- curl -s $url -d '{"model": "gpt-4o", bad}'; call -- curl -s $url -d '{"messages":[]}'
      call --dry-run -- curl -s $url -d '{bad' | grep -E '^(refused|hint)'
      """#)
    #expect(
      outcome.output == """
        75
        75
        refused    the body of this call is not JSON: line 1, column 2: expected a key in double quotes, \
        so nobody can tell what it asks for
        hint       mend the body: the provider could not read it either

        """, "\(outcome)")
    let said = outcome.error.split(separator: "\n").filter { $0.hasPrefix("llmguard: refused: ") }
    #expect(said.first?.contains("the body of this call is not JSON: line 1, column 21: ") == true, "\(outcome)")
    #expect(said.last?.contains("the model of this call is unknown") == true, "\(outcome)")
  }

  /// Without a place there is no ledger that could be used or not; whoever wanted to fail open is told so.
  @Test(arguments: [
    "llmguard run --fail-open", "LLMGUARD_FAIL_OPEN=1 llmguard run", "llmguard --config c run --fail-open",
  ])
  func whyWithoutHomeNothingFailsOpen(line: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      "unset HOME; : >c; \(line) echo ran; echo $?")
    #expect(outcome.output == "125\n", "\(outcome)")
    #expect(outcome.error.hasPrefix("llmguard: error: HOME is not set, so there is no place for the "), "\(outcome)")
    #expect(outcome.error.contains("; the command was not started\n"), "\(outcome)")
    #expect(outcome.error.contains("; --fail-open is for a ledger that cannot be used, and here is none"), "\(outcome)")
  }

  @Test func aRehearsalSaysWhatToDoAndWhatTheRunMayTake() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['10 tokens/day']\n")
    let outcome = try home.run(
      """
      llmguard run --dry-run --run-budget '5k tokens' -m gpt-4o -n 100 -- true | grep -E '^(refused|hint|run) '
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[1].hasPrefix("hint       "), "\(outcome)")
    #expect(lines.last == "run        at most 5k tokens", "\(outcome)")
  }

  @Test func aPromptIsNotTakenForACommandNorADashForAFile() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard estimate -m gpt-4o 'hello you'; echo $?; llmguard estimate -m gpt-4o true >/dev/null; echo $?
      llmguard run --receipt - true; echo $?; ls -- - 2>/dev/null; llmguard run --receipt ./- true; ls -- -
      llmguard run --receipt fd:1 true | grep -c schema
      """)
    #expect(outcome.output == "64\n0\n125\n-\n1\n", "\(outcome)")
    #expect(
      outcome.error.contains("'hello you' is no command that is there\nhint: a prompt stands in a file"), "\(outcome)")
    #expect(outcome.error.contains("--receipt: '-' is no file: fd:1 is standard output"), "\(outcome)")
  }

  @Test func aWordThatIsAlmostATruthIsNoText() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "fail_open = True\n")
    let outcome = try home.run("llmguard config check; echo $?")
    #expect((outcome.output + outcome.error).contains("expected a value: write true in small letters"), "\(outcome)")
  }
}
