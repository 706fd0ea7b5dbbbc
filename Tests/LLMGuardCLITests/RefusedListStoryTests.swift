import Testing

/// Who lists calls on a terminal is told what refused them.
@Suite struct RefusedListStoryTests {
  @Test func aRefusedCallsBudgetIsNamed() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "timezone = 'UTC'\ntier.default.budgets = ['30 tokens/day']\n")
    let outcome = try home.run(
      """
      llmguard run -u ana --estimate 30 -- true 2>/dev/null; llmguard run -u ana --estimate 30 -- true 2>/dev/null
      on() { NO_COLOR=1 script -qec "stty cols 80; $1" /dev/null </dev/null | tr -d '\\r' | tr '\\n' ' '; echo; }
      on 'llmguard usage list' | grep -oE 'refused: call 3 by .*'
      on 'llmguard usage show 3' | grep -oE 'refused at .* phase' | tr -s ' '
      on 'timeout 3 llmguard usage list --follow' | grep -oE 'refused: call 3 by the daily token budget of ana'
      llmguard usage list | grep -c 'by the daily'
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 4)
    #expect(lines.last == "0", "a pipe has its columns alone: \(outcome)")
    let told = "the daily token budget of ana (30 tokens/day): window "
    #expect(lines[0].contains(told) && lines[0].contains("; opens at "), "\(lines)")
    #expect(lines[1].contains(told), "\(lines)")
  }
}
