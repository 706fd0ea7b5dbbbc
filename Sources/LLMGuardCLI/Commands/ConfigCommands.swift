import CommandSpec
import Configuration
import Posix
import Terminal
import TextFormats

/// `llmguard config`: the rules.
enum ConfigCommands {
  static let stdout = Flag("--stdout", summary: "print the file instead of writing it")
  static let system = Option<String>(
    "--system", metavar: "FILE", summary: "the administrator's file, in place of \(Context.systemConfig)",
    completion: .file)

  static let command = Command<CLIHandler>(
    "config", summary: "Write, check and show the configuration",
    description: ["The file is `llmguard.toml`, documented in llmguard.toml(5). Without it the built-in rules hold."],
    subcommands: [
      Command(
        "init", summary: "Write a commented configuration file",
        description: ["An existing file is never overwritten."], options: [stdout.spec, SharedOptions.json.spec],
        examples: [Example("llmguard config init --stdout | less", "Read it first.")],
        handler: CLIHandler(run: initialise)),
      Command(
        "check", summary: "Report every mistake with its place",
        description: [
          "What is allowed and hardly meant is a warning, and changes nothing of the exit status: a provider without a base, a "
            + "ladder that leads to a dearer model, a burst smaller than its refill, a weight of zero, a command of `[notify]` "
            + "that cannot be run, or that others may change. So is a user of the ledger in a tier that is not there: their calls are refused. So are a "
            + "variable `LLMGUARD_…` that nothing reads, and a `TZ` that names no zone."
        ], options: [system.spec, SharedOptions.json.spec],
        operands: [
          OperandSpec(
            "FILE", summary: "the user's file, in place of the one in use; as --config names it", count: .optional,
            completion: .file)
        ],
        examples: [
          Example("llmguard config check new.toml", "Before it is put in place."),
          Example(
            "llmguard config check --system new.toml", "The same for the administrator's file, which may lock keys."),
        ],
        handler: CLIHandler(run: check)),
      Command(
        "show", summary: "Print the rules in force and where each comes from", options: [SharedOptions.json.spec],
        handler: CLIHandler(run: show)),
    ])

  static func initialise(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    if arguments[stdout], arguments[SharedOptions.json] {
      throw Failure(
        "--stdout prints the file, and --json says where one was written", hint: "leave one of them out",
        status: Failure.Status.usage)
    }
    if arguments[stdout] {
      try context.print(ConfigKey.template)
      return 0
    }
    let path = try context.userConfigPath()
    do throws(PosixError) {
      try Folder.makePrivate(File.parent(of: path))
      try File.make(path, with: Array(ConfigKey.template.utf8))
    } catch {
      throw Failure(
        error.exists ? "'\(path)' exists already" : "cannot write '\(path)': \(error.reason)",
        hint: error.exists
          ? "edit it, or print a fresh one with 'llmguard config init --stdout'"
          : error.isFull
            ? "make room; 'llmguard config init --stdout' prints the same"
            : "name another place with --config, or make this one writable for you",
        status: error.isOfPath ? Failure.Status.cannotCreate : Failure.Status.inputOutput)
    }
    try context.confirm(
      arguments[SharedOptions.json] ? JSONWriter.pretty(["schema": 1, "path": .string(path)]) : context.line(of: path),
      that: "'\(path)' is written")
    return 0
  }

  static func check(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    // What is warned of elsewhere is listed here.
    var context = context
    if let file = arguments.operands.first {
      if let stated = context.statedConfig {
        throw Failure(
          "'\(file)' and --config \(stated) name two files", hint: "name the one that is meant",
          status: Failure.Status.usage)
      }
      context = context.reading(configuration: file, of: "config check")
    }
    if let file = arguments[system] { context = context.reading(systemConfiguration: file) }
    context.isQuiet = true
    let (settings, problems, paths) = try context.readConfiguration()
    var warnings = problems.isEmpty ? settings.warnings : []
    if problems.isEmpty, let warning = NotifyCommand.warning(settings) { warnings.append(warning) }
    if problems.isEmpty, settings.timezone == nil, let stated = Zone.unusableStated {
      warnings.append(
        ConfigWarning(
          key: "timezone", origin: "TZ",
          message: "'\(stated)' is no time zone; days and windows end by \(Zone.local.name)",
          hint: "name one such as Europe/Berlin or UTC, in TZ or as 'timezone' in the configuration"))
    }
    warnings += KnownVariables.strays.map {
      ConfigWarning(key: $0.name, origin: "environment", message: $0.message, hint: $0.hint)
    }
    if let (message, hint) = context.unsoughtConfig {
      warnings.append(ConfigWarning(key: "HOME", origin: "environment", message: message, hint: hint))
    }
    let gone = problems.isEmpty ? UserStanding.withoutTier(settings, context) : []
    if arguments[SharedOptions.json] {
      try context.print(JSONWriter.pretty(listing(problems, warnings, gone, of: paths)))
    } else if problems.isEmpty {
      for warning in warnings { context.say(.warning, "\(warning)", hint: warning.hint) }
      context.warn(ofTiers: gone)
      let none = (try? context.userConfigPath()).map { "there is no '\($0)'" } ?? "there is no configuration file"
      let text = paths.isEmpty ? "\(none), and the built-in rules hold" : paths.joined(separator: ", ")
      try context.print("ok: \(TerminalText.safe(text))\n")
      if arguments.operands.isEmpty, arguments[system] == nil {
        ServedRules.warnOfOlder(context, context.zone(settings))
      }
    } else {
      for problem in problems { context.say(.error, "\(problem)", hint: problem.hint) }
      for warning in warnings { context.say(.warning, "\(warning)", hint: warning.hint) }
    }
    return problems.isEmpty ? 0 : Failure.Status.configuration
  }

  private static func listing(
    _ problems: [ConfigProblem], _ warnings: [ConfigWarning], _ gone: [SettingsError], of paths: [String]
  ) -> JSONValue {
    let told: [JSONValue] = warnings.map { warning in
      [
        "key": .string(warning.key), "origin": .string(warning.origin), "file": .string(orNull: warning.file),
        "line": .int(warning.position.map { Int64($0.line) }),
        "column": .int(warning.position.map { Int64($0.column) }), "message": .string(warning.message),
        "hint": .string(warning.hint),
      ]
    }
    let tiers: [JSONValue] = gone.map { problem in
      [
        "key": "tier", "origin": "ledger", "file": .null, "line": .null, "column": .null,
        "message": .string(problem.description), "hint": .string(problem.hint),
      ]
    }
    return [
      "schema": 1, "files": .array(paths.map(JSONValue.string)),
      "problems": .array(
        problems.map { problem in
          [
            "key": .string(orNull: problem.key), "file": .string(problem.path),
            "line": .int(problem.position.map { Int64($0.line) }),
            "column": .int(problem.position.map { Int64($0.column) }), "message": .string(problem.message),
            "hint": .string(problem.hint),
          ]
        }),
      "warnings": .array(told + tiers),
    ]
  }

  static func show(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let rules = try context.settings().listed(Environment.value)
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1,
          "settings": .array(
            rules.map { ["key": .string($0.key), "value": .string($0.value), "origin": .string($0.origin)] }),
        ]))
      return 0
    }
    var table = Table([
      Table.Column("Key", key: "key"), Table.Column("Value", key: "value", canShrink: true),
      Table.Column("From", key: "origin", canShrink: true, keepsEnd: true),
    ])
    for rule in rules { table.add([Table.Cell(rule.key), Table.Cell(rule.value), Table.Cell(rule.origin)]) }
    try context.print(table.text(context.output))
    return 0
  }
}
