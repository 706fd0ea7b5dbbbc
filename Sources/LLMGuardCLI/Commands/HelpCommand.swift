import CommandSpec
import Terminal

/// `llmguard help`: what `--help` says.
enum HelpCommand {
  static let command: Command<CLIHandler> =
    Command(
      "help", summary: "Say what a command does, as its --help",
      operands: [
        OperandSpec(
          "COMMAND", summary: "the command, and the one below it; without any, the program itself", count: .any,
          completion: .names(kind: "commands"))
      ],
      examples: [Example("llmguard help usage report", "The same as 'llmguard usage report --help'.")],
      handler: CLIHandler(run: run))

  /// The commands below the one that a line up to the cursor asks about.
  static func commands(behind line: ArraySlice<String>) -> [String] {
    var command = CommandTree.root
    for word in line.drop(while: { $0 != Self.command.name }).dropFirst() {
      guard let below = command.visibleSubcommands.first(where: { $0.name == word }) else { return [] }
      command = below
    }
    return command.visibleSubcommands.map(\.name).filter { $0 != Self.command.name }
  }

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let line: ParsedLine<CLIHandler>
    do throws(UsageError) {
      line = try CommandParser(CommandTree.root).parse(arguments.operands + [OptionSpec.help.name])
    } catch { throw Failure(error.message, hint: error.hint, status: Failure.Status.usage) }
    guard case .help(let path, let isLong) = line else {
      // What comes behind an operand of a command is no option of llmguard's.
      throw Failure(
        "'\(arguments.operands.joined(separator: " "))' is no command of llmguard",
        hint: "'llmguard help' lists them", status: Failure.Status.usage)
    }
    // Whatever follows a command that has none below it is an operand of that command.
    if path.count <= arguments.operands.count {
      let known = path.map(\.name).joined(separator: " ")
      throw Failure(
        "'\(arguments.operands[path.count - 1])' is not a command of \(known)",
        hint:
          "'\(([path[0].name, "help"] + path.dropFirst().map(\.name)).joined(separator: " "))' says what \(known) does",
        status: Failure.Status.usage)
    }
    let help = Help(columns: context.output.columns) { context.output.apply(.bold, $0) }
    try context.print(spelled: help.text(path: path, isLong: isLong))
    return 0
  }
}
