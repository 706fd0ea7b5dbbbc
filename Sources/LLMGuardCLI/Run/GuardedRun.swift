import CommandSpec
import Configuration
import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import Providers
import SQLiteLedger

/// One guarded command, from its arguments to its exit status.
struct GuardedRun {
  let context: Context
  let arguments: ParsedArguments
  let settings: Settings
  let client: Client?
  let call: ClientCall
  let commandLine: [String]
  /// What its history is kept by.
  let name: CommandName
  /// Whether the command is a call of its client's, and not something else that the client can do.
  let isClientCall: Bool
  /// What is to be done when the run is over.
  let atEnd = AtEnd()
  /// What it is in the run around it.
  let part: RunPart
  /// The run's id.
  var run: String { part.run }
  /// How urgent it is, where that is said.
  let priority: Priority?

  init(_ context: Context, _ arguments: ParsedArguments) throws(Failure) {
    var context = context
    context.isQuiet = arguments[RunCommand.quiet]
    self.context = context
    self.arguments = arguments
    part = RunPart(job: JobStore.takeRun(context), startedAtUnixMs: context.nowUnixMs)
    settings = try context.settings()
    if !context.isQuiet {
      context.warnOfSlips()
      UnknownUser.warnOfTwin(try arguments.user(RunCommand.user), settings, context)
    }
    if arguments.given(RunCommand.failOpen) == true, !settings.failOpen,
      let place = settings.lockPlace(of: "fail_open")
    {
      throw Failure(
        "'--fail-open' is not allowed: 'fail_open' is locked by \(place)",
        hint: "take it out, or ask whoever keeps the system file", status: Failure.Status.configuration)
    }
    if arguments.given(RunCommand.failOnRefusal) == false, settings.failsOnRefusal,
      let place = settings.lockPlace(of: "run", "fail_on_refusal")
    {
      throw Failure(
        "'--no-fail-on-refusal' is not allowed: 'run.fail_on_refusal' is locked by \(place)",
        hint: "take it out, or ask whoever keeps the system file", status: Failure.Status.configuration)
    }
    if let wait = arguments[RunCommand.wait], wait > settings.queueWaitMs,
      let place = settings.lockPlace(of: "queue_wait")
    {
      throw Failure(
        "'--wait' is longer than 'queue_wait', which is locked by \(place)",
        hint:
          "wait no longer than \(DurationText.text(milliseconds: settings.queueWaitMs)), or ask whoever keeps the system file",
        status: Failure.Status.configuration)
    }
    if arguments[RunCommand.noCache], let mode = arguments[RunCommand.cache], mode != .refresh {
      throw Failure(
        "--no-cache and --cache \(mode.rawValue) ask for two things at once",
        hint: "leave one of them out: --no-cache makes the call anew, as --cache refresh", status: Failure.Status.usage)
    }
    priority = try Self.priority(arguments)
    commandLine = arguments.operands
    name = CommandName(commandLine)
    client = Client.matching(commandLine, in: settings.clients)
    var call = client?.read(commandLine) ?? ClientCall()
    if client == nil { call.promptTexts = Array(commandLine.dropFirst()) }
    // A request body in a file says as much as one on the command line, but cannot be changed.
    for path in call.promptFiles where client?.bodyOptions.isEmpty == false {
      guard File.isRegular(path), let bytes = try? File.readAll(path) else { continue }
      var inFile = ClientCall()
      client?.read(body: String(decoding: bytes, as: UTF8.self), into: &inFile)
      call.model = call.model ?? inFile.model
      call.maxOutputTokens = call.maxOutputTokens ?? inFile.maxOutputTokens
    }
    self.call = call
    isClientCall = client.map { [commandLine] in Self.isCall($0, commandLine, call) } ?? false
  }

  private static func priority(_ arguments: ParsedArguments) throws(Failure) -> Priority? {
    if let stated = arguments[RunCommand.priority] { return stated }
    guard let word = Environment.value("LLMGUARD_PRIORITY"), !word.isEmpty else { return nil }
    guard let priority = Priority(rawValue: word) else {
      throw Failure(
        "LLMGUARD_PRIORITY: '\(word)' is not one of \(Priority.allCases.map(\.rawValue).joined(separator: ", "))",
        hint: "it says how urgent the run is, as --priority does", status: Failure.Status.usage)
    }
    return priority
  }

  /// Whether the command's own text says what its call is; the calls of any other command are metered one by one.
  var isMeteredByText: Bool {
    isClientCall || arguments[RunCommand.noGateway] || arguments[RunCommand.promptFrom] != nil
      || arguments[RunCommand.model] != nil || arguments[RunCommand.maxTokens] != nil
      || arguments[RunCommand.estimate] != nil || Placeholders.holdsModel(commandLine)
      || Placeholders.holdsMaxTokens(commandLine)
  }

