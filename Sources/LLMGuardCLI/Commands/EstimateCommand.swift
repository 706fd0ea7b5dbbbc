import CommandSpec
import Posix
import Terminal

/// `llmguard estimate`: what a call would take. The same as `run --dry-run`, and made by it.
enum EstimateCommand {
  static let file = Option<String>(
    "--file", metavar: "FILE", summary: "the prompt, in place of a command", completion: .file)

  private static let passedOn = [
    RunCommand.user.spec, RunCommand.operation.spec, RunCommand.model.spec, RunCommand.maxTokens.spec,
    RunCommand.promptFrom.spec,
  ]

  static let command = Command<CLIHandler>(
    "estimate", summary: "Say what a call would take, and whether it fits",
    description: [
      "Prints the call's tokens, its charge and its price, the phase it would go out in, the budgets after it, and whether it "
        + "fits: `yes`, `degraded` or `no`, and how many output tokens would, where fewer help. A call that fits and would have to "
        + "wait for its turn is told which limit it waits for. Nothing is run and nothing is recorded.",
      "What is not counted is told on standard error: a file that cannot be read, what a pipe holds beyond the 4 MiB that a run "
        + "looks ahead, and that a line of `curl` with `--next` is estimated as one call.",
    ],
    options: passedOn + [file.spec, RunCommand.noDegrade.spec, SharedOptions.json.spec],
    operands: [
      OperandSpec(
        "COMMAND", summary: "the command as `run` would get it", count: .rest, completion: .program,
        isRequired: false)
    ],
    examples: [
      Example("llmguard estimate -- llm -m gpt-4o 'three names for a cat'", "One call of a known client."),
      Example("llmguard estimate --file prompt.txt -m gpt-4o -n 800 || echo 'not today'", "A prompt in a file."),
    ],
    exitStatuses: [
      Term("0", "it would go out, as asked or degraded; with --no-degrade only as asked"),
      Term("75", "it would be refused"),
    ], handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    guard (arguments[file] == nil) != arguments.operands.isEmpty else {
      throw Failure(
        arguments[file] == nil
          ? "llmguard estimate needs a command, or a prompt with --file"
          : "a command and --file are two prompts: name the one that is meant",
        hint: "llmguard estimate -- COMMAND…, or llmguard estimate --file PROMPT -m MODEL", status: Failure.Status.usage
      )
    }
    if arguments[file] != nil, arguments[RunCommand.promptFrom] != nil {
      throw Failure(
        "--file and --prompt-from exclude each other", hint: "both say where the prompt is",
        status: Failure.Status.usage)
    }
    // A prompt alone is no command: estimated as one, it would cost nothing.
    if let only = arguments.operands.first, arguments.operands.count == 1, !Self.isCommand(only) {
      throw Failure(
        "'\(TerminalText.safe(only))' is no command that is there",
        hint:
          "a prompt stands in a file (--file FILE), or behind its command: llmguard estimate -- llm -m gpt-4o PROMPT",
        status: Failure.Status.usage)
    }
    var line = ["run", "--dry-run"]
    func pass(_ name: String, _ value: String?) { if let value { line.append("\(name)=\(value)") } }
    pass("--user", arguments[RunCommand.user])
    pass("--op", arguments[RunCommand.operation])
    pass("--model", arguments[RunCommand.model])
    pass("--max-tokens", arguments[RunCommand.maxTokens].map(String.init))
    pass("--prompt-from", arguments[RunCommand.promptFrom] ?? arguments[file])
    if arguments[RunCommand.noDegrade] { line.append("--no-degrade") }
    if arguments[SharedOptions.json] { line.append("--json") }
    line.append("--")
    line += arguments.operands.isEmpty ? ["estimate"] : arguments.operands
    let parsed: ParsedLine<CLIHandler>
    do throws(UsageError) { parsed = try CommandParser(CommandTree.root).parse(line) } catch {
      throw Failure(error.message, hint: error.hint, status: Failure.Status.usage)
    }
    guard case .run(_, let run) = parsed else { return 0 }
    return try GuardedRun(context, run).perform()
  }

  /// Whether a word names a program that is there.
  private static func isCommand(_ word: String) -> Bool {
    word.contains("/") ? File.exists(word) : Program.find(word, in: Program.folders) != nil
  }
}
