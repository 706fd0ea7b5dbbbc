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

  static let command = Command<CLIHandler>(
    "reset", summary: "Close ended windows, or take budgets back to zero",
    description: [
      "From cron, `llmguard budget reset` closes each window that has ended, once, and records what was used in it; it "
        + "prints nothing when nothing is due (on a terminal it says so). It also settles calls whose llmguard was killed. With USER or --all "
        + "it takes budgets back to zero before their time. No command undoes that: --dry-run shows what it would do. What was used "
        + "stays in reports and in `ledger audit`; and a copy of the ledger from before (`ledger backup FILE`) can be put in its "
        + "place, without the calls since (`ledger restore FILE`)."
    ],
    options: [
      due.spec, one.spec, all.spec, BudgetCommands.reason.spec, BudgetCommands.dryRun.spec, SharedOptions.json.spec,
    ],
    operands: [NamedUser.operand("whose budgets go back to zero, now", orBy: [due.spec, all.spec])],
    examples: [
      Example("0 0 * * *  llmguard budget reset", "In a crontab."),
      Example("llmguard budget reset alice --reason 'runaway loop'", "Give alice a fresh start now."),
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
    let now = context.nowUnixMs
    if user == nil, !arguments[all] { return try closeDue(ledger, context, arguments) }
    let users = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
    if let user { try UnknownUser.check(user, settings, ledger) }
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
    // All or nothing: none goes back to zero where one may not.
    for (_, rules) in rules where !arguments[BudgetCommands.dryRun] {
      for budget in rules.budgets {
        try SystemLocks.check(
          budget.key, tier: rules.tier, settings, remedy: "it starts anew when its window ends")
      }
    }
    var deeds: [Deed] = []
    for (name, rules) in rules {
      for budget in rules.budgets {
        let forgiven: Int64?
        if arguments[BudgetCommands.dryRun] {
          let posted = try Failure.ledger { () throws(LedgerError) in try ledger.states(of: [budget], nowUnixMs: now) }[
            0
          ].posted
          forgiven = posted > 0 ? posted : nil
        } else {
          forgiven = try Failure.ledger { () throws(LedgerError) in
            try ledger.reset(
              budget.key, reason: arguments[BudgetCommands.reason] ?? "no reason given", actor: context.actor,
              nowUnixMs: now)
          }
        }
        if let forgiven {
          let amount = amount(forgiven, budget.limit.unit, context)
          let verb = arguments[BudgetCommands.dryRun] ? "would go" : "went"
          deeds.append(
            Deed(
              line: "\(name): \(budget.key.label) \(verb) back to zero from \(amount)\n",
              json: json("reset", budget.key, used: forgiven)))
        }
      }
    }
    try tell(deeds, that: "the budgets went back to zero", context, arguments)
    return 0
  }

  /// Prints what was done, or would be, once all of it is: one line that cannot be printed holds up nothing. Where it is
  /// nothing, only a person who waits for a word is told so, and a program that reads an object.
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
      if context.output.isTerminal { context.say(.note, "nothing is due, and nothing was changed") }
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

  private static func json(_ what: String, _ key: BudgetKey, used: Int64, _ window: Window? = nil) -> JSONValue {
    [
      "what": .string(what), "user": .string(key.user), "budget": .string(key.label),
      "unit": .string(key.unit == .money ? "micro_usd" : key.unit.rawValue),
      "operation": .string(orNull: key.operation),
      "used": .int(used), "window_start_unix_ms": .int(window?.startUnixMs),
      "window_end_unix_ms": .int(window?.endUnixMs),
    ]
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
