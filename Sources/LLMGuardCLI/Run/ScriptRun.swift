import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import Providers
import Terminal
import TextFormats

/// A command that is no call itself: what it calls is metered, call by call.
extension GuardedRun {
  func performScript() throws(Failure) -> Int32 {
    var request = try request(PromptText.nothing)
    let tools: RunTools
    do throws(Failure) {
      tools = try openTools()
      // A user whose budgets cannot be told would only fail at the first call.
      _ = try Failure.pipeline { () throws(GuardError) in try tools.pipeline.states(user: request.user) }
    } catch {
      let door = try failOpen(or: error)
      return finish(unmetered: request, door.command(commandLine).run())
    }
    if arguments[RunCommand.dryRun] { return try dryRun(script: request, tools) }
    let door: RunDoor
    do throws(Failure) {
      try join(&request, tools.ledger)
      if let status = try holdEnvelope(request, tools.ledger) { return end(unheld: request, status) }
      if statedMode != nil {
        tellOfBar(try Failure.pipeline { () throws(GuardError) in try tools.pipeline.plan(request) })
      }
      door = try openDoor(request, tools)
    } catch {
      guard error.isLedgerUnusable else { throw error }
      return finish(unmetered: request, try failOpen(or: error).command(commandLine).run())
    }
    return finish(script: request, command(commandLine, through: door).run(), door)
  }

  /// Runs a command whose own words lead to a server: that meters what it is asked, as a run's gateway does.
  func performServed(_ request: CallRequest, _ prompt: PromptText, _ tools: RunTools) throws(Failure) -> Int32 {
    if let status = try holdEnvelope(request, tools.ledger) { return end(unheld: request, status) }
    let door = try openDoor(request, tools)
    let (model, maximum) = (request.model, request.maxOutputTokens)
    let line = Placeholders.filled(commandLine, model: model, maxOutputTokens: maximum)
    return finish(
      script: request, child(prompt, line, model, maximum, phase: nil, Answer(usage: .none), door), door)
  }

  private func finish(script request: CallRequest, _ status: ChildStatus, _ door: RunDoor) -> Int32 {
    let seen = door.end(looksUp: reportsCalls)
    tellOfLostRun(door, seen)
    let calls = seen ?? GatewaySummary()
    writeReceipt(Receipt.json(script: request, calls, status: status))
    return finish(status, calls)
  }

  /// The way of a command's calls: the gateway of the run around this one, a gateway of its own, or none.
  ///
  /// - Parameter told: the plan of a command that is one call, where it was told what that means; `nil` for a script.
  func openDoor(_ request: CallRequest, _ tools: RunTools, told: Plan? = nil) throws(Failure) -> RunDoor {
    if let outer = part.outer {
      keepShims(outer, tools)
      return .outer(outer)
    }
    if let gateway = try openGateway(request, tools, told: told) { return .own(gateway) }
    // What its own words lead to a server for is metered there, and must not be led past it.
    if part.isMeteredByServer { return .none }
    return GatewayAddresses(settings).map { .past($0) } ?? .none
  }

  /// Says that the run around this one has ended before it, and its gateway with that.
  ///
  /// - Parameter calls: what that gateway saw of this run.
  func tellOfLostRun(_ door: RunDoor, _ calls: GatewaySummary?) {
    guard case .outer = door, calls == nil, !arguments[RunCommand.quiet] else { return }
    context.say(
      .warning, "the run around this one ended before it: calls that came later reached nobody",
      hint: "let the script around it end with '\(part.isJob ? "llmguard queue wait \(run)" : "wait")'")
  }

  /// Gives a submitted call shims of its own: when the run around it ends, those of that one are gone, and programs that heed no
  /// variable would go to their providers, past everything.
  private func keepShims(_ outer: OuterRun, _ tools: RunTools) {
    guard part.isJob else { return }
    let routes = RouteTable(providers: settings.providers, environment: OuterRun.environmentWithout())
    guard let shims = try? ShimFolder(servers: routes.servers, home: File.parent(of: tools.ledger.path)) else { return }
    outer.shims = shims
    atEnd.add { shims.remove() }
  }

