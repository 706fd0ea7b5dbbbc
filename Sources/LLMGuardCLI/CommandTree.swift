import CommandSpec
import Posix
import Providers
import Terminal
import TextFormats

/// What runs a command.
struct CLIHandler: Sendable {
  let run: @Sendable (Context, ParsedArguments) throws(Failure) -> Int32
}

/// All commands: declared here once, read by the parser, by help, and by the writers of man pages and completions.
enum CommandTree {
  static let version = "0.1.0"

  /// What people call, in the order of help.
  private static let commands = [
    RunCommand.command, SubmitCommand.command, ServeCommand.command, UsageCommands.command, BudgetCommands.command,
    UserCommands.command, PreferCommand.command, QueueCommands.command, EstimateCommand.command,
    ForecastCommand.command,
    SimulateCommand.command, CacheCommands.command, LedgerCommands.command, ConfigCommands.command,
    PriceCommands.command, DoctorCommand.command, DemoCommand.command,
  ]

  static let root: Command<CLIHandler> = Command(
    "llmguard",
    summary: "Make the cost of LLM calls from scripts predictable",
    description: [
      "Put `llmguard run` in front of a command that calls an LLM. Its tokens are estimated before and settled after, "
        + "against budgets in tokens, money or calls that you set per user, tier and operation. Near a limit calls are "
        + "degraded before they are refused.",
      "Nothing needs to be set up: without a configuration everybody is in the tier `default` with 1M tokens a day. The "
        + "ledger is one SQLite file of your own.",
    ],
    options: [
      GlobalOptions.color.spec, GlobalOptions.config.spec, GlobalOptions.header.spec, GlobalOptions.version.spec,
    ],
    subcommands: commands + [
      HelpCommand.command, GenerateCommand.command, CompleteCommand.command, Delivery.hiddenCommand,
    ],
    examples: [
      Example("llmguard demo", "Watch two users spend a budget, offline, in a minute."),
      Example("llmguard run -- llm -m gpt-4o 'three names for a cat'", "Guard one call."),
      Example("llmguard usage show", "Your budgets at a glance."),
      Example("0 0 * * *  llmguard budget reset", "In a crontab: close the windows that have ended."),
    ],
    exitStatuses: Failure.Status.terms,
    environment: [
      Term("LLMGUARD_LEDGER", "the ledger's file, an absolute path"),
      Term("LLMGUARD_CACHE", "the cache's file, an absolute path"),
      Term(ActingUser.variable, "who is charged, looked at or changed, unless --user or USER says"),
      Term("LLMGUARD_OP", "what calls are for, unless --op says"),
      Term("XDG_STATE_HOME", "where the ledger's folder is; ~/.local/state when not set"),
      Term("XDG_CACHE_HOME", "where the cache's folder is; ~/.cache when not set"),
      Term("XDG_CONFIG_HOME", "where the configuration's folder is; ~/.config when not set"),
      Term("XDG_RUNTIME_DIR", "where a note is left that a trouble has been told, when the ledger's folder takes none"),
      Term("HOME", "where those folders are; without it LLMGUARD_LEDGER must say"),
      Term(
        "TZ, TZDIR",
        "the time zone, by its name, its file or as a rule, unless the configuration says, and where zones are described"
      ),
      Term("PATH", "where commands and clients are found"),
      Term("TMPDIR", "where folders for passing things are made; /tmp when not set"),
      Term(
        "TERM, COLORTERM, COLUMNS, LC_ALL, LC_CTYPE, LANG",
        "what the terminal shows: its colours, its width and its characters; in a locale without UTF-8, what people read is "
          + "written in ASCII also to files and pipes (JSON, CSV, HTML and names stay as they are)"),
    ],
    files: [
      Term("~/.local/state/llmguard/ledger.sqlite3", "the ledger"),
      Term(
        "~/.local/state/llmguard/ledger.sqlite3.untold",
        "the last event that did not reach the command of [notify], until a run says it; then it is called `ledger.sqlite3.untold-said`, for doctor"
      ),
      Term("~/.cache/llmguard/cache.sqlite3", "the cache; it can be removed at any time"),
      Term("~/.config/llmguard/llmguard.toml", "your rules; see llmguard.toml(5)"),
      Term(Context.systemConfig, "the administrator's rules"),
    ],
    handler: CLIHandler(run: bare))