  func perform() throws(Failure) -> Int32 {
    defer { atEnd.perform() }
    if !arguments[RunCommand.dryRun] { try arguments.checkTargets() }
    // Without the gateway nobody is led anywhere.
    if !arguments[RunCommand.noGateway] {
      try Failure.check(basesOf: settings.providers, consequence: "the command was not started")
      if !context.isQuiet, OuterRun.root == nil { OwnDefaults.warn(commandLine, settings.providers, context) }
    }
    let status = isMeteredByText ? try performCall() : try performScript()
    // Who asked for a record goes by it: a run without it has not gone well.
    return status == 0 && part.lacksRecords ? Failure.Status.inputOutput : status
  }

  /// Runs a command that is one call.
  private func performCall() throws(Failure) -> Int32 {
    let prompt = try readPrompt()
    let excess = excessOfAnswers(prompt)
    var request = try request(prompt)
    if let excess {
      context.say(
        .refused, "refused: \(excess); nothing was started", hint: "ask for fewer answers, or raise --max-tokens")
      writeReceipt(Receipt.json(unheld: request))
      conclude(nil, nil, because: excess)
      return Failure.Status.refused
    }
    let tools: RunTools
    let admission: Admission
    var place: TurnPlace?
    var cache: RunCache?
    var leaveLine: () -> Void = {}
    defer { leaveLine() }
    do throws(Failure) {
      tools = try openTools()
      if arguments[RunCommand.dryRun] { return try rehearse(request, prompt, tools) }
      try join(&request, tools.ledger)
      if part.isMeteredByServer { return try performServed(request, prompt, tools) }
      try checkFlags()
      // It may wait for another that asks the same, and for its turn, and be ended there.
      markTargets()
      if let status = try lookInCache(&request, prompt, tools, &cache) { return status }
      if let status = try holdEnvelope(request, tools.ledger) { return end(unheld: request, status) }
      let turn = try awaitTurn(request, tools.pipeline, tools.ledger)
      if case .came(let taken?, _) = turn {
        place = taken
        leaveLine = { try? tools.ledger.leave(taken.ticket) }
      }
      admission = try admit(&request, turn, keeping: cache.keeping, tools)
    } catch {
      SignalPause.unblock()
      return try performUnmetered(prompt, request, or: error)
    }
    switch admission {
    case .refused(let plan):
      SignalPause.unblock()
      return try refuse(plan, cache)
    case .admitted(let held): return try send(held, prompt, tools, place, cache)
    }
  }

  private func readPrompt() throws(Failure) -> PromptText {
    do throws(PosixError) {
      return try PromptText(
        promptSource, call: call, client: client, arguments: commandLine, waits: context.sayWaiting(for:))
    } catch {
      throw Failure(
        reading: error.path ?? "standard input", as: "the prompt", error,
        hint: "a prompt is read from a file that is there and can be read; --prompt-from takes stdin and args, too")
    }
  }

  /// Says what would come of a call.
  private func rehearse(_ request: CallRequest, _ prompt: PromptText, _ tools: RunTools) throws(Failure) -> Int32 {
    tellOfUncounted(prompt)
    let planned = try Failure.pipeline { () throws(GuardError) in try tools.pipeline.plan(request) }
    let plan = try underLimits(planned, tools.ledger)
    // What is not started asks no cache, and waits for nothing.
    let late = try lateRefusal()
    return try dryRun(
      plan, late: late, cache: late == nil ? try rehearseCache(prompt, plan, tools) : nil,
      turn: late == nil ? try rehearseTurn(plan, tools) : [],
      fittingMaximum: late == nil ? try fittingMaximum(plan, tools) : nil,
      limits: try runLimits(of: request.user, tools.ledger), share: try rehearseEnvelope(request, tools.ledger))
  }

  /// Looks whether the cache answers a call. - Returns: the exit status of one that has been answered or refused.
  private func lookInCache(
    _ request: inout CallRequest, _ prompt: PromptText, _ tools: RunTools, _ cache: inout RunCache?
  ) throws(Failure) -> Int32? {
    if let question = cacheQuestion(prompt, commandLine, request.model, request.maxOutputTokens) {
      let plan = try Failure.pipeline { () throws(GuardError) in try tools.pipeline.plan(request) }
      prompt.question.tell(question)
      var isBarred = false
      // What was answered before would be given for nothing, could the cache be used: asking again is no retry then.
      cache = try openCache(question, prompt, plan, tools) { isBarred = $0 != .refresh }
      if let cache, let status = try answer(question, plan, cache, tools.pipeline) {
        // As with the ledger: the process ends, which closes all files at once.
        _ = Unmanaged.passRetained(cache)
        return status
      }
      // Asked of a first attempt, too: by what its gateway sees of the call it may be another.
      request.isOwed = isBarred || cache?.isOwed(plan) == true || cache?.isInTrouble == true
    }
    guard cache == nil, statedMode == .only else { return nil }
    // Nothing is kept for such a call, and no other answer is wanted.
    return try refuse(
      try Failure.pipeline { () throws(GuardError) in
        let plan = try tools.pipeline.plan(request)
        return try tools.pipeline.refuse(plan, .notCached(barredBy: settings.cacheBar(plan)))
      }, nil)
  }

