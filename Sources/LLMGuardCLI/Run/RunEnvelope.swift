import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// `--require-fit`: what nine of ten runs use and hold at once, at most, is held before the first call, so that two jobs cannot starve each other
/// half-way.
extension GuardedRun {
  /// Holds the run's envelope. Where a run around this one holds one, that is this one's, too; else a run inside another has
  /// its own, from which the others inside do not draw.
  ///
  /// - Returns: the exit status when it does not fit, and the command is not started.
  func holdEnvelope(_ request: CallRequest, _ ledger: SQLiteLedger) throws(Failure) -> Int32? {
    guard arguments[RunCommand.requireFit], part.outerEnvelope == nil else { return nil }
    let envelope = request.envelope ?? request.run
    let now = context.nowUnixMs
    let parts: [EnvelopeRequest.Part]
    switch try share(request, ledger) {
    case .paused:
      let (message, hint) = Announcement(nowUnixMs: now).pauseRefusal(of: request.user)
      context.say(.refused, message, hint: hint)
      return Failure.Status.refused
    case .nothingFits(let state): return refuse(request, state, Self.nothingFits(request), now)
    case .unknown(let why, let hint):
      context.say(.note, "\(why); it goes on without one", hint: hint)
      return nil
    case .share(let known, _): parts = known
    }
    let outcome = try Failure.ledger { () throws(LedgerError) in
      _ = try ledger.recover(nowUnixMs: now)
      return try ledger.holdEnvelope(EnvelopeRequest(run: envelope, parts: parts), nowUnixMs: now)
    }
    switch outcome {
    case .held:
      part.envelope = envelope
      atEnd.add { try? ledger.releaseEnvelope(run: envelope, nowUnixMs: now) }
      return nil
    // Another's that is called the same: this one's calls draw from it.
    case .alreadyHeld: return nil
    case .doesNotFit(let state, let amount):
      return refuse(request, state, Self.tooMuch(amount, request, state, now), now)
    }
  }

  /// What would be held for the run, as far as its history tells.
  private enum Share {
    /// Of each budget, and how they stand.
    case share([EnvelopeRequest.Part], [BudgetState])
    /// The calls of its user are paused.
    case paused
    /// Nothing is left of a budget: no history is needed to tell.
    case nothingFits(BudgetState)
    /// Why nobody can tell, and what to do about it.
    case unknown(String, hint: String)
  }

  private func share(_ request: CallRequest, _ ledger: SQLiteLedger) throws(Failure) -> Share {
    let now = context.nowUnixMs
    // What else was given to the same interpreter tells nothing of this line.
    let isUnnamed = name.isUnnamed && OuterRun.program == nil
    let forecast = try Forecaster(settings: settings, ledger: ledger).forecast(
      user: request.user, program: isUnnamed ? "" : request.program, operation: nil, sinceUnixMs: now - Self.historyMs,
      nowUnixMs: now)
    if let spent = forecast.budgets.first(where: { $0.nextRun == nil && $0.fits == false }) {
      return forecast.budgets.contains(where: \.state.budget.isPause) ? .paused : .nothingFits(spent.state)
    }
    let parts = forecast.budgets.compactMap { budget in
      budget.nextRun.map {
        EnvelopeRequest.Part(budget: budget.state.budget, amount: max($0.p90, budget.peak?.p90 ?? 0))
      }
    }
    if parts.count == forecast.budgets.count { return .share(parts, forecast.budgets.map(\.state)) }
    return isUnnamed
      ? .unknown(
        "a line for \(name.text) has no history of its own to hold a run's share by",
        hint: "put it into a script: that is known by its name")
      : .unknown(
        "not enough history to hold a run's share: \(HumanNumber.counted(Int64(forecast.runs), "run")) of "
          + "\(request.program), \(UseRange.minimumCount) are needed", hint: "")
  }

  /// What `--dry-run` says of `--require-fit`.
  struct RehearsedShare {
    /// Whether the run would be started with its share held; `nil` where nobody can tell, and it would be started.
    let fits: Bool?
    let words: String
  }

