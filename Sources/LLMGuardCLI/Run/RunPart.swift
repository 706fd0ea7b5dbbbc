import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import TextFormats

/// A run's part in the run around it, where there is one: what it asks of that run's gateway, and what is its own of the
/// calls that the ledger has under one id.
final class RunPart {
  /// Looks for what goes past the gateway, where that was asked for.
  var bypassWatch: BypassWatch?
  let startedAtUnixMs: Int64
  /// The same, in milliseconds since the machine was started.
  let startedMs = Clock.sinceStartMs
  /// The run's id: that of the run around this one, as long as it may be one with it.
  fileprivate(set) var run: String
  /// Whether it is a submitted call.
  let isJob: Bool
  /// Says that a submitted run goes on, as long as this is kept.
  private let life: FileLock?
  /// What names the envelope of a run around this one, from which this one's calls draw; `nil` where none holds one.
  fileprivate(set) var outerEnvelope: String?
  /// What names the envelope that this run holds itself; `nil` where it holds none.
  var envelope: String?
  /// The run around this one; `nil` where this one stands alone.
  fileprivate(set) var outer: OuterRun?
  /// What this run's own text took: the gateway around it sees nothing of that.
  fileprivate var sums = UsageSums()
  /// The ledger's numbers of its calls, which that has under the outer run's id.
  private(set) var ended: [Int64] = []

  /// Names the call that others wait for until this run has ended; `nil` where they do not.
  var flight: String?

  /// The receipt as it was written; `nil` where none was.
  var receipt: JSONValue?

  /// Whether a receipt or a report that was asked for could not be written.
  var lacksRecords = false

  /// Whether its command itself asks a server, which meters that: charged by its text, it would be charged twice.
  fileprivate(set) var isMeteredByServer = false

  /// Whether nobody sees its calls, because the ledger cannot be used.
  var isUnmetered = false

  /// The ledger's entry of the answer that its own cache gave, which the gateway around it does not see.
  var answer: Int64?

  /// - Parameter job: the id that a submitted run was given, and its life; `nil` for any other.
  init(job: (id: String, life: FileLock?)?, startedAtUnixMs: Int64) {
    self.startedAtUnixMs = startedAtUnixMs
    life = job?.life
    run = job?.id ?? OuterRun.current ?? Self.newID
    isJob = job != nil
    outerEnvelope = job == nil ? OuterRun.envelope : nil
  }

  private static var newID: String { Random.hexadecimal(bytes: 8) }

  /// The run around this one has ended, or is a server that many share: this one is a run of its own, with all its numbers.
  fileprivate func standAlone() {
    outerEnvelope = nil
    if !isJob, OuterRun.current != nil { run = Self.newID }
  }

  /// Counts a call of this run, where the ledger does not have it under an id of its own; what does not fit is left out, as
  /// the ledger would refuse it.
  func add(_ more: @autoclosure () -> UsageSums, _ number: Int64?) {
    guard let outer else { return }
    let taken = more()
    try? sums.add(taken)
    if let number { ended.append(number) }
    outer.add(taken, number)
  }

  /// Counts what the gateway around this run saw of its judge, which is no part of what it saw of this run itself.
  func addJudges(_ calls: GatewaySummary) { if outer != nil { add(calls) } }

  /// Counts what the gateway around this run saw of it.
  fileprivate func add(_ calls: GatewaySummary) {
    try? sums.add(calls.sums)
    ended += calls.ended
  }
}

