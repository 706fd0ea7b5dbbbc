import CommandSpec
import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard budget grant`: more for a while, from whoever keeps the budgets, or booked by the user within a ceiling.
enum BudgetGrantCommand {
  static let expires = Option(
    "--expires", metavar: "DURATION", summary: "how long the top-up lasts", defaultText: "until the window ends",
    read: { text in
      Readers.duration(text).flatMap { ms in
        ms > 0 ? .success(ms) : .failure(ValueProblem("would end the top-up before it begins"))
      }
    })
  static let operation = Option<String>(
    "--op", "-o", metavar: "NAME", summary: "the user's quota for this operation",
    completion: .names(kind: "operations"),
    read: Readers.name("operation"))
  static let takeBack = Flag(
    "--take-back", summary: "take so much of what is on top away again, the latest first",
    details: "All of it, or nothing where less is on top. What was used stays used.")
  static let isSelf = Flag("--self", summary: "book it yourself, within what the configuration allows")

  static let command = Command<CLIHandler>(
    "grant", summary: "Top up a user's budget for a while",
    description: [
      "With --self a user books a top-up: `llmguard budget grant --self '20k tokens/day'`. What the key `self_grant` of their "
        + "tier, or of themselves, allows in each window is the most that can be booked in all; it ends with the window. "
        + "A budget that the administrator has locked can be topped up in no other way.",
      "A top-up that was a slip is taken back: `llmguard budget grant alice '50k tokens/day' --take-back`.",
    ],
    options: [
      NamedUser.stated.spec, isSelf.spec, takeBack.spec, BudgetCommands.reason.spec, expires.spec, operation.spec,
      BudgetCommands.dryRun.spec, SharedOptions.json.spec,
    ],
    operands: [
      NamedUser.operand("whose; left out with --self", orBy: [isSelf.spec]),
      OperandSpec(
        "AMOUNT", summary: "how much on which budget: '50k tokens/day'", completion: .names(kind: "budgets")),
    ],
    examples: [
      Example("llmguard budget grant alice '50k tokens/day' --reason 'release day'", "Until the day ends."),
      Example("llmguard budget grant --self '20k tokens/day' --dry-run", "What booking it would come to."),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let user = try user(arguments)
    guard let text = arguments.operands.last, let amount = try BudgetCommands.limit(text) else {
      throw Failure(
        "a top-up cannot be unlimited", hint: "write an amount and a window: '50k tokens/day'",
        status: Failure.Status.usage)
    }
    let settings = try context.settings()
    let isRehearsal = arguments[BudgetCommands.dryRun]
    let ledger = try isRehearsal ? context.readingLedger(settings) : context.ledger(settings)
    // Where the ledger's clock is ahead, a window ends by it, and so does a top-up until the window ends.
    let now = context.nowUnixMs + (try context.warnOfClockAhead(ledger))
    let operation = arguments[operation].map { settings.operation(stated: $0) }
    let scope: BudgetScope = operation.map { .operation(user: user, operation: $0) } ?? .user(user)
    let key = BudgetKey(scope: scope, limit: amount)
    let (tier, budgets) = try BudgetOwnCommands.rules(
      of: user, settings, ledger, operations: operation.map { [$0] } ?? [])
    guard let budget = budgets.first(where: { $0.key == key && !$0.isPause }) else {
      throw try none(of: key, settings, ledger)
    }
    if arguments[takeBack] { return try takeBack(amount, of: budget, arguments, ledger, context, nowUnixMs: now) }
    let ceiling = arguments[isSelf] ? try Self.ceiling(of: key, user, tier, settings) : nil
    if ceiling == nil {
      try SystemLocks.check(key, tier: tier, settings, remedy: "'--self' books what the configuration allows")
    }
    let until = try end(of: budget, arguments, settings, ledger, context, nowUnixMs: now)
    let grant = Grant(
      key: key, amount: amount.capacity, expiresAtUnixMs: until,
      reason: arguments[BudgetCommands.reason] ?? "no reason given", actor: context.actor, ceiling: ceiling)
    // By the top-up they will be known.
    let hint = try UnknownUser.hint(user, settings, ledger, context)
    try book(grant, of: amount, ledger, isRehearsal: isRehearsal, nowUnixMs: now)
    if let hint {
      context.say(
        .warning, "no calls and no configuration of '\(user)' yet",
        hint: hint + "a first call of \(user) will find the top-up")
    }
    // Of a top-up the window is the budget's, and its burst is no slip.
    for slip in Settings.slips([amount]) where amount.capacity >= amount.amount {
      context.say(.warning, slip.message, hint: slip.hint)
    }
    let words =
      arguments[SharedOptions.json]
      ? json(amount, key, arguments, [("granted", .int(amount.capacity)), ("expires_at_unix_ms", .int(until))])
      : "\(user): \(topUp(amount, of: budget))\(operation.map { " for operation \($0)" } ?? "")\(isRehearsal ? " would be" : "") on top, "
        + "for \(HumanNumber.duration(milliseconds: until - now))\n"
    if isRehearsal {
      try context.print(words)
    } else {
      try context.confirm(words, that: "the top-up is booked", shownBy: "budget show \(ShellWord.text(user))")
    }
    return 0
  }

  /// What is added. Nothing of a top-up refills, so of a budget that does its amount alone is told.
  private static func topUp(_ amount: BudgetLimit, of budget: Budget) -> String {
    guard case .replenishing = amount.rule else { return amount.description }
    return HumanNumber.limit(amount.capacity, in: amount.unit) + " for '\(budget.limit.description)'"
  }

  /// That a user has no such budget, and which they have.
  private static func none(
    of key: BudgetKey, _ settings: Settings, _ ledger: SQLiteLedger
  ) throws(Failure) -> Failure {
    let user = key.user
    let all = try BudgetOwnCommands.rules(of: user, settings, ledger, operations: settings.operations.keys.sorted())
      .budgets
    let have = all.filter { !$0.isPause }.map {
      $0.limit.description + ($0.key.operation.map { " (--op \(ShellWord.text($0)))" } ?? "")
    }
    return Failure(
      "\(user) has no \(key.label) to top up",
      hint: have.isEmpty ? "no budget applies to \(user)" : "\(user) has: \(have.joined(separator: ", "))",
      status: Failure.Status.unavailable)
  }

  /// Books a top-up, or only looks whether it can be.
  private static func book(
    _ grant: Grant, of amount: BudgetLimit, _ ledger: SQLiteLedger, isRehearsal: Bool, nowUnixMs now: Int64
  ) throws(Failure) {
    let outcome = try Failure.ledger { () throws(LedgerError) -> GrantOutcome in
      guard isRehearsal else { return try ledger.grant(grant, nowUnixMs: now) }
      let booked = try ledger.booked(grant.key, nowUnixMs: now)
      return grant.ceiling.map { $0 - booked < grant.amount } ?? false ? .overCeiling(booked: booked) : .granted
    }
    guard case .overCeiling(let booked) = outcome, let ceiling = grant.ceiling else { return }
    func words(_ value: Int64) -> String { Self.words(value, amount.unit, nowUnixMs: now) }
    let left = max(0, ceiling - booked)
    throw Failure(
      "\(words(amount.capacity)) cannot be booked: the configuration allows \(words(ceiling))"
        + (booked > 0 ? "; booked already: \(words(booked))" : ""),
      hint: left > 0
        ? "\(words(left)) can still be booked" : "wait for the reset, or ask whoever keeps the budgets",
      status: Failure.Status.refused)
  }

  private static func words(_ value: Int64, _ unit: BudgetUnit, nowUnixMs now: Int64) -> String {
    Announcement(nowUnixMs: now).exact(value, unit) + (unit == .money ? "" : " \(unit.rawValue)")
  }

  /// One object, in the budget's own unit.
  private static func json(
    _ amount: BudgetLimit, _ key: BudgetKey, _ arguments: ParsedArguments, _ more: [(String, JSONValue)]
  ) -> String {
    let head: [(String, JSONValue)] = [
      ("schema", 1), ("user", .string(key.user)), ("budget", .string(amount.description)),
      ("unit", .string(key.unit == .money ? "micro_usd" : key.unit.rawValue)),
      ("operation", .string(orNull: key.operation)), ("dry_run", .bool(arguments[BudgetCommands.dryRun])),
    ]
    return JSONWriter.pretty(.object(JSONObject(head + more)))
  }

  /// Takes a top-up back: it makes a budget smaller, and so needs nobody's leave.
  private static func takeBack(
    _ amount: BudgetLimit, of budget: Budget, _ arguments: ParsedArguments, _ ledger: SQLiteLedger, _ context: Context,
    nowUnixMs now: Int64
  ) throws(Failure) -> Int32 {
    let (key, user) = (budget.key, budget.key.user)
    let topUp = TakenBack(
      key: key, amount: amount.capacity, reason: arguments[BudgetCommands.reason] ?? "no reason given",
      actor: context.actor)
    let isRehearsal = arguments[BudgetCommands.dryRun]
    let outcome = try Failure.ledger { () throws(LedgerError) -> TakeBackOutcome in
      guard isRehearsal else { return try ledger.takeBack(topUp, nowUnixMs: now) }
      let onTop = try ledger.states(of: [budget], nowUnixMs: now)[0].granted
      return topUp.amount <= onTop ? .takenBack(left: onTop - topUp.amount) : .tooMuch(onTop: onTop)
    }
    func words(_ value: Int64) -> String { Self.words(value, amount.unit, nowUnixMs: now) }
    switch outcome {
    case .tooMuch(let onTop):
      throw Failure(
        onTop == 0
          ? "nothing is on top of the \(key.label) of \(user)"
          : "\(words(amount.capacity)) cannot be taken back: \(words(onTop)) are on top of the \(key.label) of \(user)",
        hint: "'llmguard budget show \(ShellWord.text(user))' shows what is, 'llmguard ledger audit' who gave it",
        status: Failure.Status.unavailable)
    case .takenBack(let left):
      let text =
        arguments[SharedOptions.json]
        ? json(amount, key, arguments, [("taken_back", .int(amount.capacity)), ("left_on_top", .int(left))])
        : "\(user): \(amount.description) \(isRehearsal ? "would be taken" : "taken") back, "
          + (left == 0 ? "nothing left on top\n" : "\(words(left)) left on top\n")
      if isRehearsal {
        try context.print(text)
      } else {
        try context.confirm(text, that: "the top-up is taken back", shownBy: "budget show \(ShellWord.text(user))")
      }
      return 0
    }
  }

  /// Whose budget it is about.
  private static func user(_ arguments: ParsedArguments) throws(Failure) -> String {
    let stated = arguments[NamedUser.stated]
    switch (arguments[isSelf], arguments.operands.count) {
    case (true, 1) where stated == nil:
      if arguments[takeBack] {
        throw Failure(
          "'--take-back' goes without --self",
          hint: "name the user: llmguard budget grant \(ShellWord.text(try ActingUser.name())) AMOUNT --take-back",
          status: Failure.Status.usage)
      }
      if arguments[expires] == nil, arguments[operation] == nil { return try ActingUser.name() }
      throw Failure(
        "'--self' books on your own budget until its window ends", hint: "leave out --expires and --op",
        status: Failure.Status.usage)
    case (false, let count) where count == 2 || stated != nil:
      return try arguments.neededUser("budget grant") { _ in count == 1 }.user
    case (true, _):
      throw Failure(
        "'--self' takes an AMOUNT and no USER", hint: "llmguard budget grant --self '20k tokens/day'",
        status: Failure.Status.usage)
    case (false, _):
      throw Failure(
        "llmguard budget grant needs a USER and an AMOUNT",
        hint: "llmguard budget grant \(ShellWord.text(try ActingUser.name())) '50k tokens/day' --reason TEXT",
        status: Failure.Status.usage)
    }
  }

  /// What the user may have booked on a budget in all.
  private static func ceiling(
    of key: BudgetKey, _ user: String, _ tier: Tier, _ settings: Settings
  ) throws(Failure) -> Int64 {
    let allowed = settings.selfGrants(of: user, tier: tier)
    if let ceiling = allowed.first(where: { BudgetKey(scope: .user(user), limit: $0) == key }) { return ceiling.amount }
    throw Failure(
      "the configuration does not let \(user) book on the \(key.label)",
      hint: allowed.isEmpty
        ? "'self_grant' of the tier or the user in the configuration allows it"
        : "it allows: " + allowed.map(\.description).joined(separator: ", "), status: Failure.Status.refused)
  }

  /// When a top-up ends.
  private static func end(
    of budget: Budget, _ arguments: ParsedArguments, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context,
    nowUnixMs now: Int64
  ) throws(Failure) -> Int64 {
    let state = try Failure.ledger { () throws(LedgerError) in try ledger.states(of: [budget], nowUnixMs: now) }[0]
    let end = state.window.flatMap { $0.endUnixMs == .max ? nil : $0.endUnixMs }
    let expires =
      arguments[expires].map { now + $0 } ?? end
      ?? Window.opening(budget.limit.rule, at: now, in: context.zone(settings)).endUnixMs
    return expires == .max ? now + 86_400_000 : expires
  }
}
