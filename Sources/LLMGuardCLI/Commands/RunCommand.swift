import CommandSpec
import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import Providers
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard run`: guards one command.
enum RunCommand {
  static let user = Option<String>(
    "--user", "-u", metavar: "NAME", summary: "who is charged", environment: "LLMGUARD_USER",
    defaultText: "the login name of the real user id", completion: .names(kind: "users"), read: Readers.name("user"))
  static let operation = Option<String>(
    "--op", "-o", metavar: "NAME", summary: "what the call is for", environment: "LLMGUARD_OP", defaultText: "default",
    completion: .names(kind: "operations"), read: Readers.name("operation"))
  static let model = Option<String>(
    "--model", "-m", metavar: "NAME", summary: "the model the command uses, where its arguments do not say",
    details: "The command learns what it should use from {model} in its arguments or from LLMGUARD_MODEL.",
    completion: .names(kind: "models"), read: Readers.name("model"))
  static let maxTokens = Option<Int64>(
    "--max-tokens", "-n", metavar: "N", summary: "the most output tokens the command asks for",
    details: "The command learns what it may use from {max_tokens} in its arguments or from LLMGUARD_MAX_TOKENS.",
    read: ValueReader.wholeNumber(0...1_000_000_000_000))
  static let estimate = Option<Int64>(
    "--estimate", metavar: "N", summary: "the whole call's tokens, in place of an estimate",
    read: ValueReader.wholeNumber(0...Int64.max))
  static let promptFrom = Option<String>(
    "--prompt-from", metavar: "WHAT", summary: "where the prompt is: stdin, args, or a file",
    details: "Without it the prompt is the arguments, and standard input where it is a pipe or the client reads it.",
    completion: .file)
  static let noDegrade = Flag("--no-degrade", summary: "refuse instead of sending a cheaper call")
  static let failOpen = Flag(
    "--fail-open", summary: "run the command unmetered when the ledger cannot be used",
    environment: "LLMGUARD_FAIL_OPEN",
    configKey: "fail_open", isNegatable: true)
  static let priority = Option(
    "--priority", "-p", metavar: "WORD", summary: "how urgent it is where calls wait: high, normal or low",
    environment: "LLMGUARD_PRIORITY", defaultText: "the operation's, else normal",
    completion: .words(Priority.allCases.map(\.rawValue)), read: ValueReader.choice(Priority.self))
  static let wait = Option<Int64>(
    "--wait", metavar: "DURATION", summary: "how long to wait for room before the call is refused; 0: not at all",
    configKey: "queue_wait", defaultText: "2min", read: Readers.duration)
  static let dryRun = Flag("--dry-run", summary: "print what would happen, and run nothing")
  static let receipt = Option<String>(
    "--receipt", metavar: "PATH|fd:N", summary: "write a JSON receipt there", completion: .file)
  static let quiet = Flag("--quiet", "-q", summary: "say nothing but errors and refusals")

  static let command = Command<CLIHandler>(
    "run",
    summary: "Run a command and guard its LLM call: estimate before, settle after",
    description: [
      "COMMAND is one LLM call. Its prompt is its arguments and its piped standard input; its answer is its standard "
        + "output. Before it starts, its charge is estimated and held on every budget of the user; when it has ended, what "
        + "it really took is settled. Its streams, its exit status and its signals are untouched. Where its output "
        + "and its errors go to one place, what it writes to both within the same moment can change places.",
      "Near a limit the call is degraded before it is refused: from 80 % of a budget on you are warned; from 100 % on the "
        + "call goes to a cheaper model, with fewer output tokens and after a short delay; above 120 % it is refused, and "
        + "you are told when it opens again. Without any configuration everybody has 1M tokens a day.",
      "The model and the maximum are changed on the command line of clients that llmguard knows (`llm`, `ollama run`, "
        + "`aichat`, `mods`, `sgpt`, `claude -p`, `codex exec`, `gemini -p`, `llama-cli`, and a JSON body of `curl -d`), "
        + "and for any other command through `{model}` and `{max_tokens}` in its arguments or the variables LLMGUARD_MODEL "
        + "and LLMGUARD_MAX_TOKENS. Where the command prints the provider's usage, the settlement is exact; otherwise it "
        + "is counted from the text and marked as estimated.",
      "Asking for the same again within half an hour gets dearer: from the second retry on the tokens are charged 1.5, 2 and "
        + "3 times, and you are told before. A call that failed upstream does not count. The tier's and the operation's "
        + "`escalation` and `retry_window` change it.",
    ],
    options: [
      user.spec, operation.spec, model.spec, maxTokens.spec, estimate.spec, promptFrom.spec, noDegrade.spec,
      failOpen.spec, priority.spec, wait.spec, dryRun.spec, SharedOptions.json.spec, receipt.spec, quiet.spec,
    ],
    operands: [
      OperandSpec("COMMAND", summary: "the command to run, with its arguments", count: .rest, completion: .program)
    ],
    examples: [
      Example("llmguard run -- llm -m gpt-4o 'three names for a cat'", "Meter one call of a known client."),
      Example(
        "git diff | llmguard run --op review -- llm 'review this'", "Name what the call is for; the diff is prompt."),
      Example(
        "llmguard run --dry-run -- llm -m gpt-4o 'hello'", "See estimate, price, phase and budgets; run nothing."),
      Example(
        "llmguard run -m gpt-4o -n 500 -- ./ask.sh '{model}' '{max_tokens}'",
        "Let a script of your own take what the guard allows."),
    ],
    exitStatuses: [
      Term("N", "the command's own exit status; a command ended by a signal ends llmguard by the same signal"),
      Term("75", "refused: the command was not started"),
      Term("125", "llmguard itself failed; the command was not started, unless --fail-open"),
      Term("126", "the command cannot be executed"), Term("127", "the command was not found"),
    ],
    environment: [
      Term("LLMGUARD_MODEL", "set for the command: the model it should use"),
      Term("LLMGUARD_MAX_TOKENS", "set for the command: the most output tokens it may ask for"),
      Term("LLMGUARD_PHASE", "set for the command: ok, warn or soft"),
      Term("LLMGUARD_RUN", "set for the command: the run's id"),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    do throws(Failure) {
      return try GuardedRun(context, arguments).perform()
    } catch {
      // For scripts, everything that is llmguard's own fault is one status.
      throw Failure(error.message, hint: error.hint, details: error.details, status: Failure.Status.failed)
    }
  }
}

/// One guarded command, from its arguments to its exit status.
private struct GuardedRun {
  private let context: Context
  private let arguments: ParsedArguments
  private let settings: Settings
  private let client: Client?
  private let call: ClientCall
  private let commandLine: [String]

  init(_ context: Context, _ arguments: ParsedArguments) throws(Failure) {
    self.context = context
    self.arguments = arguments
    settings = try context.settings()
    if arguments.given(RunCommand.failOpen) == true, !settings.failOpen,
      let place = settings.lockPlace(of: "fail_open")
    {
      throw Failure(
        "'--fail-open' is not allowed: 'fail_open' is locked by \(place)",
        hint: "take it out, or ask whoever keeps the system file", status: Failure.Status.configuration)
    }
    commandLine = arguments.operands
    client = Client.matching(commandLine, in: settings.clients)
    var call = client?.read(commandLine) ?? ClientCall()
    if client == nil { call.promptTexts = Array(commandLine.dropFirst()) }
    // A request body in a file says as much as one on the command line, but cannot be changed.
    for path in call.promptFiles where client?.bodyOptions.isEmpty == false {
      guard let bytes = try? File.readAll(path) else { continue }
      var inFile = ClientCall()
      client?.read(body: String(decoding: bytes, as: UTF8.self), into: &inFile)
      call.model = call.model ?? inFile.model
      call.maxOutputTokens = call.maxOutputTokens ?? inFile.maxOutputTokens
    }
    self.call = call
  }

  func perform() throws(Failure) -> Int32 {
    let prompt: PromptText
    do throws(PosixError) {
      prompt = try PromptText(promptSource, call: call, client: client, arguments: commandLine)
    } catch {
      throw Failure(
        "cannot read the prompt: \(error)", hint: "--prompt-from takes stdin, args, or a file",
        status: Failure.Status.noInput)
    }
    let request = try request(prompt)
    let pipeline: Guard
    let admission: Admission
    var leaveLine: () -> Void = {}
    defer { leaveLine() }
    do throws(Failure) {
      let ledger = try context.ledger(settings)
      pipeline = Guard(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs })
      if arguments[RunCommand.dryRun] {
        return try dryRun(try Failure.pipeline { () throws(GuardError) in try pipeline.plan(request) })
      }
      switch try awaitTurn(request, pipeline, ledger) {
      case .came(let taken):
        leaveLine = { if let taken { try? ledger.leave(taken) } }
        admission = try Failure.pipeline { () throws(GuardError) in try pipeline.admit(request) }
        if case .refused = admission { try context.warnOfClockAhead(ledger) }
      case .timedOut(let ahead, let waitedMs):
        admission = .refused(
          try Failure.pipeline { () throws(GuardError) in
            try pipeline.refuse(pipeline.plan(request), .queue(ahead: ahead, waitedMs: waitedMs))
          })
      }
    } catch {
      // Failing open is for a ledger that cannot be used. A call that cannot be decided (an unknown tier, amounts that do
      // not fit) would get round its budgets by it.
      guard error.isLedgerUnusable, arguments.given(RunCommand.failOpen) ?? settings.failOpen else {
        throw Failure(
          "\(error.message); the command was not started",
          hint: error.hint + (error.isLedgerUnusable ? "; --fail-open runs it unmetered" : ""), status: error.status)
      }
      context.say(.warning, "\(error.message); the command runs unmetered (fail-open)", hint: error.hint)
      return finish(
        child(prompt, commandLine, request.model, request.maxOutputTokens, phase: nil, Answer(usage: .none)))
    }
    switch admission {
    case .refused(let plan): return try refuse(plan)
    case .admitted(let held): return try send(held, prompt, pipeline)
    }
  }

  private var promptSource: PromptText.Source {
    switch arguments[RunCommand.promptFrom] {
    case nil: .automatic
    case "stdin": .input
    case "args": .arguments
    case let path?: .file(path)
    }
  }

  private func request(_ prompt: PromptText) throws(Failure) -> CallRequest {
    func named(_ option: CommandSpec.Option<String>, _ variable: String, _ kind: String) throws(Failure) -> String? {
      if let value = arguments[option] { return value }
      guard let value = Environment.value(variable), !value.isEmpty else { return nil }
      do throws(NameError) {
        try Name.check(kind, value)
        return value
      } catch {
        throw Failure(
          "\(variable): \(error)", hint: "give the \(kind) a short printable name", status: Failure.Status.usage)
      }
    }
    let isKnown = client != nil
    var call = call
    if !prompt.body.isEmpty, let client {
      var piped = ClientCall()
      client.read(body: String(decoding: prompt.body, as: UTF8.self), into: &piped)
      call.model = call.model ?? piped.model
      call.maxOutputTokens = call.maxOutputTokens ?? piped.maxOutputTokens
    }
    return CallRequest(
      user: try named(RunCommand.user, "LLMGUARD_USER", "user") ?? CurrentUser.name,
      operation: try named(RunCommand.operation, "LLMGUARD_OP", "operation") ?? "default",
      model: arguments[RunCommand.model] ?? call.model,
      maxOutputTokens: arguments[RunCommand.maxTokens] ?? call.maxOutputTokens,
      countedInputTokens: prompt.tokens, statedTokens: arguments[RunCommand.estimate],
      run: Random.hexadecimal(bytes: 8),
      program: File.name(of: commandLine.first ?? ""), fingerprint: fingerprint(prompt),
      canChangeModel: call.canChangeModel || Placeholders.holdsModel(commandLine) || !isKnown,
      canCapTokens: call.canCapTokens || Placeholders.holdsMaxTokens(commandLine) || !isKnown,
      mayDegrade: !arguments[RunCommand.noDegrade])
  }

  /// What is asked for, where that can be told: the client is known or the prompt was pointed out, all of it has been
  /// seen, and it does not go on with an earlier conversation.
  private func fingerprint(_ prompt: PromptText) -> [UInt8]? {
    let isKnown = client != nil || arguments[RunCommand.promptFrom] != nil
    return isKnown && !prompt.isOpenEnded && !call.continuesConversation ? prompt.question.fingerprint : nil
  }

  // MARK: - The line

  /// Waits for room where the user's tier or the model has limits. A call that its budgets refuse anyway does not wait.
  private func awaitTurn(
    _ request: CallRequest, _ pipeline: Guard, _ ledger: SQLiteLedger
  ) throws(Failure) -> Turn.Ending {
    if settings.limitsNothing { return .came(nil) }
    let plan = try Failure.pipeline { () throws(GuardError) in try pipeline.plan(request) }
    if plan.refusal != nil { return .came(nil) }
    let ticket = TicketRequest(
      user: request.user, operation: request.operation, program: request.program,
      priority: arguments[RunCommand.priority] ?? settings.operations[request.operation]?.priority ?? .normal,
      lanes: pipeline.lanes(plan), tokens: plan.shape.charge.tokens)
    let progress = WaitingProgress(
      isTerminal: context.error.isTerminal, isQuiet: arguments[RunCommand.quiet], write: StandardStreams.complain)
    let turn = Turn(
      queue: ledger, request: ticket, waitMs: arguments[RunCommand.wait] ?? settings.queueWaitMs, progress: progress)
    return try Failure.ledger { () throws(LedgerError) in try turn.wait() }
  }

  // MARK: - Outcomes

  private func refuse(_ plan: Plan) throws(Failure) -> Int32 {
    let (message, hint) = Announcement(nowUnixMs: context.nowUnixMs).refusal(plan)
    context.say(.refused, message, hint: hint)
    writeReceipt(plan, settled: nil, status: nil)
    return Failure.Status.refused
  }

  private func dryRun(_ plan: Plan) throws(Failure) -> Int32 {
    let text =
      arguments[SharedOptions.json]
      ? JSONWriter.pretty(Receipt.json(plan, settled: nil, status: nil, isDryRun: true))
      : DryRunText(plan: plan, style: context.output, nowUnixMs: context.nowUnixMs).text
    try context.print(text)
    return plan.refusal == nil ? 0 : Failure.Status.refused
  }

  private func send(_ held: HeldCall, _ prompt: PromptText, _ pipeline: Guard) throws(Failure) -> Int32 {
    let plan = held.plan
    if !arguments[RunCommand.quiet] {
      let announcement = Announcement(nowUnixMs: context.nowUnixMs)
      if let text = announcement.degradation(plan) { context.say(.degraded, text) }
      if let text = announcement.warning(plan) { context.say(.warning, text) }
      if let text = announcement.retry(plan) { context.say(.note, text) }
    }
    if let delay = plan.degradation?.delayMs, delay > 0, let signal = SignalPause.wait(ms: delay) {
      return giveUp(held, signal, pipeline)
    }
    let shape = plan.shape
    let changed = plan.degradation != nil
    var line = Placeholders.filled(commandLine, model: shape.model, maxOutputTokens: shape.maxOutputTokens)
    if changed, let client {
      line = client.rewrite(
        line, model: shape.model == plan.request.model ? nil : shape.model,
        maxOutputTokens: shape.maxOutputTokens == plan.request.maxOutputTokens ? nil : shape.maxOutputTokens)
    }
    let answer = Answer(usage: client?.usage ?? .none)
    let status = child(prompt, line, shape.model, shape.maxOutputTokens, phase: plan.phase, answer)
    let settled = settle(held, prompt, answer, status, pipeline)
    writeReceipt(plan, settled: settled, status: status)
    return finish(status)
  }

  /// A signal came before the command was started: its charge goes back, and llmguard ends by that signal.
  private func giveUp(_ held: HeldCall, _ signal: Int32, _ pipeline: Guard) -> Int32 {
    do throws(GuardError) {
      try pipeline.giveBack(held, reason: "a signal ended the delay")
    } catch {
      context.say(
        .error, "the command was not started, but its charge could not be given back: \(error.message)",
        hint: error.hint + "; the next llmguard run recovers it")
    }
    writeReceipt(held.plan, settled: nil, status: .signaled(signal))
    return finish(.signaled(signal))
  }

  private func child(
    _ prompt: PromptText, _ line: [String], _ model: String?, _ maximum: Int64?, phase: Phase?, _ answer: Answer
  ) -> ChildStatus {
    var command = ChildCommand(arguments: line)
    command.environment["LLMGUARD_MODEL"] = .some(model)
    command.environment["LLMGUARD_MAX_TOKENS"] = .some(maximum.map(String.init))
    if let phase {
      command.environment["LLMGUARD_PHASE"] = .some(phase.rawValue)
      command.watchOutput = { answer.consumeOutput($0) }
      if answer.watchesError { command.watchError = { answer.consumeError($0) } }
    }
    if let first = prompt.readAhead { command.input = .relayed(first: first, watch: { answer.consumeInput($0) }) }
    return command.run()
  }

  /// Settles what the command took. When that fails the command has run all the same: its status stands, the hold stays,
  /// and the next run recovers it.
  private func settle(
    _ held: HeldCall, _ prompt: PromptText, _ answer: Answer, _ status: ChildStatus, _ pipeline: Guard
  ) -> Settled? {
    let reply = answer.reply()
    do throws(GuardError) {
      if reply.usage == nil, answer.isEmpty || reply.isError {
        switch status {
        case .notStarted:
          try pipeline.giveBack(held, reason: "the command could not be started")
          return nil
        case .exited(let code) where code != 0 || reply.isError:
          try pipeline.giveBack(
            held, reason: reply.isError ? "the provider answered with an error" : "the command failed without an answer"
          )
          return nil
        default: break
        }
      }
      let ending: CallEnding = status == .exited(0) ? .complete : .failed
      let counted = TokenUsage(
        input: held.plan.shape.inputTokens + answer.laterInput.tokens, output: answer.countedTokens,
        exactness: .estimated)
      return try pipeline.settle(
        held, usage: reply.usage ?? counted, reportedCostMicroUSD: reply.costMicroUSD, ending: ending)
    } catch {
      context.say(
        .error, "the call has run, but could not be settled: \(error.message)",
        hint: error.hint + "; the next llmguard run charges its estimate")
      return nil
    }
  }

  private func writeReceipt(_ plan: Plan, settled: Settled?, status: ChildStatus?) {
    guard let target = arguments[RunCommand.receipt] else { return }
    do throws(PosixError) {
      try Receipt.write(Receipt.json(plan, settled: settled, status: status, isDryRun: false), to: target)
    } catch {
      context.say(
        .error, "cannot write the receipt: \(error)", hint: "the call itself is settled; give --receipt a writable path"
      )
    }
  }

  private func finish(_ status: ChildStatus) -> Int32 {
    if case .notStarted(let error) = status {
      context.say(
        .error, "cannot run '\(commandLine.first ?? "")': \(error.reason)",
        hint: error.isMissing ? "is it installed, and on PATH?" : "is it executable ('chmod +x')?")
    }
    if case .signaled = status { status.reproduce() }
    return status.shellStatus
  }
}
