import CommandSpec
import Gateway
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import Terminal
import TextFormats

/// What a run's calls were that were not let out.
struct DroppedCalls {
  /// By a budget, a cap or a rule.
  var refused: Int64 = 0
  /// Because llmguard could not read them, or could not record them.
  var turnedAway: Int64 = 0

  var areAny: Bool { refused + turnedAway > 0 }

  /// `refused: 2 calls of the run, and 1 turned away by llmguard itself`
  var text: String {
    let turned = "turned away by llmguard itself"
    if refused == 0 { return "not sent: \(HumanNumber.counted(turnedAway, "call")) of the run, \(turned)" }
    return "refused: \(HumanNumber.counted(refused, "call")) of the run"
      + (turnedAway > 0 ? ", and \(HumanNumber.count(turnedAway)) \(turned)" : "")
  }
}

/// What is said of a whole run at its end.
extension GuardedRun {
  static let summary = Flag(
    "--summary", summary: "say at the end what the whole run took",
    details: "Calls, tokens, money, what was degraded or refused, and what the cache saved, on standard error.")
  static let report = Option<RunReportTarget>(
    "--report", metavar: "FORMAT FILE",
    summary: "write what the whole run took to a file, for CI: junit FILE or json FILE",
    details:
      "`junit:FILE` and `json:FILE`, in one word, are the same. It can be given once for each form. Nothing is written over "
      + "but a report of llmguard in the same form (for json a receipt is one, too). Where llmguard itself failed and the command "
      + "was not started, it says so; a command line that is wrong changes no file.",
    completion: .words(RunReportTarget.Form.allCases.map(\.rawValue)),
    leads: RunReportTarget.Form.allCases.map(\.rawValue), isRepeatable: true, read: RunReportTarget.read)

  /// Whether a refused call is to fail the run.
  private var failsOnRefusal: Bool { arguments.given(RunCommand.failOnRefusal) ?? settings.failsOnRefusal }

  /// Writes the summary and the report that were asked for. The run itself has ended: what fails here changes nothing of it.
  ///
  /// - Parameters:
  ///   - status: how the command ended; `nil` when it was not started.
  ///   - calls: what its calls were, where they were seen.
  ///   - reason: why the command was not started, where its calls do not say.
  /// - Returns: what was not let out, where that is to fail a run whose command did not.
  @discardableResult
  func conclude(
    _ status: ChildStatus?, _ calls: GatewaySummary?, because reason: String? = nil
  ) -> DroppedCalls {
    let targets = arguments.all(Self.report)
    // What went unmetered because the ledger cannot be used was not refused.
    let looksForRefusals = status == .exited(0) && calls != nil && failsOnRefusal
    var dropped = DroppedCalls()
    guard arguments[Self.summary] || !targets.isEmpty || looksForRefusals else { return dropped }
    if looksForRefusals, let calls { dropped = DroppedCalls(refused: calls.refusals, turnedAway: calls.turnedAway) }
    do throws(Failure) {
      let (whole, named, standing) = try report(calls)
      if arguments[Self.summary] {
        context.say(.note, "this run: " + whole.receipt.joined(separator: "; "))
      }
      let run = RunReportTarget.Run(
        program: name.text, exitStatus: status?.shellStatus, reason: reason,
        span: (part.startedAtUnixMs, context.nowUnixMs))
      for target in targets {
        do throws(PosixError) { try target.write(whole, of: run, calls: named, standing: standing) } catch {
          throw Failure(
            error,
            hint: "give --report a path that you can write, and that holds nothing else; the run itself is settled")
        }
      }
      if looksForRefusals { dropped.refused = max(dropped.refused, whole.sums.refusals) }
    } catch { context.say(.error, "cannot report on the run: \(error.message)", hint: error.hint) }
    return dropped
  }

  /// What the run took, and its calls one by one where they are asked for, with the budgets that refused some: as the ledger has
  /// them, and what that could not be told.
  private func report(_ calls: GatewaySummary?) throws(Failure) -> (RunReport, [CallRecord], RunJUnit.Standing?) {
    if part.isUnmetered {
      var whole = RunReport(run: run)
      whole.isUnmetered = true
      return (whole, [], nil)
    }
    let own = ownReport(calls)
    var (whole, named) = (own ?? RunReport(run: run), [CallRecord]())
    var standing: RunJUnit.Standing?
    do throws(Failure) {
      // Where the ledger was moved away, none is made in its place.
      let ledger = try context.readingLedger(settings)
      if try isAnother(ledger, calls) {
        if let calls, own == nil { whole = seen(calls) }
        whole.isElsewhere = true
      } else {
        if own == nil { whole = try RunReport.read(run, from: ledger) }
        if let calls {
          whole.add(unrecorded: own == nil ? calls.unrecorded : UsageSums(), unsettled: calls.unsettled)
        }
        if reportsCalls {
          named = try callsOfRun(isPart: own != nil, ledger)
          standing = try self.standing(of: named, ledger)
        }
      }
    } catch {
      guard let calls else { throw error }
      context.say(.error, "the report goes by what the run itself saw: \(error.message)", hint: error.hint)
      if own == nil { whole = seen(calls) }
      whole.add(unrecorded: UsageSums(), unsettled: calls.unsettled)
    }
    whole.turnedAway = calls?.turnedAway ?? 0
    return (whole, named, standing)
  }

