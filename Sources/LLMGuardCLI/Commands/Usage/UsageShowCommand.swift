import CommandSpec
import Configuration
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard usage show`: a user's budgets, a run, or one call.
enum UsageShowCommand {
  static let command = Command<CLIHandler>(
    "show", summary: "Show a user's budgets at a glance, or the story of a run or a call",
    description: [
      "Without an argument it shows your budgets, or those of --user. A call is named by its number, the first column of "
        + "`usage list`: its story is what was estimated, in which phase it went out, what was changed, what it took, and "
        + "the entries that say so. Calls have the numbers of the ledger's entries: a call's is that of its first one, and the number "
        + "of any of its entries finds it. The maximum that a degraded call had asked for is said on standard error when it goes out, "
        + "and the ledger does not keep it. A run is named by its id, which the command had in LLMGUARD_RUN."
    ],
    options: [SharedOptions.user.spec, SharedOptions.json.spec],
    operands: [
      OperandSpec(
        "RUN|CALL", summary: "a run's id or a call's number", count: .optional, completion: .names(kind: "runs"))
    ],
    examples: [
      Example("llmguard usage show", "Your own budgets, with bars and when they reset."),
      Example("llmguard usage show 812", "The story of call 812."),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    guard let name = arguments.operands.first else {
      return try BudgetCommands.showUser(try arguments.user(), context, json: arguments[SharedOptions.json])
    }
    if arguments[SharedOptions.user] != nil {
      throw Failure(
        "--user chooses budgets, and '\(name)' names a run or a call", hint: "leave one of them out",
        status: Failure.Status.usage)
    }
    let settings = try context.settings()
    let ledger = try context.readingLedger(settings)
    let zone = context.zone(settings)
    if let number = Int64(name), number > 0, let call = try Self.call(number, ledger) {
      let entries = try Failure.ledger { () throws(LedgerError) in try ledger.entries(ofCall: number) }
      let now = Clock.unixMs
      let states =
        call.entry.kind == .refuse && context.output.isTerminal
        ? try BudgetCommands.standing(call.facts.user, settings, ledger).states : nil
      let story = CallStory(
        call, entries: entries, zone: zone, standing: states.map { ($0, now) },
        weights: settings.namedWeights(operation: call.facts.operation, model: call.facts.model))
      try context.print(
        arguments[SharedOptions.json] ? JSONWriter.pretty(story.json) : story.text(context.output))
      return 0
    }
    return try showRun(name, settings, ledger, zone, context, arguments)
  }

  /// A call that has ended, by the number of any of its entries.
  private static func call(_ number: Int64, _ ledger: SQLiteLedger) throws(Failure) -> CallRecord? {
    let entries = try Failure.ledger { () throws(LedgerError) in try ledger.entries(ofCall: number) }
    guard let first = entries.first, let last = entries.last else { return nil }
    if last.kind == .reserve {
      throw Failure(
        "call \(first.sequence) is still under way",
        hint: "'llmguard usage watch' shows it; its story is told when it ends",
        status: Failure.Status.unavailable)
    }
    return try Failure.ledger { () throws(LedgerError) in try ledger.call(number) }
  }

  /// What to write for somebody who named a user.
  private static func userHint(
    _ name: String, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context
  ) throws(Failure) -> String {
    guard try UnknownUser.hint(name, settings, ledger, context) == nil else { return "" }
    return "the budgets of the user \(name) are shown by 'llmguard usage show --user \(ShellWord.text(name))'; "
  }

  /// What is said of a submitted call of which the ledger has nothing under its id; `nil` where there is no such call.
  private static func failure(ofSubmitted id: String, _ context: Context) -> Failure? {
    guard let store = try? JobStore(context), let job = store.job(id) else { return nil }
    let result = "'llmguard queue result \(id)' prints what it wrote"
    guard let run = store.runAround(id) else {
      return Failure(
        "the submitted call \(id) has taken nothing: it is \(RequestCommands.text(job))",
        hint: job.state.isOver ? result : "llmguard queue wait \(id)", status: Failure.Status.unavailable)
    }
    return Failure(
      "the call \(id) was submitted in the run \(run), and what it took stands there",
      hint: "'llmguard usage show \(run)' shows that run; \(result)", status: Failure.Status.unavailable)
  }

  private static func showRun(
    _ name: String, _ settings: Settings, _ ledger: SQLiteLedger, _ zone: ZoneOffsets, _ context: Context,
    _ arguments: ParsedArguments
  ) throws(Failure) -> Int32 {
    let report = try RunReport.read(name, from: ledger)
    if report.calls == 0 {
      if let failure = failure(ofSubmitted: name, context) { throw failure }
      throw Failure(
        "the ledger knows no run and no call '\(name)'",
        hint: try userHint(name, settings, ledger, context)
          + "'llmguard usage list' shows calls, 'llmguard usage report --by run' shows runs",
        status: Failure.Status.unavailable)
    }
    let notes = RefusalNotes(report.refused, zone: zone, nowUnixMs: context.nowUnixMs)
    if arguments[SharedOptions.json] {
      var object = report.json.objectValue ?? JSONObject()
      object["refused_by"] = notes.json(try standing(of: notes.users, settings, ledger))
      try context.print(JSONWriter.pretty(.object(object)))
    } else {
      // In a pipe the lines of the calls have it.
      let reasons =
        try context.output.isTerminal ? notes.text(standing(of: notes.users, settings, ledger), context.output) : ""
      try context.print(report.text(context.output, zone: zone, nowUnixMs: context.nowUnixMs) + reasons)
    }
    return 0
  }

  /// How the budgets of users stand now.
  static func standing(
    of users: Set<String>, _ settings: Settings, _ ledger: SQLiteLedger
  ) throws(Failure) -> [String: [BudgetState]] {
    var states: [String: [BudgetState]] = [:]
    for user in users { states[user] = try BudgetCommands.standing(user, settings, ledger).states }
    return states
  }
}

extension RunReport {
  /// Reads a run from the ledger, page by page.
  static func read(_ run: String, from ledger: SQLiteLedger) throws(Failure) -> RunReport {
    var report = RunReport(run: run)
    var place: CallQuery.Place?
    while true {
      let query = CallQuery(run: run, order: .oldestFirst(after: place), limit: 1000)
      let page = try Failure.ledger { () throws(LedgerError) in try ledger.calls(query) }
      do throws(AmountOverflow) { for call in page { try report.add(call) } } catch {
        throw Failure(error.description, hint: "its sums are beyond what can be counted", status: Failure.Status.data)
      }
      guard page.count == 1000, let last = page.last else { return report }
      place = last.place
    }
  }
}
