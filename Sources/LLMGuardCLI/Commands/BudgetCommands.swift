import CommandSpec
import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard budget`: what may be used.
enum BudgetCommands {
  static let reason = Option<String>("--reason", metavar: "TEXT", summary: "why, for the audit")
  static let dryRun = Flag("--dry-run", summary: "print what would happen, and change nothing")
  static let clear = Flag("--clear", summary: "take the user's own budgets away")

  static let command = Command<CLIHandler>(
    "budget", summary: "Show, set, top up and reset budgets; pause a user",
    description: [
      "A budget is a limit over a window: `200k tokens/day`, `$5/month`, `50k tokens/6h` from the first call, "
        + "`10k tokens/min burst 50k`, `100 calls/hour`. Windows end by the clock, whether or not anybody resets them. "
        + "Every change is recorded with who made it."
    ],
    subcommands: [
      Command(
        "show", summary: "Show a user's budgets", options: [NamedUser.stated.spec, SharedOptions.json.spec],
        operands: [NamedUser.operand("whose; when left out, whom \(ActingUser.variable) names, else you")],
        handler: CLIHandler { context, arguments throws(Failure) in
          let user = if let stated = try arguments.namedUser().user { stated } else { try ActingUser.name() }
          return try showUser(user, context, json: arguments[SharedOptions.json])
        }),
      Command(
        "list", summary: "List the budgets of all users", options: [SharedOptions.json.spec],
        handler: CLIHandler(run: list)),
      Command(
        "set", summary: "Give a user budgets of their own",
        description: [
          "Each replaces the tier's budget of the same unit and window, and what was used of that stays used; the others of "
            + "the tier still apply. A budget of a unit and window that nothing limited before counts from now on: earlier "
            + "calls of the window are not in it."
        ],
        options: [NamedUser.stated.spec, clear.spec, dryRun.spec, SharedOptions.json.spec],
        operands: [
          NamedUser.operand("whose"),
          OperandSpec(
            "BUDGET", summary: "such as '500k tokens/day'; all that are given replace all there were", count: .any,
            completion: .names(kind: "budgets")),
        ],
        examples: [Example("llmguard budget set alice '500k tokens/day' '$20/month'", "Two budgets for alice.")],
        handler: CLIHandler(run: set)),
      BudgetGrantCommand.command, BudgetOwnCommands.lower, BudgetOwnCommands.cap,
      BudgetPauseCommands.pause, BudgetPauseCommands.resume,
      BudgetResetCommand.command,
    ])

  static func showUser(_ user: String, _ context: Context, json: Bool) throws(Failure) -> Int32 {
    try NamedUser.check(user)
    let settings = try context.settings()
    let ledger = try context.readingLedger(settings)
    try Failure.ledger { () throws(LedgerError) in try ledger.check(.balance) }
    let report = try standing(user, settings, ledger)
    // Who asks for one user alone has no answer without the tier.
    if let problem = report.problem { throw Failure(.settings(problem)) }
    var uses = EarlierUse(ledger, user: user, nowUnixMs: context.nowUnixMs)
    let earlier = try uses.of(report.states)
    // Whoever has a top-up is known by that.
    if report.states.allSatisfy({ $0.granted == 0 && $0.taken == 0 }) {
      try UnknownUser.check(user, settings, ledger, context)
    }
    let own = try OwnRules.of(user, settings, ledger, nowUnixMs: context.nowUnixMs)
    if json {
      try context.print(
        JSONWriter.pretty(Self.json(of: report, earlier: earlier, own)))
    } else {
      try context.print(
        view(report, earlier: earlier, context).text(context.output)
          + (context.output.isTerminal ? own.text(context.output) : ""))
    }
    try context.warnOfClockAhead(ledger)
    ServedRules.warnOfOlder(context, context.zone(settings))
    return 0
  }

  /// What programs are told of a user.
  private static func json(of report: UserStanding, earlier: [BudgetKey: Int64], _ own: OwnRules) -> JSONValue {
    [
      "schema": 1, "user": .string(report.user), "tier": .string(report.tier),
      "budgets": .array(report.states.map { Receipt.budget($0, earlier: earlier[$0.budget.key] ?? 0) }),
      "prefer": .string(own.first.rawValue),
      "run_limits": own.runLimits.json, "lowered": .array(own.lowered.map { .string($0.description) }),
      "self_grants": .array(own.bookable.map(\.json)),
    ]
  }

  /// The same of a user who is known, for a server that reads the ledger for its users.
  static func json(of user: String, _ settings: Settings, _ ledger: SQLiteLedger) throws(Failure) -> JSONValue {
    let (report, now) = (try standing(user, settings, ledger), Clock.unixMs)
    if let problem = report.problem { throw Failure(.settings(problem)) }
    var uses = EarlierUse(ledger, user: user, nowUnixMs: now)
    return json(
      of: report, earlier: try uses.of(report.states), try OwnRules.of(user, settings, ledger, nowUnixMs: now))
  }

  static func standing(
    _ user: String, _ settings: Settings, _ ledger: SQLiteLedger
  ) throws(Failure) -> UserStanding {
    let pipeline = Guard(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs })
    return try UserStanding.of(user, pipeline, operations: settings.operations.keys.sorted())
  }

  private static func view(
    _ standing: UserStanding, earlier: [BudgetKey: Int64], _ context: Context
  ) -> BudgetReport {
    BudgetReport(
      user: standing.user, tier: standing.tier, states: standing.states, nowUnixMs: context.nowUnixMs,
      problem: standing.problem.map { _ in "the tier '\(standing.tier)' does not exist: calls are refused" },
      earlier: earlier)
  }

  static func list(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let ledger = try context.readingLedger(settings)
    try Failure.ledger { () throws(LedgerError) in try ledger.check(.balance) }
    var users = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
    let known = Set(users.map(\.name))
    // Who has not called yet has budgets, too; and so has who was removed, and is in the configuration.
    let others = Set(settings.users.keys).union(ServeKeyFile.users(context)).union([try ActingUser.name()])
      .union(try UnknownUser.unlisted(ledger, besides: users.map(\.name)))
    for name in others.subtracting(known) {
      users.append(
        try Failure.ledger { () throws(LedgerError) in try ledger.user(name) } ?? LedgerUser(name: name))
    }
    users.sort { $0.name < $1.name }
    let now = context.nowUnixMs
    let standings = try UserStanding.of(users, settings, ledger, nowUnixMs: now)
    var uses = EarlierUse(ledger, user: nil, nowUnixMs: now)
    let earlier = try standings.map { standing throws(Failure) in try uses.of(standing.states) }
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1,
          "users": .array(
            zip(standings, earlier).map { standing, earlier in
              [
                "user": .string(standing.user), "tier": .string(standing.tier),
                "budgets": .array(
                  standing.states.map { Receipt.budget($0, earlier: earlier[$0.budget.key] ?? 0) }),
                "problem": .string(orNull: standing.problem?.description),
              ]
            }),
        ]))
    } else {
      let views = zip(standings, earlier).map { view($0, earlier: $1, context) }
      try context.print(BudgetReport.table(views, context.output).text(context.output))
    }
    context.warn(ofTiers: standings.compactMap(\.problem))
    try context.warnOfClockAhead(ledger)
    ServedRules.warnOfOlder(context, context.zone(settings))
    return 0
  }

  static func limit(_ text: String) throws(Failure) -> BudgetLimit? {
    do throws(BudgetSpecError) {
      if case .limit(let limit) = try BudgetSpec(text) { return limit }
      return nil
    } catch {
      throw Failure(
        error.description, hint: Readers.isTakenByShell(text) ? Readers.dollarHint : BudgetSpecError.ownHint,
        status: Failure.Status.usage)
    }
  }

  /// Budgets as they were given, one for each unit and window.
  static func limits(_ texts: ArraySlice<String>, of user: String) throws(Failure) -> [BudgetLimit] {
    var limits: [BudgetLimit] = []
    for text in texts {
      guard let limit = try limit(text) else {
        throw Failure(
          "'unlimited' cannot be a user's own budget: their tier's budgets would still hold",
          hint: "give them a tier with budgets = [\"unlimited\"]: llmguard user set-tier \(ShellWord.text(user)) TIER",
          status: Failure.Status.usage)
      }
      if limits.contains(where: { $0.unit == limit.unit && $0.windowName == limit.windowName }) {
        throw Failure(
          "two budgets in \(limit.unit.rawValue) per \(limit.windowName)", hint: "keep the one that is meant",
          status: Failure.Status.usage)
      }
      limits.append(limit)
    }
    return limits
  }

  /// Whether an operand is meant as a budget, even one with a slip in it, rather than as a user.
  static func isAmount(_ text: String) -> Bool {
    text == "unlimited" || text.contains(" ") || text.hasPrefix("$") || text.first?.isNumber == true
  }

  static func set(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let (user, texts) = try arguments.neededUser("budget set", isAmount)
    // What stands in the user's place may be the budget, and nobody's name is like one.
    if arguments[NamedUser.stated] == nil, user != "unlimited", (try? BudgetSpec(user)) != nil {
      let given = ([user] + texts).map { "'\($0)'" }.joined(separator: " ")
      throw Failure(
        "llmguard budget set needs a USER", hint: "name the user before the budget: llmguard budget set USER \(given)",
        status: Failure.Status.usage)
    }
    // One that has a slip in it is nobody's name either, where no other budget is given.
    if arguments[NamedUser.stated] == nil, texts.isEmpty, !arguments[clear], isAmount(user) { _ = try limit(user) }
    let limits = try limits(texts, of: user)
    if arguments[clear], !limits.isEmpty {
      throw Failure(
        "--clear takes all of \(user)'s own budgets away, so it stands alone",
        hint: "leave it out: the budgets that are given replace all there were", status: Failure.Status.usage)
    }
    if texts.isEmpty, !arguments[clear] {
      throw Failure(
        "llmguard budget set needs a BUDGET",
        hint: BudgetSpecError.ownHint + "; --clear takes the user's own budgets away",
        status: Failure.Status.usage)
    }
    let settings = try context.settings()
    let isRehearsal = arguments[dryRun]
    let ledger = try isRehearsal ? context.readingLedger(settings) : context.ledger(settings)
    try SystemLocks.check(limits, of: user, settings, ledger)
    let told = try told(limits, of: user, settings, ledger, context)
    let own =
      try Failure.ledger { () throws(LedgerError) in try ledger.users() }.first { $0.name == user }?.budgets ?? []
    let gone = own.filter { old in !limits.contains { $0.unit == old.unit && $0.windowName == old.windowName } }
    if arguments[clear] {
      try UnknownUser.warnOfNobody(user, settings, ledger, context)
    } else {
      try UnknownUser.warnOfSlip(user, settings, ledger, context)
    }
    for slip in Settings.slips(limits) { context.say(.warning, slip.message, hint: slip.hint) }
    if !isRehearsal {
      try Failure.ledger { () throws(LedgerError) in
        try ledger.change(.budgets(limits), of: user, actor: context.actor, nowUnixMs: context.nowUnixMs)
      }
    }
    let text =
      arguments[SharedOptions.json]
      ? JSONWriter.pretty([
        "schema": 1, "user": .string(user), "dry_run": .bool(isRehearsal),
        "own_budgets": .array(limits.map { .string($0.description) }),
        "counting_from_now": .array(told.filter(\.isNew).map { .string($0.limit.description) }),
        "gone": .array(gone.map { .string($0.description) }),
      ])
      : "\(user): \(isRehearsal ? "would have " : "")\(limits.isEmpty ? "the budgets of the tier" : words(told))\n"
    if isRehearsal {
      try context.print(text)
    } else {
      try context.confirm(text, that: "the budgets of \(user) are set", shownBy: "budget show \(ShellWord.text(user))")
    }
    if !gone.isEmpty, !limits.isEmpty {
      context.say(
        .note,
        "\(user) \(isRehearsal ? "would no longer have" : "no longer has") "
          + "\(gone.map(\.description).joined(separator: ", ")) of their own",
        hint: "all that are given replace all there were; give what is to stay as well")
    }
    return 0
  }

  /// Limits that are about to be set, and which of them begin to count now: nobody kept what earlier calls used of them.
  static func told(
    _ limits: [BudgetLimit], of user: String, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context
  ) throws(Failure) -> [(limit: BudgetLimit, isNew: Bool)] {
    let before = try BudgetOwnCommands.rules(of: user, settings, ledger, operations: []).budgets
    let budgets = limits.map { Budget(scope: .user(user), limit: $0, origin: "") }
    let states = try Failure.ledger { () throws(LedgerError) in
      try ledger.states(of: budgets, nowUnixMs: context.nowUnixMs)
    }
    return states.map { state in
      (state.budget.limit, state.taken == 0 && !before.contains { $0.key == state.budget.key })
    }
  }

  /// The same for people.
  static func words(_ told: [(limit: BudgetLimit, isNew: Bool)]) -> String {
    told.map { $0.limit.description + ($0.isNew ? " (counts from now on)" : "") }.joined(separator: ", ")
  }
}