  /// What the gateway saw, where the ledger cannot be asked.
  private func seen(_ calls: GatewaySummary) -> RunReport {
    RunReport(
      run: run, sums: calls.sums, program: name.text,
      startedAtUnixMs: part.startedAtUnixMs, endedAtUnixMs: context.nowUnixMs)
  }

  /// Whether a ledger is not the one that has the run's calls: that was moved away, or another put in its place.
  private func isAnother(_ ledger: SQLiteLedger, _ calls: GatewaySummary?) throws(Failure) -> Bool {
    guard let number = calls?.ended.first, calls?.unsettled == 0 else { return false }
    return try Failure.ledger { () throws(LedgerError) in try ledger.call(number)?.facts.run != run }
  }

  /// Whether the report names calls one by one.
  var reportsCalls: Bool { arguments.all(Self.report).contains { $0.form == .junit } }

  /// The first calls of the run. Those of a run inside another stand among the outer one's and are known by their numbers.
  private func callsOfRun(isPart: Bool, _ ledger: SQLiteLedger) throws(Failure) -> [CallRecord] {
    try Failure.ledger { () throws(LedgerError) in
      if !isPart {
        return try ledger.calls(CallQuery(run: run, order: .oldestFirst(after: nil), limit: RunJUnit.mostCalls))
      }
      var calls: [CallRecord] = []
      for number in part.ended.prefix(RunJUnit.mostCalls) {
        if let call = try ledger.call(number) { calls.append(call) }
      }
      return calls
    }
  }

  /// How the budgets stand that refused some of the calls.
  private func standing(of calls: [CallRecord], _ ledger: SQLiteLedger) throws(Failure) -> RunJUnit.Standing {
    let (zone, nowUnixMs) = (context.zone(settings), context.nowUnixMs)
    let users = RefusalNotes(calls, zone: zone, nowUnixMs: nowUnixMs).users
    return RunJUnit.Standing(
      try UsageShowCommand.standing(of: users, settings, ledger), zone: zone, nowUnixMs: nowUnixMs)
  }

  /// Opens the ledger for the run, with whom to tell of what happens.
  func openTools() throws(Failure) -> RunTools {
    // A rehearsal holds and records nothing.
    let ledger = try arguments[RunCommand.dryRun] ? context.readingLedger(settings) : context.ledger(settings)
    // The run ends with the process, which closes all files at once: closing a ledger takes longer.
    _ = Unmanaged.passRetained(ledger)
    let notifier = Notifier(settings, ledger: ledger, zone: context.zone(settings), isQuiet: context.isQuiet) { text in
      context.say(.warning, text, hint: "the call is not affected; see [notify] in the configuration")
    }
    if let notifier { atEnd.add { notifier.sayWhatWasNotTold() } }
    return RunTools(settings, ledger: ledger, notifier: notifier)
  }
}

extension ParsedArguments {
  /// Looks whether what is to be written about the run could be: found out after it, it would be lost.
  func checkTargets() throws(Failure) {
    if let target = self[RunCommand.receipt], let problem = Receipt.problem(at: target) {
      throw Failure(
        "the receipt could not be written: \(problem); nothing was started",
        hint: problem.isForeign
          ? "nothing but a receipt is written over: give --receipt another path, or move the file away"
          : "give --receipt a path that you can write, or fd:N of a file that is open for writing",
        status: Failure.Status.cannotCreate)
    }
    for target in all(GuardedRun.report) {
      guard let problem = GrowingFile.problem(at: target.path, over: target.form.beginnings) else { continue }
      throw Failure(
        "the report could not be written: \(problem); nothing was started",
        hint: problem.isForeign
          ? "after \(target.form.rawValue) comes the report's file, and then the command: --report \(target.form.rawValue) "
            + "\(target.form.usualName) COMMAND; nothing but such a report is written over"
          : "give --report a path that you can write", status: Failure.Status.cannotCreate)
    }
    var forms: Set<RunReportTarget.Form> = []
    for target in all(GuardedRun.report) where !forms.insert(target.form).inserted {
      throw Failure(
        "--report \(target.form.rawValue) is given twice", hint: "once for each form", status: Failure.Status.usage)
    }
  }
}
