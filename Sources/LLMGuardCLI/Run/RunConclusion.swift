import CommandSpec
import Gateway
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import Terminal
import TextFormats

/// What a run's calls were that were not let out, or went past all that could have kept them.
struct DroppedCalls {
  /// By a budget, a cap or a rule, here or at a gateway that they went to.
  var refused: Int64 = 0
  /// Because llmguard could not read them, or could not record them.
  var turnedAway: Int64 = 0

  /// Connections past the gateway of a strict run.
  var pastGateway = 0

  var areAny: Bool { refused + turnedAway > 0 || pastGateway > 0 }

  /// What that comes to for the run.
  var ending: String { "its command ended with 0, the run ends with \(Failure.Status.refused)" }

  /// `refused: 2 calls of the run, and 1 turned away by llmguard itself`
  var text: String {
    let past = "\(HumanNumber.exact(Int64(pastGateway))) \(pastGateway == 1 ? "connection" : "connections")"
    if refused + turnedAway == 0 { return "past the gateway: \(past) of the run" }
    return ofCalls + (pastGateway > 0 ? ", and \(past) went past the gateway" : "")
  }

  private var ofCalls: String {
    let turned = "turned away by llmguard itself"
    if refused == 0 { return "not sent: \(Self.calls(turnedAway)) of the run, \(turned)" }
    return "refused: \(Self.calls(refused)) of the run"
      + (turnedAway > 0 ? ", and \(HumanNumber.exact(turnedAway)) \(turned)" : "")
  }

