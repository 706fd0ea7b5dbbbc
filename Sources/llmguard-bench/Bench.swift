import CommandSpec
import Posix
import Terminal

/// What runs a benchmark or a long check.
struct BenchHandler: Sendable {
  let run: @Sendable (ParsedArguments) throws(BenchFailure) -> Int32
}

/// Why a benchmark could not be run, or what it found wrong.
struct BenchFailure: Error {
  /// What happened.
  var message: String
  /// What to do.
  var hint: String
  /// The exit status.
  var status: Int32 = 1

  init(_ message: String, hint: String = "", status: Int32 = 1) {
    self.message = message
    self.hint = hint
    self.status = status
  }

  init(_ error: PosixError, hint: String = "") { self.init(error.description, hint: hint) }
}

/// Long checks and measurements of llmguard: what a test run has no time for.
enum Bench {
  /// All commands; each stands in its own file.
  static let root: Command<BenchHandler> = Command(
    "llmguard-bench", summary: "Check and measure llmguard, longer than tests may",
    subcommands: [
      IntentCommand.command,
      GatewayCommand.command,
      LedgerCommand.command,
      CacheCommand.command,
      ConcurrencyCommand.command,
      CrashCommand.command,
      PowerCommand.command,
      FaultsCommand.command,
      HistoryCommand.command,
      RealRunCommand.command,
      SimulateBench.command, QueueBench.command,
      WorkerCommand.command,
      RunCostCommand.command,
      ChildBench.command,
    ])

  /// Runs a command line without the program's name.
  ///
  /// - Returns: the exit status: 0 when all was as it should be, 64 for a command line that cannot be understood.
  static func run(_ arguments: [String]) -> Int32 {
    do throws(UsageError) {
      switch try CommandParser(root).parse(arguments) {
      case .help(let path, let isLong):
        let columns = Style.of(.output, color: .auto).columns
        try? StandardStreams.print(Help(columns: columns).text(path: path, isLong: isLong))
        return 0
      case .run(let path, let parsed):
        guard let handler = path.last?.handler else { return 64 }
        do throws(BenchFailure) { return try handler.run(parsed) } catch {
          complain(error.message, hint: error.hint)
          return error.status
        }
      }
    } catch {
      complain(error.message, hint: error.hint)
      return 64
    }
  }

  private static func complain(_ message: String, hint: String) {
    StandardStreams.complain("llmguard-bench: error: \(message)\n" + (hint.isEmpty ? "" : "hint: \(hint)\n"))
  }
}
