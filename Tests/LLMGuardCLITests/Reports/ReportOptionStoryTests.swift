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