  /// Stops at flags of the gateway that do not go together.
  func checkFlags() throws(Failure) {
    if arguments[RunCommand.unixSockets], !arguments[RunCommand.isolate] {
      throw Failure(
        "'--unix-sockets' without '--isolate': nothing is barred that it could let through",
        hint: "leave it out, or give both", status: Failure.Status.usage)
    }
    if arguments[RunCommand.noGateway], arguments[RunCommand.isolate] {
      throw Failure(
        "'--isolate' and '--no-gateway' together leave the command nothing to reach", hint: "give one of them",
        status: Failure.Status.usage)
    }
  }

  /// Starts the run's gateway; `nil` where it is not wanted.
  func openGateway(_ request: CallRequest, _ tools: RunTools, told: Plan? = nil) throws(Failure) -> RunGateway? {
    try checkFlags()
    if arguments[RunCommand.noGateway] { return nil }
    // A call that the command's text describes keeps its operation; those of a script have each their own.
    let isFixed = request.operationBasis == .stated || isMeteredByText && request.operationBasis != .standard
    let identity = GatewayIdentity(
      user: request.user, operation: isFixed ? request.operation : nil, run: request.run,
      program: request.program, script: scriptPath, priority: priority,
      mayDegrade: !arguments[RunCommand.noDegrade])
    let voice = GatewayVoice(context, settings, isQuiet: arguments[RunCommand.quiet])
    if let told { voice.leaveOut(told) }
    let cache = try gatewayCache()
    let caps = try caps(request.user, tools.ledger)
    let gateway = try RunGateway(
      settings, identity: identity, ledger: tools.ledger, voice: voice, observer: tools.notifier,
      isIsolated: arguments[RunCommand.isolate], allowsUnixSockets: arguments[RunCommand.unixSockets]
    ) { options in
      options.isStrict = arguments[RunCommand.strict]
      options.retries = Int(arguments[RunCommand.retries] ?? 0)
      options.failsOpen = failsOpen
      options.maxOutputTokens = arguments[RunCommand.maxTokens]
      options.cache = cache
      options.caps = caps
      options.keepsSubmitted = arguments[RunCommand.isolate] || part.envelope != nil
      if let wait = arguments[RunCommand.wait] { options.waitMs = wait }
    }
    return gateway
  }

  /// Says what would be done with the calls of a script, which nobody knows before it runs.
  private func dryRun(script request: CallRequest, _ tools: RunTools) throws(Failure) -> Int32 {
    let (tier, states) = try Failure.pipeline { () throws(GuardError) in
      try tools.pipeline.states(user: request.user, operations: settings.operations.keys.sorted())
    }
    let limits = try runLimits(of: request.user, tools.ledger)
    let share = try rehearseEnvelope(request, tools.ledger)
    let late = try lateRefusal()
    let status = late != nil || share?.fits == false ? Failure.Status.refused : 0
    if arguments[SharedOptions.json] {
      let told: JSONValue = [
        "schema": 1, "run": .string(request.run), "user": .string(request.user), "tier": .string(tier),
        "operation": .string(orNull: request.operationOfAll),
        "program": .string(request.program), "dry_run": true,
        "metering": "calls", "run_limits": limits.json, "budgets": .array(states.map(Receipt.budget)),
      ]
      var object = told.objectValue ?? JSONObject()
      if let late {
        object["decision"] = "refused"
        (object["message"], object["hint"]) = (.string(late.message), .string(late.hint))
        object["fits"] = false
      }
      try context.print(JSONWriter.pretty(Receipt.json(.object(object), share)))
      return status
    }
    let announcement = Announcement(nowUnixMs: context.nowUnixMs)
    var lines = [
      ("user", "\(request.user) (tier \(tier))"),
      (
        "operation",
        request.operationOfAll ?? "each call's own: as a rule says, else its endpoint's name"
      ),
      ("metering", "each of its calls when it is made; --estimate meters the command as one call"),
    ]
    if let late { lines += [("refused", late.message), ("hint", late.hint)] }
    if !limits.areNone { lines.append(("run", "at most \(limits)")) }
    for state in states {
      let reset = announcement.reset(of: state).map { ", \($0)" } ?? ""
      lines.append(("budget", announcement.budget(state) + reset))
    }
    if states.isEmpty { lines.append(("budget", "none applies")) }
    if late != nil { lines.append(("fits", context.output.apply(.bad, "no"))) }
    if let share { lines.append(("run fits", share.words)) }
    try context.print(FactList.text(lines, context.output))
    return status
  }
}

