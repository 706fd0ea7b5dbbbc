import Testing

/// A mistake in an option of the reports says what is taken there.
@Suite struct ReportOptionStoryTests {
  @Test func aMistakeSaysWhatIsTaken() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard usage report --by color; echo $?; llmguard usage report --since 2026-02-30; echo $?
      llmguard help usage export | grep -A 1 -e '^  --json'
      """)
    #expect(outcome.output == "64\n64\n  --json\n      Print a JSON object a line, for programs.\n", "\(outcome)")
    let lines = outcome.error.split(separator: "\n")
    #expect(
      lines.count == 4
        && lines[0]
          == "llmguard: error: --by: 'color' is not one of user, operation, model, day, hour, run, program, tier, phase"
        && lines[1] == "hint: leave it out for user; 'llmguard usage report --help' describes it"
        && lines[2] == "llmguard: error: --since: '2026-02-30' is not a time: February 2026 has 28 days", "\(lines)")
  }

  /// A run's id says nothing to people: beside it stands what it was a run of, for programs at the end.
  @Test func aRunIsToldWithItsProgram() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("bin/a-script-with-quite-a-long-name.sh", "#!/bin/sh\n")
    let outcome = try home.run(
      """
      chmod +x bin/*.sh; llmguard run -q --estimate 5 -- a-script-with-quite-a-long-name.sh; llmguard run -q --estimate 4 -- true
      llmguard usage report --by run --json | grep '"program"'; llmguard usage report --by run | sed 's/.*\\t//'
      llmguard usage report --by run,program --json | grep -c '"program"'; llmguard usage report --by user --json | grep -c '"program"'
      script -qc 'stty cols 80; llmguard usage report --by run --top 1' /dev/null | sed 's/\\x1b\\[[0-9;]*m//g' | tr -d '\\r' >shown
      sed -n '1p;2p;3p' shown | sed 's/^[0-9a-f]\\{16\\}/ID/; s/  */ /g' | cut -d ' ' -f 1-4 | sed 's/a-[a-z-]*…/a-…/'
      [ "$(wc -L <shown)" -le 80 ] && echo fits
      """)
    #expect(
      outcome.output == """
              "program": "a-script-with-quite-a-long-name.sh",
              "program": "true",
        a-script-with-quite-a-long-name.sh
        true
        2
        0
        Run Program Calls In
        ID a-… 1 ~5
        others (1) 1 ~4
        fits

        """, "\(outcome)")
  }

  /// A fraction of a second has a point, too, and is not where two times meet.
  @Test func twoTimesWithFractionsAreARange() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard usage report --json --timezone UTC --compare 2026-03-01T00:00:00.250Z..2026-03-02T00:00:00.5Z "
        + "| grep previous_")
    #expect(
      outcome.output == """
          "previous_since": "2026-03-01T00:00:00Z",
          "previous_until": "2026-03-02T00:00:00Z",

        """, "\(outcome)")
  }

  /// Of one day named twice nothing is left, and swapping both is no way out.
  @Test(arguments: [
    ("2026-11-02", "2026-11-02", "what --until names is left out: for all of a day name the day after it"),
    ("2026-11-02", "2026-11-01", "swap them"),
  ]) func aRangeOfNothingSaysWhatToDo(since: String, until: String, hint: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard usage report --since \(since) --until \(until)")
    #expect(outcome.status == 64)
    #expect(outcome.error == "llmguard: error: --until is not after --since\nhint: \(hint)\n", "\(outcome)")
  }
}
