import CommandSpec
import Posix
import Terminal

/// `llmguard demo`: the whole tool in a minute, offline.
///
/// A small shell script of calls by two users, guarded by this very program, over a real ledger in a temporary home. The
/// model is pretended: it is this program too, answering a fixed text at a fixed speed.
enum DemoCommand {
  static let keep = Flag("--keep", summary: "keep the temporary home and say where it is")

  static let command = Command<CLIHandler>(
    "demo", summary: "Show in a minute what the guard does, offline",
    description: [
      "Two users in two tiers run the same small script against a pretended model. One finishes; the other is warned, "
        + "degraded and refused. Then the usage report. Nothing leaves the machine, and your own ledger is not touched."
    ],
    options: [keep.spec],
    subcommands: [
      Command(
        "model", summary: "Answer as the demo's pretended model",
        options: [model.spec, maxTokens.spec], operands: [OperandSpec("PROMPT", summary: "what is asked", count: .any)],
        isHidden: true, handler: CLIHandler(run: answer))
    ], handler: CLIHandler(run: run))

  static let model = Option<String>("--model", "-m", metavar: "NAME", summary: "the model to pretend")
  static let maxTokens = Option<Int64>(
    "--max-tokens", "-n", metavar: "N", summary: "the most tokens to answer", read: ValueReader.wholeNumber(0...100_000)
  )

  private static let config = """
    default_tier = "free"
    timezone = "UTC"
    [tier.free]
    budgets = ["1500 tokens/day"]
    [tier.free.ladder]
    models = { "gpt-4o" = "gpt-4o-mini" }
    max_tokens = 120
    delay = "300ms"
    [tier.pro]
    budgets = ["100k tokens/day", "$1/month"]
    [client.demo-model]
    model_options = ["-m", "--model"]
    max_tokens_option = ["--max-tokens"]
    usage_input = 'usage: ([0-9]+) in'
    usage_output = 'in, ([0-9]+) out'

    """

  private static let script = """
    #!/bin/sh
    # Ten calls in a row, as a nightly job would make them. A refused one ends the job.
    for topic in backups certificates cron disks dns logs mail ntp ssh updates; do
      llmguard run --op nightly -- demo-model -m gpt-4o --max-tokens 250 \\
        "Summarise in five sentences what happened to the $topic last night." > answer || exit
      printf '  %-14s' "$topic:"; head -n 1 answer | cut -c 1-62
    done

    """

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    guard let program = ProcessInfo.executablePath else {
      throw Failure(
        "cannot find the llmguard program itself", hint: "is /proc mounted?", status: Failure.Status.unavailable)
    }
    try step(context, "ana is in the tier 'pro'; ben is in 'free', with 1,500 tokens a day. Both run nightly.sh.")
    let home: String
    do throws(PosixError) {
      home = try Folder.makeTemporary(prefix: "llmguard-demo")
      try prepare(home, program)
    } catch {
      throw Failure(
        error.description, hint: "set TMPDIR to a folder that you can write",
        status: error.isOfPath ? Failure.Status.cannotCreate : Failure.Status.inputOutput)
    }
    let isRead: Bool
    do {
      defer { if !arguments[keep] { try? Folder.removeTree(home) } }
      isRead = try play(context, home)
    }
    if !isRead { StandardStreams.endForWantOfReaders() }
    if arguments[keep] { try context.print("\nkept: \(context.line(of: home))") }
    return 0
  }

  /// Runs the demo's lines one by one.
  ///
  /// - Returns: whether it was read to its end; `llmguard demo | head` leaves before.
  private static func play(_ context: Context, _ home: String) throws(Failure) -> Bool {
    guard try shell("llmguard user set-tier ana pro", home) else { return false }
    // It is shown that the one gets through, and the other is refused.
    for (user, status) in [("ana", 0), ("ben", Failure.Status.refused)] {
      try step(context, "\(user)$ ./nightly.sh")
      guard try shell("LLMGUARD_USER=\(user) ./nightly.sh", home, endsWith: status) else { return false }
    }
    // Whoever reads it in a pipe or a file is no program that knows the columns.
    let named = context.output.isTerminal ? "" : " --header"
    for line in [
      "llmguard usage show --user ben\(named)", "llmguard usage report --by user\(named)", "llmguard ledger verify",
    ] {
      try step(context, "$ \(line)")
      guard try shell(line, home) else { return false }
    }
    return true
  }

  private static func prepare(_ home: String, _ program: String) throws(PosixError) {
    try Folder.makePrivate("\(home)/bin")
    try File.replace("\(home)/llmguard.toml", with: Array(config.utf8))
    try File.replace("\(home)/nightly.sh", with: Array(script.utf8), permissions: 0o700)
    for (name, command) in [("llmguard", ""), ("demo-model", "demo model ")] {
      let wrapper = "#!/bin/sh\nexec '\(program)' \(command)\"$@\"\n"
      try File.replace("\(home)/bin/\(name)", with: Array(wrapper.utf8), permissions: 0o700)
    }
  }

  private static func step(_ context: Context, _ text: String) throws(Failure) {
    try context.print("\n\(context.output.apply(.bold, text))\n")
  }

  /// Runs a line of the demo, and ends it where that does not end as it should.
  ///
  /// - Returns: whether somebody read what it said.
  private static func shell(_ line: String, _ home: String, endsWith expected: Int32 = 0) throws(Failure) -> Bool {
    var command = ChildCommand(arguments: ["/bin/sh", "-c", "cd \"$HOME\" && \(line)"])
    let path = Environment.value("PATH") ?? "/usr/bin:/bin"
    command.environment = [
      "HOME": home, "PATH": "\(home)/bin:\(path)", "LLMGUARD_CONFIG": "\(home)/llmguard.toml",
      "LLMGUARD_LEDGER": "\(home)/ledger.sqlite3",
    ]
    for name in ["LLMGUARD_USER", "LLMGUARD_OP"] { command.environment[name] = .some(nil) }
    let ending = command.run()
    switch ending {
    case .exited(expected): return true
    case _ where ending.isReaderGone: return false
    case .signaled(let signal): throw Failure("the demo was interrupted", hint: "run it again", status: 128 + signal)
    case .exited(let status):
      throw Failure(
        "the demo did not go as it should: '\(line)' ended with \(status) in place of \(expected)",
        hint: "what it said above says why; with --keep its files stay, in the folder that TMPDIR names",
        status: Failure.Status.inputOutput)
    case .notStarted(let error):
      throw Failure("cannot run /bin/sh: \(error.reason)", status: Failure.Status.unavailable)
    }
  }

  /// A fixed answer in as many words as may be, and the usage, as some real clients print it.
  static func answer(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let words = "[\(arguments[model] ?? "model")] All went well, and nothing needs to be done about it today.".split(
      separator: " ")
    let count = Int(min(arguments[maxTokens] ?? 500, 480))
    let text = (0..<count).map { words[$0 % words.count] }.joined(separator: " ")
    try context.print(text + "\n")
    let prompt = arguments.operands.joined(separator: " ").split(separator: " ").count
    try context.print("usage: \(prompt + 8) in, \(count) out\n")
    return 0
  }
}