/// Which way a command's calls take.
enum RunDoor {
  /// Unseen.
  case none
  /// Unseen, past a gateway that the variables name and that is not there, or is not to see it.
  case past(GatewayAddresses)
  /// Unseen, because the ledger cannot be used.
  case direct(DirectLead)
  /// Through a gateway of this run.
  case own(RunGateway)
  /// Through the gateway of the run around this one.
  case outer(OuterRun)

  /// A command whose calls take this way.
  func command(_ line: [String]) -> ChildCommand {
    switch self {
    case .none: return ChildCommand(arguments: line)
    case .past(let addresses):
      var command = ChildCommand(arguments: line.map { addresses.restored($0) ?? $0 })
      command.environment = addresses.directions
      return command
    case .direct(let lead):
      var command = lead.former.map { RunDoor.past($0).command(line) } ?? ChildCommand(arguments: line)
      for (name, address) in lead.variables { command.environment[name] = .some(address) }
      return command
    case .own(let gateway): return gateway.command(line)
    case .outer(let outer): return outer.command(line)
    }
  }

  /// Whether it leads through a gateway, beside which other ways may be taken.
  var isGateway: Bool {
    switch self {
    case .none, .past, .direct: false
    case .own, .outer: true
    }
  }

  /// Whether the ledger is used by it until the command has ended.
  var usesLedger: Bool {
    if case .own = self { true } else { false }
  }

  /// Lets the first call take the place of a hold.
  func standIn(for held: HeldCall, keeping: AnswerKeeping, place: TurnPlace?) {
    // The gateway around this run has been told already, with the hold.
    if case .own(let gateway) = self { gateway.gateway.standIn(for: held, keeping: keeping, place: place) }
  }

  /// The command has ended. - Returns: whether calls were metered in place of its hold.
  func hasReplacedStandIn() -> Bool {
    switch self {
    case .none, .past, .direct: return false
    case .own(let gateway):
      _ = gateway.end()
      return gateway.gateway.hasReplacedStandIn
    case .outer(let outer): return outer.hasReplacedStandIn()
    }
  }

  /// Whether a run inside may have given the hold back, to be the command's call; known when the command has ended.
  var isHandedOver: Bool {
    switch self {
    case .none, .past, .direct: false
    case .own(let gateway): gateway.gateway.isHandedOver
    case .outer(let outer): outer.isHandedOver
    }
  }

  /// Whether the command has taken anything, as its gateway saw; `nil` where none says.
  var hasTaken: Bool? {
    switch self {
    case .none, .past, .direct: nil
    case .own(let gateway): gateway.gateway.hasTaken
    case .outer(let outer): outer.hasTaken
    }
  }

  /// Whether its gateway itself has answered what the command asked, and nothing of that went out; known when it has ended.
  var sentNothing: Bool {
    switch self {
    case .none, .past, .direct: false
    case .own(let gateway): gateway.gateway.sentNothing
    case .outer(let outer): outer.sentNothing
    }
  }

  /// The run has ended. - Returns: what its calls were, where they were seen.
  ///
  /// - Parameters:
  ///   - posted: what the text of the command was charged, where no call took its place.
  ///   - looksUp: whether its calls will be looked up in the ledger.
  func end(posted: Charge? = nil, looksUp: Bool) -> GatewaySummary? {
    switch self {
    case .none, .past, .direct: nil
    case .own(let gateway): gateway.end()
    case .outer(let outer): outer.leave(posted: posted, looksUp: looksUp)
    }
  }
}
