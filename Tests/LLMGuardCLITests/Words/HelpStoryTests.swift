import CommandSpec
import Testing

@testable import LLMGuardCLI

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
    (
      "help budget show extra", "'extra' is not a command of llmguard budget show",
      "'llmguard help budget show' says what"
    ),
    (
      "help serve key add more than", "'more' is not a command of llmguard serve key add",
      "'llmguard help serve key add' "
    ),
    ("help --jsn", "unknown option '--jsn'", "'llmguard help --help' lists all options"),
  ])
  func whatIsNoCommandIsNamed(line: String, message: String, hint: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard \(line)")
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.error.contains(message) && outcome.error.contains(hint), "\(outcome.error)")
  }

  /// Help is read on 80 columns, and nothing marks code there.
  @Test func allHelpFitsTheUsualTerminal() {
    var read = 0
    func check(_ path: [Command<CLIHandler>]) {
      let name = path.map(\.name).joined(separator: " ")
      for isLong in [false, true] {
        let lines = Help(columns: 80).text(path: path, isLong: isLong).split(separator: "\n")
        let unfit = lines.filter { $0.count > 80 || $0.contains("`") }
        #expect(unfit.isEmpty, "\(name): \(unfit)")
        read += lines.count
      }
      for command in path[path.count - 1].visibleSubcommands { check(path + [command]) }
    }
    check([CommandTree.root])
    #expect(read > 1000)
  }

  /// The values that an option takes stand behind what it is for: at the beginning of a sentence they would be capitalised,
  /// and `Table` is not taken.
  @Test func noValueIsCapitalised() {
    func check(_ command: Command<CLIHandler>) {
      for option in command.options {
        // `table, json or html` alone, of words.
        let words = option.summary.split(separator: " ")
        let isList =
          words.count > 2 && words[words.count - 2] == "or" && words.dropLast(3).allSatisfy { $0.last == "," }
        #expect(!isList, "\(command.name) \(option.name): \(option.summary)")
      }
      command.subcommands.forEach(check)
    }
    check(CommandTree.root)
  }

  @Test func itIsListedAndCompleted() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("llmguard -h 2>&1 | grep -c '^  help '; llmguard --help | grep -c '^  help '")
    #expect(outcome.output == "1\n1\n", "\(outcome)")
  }
}
