import CommandSpec
import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import Reports
import Terminal
import TextFormats

/// `llmguard simulate`: what another policy would have done.
enum SimulateCommand {
  /// Naive schemes to compare with.
  enum Baseline: String, CaseIterable, Sendable {
    case hardWall = "hard-wall"
  }

  static let policy = Option<String>(
    "--policy", metavar: "FILE", summary: "the configuration to try, in place of the user's", completion: .file)
  static let system = Option<String>(
    "--system", metavar: "FILE",
    summary: "the administrator's file to try, in place of \(Context.systemConfig)",
    details: "What it locks counts, and what the one in force locks does not.", completion: .file)
  static let since = Option<String>(
    "--since", metavar: "TIME", summary: "replay the ledger's calls from then on",
    details: TimeText.details, defaultText: "30d")
  static let trace = Option<String>(
    "--trace", metavar: "FILE", summary: "replay a trace in place of the ledger's calls",
    details: "Comma-separated values under the head line `TIMESTAMP,ContextTokens,GeneratedTokens`, with the columns "
      + "`user`, `operation`, `model` and `max_tokens` where they are known. A call is taken to last half a second and "
      + "as long as its tokens take at 50 a second.", completion: .file)
  static let baseline = Option(
    "--baseline", metavar: "NAME", summary: "compare with a naive scheme in place of the current policy: hard-wall",
    details:
      "`hard-wall` refuses whatever is above the limit, and whatever comes beyond a concurrency or a rate; its counter "
      + "is read before a call and raised after it.", completion: .words(Baseline.allCases.map(\.rawValue)),
    read: ValueReader.choice(Baseline.self))
  static let model = Option<String>(
    "--model", "-m", metavar: "NAME", summary: "the model of a trace's calls that do not say theirs",
    completion: .names(kind: "models"), read: Readers.name("model"))
  static let cached = Option<Int64>(
    "--assume-cached", metavar: "PERCENT", summary: "how many of a hundred retries the cache is taken to answer",
    defaultText: "0", read: ValueReader.wholeNumber(0...100))
  static let format = Option(
    "--format", "-f", metavar: "FORMAT", summary: "how it is written: table or json", defaultText: "table",
    completion: .words(Format.allCases.map(\.rawValue)), read: ValueReader.choice(Format.self))
  enum Format: String, CaseIterable, Sendable { case table, json }

  /// Nothing is answered here, so nothing of an answer is told.
  private static let quiet = Flag("--quiet", "-q", summary: "say nothing but errors and refusals")

