import CommandSpec

/// A small program that has one of everything, with words that shells and roff take for their own.
enum SampleTree {
  enum Mode: String, CaseIterable, Sendable { case fast, careful }

  static let config = Option<String>(
    "--config", metavar: "FILE", summary: "read this file", environment: "KEEPER_CONFIG", completion: .file)
  static let color = Option(
    "--color", metavar: "WHEN", summary: "when to use colours", defaultText: "auto",
    completion: .words(["auto", "always", "never"]))

  static let user = Option<String>(
    "--user", "-u", metavar: "NAME", summary: "who is charged: 'you' [by default]", environment: "KEEPER_USER",
    configKey: "defaults.user", defaultText: "the login name", completion: .names(kind: "users"))
  static let count = Option<Int64>(
    "--max-tokens", "-n", metavar: "N", summary: "the most tokens", details: "Counts `output` only. \"Quoted\" $HOME.",
    read: ValueReader.wholeNumber(1...1_000))
  static let tags = Option<String>("--tag", metavar: "TAG", summary: "a tag", isRepeatable: true)
  static let mode = Option<Mode>(
    "--mode", metavar: "MODE", summary: "how", completion: .words(["fast", "careful"]),
    read: ValueReader.choice(Mode.self))
  static let quiet = Flag("--quiet", "-q", summary: "say nothing")
  static let dryRun = Flag("--dry-run", "-d", summary: "print what would happen")
  static let open = Flag(
    "--fail-open", summary: "go on unmetered", environment: "KEEPER_FAIL_OPEN", configKey: "fail_open",
    negation: "keep what is there")
  static let log = Option<String>(
    "--log", metavar: "FORMAT FILE", summary: "log to a file", completion: .words(["text", "xml"]),
    leads: ["text", "xml"], read: { $0.contains(":") ? .success($0) : .failure(ValueProblem("is not FORMAT FILE")) })
  static let reason = Option<String>("--reason", metavar: "TEXT", summary: "why")

  static let root = Command<String>(
    "keeper", summary: "Keep what is spent within bounds",
    description: ["Put `keeper run` in front of a command.", ".A line that begins with a dot stays text → always."],
    options: [color.spec, config.spec],
    subcommands: [
      Command(
        "run", summary: "Run a command: guarded",
        description: ["Runs COMMAND. Its `--options` are its own, and `C:\\path` survives."],
        options: [user.spec, count.spec, tags.spec, mode.spec, open.spec, dryRun.spec, quiet.spec, log.spec],
        operands: [OperandSpec("COMMAND", summary: "what to run", count: .rest, completion: .program)],
        examples: [
          Example("keeper run -u bot -- llm 'a \\ b'", "Guard one call."), Example(".keeper", "Begins with a dot."),
        ],
        exitStatuses: [Term("75", "refused"), Term("125", "keeper failed")],
        environment: [Term("KEEPER_RUN", "set for the command")], files: [Term("~/.keeper", "the ledger")],
        handler: "run"),
      Command(
        "budget", summary: "Show and change budgets",
        subcommands: [
          Command(
            "set", summary: "Set a budget", options: [reason.spec, user.spec, quiet.spec],
            operands: [
              OperandSpec(
                "USER", summary: "whose", completion: .names(kind: "users"), replacedBy: [user.spec, quiet.spec]),
              OperandSpec("LIMIT", summary: "how much", completion: .words(["unlimited", "200k tokens/day"])),
            ], exitStatuses: [Term("3", "it was set already")], handler: "set"),
          Command(
            "show", summary: "Show budgets", operands: [OperandSpec("USER", summary: "whose", count: .optional)],
            handler: "show"),
        ]),
      Command(
        "import", summary: "Read files",
        operands: [OperandSpec("FILE", summary: "what to read", count: .any, completion: .file)], handler: "import"),
      Command("complete", summary: "Print names", isHidden: true, handler: "complete"),
    ],
    exitStatuses: [Term("0", "done")])
}
