import CommandSpec
import Gateway
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import TextFormats

/// Where `--report` writes, and in which form.
struct RunReportTarget: Sendable {
  enum Form: String, CaseIterable, Sendable {
    case junit, json
  }

  var form: Form
  var path: String

  /// Reads `junit:FILE` or `json:FILE`.
  static let read: @Sendable (String) -> Result<RunReportTarget, ValueProblem> = { text in
    guard let colon = text.firstIndex(of: ":"), let form = Form(rawValue: String(text[..<colon])),
      text.index(after: colon) < text.endIndex
    else { return .failure(ValueProblem("is not junit FILE or json FILE")) }
    return .success(RunReportTarget(form: form, path: String(text[text.index(after: colon)...])))
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
    details: "`junit:FILE` and `json:FILE`, in one word, are the same. It can be given once for each form.",
    completion: .words(RunReportTarget.Form.allCases.map(\.rawValue)),
    leads: RunReportTarget.Form.allCases.map(\.rawValue), isRepeatable: true, read: RunReportTarget.read)

  /// Whether a refused call is to fail the run.
  private var failsOnRefusal: Bool { arguments.given(RunCommand.failOnRefusal) ?? settings.failsOnRefusal }

  /// Writes the summary and the report that were asked for. The run itself has ended: what fails here changes nothing of it.
  ///
  /// - Parameters:
  ///   - status: how the command ended; `nil` when it was not started.
  ///   - calls: what its calls were, where they were seen.
  /// - Returns: how many calls were refused, where that is to fail a run whose command did not.
  @discardableResult
  func conclude(_ status: ChildStatus?, _ calls: GatewaySummary?) -> Int64 {
    let targets = arguments.all(Self.report)
    // What went unmetered because the ledger cannot be used was not refused.
    let looksForRefusals = status == .exited(0) && calls != nil && failsOnRefusal
    guard arguments[Self.summary] || !targets.isEmpty || looksForRefusals else { return 0 }
    do throws(Failure) {
      let own = ownReport(calls)
      let ledger = try context.ledger(settings)
      var whole = if let own { own } else { try RunReport.read(run, from: ledger) }
      whole.turnedAway = calls?.turnedAway ?? 0
      if arguments[Self.summary] {
        context.say(.note, "this run: " + whole.receipt.joined(separator: "; "))
      }
      for target in targets { try write(whole, isOwn: own != nil, status, ledger, to: target) }
      return looksForRefusals ? whole.sums.refusals : 0
    } catch { context.say(.error, "cannot report on the run: \(error.message)", hint: error.hint) }
    return looksForRefusals ? calls?.refusals ?? 0 : 0
  }

  private func write(
    _ whole: RunReport, isOwn: Bool, _ status: ChildStatus?, _ ledger: SQLiteLedger, to target: RunReportTarget
  ) throws(Failure) {
    let text: String
    switch target.form {
    case .json:
      var object = whole.json.objectValue ?? JSONObject()
      object["program"] = .string(File.name(of: commandLine.first ?? ""))
      object["exit_status"] = status.map { .int(Int64($0.shellStatus)) } ?? .null
      text = JSONWriter.pretty(.object(object))
    case .junit:
      let calls = try callsOfRun(isPart: isOwn, ledger)
      text =
        RunJUnit(
          whole, calls: calls, program: File.name(of: commandLine.first ?? ""), exitStatus: status?.shellStatus
        ).xml
    }
    do throws(PosixError) {
      let file = try GrowingFile(target.path, readerWaitMs: Receipt.readerWaitMs)
      try file.write(text)
      try file.finish()
    } catch { throw Failure(error, hint: "give --report a path that you can write; the run itself is settled") }
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
        hint: "give --receipt a path that you can write, or fd:N of a file that is open for writing",
        status: Failure.Status.cannotCreate)
    }
    for target in all(GuardedRun.report) {
      guard let problem = GrowingFile.problem(at: target.path) else { continue }
      throw Failure(
        "the report could not be written: \(problem); nothing was started",
        hint: "give --report a path that you can write", status: Failure.Status.cannotCreate)
    }
    var forms: Set<RunReportTarget.Form> = []
    for target in all(GuardedRun.report) where !forms.insert(target.form).inserted {
      throw Failure(
        "--report \(target.form.rawValue) is given twice", hint: "once for each form", status: Failure.Status.usage)
    }
  }
}