  /// The tree as far as a command line needs it: a guarded call would wait for all the other commands to be made.
  static func tree(for arguments: [String]) -> Command<CLIHandler> {
    guard arguments.first == RunCommand.name else { return root }
    return Command(
      "llmguard", summary: "",
      options: [
        GlobalOptions.color.spec, GlobalOptions.config.spec, GlobalOptions.header.spec, GlobalOptions.version.spec,
      ],
      subcommands: [RunCommand.command])
  }

  /// The program without a command: its version, or its help.
  private static func bare(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    if arguments[GlobalOptions.version] {
      try context.print("llmguard \(version)\n")
      return 0
    }
    let help = Help(columns: context.error.columns) { context.error.apply(.bold, $0) }
    StandardStreams.complain(context.error.spelled(help.text(path: [root], isLong: false)))
    return Failure.Status.usage
  }
}

/// The program.
public enum LLMGuard {
  /// Runs this process's command line and ends the process.
  public static func main() -> Never {
    let arguments = ProgramArguments.all
    if let program = Shim.program(arguments) {
      ChildStatus.exited(Shim.run(program, ProgramArguments.byteTexts)).reproduce()
    }
    FileDescriptor.ensureStandardOpen()
    // A disk of small blocks can have room for a part of the page of memory that the ledger's users share.
    StandardStreams.complainOfBusErrors(
      "llmguard: error: no space left on the disk for the memory that the ledger's users share\n"
        + "hint: free some space; nothing is lost, and the next llmguard run goes on from there\n",
      status: arguments.dropFirst().first == RunCommand.name ? Failure.Status.failed : Failure.Status.inputOutput)
    StandardStreams.outlastSizeErrors()
    ChildStatus.exited(run(Array(arguments.dropFirst()))).reproduce()
  }

  /// Runs a command line without the program's name.
  ///
  /// - Returns: the exit status.
  static func run(_ arguments: [String]) -> Int32 {
    let plain = Context(color: .auto, configPath: nil)
    do throws(UsageError) {
      let tree = CommandTree.tree(for: arguments)
      switch try CommandParser(tree, isRepaired: NameBytes.isRepaired).parse(arguments) {
      case .help(let path, let isLong):
        let help = Help(columns: plain.output.columns) { plain.output.apply(.bold, $0) }
        return report(plain) { () throws(Failure) in
          try plain.print(spelled: help.text(path: path, isLong: isLong))
          return 0
        }
      case .run(let commands, let parsed):
        let color = parsed[GlobalOptions.color].flatMap { ColorChoice(rawValue: $0.rawValue) }
        let path = parsed[GlobalOptions.config]
        let isHeaded = parsed[GlobalOptions.header]
        let context =
          color == nil && path == nil && !isHeaded
          ? plain : Context(color: color ?? .auto, configPath: path, isHeaded: isHeaded)
        guard let handler = commands.last?.handler else { return Failure.Status.usage }
        return report(context) { () throws(Failure) in try handler.run(context, parsed) }
      }
    } catch {
      plain.say(.error, error.message, hint: clientHint(error, arguments) ?? error.hint)
      // For a script in front of every call, a mistake in llmguard's own options is llmguard failing.
      return isRun(arguments) ? Failure.Status.failed : Failure.Status.usage
    }
  }

  /// What to do about a client in the place of a command: whoever has guarded one call by one word tries the same by the other.
  private static func clientHint(_ error: UsageError, _ arguments: [String]) -> String? {
    guard let word = arguments.first, error.message.hasPrefix("'\(word)' is not a command of "),
      BuiltInClients.all.contains(where: { $0.program == word }) || word.contains("/")
    else { return nil }
    return "a command that is to be guarded stands behind 'run': llmguard run -- \(ShellWord.text(word)) …"
  }

  /// Whether a command line that could not be parsed is one of `run`, or of `submit`, which is one that is detached: its first
  /// word that is neither an option nor the value of one.
  private static func isRun(_ arguments: [String]) -> Bool {
    let withValue = CommandTree.root.options.filter { $0.metavar != nil }.flatMap(\.names)
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if withValue.contains(word) {
        _ = rest.popFirst()
      } else if !word.hasPrefix("-") {
        return word == RunCommand.name || word == SubmitCommand.command.name
      }
    }
    return false
  }

  private static func report(_ context: Context, _ body: () throws(Failure) -> Int32) -> Int32 {
    do throws(Failure) { return try body() } catch {
      context.say(.error, error.message, details: error.details, hint: error.hint)
      return error.status
    }
  }
}
