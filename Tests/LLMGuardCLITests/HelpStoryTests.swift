import Testing

/// `llmguard help` says what `--help` does.
@Suite struct HelpStoryTests {
  @Test(arguments: ["", "run", "usage", "usage report", "serve key add", "help", "generate"])
  func helpIsTheOptionsHelp(command: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard help \(command) >word; echo $?; llmguard \(command) --help >option; cmp word option && wc -l <word")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0] == "0" && (Int(lines[1]) ?? 0) > 8, "\(outcome)")
  }

  @Test(arguments: [
    ("help runn", "'runn' is not a command of llmguard", "did you mean 'run'?"),
    ("help usage reprot", "'reprot' is not a command of llmguard usage", "did you mean 'report'?"),
    ("help run ls", "'run ls' is no command of llmguard", "'llmguard help' lists them"),
    ("help --jsn", "unknown option '--jsn'", "'llmguard help --help' lists all options"),
  ])
  func whatIsNoCommandIsNamed(line: String, message: String, hint: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard \(line)")
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.error.contains(message) && outcome.error.contains(hint), "\(outcome.error)")
  }

  @Test func itIsListedAndCompleted() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard -h 2>&1 | grep -c '^  help '; llmguard --help | grep -c '^  help '")
    #expect(outcome.output == "1\n1\n", "\(outcome)")
  }
}