  static let command = Command<CLIHandler>(
    "simulate", summary: "Replay calls under another policy, and compare",
    description: [
      "Replays the ledger's history, or a trace, through the code that decides about real calls, with a clock of its own, and "
        + "prints what the policy would have done beside what the current one does: calls refused, degraded and queued, "
        + "surcharges, tokens, money, and what goes beyond budgets. Nothing is recorded.",
      "A replay is not the future: nobody in it asks again because they were refused, and a cheaper model answers as long as "
        + "the dearer one. What came in a run after another call had ended comes after it in the replay, too, and as much later as "
        + "that one ends later; a run that began after its user's call before had ended begins when it did, or after that one's "
        + "end. A call that was answered takes what it took, but where the policy lowers its maximum; what a "
        + "refused call would have answered is its estimate. What the cache answered stays answered, and is charged as the policy's "
        + "`hit_charge` says; where that does not fit, or the policy has no cache, it is a call by its estimate. What a run refused by its own caps or by --cache only stays "
        + "refused, and what did not wait its turn waits as long as `queue_wait` says. Under rules that have not changed "
        + "since, `current` comes to the sums of `usage report`, but for what the ledger does not keep: that a refused call "
        + "did not accept degradation, or how long it would have waited, and the maximum that a degraded one had asked for.",
    ],
    options: [
      policy.spec, system.spec, since.spec, trace.spec, baseline.spec, model.spec, cached.spec, format.spec,
      SharedOptions.json.spec,
      quiet.spec,
    ],
    examples: [
      Example("llmguard simulate --policy new.toml", "What the last 30 days would have been like."),
      Example(
        "llmguard simulate --system new.toml --since 7d", "The same for everybody's rules, by their administrator."),
      Example(
        "llmguard simulate --policy new.toml --trace calls.csv --baseline hard-wall",
        "Against a counter that refuses above the limit."),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    guard arguments[policy] != nil || arguments[system] != nil || arguments[baseline] != nil else {
      throw Failure(
        "simulate needs a policy to try",
        hint:
          "give --policy FILE (--system FILE for the administrator's), or --baseline hard-wall to compare the current one",
        status: Failure.Status.usage)
    }
    if arguments[trace] != nil, arguments[since] != nil {
      throw Failure(
        "--trace and --since exclude each other", hint: "a trace is replayed whole", status: Failure.Status.usage)
    }
    let form = try arguments.form(format, json: .json, otherwise: .table)
    let current = try context.settings()
    let tried = try tried(context, arguments)
    let (calls, assignments) = try readCalls(context, arguments, current)
    if calls.calls.isEmpty {
      context.say(.note, "there is nothing to replay: no calls in that time")
    }
    if tried != nil { noteAssignments(assignments, context) }
    func policyRun(_ settings: Settings, _ scheme: PolicyRun.Scheme = .guarded) -> PolicyRun {
      PolicyRun(
        settings: settings, scheme: scheme, zone: context.zone(settings), names: calls, assignments: assignments,
        assumedCachePercent: arguments[cached] ?? 0)
    }
    let other: (String, PolicyRun) =
      arguments[baseline] != nil
      ? ("hard-wall", policyRun(tried ?? current, .hardWall)) : ("current", policyRun(current))
    let runs = [other, (tried == nil ? "current" : "new", policyRun(tried ?? current))]
    let outcomes = try replay(calls, runs.map(\.1), context, isQuiet: arguments[quiet])
    let report = SimulationReport(
      policies: zip(runs, outcomes).map { ($0.0, $1) }, calls: Int64(calls.calls.count),
      source: arguments[trace] == nil ? "ledger" : "trace", assumedCachePercent: arguments[cached] ?? 0,
      degradedInPast: calls.degradedInPast)
    if form == .json {
      try context.print(JSONWriter.pretty(report.json))
    } else {
      try context.print(report.text(context.output))
    }
    warnOfPrices(report, isTrace: arguments[trace] != nil && arguments[model] == nil, context)
    return 0
  }

  /// Says so where calls were refused as nobody knows what their model costs: such a replay tells nothing of them.
  private static func warnOfPrices(_ report: SimulationReport, isTrace: Bool, _ context: Context) {
    let refused = report.policies.filter { $0.outcome.total.refusedByPrice > 0 }
    guard let first = refused.first else { return }
    let names = refused.map { "'\($0.name)'" }.joined(separator: " and ")
    context.say(
      .warning,
      "a budget in money refused \(first.outcome.total.refusedByPrice) of \(HumanNumber.counted(report.calls, "call")) "
        + "under \(names), as the price of their model is unknown",
      hint: (isTrace ? "name the model of a trace that names none with --model; or " : "")
        + "state the price in the configuration (\(PriceEntry.text()))")
  }

  /// The rules of the files to try; `nil` where none is named.
  private static func tried(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Settings? {
    if arguments[policy] == nil, arguments[system] == nil { return nil }
    var context = context
    if let path = arguments[policy] {
      context = Context(color: .auto, configPath: path, configOption: policy.spec.name)
    }
    if let path = arguments[system] { context = context.reading(systemConfiguration: path) }
    return try context.settings()
  }

  /// Says whose budgets no policy changes: those that were set for a user hold before any configuration's. Whoever is paused
  /// stays so in the replay.
  private static func noteAssignments(_ assignments: [String: PolicyRun.Assignment], _ context: Context) {
    func names(_ chosen: (PolicyRun.Assignment) -> Bool) -> (text: String, areMany: Bool)? {
      let own = assignments.filter { chosen($0.value) }.keys.sorted()
      if own.isEmpty { return nil }
      return (
        own.prefix(5).joined(separator: ", ") + (own.count > 5 ? " and \(own.count - 5) more" : ""), own.count > 1
      )
    }
    if let (users, areMany) = names({ !$0.budgets.isEmpty || $0.lowered.contains { $0 != .pause } }) {
      context.say(
        .note,
        "\(users): 'budget set' or 'budget lower' gave \(areMany ? "these users" : "this user") budgets that "
          + "hold under either policy",
        hint:
          "'llmguard budget set USER --clear' leaves them to the policy; a copy of the ledger will do, by LLMGUARD_LEDGER"
      )
    }
    if let (users, areMany) = names({ $0.lowered.contains(.pause) }) {
      context.say(
        .note,
        "\(users) \(areMany ? "are" : "is") paused now, so all past calls of \(areMany ? "these users" : "this user") are "
          + "refused under either policy",
        hint: "'llmguard budget resume USER' in a copy of the ledger, by LLMGUARD_LEDGER, lets them be replayed")
    }
  }

  private static func readCalls(
    _ context: Context, _ arguments: ParsedArguments, _ settings: Settings
  ) throws(Failure) -> (Trace, [String: PolicyRun.Assignment]) {
    if let path = arguments[trace] {
      let bytes: [UInt8]
      do throws(PosixError) {
        bytes = try File.readAll(path, maximumBytes: 1 << 30, waits: { context.sayWaiting(for: path) })
      } catch {
        throw Failure(reading: path, as: "the trace", error, hint: "--trace takes a file of comma-separated values")
      }
      let user = try ActingUser.name()
      do throws(TraceFile.Fault) {
        let calls = try TraceFile.read(bytes, user: user, operation: "default", model: arguments[model])
        return (calls, [:])
      } catch {
        throw Failure(
          "cannot read the trace '\(path)': \(error)",
          hint:
            "its head line is TIMESTAMP,ContextTokens,GeneratedTokens, and user,operation,model,max_tokens may follow",
          status: Failure.Status.data)
      }
    }
    let now = context.nowUnixMs
    let from = try UsageRange.instant(arguments[since] ?? "30d", since, now, context.zone(settings)) ?? 0
    let ledger = try context.readingLedger(settings)
    var query = HistoryQuery()
    query.sinceUnixMs = from
    let wanted = query
    return try Failure.ledger { () throws(LedgerError) in
      let users = try ledger.users().map { user in
        (
          user.name,
          PolicyRun.Assignment(
            tier: user.tier, budgets: user.budgets, lowered: user.lowered, givesUpFirst: user.givesUpFirst)
        )
      }
      let assignments = Dictionary(users, uniquingKeysWith: { $1 })
      let trace = try Trace(history: ledger, wanted, price: settings.price(of:)) { call in
        settings.delayMs(of: call, chosen: assignments[call.facts.user]?.givesUpFirst)
      }
      return (trace, assignments)
    }
  }

  private static func replay(
    _ trace: Trace, _ runs: [PolicyRun], _ context: Context, isQuiet: Bool
  ) throws(Failure) -> [PolicyOutcome] {
    let progress = CountProgress(
      "replaying", "calls", of: Int64(trace.calls.count), isTerminal: context.error.isTerminal && !FullScreen.isDumb,
      isQuiet: isQuiet)
    let replays = runs.map { PolicyReplay($0) }
    let shown = Locked(progress)
    let bodies = replays.enumerated().map { index, replay -> @Sendable () -> Void in
      { replay.replay(trace.calls) { done in if index == 0 { shown.use { $0.show(Int64(done)) } } } }
    }
    Thread.together(bodies)
    shown.use { $0.end() }
    do throws(PolicyRunError) {
      return try replays.map { replay throws(PolicyRunError) in try replay.result?.get() ?? PolicyOutcome() }
    } catch { throw Failure(error.description, hint: error.hint, status: Failure.Status.data) }
  }
}
