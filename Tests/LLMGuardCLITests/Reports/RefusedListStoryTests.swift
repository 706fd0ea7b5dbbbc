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
    let told = "the daily token budget of ana (now 30 tokens/day): window "
    #expect(lines[0].contains(told) && lines[0].contains("; opens at "), "\(lines)")
    #expect(lines[1].contains(told), "\(lines)")
  }

  /// Of a run it is told who was refused, by what, and when that opens, however many of its calls were.
  @Test func aRefusedRunTellsWhy() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "timezone = 'UTC'\ntier.default.budgets = ['30 tokens/day']\n")
    let outcome = try home.run(
      """
      llmguard run -u ana --estimate 30 -- true 2>/dev/null; llmguard run -u ana --estimate 30 -- true 2>/dev/null
      run=$(llmguard usage list --json | sed -n 's/.*"run": "\\(.*\\)".*/\\1/p' | head -n 1)
      on() { NO_COLOR=1 script -qec "stty cols 80; $1" /dev/null </dev/null | tr -d '\\r' | tr '\\n' ' '; echo; }
      on "llmguard usage show $run" | grep -oE 'refused: call 3 by .*'
      llmguard usage show $run --json | sed -n '/"refused_by"/,/]/p' | tr -d ' \\n' | sed 's/[0-9]\\{13\\}/THEN/'; echo
      llmguard usage show $run | grep -c 'refused:'
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 3, "\(outcome)")
    #expect(
      lines[0].contains("the daily token budget of ana (now 30 tokens/day): window ")
        && lines[0].contains("; opens at "), "\(lines)")
    #expect(
      lines[1] == #""refused_by":[{"user":"ana","calls":1,"newest_call":3,"reason":"dailytokenbudget","#
        + #""budget":"dailytokenbudget","opens_at_unix_ms":THEN}]"#, "\(lines)")
    #expect(lines[2] == "0", "a pipe has its columns alone")
  }
}
