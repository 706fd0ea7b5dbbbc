import Testing

/// What is done although its output is lost, and what is not.
@Suite struct OutputLossStoryTests {
  @Test func aSubmittedCallIsNotToBeSubmittedAgain() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard submit --estimate 5 -- true >/dev/full; echo $?
      until llmguard queue list --json | grep -q finished; do sleep 0.05; done; llmguard usage report | cut -f 2
      """)
    #expect(outcome.output == "0\n1\n", "\(outcome)")
    #expect(
      outcome.error.contains("the call is submitted, but its id could not be printed")
        && outcome.error.contains("hint: it is "))
  }

  @Test func aKeyThatNobodyHasSeenIsNotThere() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard serve key add ann >/dev/full; echo $?; llmguard serve key list --json | grep -c ann")
    #expect(outcome.output == "74\n0\n", "\(outcome)")
    #expect(outcome.error.contains("the key was not made"))
  }

  @Test func aGateForNobodyIsAMistake() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u bob --estimate 5 -- true
      llmguard usage check --max '5 calls' --user bobb; echo $?; llmguard usage check --max '5 calls' --user bob >none; echo $?
      """)
    #expect(outcome.output == "64\n0\n" && outcome.error.contains("did you mean 'bob'?"), "\(outcome)")
  }
}
