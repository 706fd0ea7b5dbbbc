import Testing

/// What a run tells of itself that stands between two others: all that was called inside it, whichever way it was metered.
@Suite struct NestedReportStoryTests {
  @Test func aRunTellsOfTheTextOfThoseInsideIt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      "calls",
      """
      text() { llmguard run -n 10 -m gpt-4o --prompt-from args "$@" >/dev/null; }
      text --cache auto -- echo one; text --cache auto -- echo one; text --max-calls 0 -- echo no; true

      """)
    try home.write(
      "s",
      """
      llmguard run -n 10 -m gpt-4o --prompt-from args -- echo zero >/dev/null
      llmguard run --summary --report json:mid.json --report junit:mid.xml llmguard run --report json:in.json sh calls
      llmguard run --fail-on-refusal sh calls; echo $?

      """)
    let outcome = try home.run(
      """
      llmguard run --report json:out.json sh s
      for f in in mid out; do grep -E '^  "(calls|charge_tokens|cached|refusals)"' $f.json | tr -d ' \\n'; echo; done
      grep -o 'testsuite name.*failures="[0-9]*"' mid.xml; llmguard usage report | cut -f 2,5,8,14; llmguard ledger verify
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 7, "\(outcome.output)\(outcome.error)")
    #expect(lines[0] == "75", "a call inside was refused")
    #expect(lines[1] == #""calls":1,"charge_tokens":4,"refusals":1,"cached":1,"#)
    #expect(lines[2] == lines[1], "the one around it has the same, once")
    // Of another run around them the addresses are others, and an answer that was given there is not theirs.
    #expect(lines[3] == #""calls":3,"charge_tokens":12,"refusals":2,"cached":2,"#)
    #expect(lines[4] == #"testsuite name="llmguard run llmguard" tests="4" failures="1""#)
    #expect(lines[5...] == ["3\t12\t2\t2", "ok"])
    #expect(outcome.error.contains("this run: 1 call, "), "\(outcome.error)")
  }
}
