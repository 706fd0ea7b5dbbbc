/// A command where it stands in the tree, without its handler: what the writers of help, man pages and completions read.
struct CommandOutline {
  /// The words before its arguments, the program's first: `["llmguard", "budget", "set"]`.
  let words: [String]
  let summary: String
  let description: [String]
  /// Its own options.
  let options: [OptionSpec]
  /// The options it accepts because every command does.
  let inherited: [OptionSpec]
  let operands: [OperandSpec]
  let examples: [Example]
  let exitStatuses: [Term]
  let environment: [Term]
  let files: [Term]
  /// Whether it is a command without one of those below it; the root, which only helps then, is none.
  let isComplete: Bool
  /// The visible commands below it.
  let subcommands: [CommandOutline]

  init<Handler>(_ root: Command<Handler>) {
    self.init(root, above: [], inherited: [])
  }

  private init<Handler>(_ command: Command<Handler>, above: [String], inherited: [OptionSpec]) {
    words = above + [command.name]
    summary = command.summary
    description = command.description
    // Help is accepted wherever a command is; it is the root's own for the sake of its page.
    options = above.isEmpty ? command.options + [OptionSpec.help] : command.options
    self.inherited = inherited
    operands = command.operands
    examples = command.examples
    exitStatuses = command.exitStatuses
    environment = command.environment
    files = command.files
    isComplete = command.subcommands.isEmpty || !above.isEmpty && command.handler != nil
    let words = words
    let passedOn = above.isEmpty ? options : inherited
    subcommands = command.visibleSubcommands.map { CommandOutline($0, above: words, inherited: passedOn) }
  }

  /// The words as they are typed: `llmguard budget set`.
  var title: String { words.joined(separator: " ") }

  /// All options it accepts, its own first.
  var accepted: [OptionSpec] { options + inherited }

  /// Itself and everything below it, parents first.
  var all: [CommandOutline] { [self] + subcommands.flatMap(\.all) }

  /// The words that take the place of its first operand. Of an option with a value, which may stand in the same word, it is how
  /// such a word begins.
  var replacing: [(word: String, isBeginning: Bool)] {
    (operands.first?.replacedBy ?? []).flatMap { option in
      option.names.flatMap { name -> [(word: String, isBeginning: Bool)] in
        if option.metavar == nil { return [(name, false)] }
        return name.hasPrefix("--") ? [(name, false), ("\(name)=", true)] : [(name, true)]
      }
    }
  }

  /// Whether everything from the last operand on belongs to another program.
  var takesRest: Bool {
    if case .rest = operands.last?.count { return true }
    return false
  }
}

extension OptionSpec {
  /// The option that every command has without declaring it.
  public static let help = Flag("--help", "-h", summary: "print help: a screenful with -h, everything with --help").spec

  /// Every spelling that is accepted, `--no-NAME` included.
  var spellings: [String] {
    names + (isNegatable ? names.filter { $0.hasPrefix("--") }.map { "--no-\($0.dropFirst(2))" } : [])
  }
}

/// A summary as a sentence.
func sentence(_ text: String) -> String {
  (text.first.map { $0.uppercased() } ?? "") + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
}
