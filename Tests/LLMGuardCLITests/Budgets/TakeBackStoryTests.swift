import Testing

/// A top-up that was a slip is taken back.
@Suite struct TakeBackStoryTests {
  @Test func aTopUpIsTakenBack() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u ana --estimate 5 -- true
      llmguard budget grant ana '50M tokens/day' >granted; llmguard budget grant ana '5k tokens/day' >granted
      llmguard budget grant ana '1k tokens/day' --take-back --dry-run
      llmguard budget grant ana '1k tokens/day' --take-back --reason 'a slip'
      llmguard budget grant ana '60M tokens/day' --take-back; echo $?
      llmguard budget grant ana '50004k tokens/day' --take-back
      llmguard budget grant ana '1 tokens/day' --take-back --dry-run; echo $?
      llmguard budget show ana | cut -f 5,11; llmguard ledger audit | cut -f 3,4,6; llmguard ledger verify
      llmguard budget grant --self '1 tokens/day' --take-back; echo $?
      """)
    #expect(
      outcome.output == """
        ana: 1k tokens/day would be taken back, 50,004,000 tokens left on top
        ana: 1k tokens/day taken back, 50,004,000 tokens left on top
        69
        ana: 50004k tokens/day taken back, nothing left on top
        69
        1000000\t0
        grant\tana\t50000000 to the daily token budget: no reason given
        grant\tana\t5000 to the daily token budget: no reason given
        grant\tana\t1000 of the daily token budget taken back: a slip
        grant\tana\t50004000 of the daily token budget taken back: no reason given
        ok
        64

        """, "\(outcome.output)\(outcome.error)")
    #expect(
      outcome.error.contains(
        "60,000,000 tokens cannot be taken back: 50,004,000 tokens are on top of the daily token budget of ana"))
    #expect(outcome.error.contains("nothing is on top of the daily token budget of ana"))
  }
}