  /// Holds what a call takes, where its turn has come. From here on a signal is waited for: ended with its hold in hand, it
  /// would be charged for what was never sent.
  private func admit(
    _ request: inout CallRequest, _ turn: Turn.Ending, keeping: AnswerKeeping, _ tools: RunTools
  ) throws(Failure) -> Admission {
    let pipeline = tools.pipeline
    switch turn {
    case .came(let place, let waitedMs):
      request.waitedMs = waitedMs
      let (asked, caps) = (request, try caps(request.user, tools.ledger))
      SignalPause.block()
      let admission = try Failure.pipeline { () throws(GuardError) in
        try underCaps(pipeline.admit(asked), caps, keeping: keeping, place, pipeline)
      }
      if case .refused = admission { try context.warnOfClockAhead(tools.ledger) }
      return admission
    case .ended(let signal): end(waiting: request, for: "its turn", by: signal)
    case .shut(let plan):
      return try Failure.pipeline { () throws(GuardError) in
        .refused(try pipeline.refuse(plan, plan.refusal ?? .budget))
      }
    case .timedOut(let ahead, let waitedMs, let estimateMs, let hold):
      let asked = request
      return try Failure.pipeline { () throws(GuardError) in
        .refused(
          try pipeline.refuse(
            asked, waitingIn: tools.ledger, ahead: ahead, waitedMs: waitedMs, estimateMs: estimateMs, hold: hold))
      }
    }
  }

  /// Runs the command of a call as it was asked for, where nothing can be held for it and it is to run all the same.
  func performUnmetered(_ prompt: PromptText, _ request: CallRequest, or error: Failure) throws(Failure) -> Int32 {
    let door = try failOpen(or: error)
    return finish(
      unmetered: request,
      child(prompt, commandLine, request.model, request.maxOutputTokens, phase: nil, Answer(usage: .none), door))
  }

  /// Goes on unmetered where that is wanted and a ledger that cannot be used is the reason.
  ///
  /// Failing open is for that alone. A call that cannot be decided (an unknown tier, amounts that do not fit) would get
  /// round its budgets by it.
  ///
  /// - Returns: the way of its calls.
  func failOpen(or error: Failure) throws(Failure) -> RunDoor {
    // A rehearsal starts nothing, whatever else is wanted.
    if arguments[RunCommand.dryRun] { throw error }
    if error.isLedgerUnusable, let path = try? context.ledgerPath() {
      Notifier.tellOfTrouble(error.message, settings, ledgerPath: path, zone: context.zone(settings))
    }
    if failsOpen, error.isOfNoPlace { throw error.notOpening }
    // An isolated command has nowhere to go without the gateway.
    guard error.isLedgerUnusable, failsOpen, !arguments[RunCommand.isolate] else {
      let end = error.message.hasSuffix("started") ? "" : "; the command was not started"
      throw Failure(
        error.message + end,
        hint: error.hint + (error.isLedgerUnusable ? "; --fail-open runs it unmetered" : ""), status: error.status)
    }
    context.say(
      .warning, "\(error.message); the command runs unmetered (fail-open)",
      hint: (error.remedy ?? error.hint) + "; what its calls cost is not recorded")
    try tellOfUnkeptLimits()
    part.isUnmetered = true
    markTargets()
    var lead = DirectLead(settings)
    lead.former = OuterRun.leadsToServer ? nil : GatewayAddresses(settings)
    if !lead.providers.isEmpty {
      context.say(
        .note,
        "clients of \(lead.providers.joined(separator: ", ")) are told the configured address; a call that names the "
          + "provider's own host goes there")
    }
    return .direct(lead)
  }

  var failsOpen: Bool { arguments.given(RunCommand.failOpen) ?? settings.failOpen }
}

/// The ledger of a run, and the pipeline over it.
struct RunTools {
  let ledger: SQLiteLedger
  let pipeline: Guard
  /// Tells of what happens, where somebody wants to be told.
  let notifier: Notifier?

  init(_ settings: Settings, ledger: SQLiteLedger, notifier: Notifier?) {
    self.ledger = ledger
    self.notifier = notifier
    pipeline = Guard(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs })
    pipeline.observer = notifier
  }
}