  /// Looks whether the run would fit, and holds nothing; `nil` where that is not asked, or a run around this one has seen to it.
  func rehearseEnvelope(_ request: CallRequest, _ ledger: SQLiteLedger) throws(Failure) -> RehearsedShare? {
    guard arguments[RunCommand.requireFit], part.outerEnvelope == nil else { return nil }
    let now = context.nowUnixMs
    switch try share(request, ledger) {
    case .paused:
      return RehearsedShare(
        fits: false, words: "no: " + Announcement(nowUnixMs: now).pauseRefusal(of: request.user).message)
    case .nothingFits(let state):
      return RehearsedShare(fits: false, words: "no: " + lacking(request, state, Self.nothingFits(request), now))
    case .unknown(let why, _):
      return RehearsedShare(fits: nil, words: "nobody can tell: \(why); it would go on without one")
    case .share(let parts, let states):
      if let (part, state) = zip(parts, states).first(where: { !$0.1.hasRoom(for: $0.0.amount) }) {
        return RehearsedShare(
          fits: false, words: "no: " + lacking(request, state, Self.tooMuch(part.amount, request, state, now), now))
      }
      let announcement = Announcement(nowUnixMs: now)
      let amounts = parts.map { announcement.amount($0.amount, $0.budget.limit.unit) }.joined(separator: ", ")
      return RehearsedShare(
        fits: true,
        words: amounts.isEmpty ? "yes: no budget applies" : "yes: what nine of ten runs need would be held (\(amounts))"
      )
    }
  }

  private static func nothingFits(_ request: CallRequest) -> String {
    "no call of \(request.program) fits as it is asked"
  }

  private static func tooMuch(_ amount: Int64, _ request: CallRequest, _ state: BudgetState, _ now: Int64) -> String {
    let most = Announcement(nowUnixMs: now).exact(amount, state.budget.limit.unit)
    return "nine of ten runs of \(request.program) have up to \(most) used and held at once"
  }

  private func lacking(_ request: CallRequest, _ state: BudgetState, _ why: String, _ now: Int64) -> String {
    let announcement = Announcement(nowUnixMs: now)
    let reset = announcement.reset(of: state).map { "; it \($0)" } ?? ""
    return "\(why), and the \(state.budget.key.label) of \(request.user) has "
      + "\(announcement.leftAsAsked(state))\(reset)"
  }

  /// The end of a run that does not fit: nothing was started, and whoever looks into the receipt and the reports finds that there.
  func end(unheld request: CallRequest, _ status: Int32) -> Int32 {
    writeReceipt(Receipt.json(unheld: request))
    conclude(nil, nil, because: "what its runs need (--require-fit) is not left of the budgets")
    return status
  }

  /// Says that the run does not fit, and is not started.
  private func refuse(_ request: CallRequest, _ state: BudgetState, _ why: String, _ now: Int64) -> Int32 {
    context.say(
      .refused, "refused: \(lacking(request, state, why, now))",
      hint: "'\(forecastLine(request))' says more; without --require-fit it starts and goes as far as it gets")
    return Failure.Status.refused
  }

  /// The command that tells of the same history. Whose it is, and under which rules, has to be said again where that was said
  /// here.
  private func forecastLine(_ request: CallRequest) -> String {
    var words = ["llmguard"]
    if let config = context.statedConfig { words += ["--config", config] }
    words.append("forecast")
    if ActingUser.prefix(toActFor: request.user) != "" { words += ["-u", request.user] }
    words.append(request.program)
    return words.map(ShellWord.text).joined(separator: " ")
  }

  /// The run's command, whose calls take a way: it and the runs inside it know the envelope they draw from.
  func command(_ line: [String], through door: RunDoor) -> ChildCommand {
    markTargets()
    var command = door.command(line)
    command.environment[OuterRun.envelopeVariable] = .some(part.envelope ?? part.outerEnvelope)
    if door.isGateway, let caps = try? statedLimits(), !caps.areNone {
      command.environment[OuterRun.capsVariable] = .some("\(caps)")
    }
    if arguments[RunCommand.strict], door.isGateway, !arguments[RunCommand.isolate] {
      let watch = BypassWatch(settings)
      watch.watch(&command)
      part.bypassWatch = watch
    }
    return command
  }

  /// How far back the history is read.
  private static var historyMs: Int64 { 90 * 86_400_000 }
}

/// What is to be done when a run is over, before this process ends as its command did.
final class AtEnd {
  private var actions: [() -> Void] = []

  func add(_ action: @escaping () -> Void) { actions.append(action) }

  /// Does it, once.
  func perform() {
    let actions = actions
    self.actions = []
    for action in actions { action() }
  }
}
