import CommandSpec
import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard forecast`: what the next run takes, and how long budgets last.
enum ForecastCommand {
  static let since = Option<String>(
    "--since", metavar: "TIME", summary: "look at the ledger's calls from then on", details: TimeText.details,
    defaultText: "90d")
  static let operation = Option<String>(
    "--operation", metavar: "NAME", summary: "what runs use for this operation", completion: .names(kind: "operations"),
    read: Readers.name("operation"))
  static let check = Flag(
    "--check", summary: "end with 75 when the next run does not fit",
    details:
      "Fits means that nine of ten such runs would go through without being degraded: not only what a run uses must be left, "
      + "but what it has at its peak, for a call holds the most that it may take until it has ended. Where the history is too short "
      + "to tell, that is said, and the exit status is 0, for no first run would ever start otherwise; but where nothing is "
      + "left of a budget that every call takes from, no history is needed.")

  static let command = Command<CLIHandler>(
    "forecast", summary: "Say from the past what the next run takes, and when budgets run out",
    description: [
      "From the ledger's own history: what the runs of a script used (half of them, and nine of ten, stayed within so much), "
        + "whether they grow, whether the next one fits in what is left, when each budget runs out at the rate it has been used at in its window, and "
        + "how many more calls of each operation go out as they are asked for, and how many degraded after them, one after the other, with what each holds until it has ended. Everything is a range and says how many runs it rests on; below nine "
        + "of them nothing is said. Runs that were answered wholly from the cache are named, and not among these: they tell "
        + "nothing of what one takes that has to ask.",
      "A run is known by its script's name, without folders: scripts of one name in two folders share one history. Give one of them "
        + "another name, or ask for one --operation (`llmguard run --op NAME`).",
      "Without a script, and without --operation, it looks at the budgets and the operations alone.",
    ],
    options: [SharedOptions.user.spec, operation.spec, since.spec, check.spec, SharedOptions.json.spec],
    operands: [
      OperandSpec(
        "SCRIPT", summary: "the script, by the name its runs have: nightly.sh for 'bash jobs/nightly.sh', too",
        count: .optional, completion: .program)
    ],
    examples: [
      Example("llmguard forecast ./nightly.sh", "What the next run takes, and whether it fits."),
      Example("llmguard forecast ./nightly.sh --check || exit", "In a script: do not begin what cannot be finished."),
      Example("llmguard forecast --operation review", "What runs use for reviews."),
    ],
    exitStatuses: [
      Term("0", "done; with --check: it fits, or nobody can tell"), Term("75", "with --check: it does not fit"),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let now = context.nowUnixMs
    let zone = context.zone(settings)
    let from = try UsageRange.instant(arguments[since] ?? "90d", since, now, zone) ?? 0
    let script = arguments.operands.first
    if arguments[check], script == nil, arguments[operation] == nil {
      throw Failure(
        "--check needs a script or an operation", hint: "llmguard forecast SCRIPT --check", status: Failure.Status.usage
      )
    }
    let user = try arguments.user()
    let ledger = try context.readingLedger(settings)
    let names = UnknownNames(settings, ledger, context)
    try names.warn(ofUser: user)
    let operation = try names.operation(arguments[Self.operation])
    if let operation { try names.warn(ofOperation: operation) }
    let forecast = try Forecaster(settings: settings, ledger: ledger).forecast(
      user: user, program: script.map(File.name(of:)), operation: operation, sinceUnixMs: from,
      nowUnixMs: now)
    let cachedRuns = try Self.cachedRuns(
      ledger, user: user, program: script.map(File.name(of:)), operation: operation, sinceUnixMs: from)
    if let script, script.contains("/"), !File.exists(script) {
      // A check of a script that is not there would let everything through for ever.
      guard forecast.runs + cachedRuns > 0 else {
        throw Failure(
          "'\(script)' is not there, and no run of it is known",
          hint: "name the script as it is run: llmguard forecast ./nightly.sh",
          status: Failure.Status.noInput)
      }
      context.say(
        .warning, "'\(script)' is not there; what is told is of the runs of another \(File.name(of: script))",
        hint: "runs are known by their scripts' names, without folders")
    }
    let report = ForecastReport(
      forecast: forecast, user: user, script: script.map(File.name(of:)),
      operation: operation, cachedRuns: cachedRuns, nowUnixMs: now, zone: zone)
    try context.print(
      arguments[SharedOptions.json] ? JSONWriter.pretty(report.json) : report.text(context.output))
    guard arguments[check] else { return 0 }
    if forecast.fits == nil {
      context.say(.note, "not enough history to tell whether it fits: \(report.lack)")
    }
    return forecast.fits == false ? Failure.Status.refused : 0
  }

  /// How many runs of a script, or with an operation, made no call and were refused none: the cache answered all they asked.
  private static func cachedRuns(
    _ ledger: SQLiteLedger, user: String, program: String?, operation: String?, sinceUnixMs: Int64
  ) throws(Failure) -> Int {
    guard program != nil || operation != nil else { return 0 }
    let query = UsageQuery(
      sinceUnixMs: sinceUnixMs, user: user, operation: operation, groupBy: [.run, .program])
    let rows = try Failure.ledger { () throws(LedgerError) in try ledger.usage(query) }
    return rows.count { row in
      (program ?? row.group[1]) == row.group[1] && row.sums.cached > 0 && row.sums.calls == 0 && row.sums.refusals == 0
    }
  }
}

/// Gathers what a forecast rests on.
struct Forecaster {
  let settings: Settings
  let ledger: SQLiteLedger

  func forecast(
    user: String, program: String?, operation: String?, sinceUnixMs: Int64, nowUnixMs: Int64
  ) throws(Failure) -> Forecast {
    var query = HistoryQuery()
    query.sinceUnixMs = sinceUnixMs
    query.user = user
    let everything = query
    let pipeline = Guard(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs })
    let all = try Failure.ledger { () throws(LedgerError) in try PastUse(ledger, everything, keepsSpans: false) }
    var runs: [PastRun] = []
    if program != nil || operation != nil {
      (query.program, query.operation) = (program, operation)
      let wanted = query
      runs = try Failure.ledger { () throws(LedgerError) in try PastUse(ledger, wanted) }.runs
    }
    let operations = operation.map { [$0] } ?? all.calls.keys.sorted()
    let (_, states) = try Failure.pipeline { () throws(GuardError) in
      try pipeline.states(user: user, operations: operations)
    }
    let (since, recent) = try Failure.ledger { () throws(LedgerError) in
      var since: [BudgetKey: Int64] = [:]
      for state in states { since[state.budget.key] = try ledger.countedSince(state) }
      return (
        since, try Forecast.recentUse(of: states, since: since, ledger, user: user, nowUnixMs: nowUnixMs)
      )
    }
    let calls = operation.map { name in all.calls.filter { $0.key == name } } ?? all.calls
    return Forecast(
      runs: runs, calls: calls, holds: all.holds, degraded: all.degraded, states: states, recent: recent, since: since,
      isOfRuns: program != nil || operation != nil, operation: operation, nowUnixMs: nowUnixMs)
  }
}
