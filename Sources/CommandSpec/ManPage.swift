/// A page of the manual as mdoc(7) source.
public struct ManPage: Hashable, Sendable {
  /// The name of its file: `llmguard-run.1`.
  public let fileName: String
  /// Its source.
  public let text: String

  /// The pages of a tree of commands: one for the program, and one for each command directly below it, which documents
  /// everything below that.
  ///
  /// - Parameters:
  ///   - root: the program.
  ///   - date: what stands in the footer, such as `November 24, 2026`; passed in so that the pages come out the same
  ///     each time.
  ///   - formats: pages of other sections that the program's own page refers to: `("llmguard-export", 5)`.
  ///   - seeAlso: pages of other sections that every page refers to: `("llmguard.toml", 5)`.
  public static func pages<Handler>(
    of root: Command<Handler>, date: String, formats: [(name: String, section: Int)] = [],
    seeAlso: [(name: String, section: Int)] = []
  ) -> [ManPage] {
    let outline = CommandOutline(root)
    return ([outline] + outline.subcommands).map { command in
      let name = pageName(command)
      let others = command.words.count == 1 ? outline.subcommands.map { (pageName($0), 1) } + formats : [(root.name, 1)]
      let writer = CommandPage(command: command, name: name, date: date, seeAlso: others + seeAlso)
      return ManPage(fileName: name + ".1", text: writer.text)
    }
  }

  /// The page that documents a command.
  static func pageName(_ command: CommandOutline) -> String { command.words.prefix(2).joined(separator: "-") }
}

/// Writes the page of one command and of everything below it.
private struct CommandPage {
  let command: CommandOutline
  let name: String
  let date: String
  let seeAlso: [(name: String, section: Int)]

  /// Whether the commands below have pages of their own.
  private var isRoot: Bool { command.words.count == 1 }

  var text: String {
    var page = MandocText()
    page.heading(name, section: 1, summary: command.summary, date: date)
    page.macro("Sh", "SYNOPSIS")
    if isRoot || command.isComplete { synopsis(command, &page) }
    if !isRoot { for below in command.all.dropFirst() where below.subcommands.isEmpty { synopsis(below, &page) } }
    page.macro("Sh", "DESCRIPTION")
    page.paragraphs(command.description.isEmpty ? [sentence(command.summary)] : command.description)
    if isRoot { commandList(&page) } else { commandSections(&page) }
    if !command.operands.isEmpty {
      page.macro("Sh", "ARGUMENTS")
      operands(command, &page)
    }
    page.macro("Sh", "OPTIONS")
    options(command.options, &page)
    if !isRoot {
      if !command.options.isEmpty { page.macro("Pp") }
      page.prose("The options of every command are described in")
      page.macro("Xr", MandocText.argument(command.words[0]), "1 .")
    }
    environment(&page)
    page.terms("FILES", macro: "Pa", unique(command.all.flatMap(\.files)))
    exitStatuses(&page)
    page.examples((isRoot ? [command] : command.all).flatMap(\.examples))
    page.seeAlso(seeAlso)
    return page.source
  }

  private func synopsis(_ command: CommandOutline, _ page: inout MandocText) {
    page.macro("Nm", MandocText.argument(command.title))
    for option in command.options {
      let name = option.isNegatable ? "--[no-]\(option.name.dropFirst(2))" : option.name
      page.macro("Op", "Fl \(flag(name))", option.metavar.map { "Ar \(MandocText.argument($0))" } ?? "")
    }
    if !command.isComplete { page.macro("Ar", "COMMAND") }
    for operand in command.operands {
      let name = MandocText.argument(operand.name)
      switch operand.count {
      case .one: page.macro("Ar", name)
      case .optional: page.macro("Op", "Ar", name)
      case .any: page.macro("Op", "Ar", name, "...")
      case .rest:
        page.macro("Op", "Fl \\-")
        page.macro("Ar", name)
        page.macro("Op", "Ar ARG ...")
      }
    }
  }

  private func commandList(_ page: inout MandocText) {
    guard !command.subcommands.isEmpty else { return }
    page.macro("Sh", "COMMANDS")
    page.macro("Bl", "-tag -width Ds")
    for below in command.subcommands {
      page.macro("It", "Ic", MandocText.argument(below.words[below.words.count - 1]))
      page.prose(sentence(below.summary))
      page.prose("See")
      page.macro("Xr", MandocText.argument(ManPage.pageName(below)), "1 .")
    }
    page.macro("El")
  }

  private func commandSections(_ page: inout MandocText) {
    let below = command.all.dropFirst().filter { $0.subcommands.isEmpty }
    guard !below.isEmpty else { return }
    page.macro("Sh", "COMMANDS")
    for command in below {
      page.macro("Ss", MandocText.argument(command.title))
      page.prose(sentence(command.summary))
      for paragraph in command.description {
        page.macro("Pp")
        page.prose(paragraph)
      }
      if !command.operands.isEmpty { operands(command, &page) }
      options(command.options, &page)
    }
  }