extension GuardedRun {
  /// Joins the run around this one, if it goes on; else the run gets an id of its own.
  func join(_ request: inout CallRequest, _ ledger: SQLiteLedger) throws(Failure) {
    var terms = JoinedTerms()
    if request.operationBasis == .stated { terms.operation = request.operation }
    terms.priority = priority
    terms.mayDegrade = !arguments[RunCommand.noDegrade]
    terms.isStrict = arguments[RunCommand.strict]
    terms.isQuiet = arguments[RunCommand.quiet]
    terms.retries = arguments[RunCommand.retries]
    terms.waitMs = arguments[RunCommand.wait]
    terms.failsOpen = arguments.given(RunCommand.failOpen)
    terms.cacheMode = statedMode
    terms.maxOutputTokens = arguments[RunCommand.maxTokens]
    terms.caps = try caps(request.user, ledger)
    if arguments[RunCommand.requireFit], part.outerEnvelope == nil { terms.envelope = Random.hexadecimal(bytes: 8) }
    guard
      let outer = try OuterRun(
        user: request.user, terms: terms, isMeteredByText: isMeteredByText, request: part.isJob ? run : nil)
    else {
      if part.isJob, let around = try? JobStore(context).runAround(run), around == OuterRun.current {
        throw Failure(
          "the run in which this call was submitted is over, and its caps and shares with it; the command was not started",
          hint: "let the script end with 'llmguard queue wait \(run)'", status: Failure.Status.unavailable)
      }
      try checkLateCaps()
      if OuterRun.leadsToServer, OuterRun.isLed(commandLine) {
        // Of a program that is missing nothing else is worth to be told.
        let canStart = canStart
        if canStart { try checkServed() }
        part.isMeteredByServer = true
        if canStart { try tellOfServer(request.user, ledger) }
      } else if OuterRun.leadsToServer {
        context.say(
          .warning,
          "this shell's addresses lead to 'llmguard serve', which no run joins: this run meters its calls by itself, and sends them "
            + "to where the configuration says, past that server",
          hint:
            "leave out 'llmguard run', so that the server meters them; or name the providers in [provider.NAME] base")
      }
      part.standAlone()
      request.run = run
      return
    }
    part.outer = outer
    if part.isJob, let around = OuterRun.current { try? JobStore(context).note(run, isInside: around) }
    let own = terms.envelope.map { CallRequest.envelope(inRun: request.run, of: $0) }
    if let name = part.outerEnvelope ?? own, name != request.run { request.envelope = name }
    atEnd.add { [part] in _ = outer.leave(posted: nil, answeredBy: part.answer) }
    for (flag, name) in [
      (RunCommand.isolate, "--isolate"), (RunCommand.unixSockets, "--unix-sockets"),
      (RunCommand.noGateway, "--no-gateway"),
    ] where arguments[flag] {
      throw Failure(
        "'\(name)' inside a guarded script: its calls go to the gateway of the run around it; the command was not started",
        hint: "give \(name) to the outer run", status: Failure.Status.usage)
    }
    try checkLock()
    if let hold = outer.insteadOf { try giveBack(hold, ledger) }
  }

  /// Gives back what the command around this one holds by its text, because this run is its call: that is held anew. It is
  /// done here, in the ledger: to the gateway anybody could say that it was to be.
  private func giveBack(_ hold: HoldID, _ ledger: SQLiteLedger) throws(Failure) {
    do throws(LedgerError) {
      try ledger.void(hold, reason: Replacement.calls.rawValue, nowUnixMs: context.nowUnixMs)
    } catch {
      // Whoever had it is gone, and it has been recovered.
      if case .unknownHold = error { return }
      throw Failure(error)
    }
  }

  /// What the run may take at most.
  func caps(_ user: String, _ ledger: SQLiteLedger) throws(Failure) -> RunCaps {
    RunCaps(try runLimits(of: user, ledger), startedMs: part.startedMs)
  }

  /// Holds a command that is one call to what its run may take, and the runs around it.
  ///
  /// - Parameter keeping: who keeps the answer.
  func underCaps(
    _ admission: Admission, _ caps: RunCaps, keeping: AnswerKeeping, _ place: TurnPlace?, _ pipeline: Guard
  ) throws(GuardError) -> Admission {
    guard case .admitted(let held) = admission else { return admission }
    let cap: RunCap?
    if let outer = part.outer {
      cap = outer.standIn(for: held, keeping: keeping, place: place)
    } else {
      var use = RunUse(caps)
      cap = use.take(held.plan.shape.charge, nowMs: Clock.sinceStartMs)
    }
    guard let cap else { return admission }
    try pipeline.giveBack(held, reason: Replacement.refusal.rawValue)
    return .refused(try pipeline.refuse(held.plan, .runCap(cap)))
  }

  /// What this run took by itself, where it is part of another; `nil` where the ledger has it under its own id.
  func ownReport(_ calls: GatewaySummary?) -> RunReport? {
    guard part.outer != nil else { return nil }
    if let calls { part.add(calls) }
    return RunReport(
      run: run, sums: part.sums, program: name.text, startedAtUnixMs: part.startedAtUnixMs,
      endedAtUnixMs: context.nowUnixMs)
  }
}
