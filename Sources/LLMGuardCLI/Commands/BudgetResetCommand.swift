import CommandSpec
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard budget reset`: windows that have ended are closed, or budgets go back to zero.
enum BudgetResetCommand {
  private static let one = NamedUser.option("take all budgets of one user back to zero, now")
  private static let due = Flag("--due", summary: "close the windows that have ended (the default)")
  private static let all = Flag("--all", summary: "take every budget of everybody back to zero, now")
  private static let undo = Flag(
    "--undo", summary: "take resets back, all that there were in the open windows: with a user, or --all",
    details:
      "What was used before each reset in a window that is still open counts again, beside what was used since; it is said how "
      + "many they were, and --dry-run says it before. A budget that refills (`10k tokens/min`) is left as it is.")

  static let command = Command<CLIHandler>(
    "reset", summary: "Close ended windows, or take budgets back to zero",
    description: [
      "From cron, `llmguard budget reset` closes each window that has ended, once, and records what was used in it; it "
        + "prints nothing when nothing is due (on a terminal it says so). It also settles calls whose llmguard was killed. With USER or --all "
        + "it takes budgets back to zero before their time; --dry-run shows what it would do. What was used "
        + "stays in reports and in `ledger audit`.",
      "A reset that was a slip is taken back, with all others of the window: `llmguard budget reset alice --undo`.",
    ],
    options: [
      due.spec, one.spec, all.spec, undo.spec, BudgetCommands.reason.spec, BudgetCommands.dryRun.spec,
      SharedOptions.json.spec,
    ],
    operands: [NamedUser.operand("whose budgets go back to zero, now", orBy: [due.spec, all.spec])],
    examples: [
      Example("0 0 * * *  llmguard budget reset", "In a crontab."),
      Example("llmguard budget reset alice --reason 'runaway loop'", "Give alice a fresh start now."),
      Example("llmguard budget reset alice --undo", "It was bob who was meant: what alice had used counts again."),
    ],
    handler: CLIHandler(run: run))

  /// What was done to one budget or one call, for people and for programs.
  private struct Deed {
    let line: String
    let json: JSONValue
  }

  private static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let user = try arguments.namedUser().user
    let modes = [arguments[due], user != nil, arguments[all]].filter { $0 }.count
    if modes > 1 {
      throw Failure(
        "--due, a user and --all exclude each other", hint: "give one of them", status: Failure.Status.usage)
    }
    let settings = try context.settings()
    // Where there is none, nothing is due, and none is made to say so.
    let isThere = File.exists(try context.ledgerPath())
    let ledger =
      try arguments[BudgetCommands.dryRun] && !isThere ? context.readingLedger(settings) : context.ledger(settings)
    if user == nil, !arguments[all] {
      if arguments[undo] {
        throw Failure(
          "--undo needs to know whose resets are taken back", hint: "name the user, or give --all for everybody's",
          status: Failure.Status.usage)
      }
      return try closeDue(ledger, context, arguments)
    }
    let users = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
    if let user { try UnknownUser.check(user, settings, ledger, context) }
    // Whose tier is gone has no budgets that are known, and the others have theirs.
    let gone = user == nil ? UserStanding.withoutTier(users, settings) : []
    let left = users.map(\.name).filter { name in !gone.contains { $0.user == name } }
    context.warn(ofTiers: gone)
    let rules = try (user.map { [$0] } ?? left).map { name throws(Failure) in
      (
        name,
        try BudgetOwnCommands.rules(of: name, settings, ledger, operations: settings.operations.keys.sorted())
      )
    }
    // All or nothing, and told ahead: none goes back to zero where one may not. What counts again takes nothing from an administrator's lock.
    for (_, rules) in rules where !arguments[undo] {
      for budget in rules.budgets {
        try SystemLocks.check(
          budget.key, tier: rules.tier, settings, remedy: "it starts anew when its window ends")
      }
    }
    var deeds: [Deed] = []
    for (name, rules) in rules {
      for budget in rules.budgets {
        if let deed = try change(budget, of: name, ledger, context, arguments) { deeds.append(deed) }
      }
    }
    let done = arguments[undo] ? "the resets are taken back" : "the budgets went back to zero"
    try tell(deeds, that: done, context, arguments)
    return 0
  }

  /// Takes a budget back to zero, or its resets back; `nil` where there is nothing to take.
  private static func change(
    _ budget: Budget, of name: String, _ ledger: SQLiteLedger, _ context: Context, _ arguments: ParsedArguments
  ) throws(Failure) -> Deed? {
    let (now, isRehearsal, isUndone) = (context.nowUnixMs, arguments[BudgetCommands.dryRun], arguments[undo])
    let (key, reason) = (budget.key, arguments[BudgetCommands.reason] ?? "no reason given")
    let resets = try Failure.ledger { () throws(LedgerError) in
      try isUndone ? ledger.undoableResets(key, nowUnixMs: now) : 0
    }
    let changed = try Failure.ledger { () throws(LedgerError) -> Int64? in
      switch (isRehearsal, isUndone) {
      case (false, false): return try ledger.reset(key, reason: reason, actor: context.actor, nowUnixMs: now)
      case (false, true): return try ledger.undoReset(key, reason: reason, actor: context.actor, nowUnixMs: now)
      case (true, false):
        let posted = try ledger.states(of: [budget], nowUnixMs: now)[0].posted
        return posted > 0 ? posted : nil
      case (true, true): return try ledger.undoableReset(key, nowUnixMs: now)
      }
    }
    guard let changed else { return nil }
    let amount = amount(changed, budget.limit.unit, context)
    let deed =
      isUndone
      ? "\(isRehearsal ? "would count" : "counts") \(amount) again, \(HumanNumber.counted(Int64(resets), "reset")) "
        + (isRehearsal ? "would be taken back" : "taken back")
      : "\(isRehearsal ? "would go" : "went") back to zero from \(amount)"
    return Deed(
      line: "\(name): \(key.label) \(deed)\n",
      json: json(isUndone ? "reset_undone" : "reset", key, used: changed, resets: isUndone ? resets : nil))
  }

  /// Prints what was done, or would be, once all of it is: one line that cannot be printed holds up nothing. Where it is
  /// nothing, a person who waits for a word is told so, and a program that reads an object; of an undoing everybody is, for nobody
  /// lets it run every night.
  private static func tell(
    _ deeds: [Deed], that done: String, _ context: Context, _ arguments: ParsedArguments
  ) throws(Failure) {
    let isRehearsal = arguments[BudgetCommands.dryRun]
    let text: String
    if arguments[SharedOptions.json] {
      text = JSONWriter.pretty([
        "schema": 1, "dry_run": .bool(isRehearsal), "done": .array(deeds.map(\.json)),
      ])
    } else if deeds.isEmpty {
      let nothing = arguments[undo] ? "no reset stands in the windows that are open" : "nothing is due"
      if arguments[undo] || context.output.isTerminal { context.say(.note, "\(nothing), and nothing was changed") }
      return
    } else {
      text = deeds.map(\.line).joined()
    }
    if isRehearsal {
      try context.print(text)
    } else {
      try context.confirm(text, that: done, shownBy: "ledger audit")
    }
  }

  private static func closeDue(
    _ ledger: SQLiteLedger, _ context: Context, _ arguments: ParsedArguments
  ) throws(Failure) -> Int32 {
    let (now, isRehearsal) = (context.nowUnixMs, arguments[BudgetCommands.dryRun])
    let (recovered, closed) = try Failure.ledger {
      () throws(LedgerError) -> ([RecoveredHold], [WindowRecord]) in
      if isRehearsal { return try ledger.rehearseClosing(nowUnixMs: now) }
      return (try ledger.recover(nowUnixMs: now), try ledger.closeDueWindows(actor: context.actor, nowUnixMs: now))
    }
    let deeds =
      recovered.map { recovered in
        Deed(
          line: text(of: recovered, isRehearsal ? "would be" : "was", context),
          json: [
            "what": .string(recovered.action == .charge ? "charged" : "given_back"),
            "user": .string(recovered.hold.facts.user), "hold": .int(recovered.hold.id.number),
            "charge_tokens": .int(recovered.hold.charge.tokens),
            "cost_micro_usd": .int(recovered.hold.charge.costMicroUSD),
          ])
      }
      + closed.map { window in
        Deed(
          line: text(of: window, isRehearsal ? "would be closed" : "closed", context),
          json: json("closed", window.key, used: window.posted, window.window))
      }
    try tell(deeds, that: "what was due is closed", context, arguments)
    return 0
  }

  private static func json(
    _ what: String, _ key: BudgetKey, used: Int64, _ window: Window? = nil, resets: Int? = nil
  ) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("what", .string(what)), ("user", .string(key.user)), ("budget", .string(key.label)),
      ("unit", .string(key.unit == .money ? "micro_usd" : key.unit.rawValue)),
      ("operation", .string(orNull: key.operation)), ("used", .int(used)),
      ("window_start_unix_ms", .int(window?.startUnixMs)), ("window_end_unix_ms", .int(window?.endUnixMs)),
    ]
    if let resets { members.append(("resets", .int(Int64(resets)))) }
    return .object(JSONObject(members))
  }

  /// Short on a terminal; to the last unit for a file, a pipe or a mail, which are held against the record.
  private static func amount(_ amount: Int64, _ unit: BudgetUnit, _ context: Context) -> String {
    let announcement = Announcement(nowUnixMs: context.nowUnixMs)
    if context.output.isTerminal { return announcement.amount(amount, unit) }
    return announcement.exact(amount, unit) + (unit == .calls ? amount == 1 ? " call" : " calls" : "")
  }

  private static func text(of recovered: RecoveredHold, _ verb: String, _ context: Context) -> String {
    let hold = recovered.hold
    return "\(hold.facts.user): hold \(hold.id) of a run that ended without settling it \(verb) "
      + (recovered.action == .charge
        ? "charged its estimate, \(amount(hold.charge.tokens, .tokens, context)) tokens\n" : "given back\n")
  }

  private static func text(of window: WindowRecord, _ verb: String, _ context: Context) -> String {
    let amount = amount(window.posted, window.key.unit, context)
    return "\(window.key.user): \(window.key.label) \(verb) with \(amount) used\n"
  }
}