  private static func calls(_ count: Int64) -> String { HumanNumber.exact(count) + (count == 1 ? " call" : " calls") }
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
      + "but a report of llmguard in the same form (for json a receipt is one, too). An earlier one says from the command's start on, or "
      + "its wait for it, that the run has not ended. Where llmguard itself failed and the command "
      + "was not started, it says so; a command line that is wrong changes no file. A JUnit report names all calls that were refused or "
      + "failed, up to \(JUnitCalls.mostUnanswered), and the first \(JUnitCalls.mostAnswered) of the others, and says how many more there are. "
      + "One that cannot be written ends a run with 74 that would end with 0, and leaves no earlier one.",
    completion: .words(RunReportTarget.Form.allCases.map(\.rawValue)),
    leads: RunReportTarget.Form.allCases.map(\.rawValue), isRepeatable: true, read: RunReportTarget.read)

  /// Whether a refused call is to fail the run.
  private var failsOnRefusal: Bool { arguments.given(RunCommand.failOnRefusal) ?? settings.failsOnRefusal }

  /// Writes the summary and the report that were asked for. The run itself has ended: what fails here changes nothing of it but
  /// the status of one that ended well.
  ///
  /// - Parameters:
  ///   - status: how the command ended; `nil` when it was not started.
  ///   - calls: what its calls were, where they were seen.
  ///   - reason: why the command was not started, where its calls do not say.
  ///   - outputFailure: why not all that it wrote could be written on.
  /// - Returns: what was not let out, where that is to fail a run whose command did not.
  @discardableResult
  func conclude(
    _ status: ChildStatus?, _ calls: GatewaySummary?, because reason: String? = nil, outputFailure: PosixError? = nil
  ) -> DroppedCalls {
    let targets = arguments.all(Self.report)
    // What went unmetered because the ledger cannot be used was not refused.
    let looksForRefusals = status == .exited(0) && calls != nil && failsOnRefusal
    var dropped = DroppedCalls()
    guard arguments[Self.summary] || !targets.isEmpty || looksForRefusals else { return dropped }
    if looksForRefusals, let calls {
      dropped = DroppedCalls(
        refused: calls.refusals + calls.refusedElsewhere, turnedAway: calls.turnedAway,
        pastGateway: part.bypassWatch?.bypasses.count ?? 0)
    }
    do throws(Failure) {
      let (whole, named, standing) = try report(calls)
      if arguments[Self.summary] {
        context.say(.note, "this run: " + whole.receipt.joined(separator: "; "))
      }
      if looksForRefusals { dropped.refused = max(dropped.refused, whole.sums.refusals + whole.refusedElsewhere) }
      var run = RunReportTarget.Run(
        program: name.text, exitStatus: status?.shellStatus, reason: reason,
        span: (part.startedAtUnixMs, context.nowUnixMs))
      if case .notStarted(let error) = status { run.reason = error.reason }
      run.verdict = verdict(status, dropped, outputFailure, lost: part.lacksRecords ? "the receipt" : nil)
      var written: [RunReportTarget] = []
      for target in targets {
        do throws(PosixError) {
          try target.write(whole, of: run, calls: named, standing: standing)
          written.append(target)
        } catch {
          part.lacksRecords = true
          target.discard()
          context.say(
            .error, "cannot report on the run: \(error.at(target.path))",
            hint: "give --report a path that you can write, and that holds nothing else; the run itself is settled")
        }
      }
      if written.count == targets.count { return dropped }
      // What was written before it was known how the run ends is written again, where that can be taken back.
      let first = run.verdict
      run.verdict = verdict(status, dropped, outputFailure, lost: "a report")
      if let said = run.verdict { tellInReceipt(said) }
      for target in written where first != run.verdict && target.isFile {
        do throws(PosixError) { try target.write(whole, of: run, calls: named, standing: standing) } catch {
          target.discard()
        }
      }
    } catch {
      part.lacksRecords = part.lacksRecords || !targets.isEmpty
      for target in targets { target.discard() }
      if !targets.isEmpty, let said = verdict(status, dropped, outputFailure, lost: "a report") { tellInReceipt(said) }
      context.say(.error, "cannot report on the run: \(error.message)", hint: error.hint)
    }
    return dropped
  }

  /// Why the run fails though its command did not, in the order in which `finish` takes its status; `nil` where it ends as that did.
  ///
  /// - Parameter lost: which record could not be written, if one could not.
  private func verdict(
    _ status: ChildStatus?, _ dropped: DroppedCalls, _ outputFailure: PosixError?, lost: String?
  ) -> String? {
    guard status == .exited(0) else { return nil }
    let what: String
    if let outputFailure {
      what = "what the command wrote could not be written on: \(outputFailure.reason)"
    } else if dropped.areAny {
      return "\(dropped.text); \(dropped.ending)"
    } else if let lost {
      what = "\(lost) could not be written"
    } else {
      return nil
    }
    return "\(what); its command ended with 0, the run ends with \(Failure.Status.inputOutput)"
  }

  /// The command is about to wait for its turn, or to start: until it has ended, no earlier receipt or report is to be taken for
  /// this run's. Whoever it waited for may have written one meanwhile.
  func markTargets() {
    if arguments[RunCommand.dryRun] { return }
    if let target = arguments[RunCommand.receipt] { Receipt.mark(at: target, run, of: name.text) }
    for target in arguments.all(Self.report) {
      target.mark(run, of: name.text, startedAtUnixMs: part.startedAtUnixMs)
    }
  }

  /// What the run took, and its calls one by one where they are asked for, with the budgets that refused some: as the ledger has
  /// them, and what that could not be told.
  private func report(_ calls: GatewaySummary?) throws(Failure) -> (RunReport, JUnitCalls, RunJUnit.Standing?) {
    if part.isUnmetered {
      var whole = RunReport(run: run)
      whole.isUnmetered = true
      return (whole, JUnitCalls(), nil)
    }
    let own = ownReport(calls)
    var (whole, named) = (own ?? RunReport(run: run), JUnitCalls())
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
          standing = try self.standing(of: named.kept, ledger)
        }
      }
    } catch {
      guard let calls else { throw error }
      context.say(.error, "the report goes by what the run itself saw: \(error.message)", hint: error.hint)
      if own == nil { whole = seen(calls) }
      whole.add(unrecorded: UsageSums(), unsettled: calls.unsettled)
    }
    whole.turnedAway = calls?.turnedAway ?? 0
    whole.unsent = calls?.unsent ?? 0
    whole.declined = calls?.declined ?? 0
    whole.refusedElsewhere = max(whole.refusedElsewhere, calls?.refusedElsewhere ?? 0)
    whole.pastGateway = part.bypassWatch?.each ?? []
    whole.chargedElsewhere = max(whole.chargedElsewhere, calls?.chargedElsewhere ?? 0)
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

  /// The calls of the run. Those of a run inside another stand among the outer one's and are known by their numbers.
  private func callsOfRun(isPart: Bool, _ ledger: SQLiteLedger) throws(Failure) -> JUnitCalls {
    var calls = JUnitCalls()
    if isPart {
      for number in part.ended {
        if let call = try Failure.ledger({ () throws(LedgerError) in try ledger.call(number) }) { calls.add(call) }
      }
      return calls
    }
    var place: CallQuery.Place?
    while true {
      let query = CallQuery(run: run, order: .oldestFirst(after: place), limit: Self.pageOfCalls)
      let page = try Failure.ledger { () throws(LedgerError) in try ledger.calls(query) }
      for call in page { calls.add(call) }
      guard page.count == Self.pageOfCalls, let last = page.last else { return calls }
      place = last.place
    }
  }

  /// How many calls are read at once: some 1 MB.
  private static var pageOfCalls: Int { 1000 }

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
    try checkPlaces()
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

  /// Fails where two records are to stand in one file, by whatever names: the one that is written later replaces the other.
  private func checkPlaces() throws(Failure) {
    var records = all(GuardedRun.report).map {
      (name: "--report \($0.form.rawValue)", path: $0.path, place: Receipt.place(of: $0.path, isReceipt: false))
    }
    if let receipt = self[RunCommand.receipt] {
      records.insert(("--receipt", receipt, Receipt.place(of: receipt, isReceipt: true)), at: 0)
    }
    for (index, record) in records.enumerated() {
      guard let place = record.place,
        let other = records.dropFirst(index + 1).first(where: { $0.name != record.name && $0.place == place })
      else { continue }
      throw Failure(
        "\(record.name) and \(other.name) name one file, '\(other.path)'; nothing was started",
        hint: "give each a file of its own: of two records in one the later would be all that is left",
        status: Failure.Status.usage)
    }
  }
}
