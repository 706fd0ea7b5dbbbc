import CommandSpec
import Testing

/// Help, man pages and completions of the sample tree.
@Suite struct WriterTests {
  static let root = SampleTree.root
  static let run = root.subcommands[0]
  static let budget = root.subcommands[1]
  static let pages = ManPage.pages(of: root, date: "November 24, 2026", seeAlso: [("keeper.toml", 5)])
  static let scripts = CompletionScripts(root)

  @Test(arguments: [80, 120])
  func helpLooksAsKept(columns: Int) {
    let help = Help(columns: columns)
    Golden.expect(help.text(path: [Self.root], isLong: false), is: "keeper-short-\(columns).txt")
    Golden.expect(help.text(path: [Self.root, Self.run], isLong: false), is: "keeper-run-short-\(columns).txt")
    Golden.expect(help.text(path: [Self.root, Self.run], isLong: true), is: "keeper-run-long-\(columns).txt")
    Golden.expect(help.text(path: [Self.root, Self.budget], isLong: false), is: "keeper-budget-short-\(columns).txt")
  }

  @Test func manPagesLookAsKept() {
    #expect(Self.pages.map(\.fileName) == ["keeper.1", "keeper-run.1", "keeper-budget.1", "keeper-import.1"])
    for page in Self.pages { Golden.expect(page.text, is: page.fileName) }
  }

  /// A status of one command of a group is none of the others, so it stands behind that command's name.
  @Test func aStatusStandsWithItsCommand() throws {
    let text = try #require(Self.pages.first { $0.fileName == "keeper-budget.1" }).text
    let part = try #require(text.split(separator: ".Sh EXIT STATUS\n").last)
    #expect(
      part.hasPrefix("\\fBkeeper budget set\\fR:\n.Bl -tag -width Ds\n.It Li 3\nit was set already\n.El\n"), "\(part)")
    #expect(part.contains(".Xr keeper 1\nsays."), "\(part)")
  }

  @Test func aFileFormatPageLooksAsKept() {
    let page = FileFormatPage(
      name: "keeper.toml", summary: "rules of keeper", description: ["Every line is optional."],
      keys: [
        ConfigKeyDoc(
          path: "fail_open", type: "boolean", defaultValue: "false", summary: "whether commands run unmetered",
          details: "Not advised.", example: "true"),
        ConfigKeyDoc(
          path: "tier.NAME.budgets", type: "array of budgets", defaultValue: "", summary: "the limits of a tier",
          example: #"["200k tokens/day", '$5/month']"#),
      ],
      files: [Term("/etc/keeper.toml", "of the administrator")],
      examples: [Example("[tier.free]\nbudgets = [\"1 call/day\"]", "One tier.")], seeAlso: [("keeper", 1)]
    ).page(date: "November 24, 2026")
    #expect(page.fileName == "keeper.toml.5")
    Golden.expect(page.text, is: page.fileName)
  }

  @Test func completionsLookAsKept() {
    Golden.expect(Self.scripts.bash, is: "keeper.bash")
    Golden.expect(Self.scripts.zsh, is: "_keeper")
    Golden.expect(Self.scripts.fish, is: "keeper.fish")
  }

  @Test func noHelpLineIsLongerThanItsWidth() {
    for columns in [40, 60, 80, 120, 200] {
      for path in [[Self.root], [Self.root, Self.run], [Self.root, Self.budget]] {
        for line in Help(columns: columns).text(path: path, isLong: true).split(separator: "\n") {
          #expect(line.count <= min(columns, 100), "\(columns): \(line)")
        }
      }
    }
  }

  @Test func headingsAreEmphasizedAndNothingElse() {
    let plain = Help(columns: 80).text(path: [Self.root, Self.run], isLong: true)
    let marked = Help(columns: 80) { "<\($0)>" }.text(path: [Self.root, Self.run], isLong: true)
    #expect(marked.contains("<Usage:>"))
    #expect(marked.filter { $0 != "<" && $0 != ">" } == plain)
  }

  @Test func everyOptionIsEverywhere() {
    func check(_ path: [Command<String>]) {
      let command = path[path.count - 1]
      let title = path.prefix(2).map(\.name).joined(separator: "-")
      let page = Self.pages.first { $0.fileName == title + ".1" }?.text ?? ""
      for option in command.options {
        for isLong in [false, true] {
          let help = Help(columns: 80).text(path: path, isLong: isLong)
          let shown = option.isNegatable ? "--[no-]\(option.name.dropFirst(2))" : option.name
          #expect(help.contains(shown), "\(title): \(shown)")
        }
        for name in option.names {
          let escaped = name.dropFirst().split(separator: "-", omittingEmptySubsequences: false).joined(
            separator: "\\-")
          #expect(page.contains("Fl \(escaped)"), "\(title).1: \(name)")
          #expect(Self.scripts.bash.contains(name), "bash: \(name)")
          #expect(Self.scripts.zsh.contains(")\(name)") || Self.scripts.zsh.contains("*\(name)"), "zsh: \(name)")
          let fish = name.hasPrefix("--") ? " -l \(name.dropFirst(2)) " : " -s \(name.dropFirst()) "
          #expect(Self.scripts.fish.contains(fish), "fish: \(name)")
        }
      }
      for below in command.visibleSubcommands { check(path + [below]) }
    }
    check([Self.root])
  }

  @Test func aHiddenCommandIsNowhere() {
    let help = Help(columns: 80).text(path: [Self.root], isLong: true)
    #expect(!help.contains("Print names"))
    for text in [Self.scripts.zsh, Self.scripts.fish] + Self.pages.map(\.text) {
      #expect(!text.contains("Print names"))
    }
    #expect(!Self.scripts.bash.contains("'keeper complete'"))
  }
}