  private func operands(_ command: CommandOutline, _ page: inout MandocText) {
    page.macro("Bl", "-tag -width Ds")
    for operand in command.operands {
      page.macro("It", "Ar", MandocText.argument(operand.name))
      page.prose(sentence(operand.summary))
    }
    page.macro("El")
  }

  private func options(_ options: [OptionSpec], _ page: inout MandocText) {
    guard !options.isEmpty else { return }
    page.macro("Bl", "-tag -width Ds")
    for option in options {
      let names = option.spellings.sorted { $0.utf8.count < $1.utf8.count }.map { "Fl \(flag($0))" }
      page.macro("It", names.joined(separator: " , "), option.metavar.map { "Ar \(MandocText.argument($0))" } ?? "")
      page.prose(sentence(option.summary))
      page.prose(option.details)
      if option.isRepeatable { page.prose("May be given more than once.") }
      if let text = option.defaultText { page.prose("Default: \(text).") }
      if let variable = option.environment { page.prose("Environment: `\(variable)`.") }
      if let key = option.configKey { page.prose("Configuration: `\(key)`.") }
    }
    page.macro("El")
  }

  /// What the page's command ends with, and each of those below it by its name: a status of one is none of the others.
  private func exitStatuses(_ page: inout MandocText) {
    let below = isRoot ? [] : command.all.dropFirst().filter { !$0.exitStatuses.isEmpty }
    if below.isEmpty { return page.terms("EXIT STATUS", macro: "Li", command.exitStatuses) }
    page.macro("Sh", "EXIT STATUS")
    if !command.exitStatuses.isEmpty { page.terms(macro: "Li", command.exitStatuses) }
    for one in below {
      page.prose("`\(one.title)`:")
      page.terms(macro: "Li", one.exitStatuses)
    }
    page.prose("Whatever is not listed here ends as")
    page.macro("Xr", MandocText.argument(command.words[0]), "1")
    page.prose("says.")
  }

  private func environment(_ page: inout MandocText) {
    let commands = isRoot ? [command] : command.all
    let ofOptions = commands.flatMap(\.options).compactMap { option in
      option.environment.map { Term($0, "the same as `\(option.name)`, which comes before it") }
    }
    page.terms("ENVIRONMENT", macro: "Ev", unique(commands.flatMap(\.environment) + ofOptions))
  }

  /// The terms without those whose name came before.
  private func unique(_ terms: [Term]) -> [Term] {
    var names: Set<String> = []
    return terms.filter { names.insert($0.name).inserted }
  }

  /// `Fl` writes the first hyphen itself.
  private func flag(_ name: String) -> String { MandocText.argument(String(name.dropFirst())) }
}

extension MandocText {
  /// Title, name and summary.
  mutating func heading(_ name: String, section: Int, summary: String, date: String) {
    macro("Dd", date)
    macro("Dt", Self.argument(name.uppercased()).replacingEscapedHyphens, String(section))
    macro("Os")
    macro("Sh", "NAME")
    macro("Nm", Self.argument(name))
    macro("Nd", Self.marked(summary))
  }

  /// A section with a list of names and meanings; nothing without any.
  mutating func terms(_ title: String, macro name: String, _ terms: [Term]) {
    guard !terms.isEmpty else { return }
    macro("Sh", title)
    self.terms(macro: name, terms)
  }

  /// A list of names and meanings.
  mutating func terms(macro name: String, _ terms: [Term]) {
    macro("Bl", "-tag -width Ds")
    for term in terms {
      macro("It", name, Self.argument(term.name))
      prose(term.meaning)
    }
    macro("El")
  }

  /// The section of examples.
  mutating func examples(_ examples: [Example]) {
    guard !examples.isEmpty else { return }
    macro("Sh", "EXAMPLES")
    for (index, example) in examples.enumerated() {
      if index > 0 { macro("Pp") }
      prose(example.meaning)
      literal(example.line)
    }
  }

  /// The section that refers to other pages, sorted by section and name.
  mutating func seeAlso(_ pages: [(name: String, section: Int)]) {
    guard !pages.isEmpty else { return }
    macro("Sh", "SEE ALSO")
    // As mandoc has it, which looks at names as they are written here.
    let sorted = pages.sorted { ($0.section, Self.argument($0.name)) < ($1.section, Self.argument($1.name)) }
    for (index, page) in sorted.enumerated() {
      macro("Xr", Self.argument(page.name), String(page.section), index < sorted.count - 1 ? "," : "")
    }
  }
}

extension String {
  /// Titles are file names: their hyphens are plain.
  fileprivate var replacingEscapedHyphens: String { split(separator: "\\-").joined(separator: "-") }
}
