import CommandSpec
import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import TextFormats

/// `llmguard budget lower` and `cap`: limits that users set themselves, which never raise anything.
enum BudgetOwnCommands {
  private static let clear = Flag("--clear", summary: "take back what was set this way")
  private static let shared = [SharedOptions.user.spec, clear.spec, SharedOptions.json.spec]

  static let lower = Command<CLIHandler>(
    "lower", summary: "Set lower limits for yourself",
    description: [
      "A limit that is set this way can only lower what applies, or add a limit where there was none: it never raises one, "
        + "whatever is changed later. What was used of a limit that is lowered stays used; one of another unit or window counts "
        + "from now on. Whoever set it takes it back with --clear. Without BUDGET it prints what is set.",
      "To stop a user now, use `llmguard budget pause`: what is set here does not end that.",
    ],
    options: shared,
    operands: [
      OperandSpec(
        "BUDGET", summary: "such as '50k tokens/day'; all together replace what was set", count: .any,
        completion: .names(kind: "budgets"))
    ],
    examples: [
      Example("llmguard budget lower '50k tokens/day' '$1/day'", "Not more than that from now on."),
      Example("llmguard budget lower --clear", "What the tier gives holds again."),
    ], exitStatuses: [Term("75", "it is more than what applies")],
    handler: CLIHandler(run: setLower))

  static let cap = Command<CLIHandler>(
    "cap", summary: "Set what each of your runs may take at most",
    description: [
      "It holds for every `llmguard run` that does not say otherwise with --run-budget, --max-calls or --max-duration, in place "
        + "of what `[run]` of the configuration says; where the administrator has locked that, the tighter of both holds. "
        + "Without LIMIT it prints what holds."
    ],
    options: shared,
    operands: [
      OperandSpec(
        "LIMIT", summary: "'50k tokens', '$0.50', '20 calls', or a time such as 2h; all together replace what was set",
        count: .any)
    ],
    examples: [
      Example("llmguard budget cap '50k tokens' 2h", "No run takes more, or calls later than that."),
      Example("llmguard budget cap", "What holds for each of my runs."),
    ],
    handler: CLIHandler(run: setCap))

  static func setLower(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    try checkNoUser(arguments, "lower", like: "'50k tokens/day' or '$1/day'") { (try? BudgetSpec($0)) != nil }
    let user = try user(arguments)
    let limits = try BudgetCommands.limits(arguments.operands[...], of: user)
    let settings = try context.settings()
    let changes = !limits.isEmpty || arguments[clear]
    let ledger = try changes ? context.ledger(settings) : context.readingLedger(settings)
    let told = BudgetCommands.words(try BudgetCommands.told(limits, of: user, settings, ledger, context))
    if changes {
      var known = try known(user, ledger)
      known.lowered = []
      let (_, budgets) = try rules(of: known, settings, operations: [])
      for limit in limits {
        let key = BudgetKey(scope: .user(user), limit: limit)
        guard let budget = budgets.first(where: { $0.key == key }), limit.tightened(by: budget.limit) != limit else {
          continue
        }
        throw Failure(
          "'\(limit)' is more than the \(budget.limit) that applies (\(budget.origin))",
          hint:
            "this command only lowers; 'llmguard budget grant --self' books a top-up where the configuration allows it",
          status: Failure.Status.refused)
      }
      try Failure.ledger { () throws(LedgerError) in
        try ledger.change(.lowered(limits), of: user, actor: context.actor, nowUnixMs: context.nowUnixMs)
      }
    }
    let set = try known(user, ledger).lowered.filter { $0 != .pause }
    let text: String
    if arguments[SharedOptions.json] {
      text = JSONWriter.pretty([
        "schema": 1, "user": .string(user), "lowered": .array(set.map { .string($0.description) }),
      ])
    } else {
      let words = limits.isEmpty ? set.map(\.description).joined(separator: ", ") : told
      text = "\(user): \(set.isEmpty ? "nothing is lowered" : "lowered to " + words)\n"
    }
    if changes {
      try context.confirm(
        text, that: "the lower limits of \(user) are set", shownBy: "budget lower --user \(ShellWord.text(user))")
      try noteTopUps(on: limits, of: user, settings, ledger, context)
    } else {
      try context.print(text)
    }
    return 0
  }

  /// Says so where more is let out than the limit that was set: what was topped up before stays on top.
  private static func noteTopUps(
    on limits: [BudgetLimit], of user: String, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context
  ) throws(Failure) {
    if limits.isEmpty { return }
    let announcement = Announcement(nowUnixMs: context.nowUnixMs)
    for state in try BudgetCommands.standing(user, settings, ledger).states
    where state.granted > 0 && state.budget.key.operation == nil && limits.contains(state.budget.limit) {
      let unit = state.budget.limit.unit
      let amount = announcement.exact(state.granted, unit) + (unit == .money ? "" : " \(unit.rawValue)")
      context.say(
        .note, "\(amount) topped up before stay on top of the \(state.budget.key.label)",
        hint: "'llmguard budget grant \(ShellWord.text(user)) AMOUNT --take-back' takes them away")
    }
  }

  static func setCap(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    try checkNoUser(arguments, "cap", like: "'50k tokens', '$0.50', '20 calls' or 2h") {
      BudgetLimit(runAmount: $0) != nil
    }
    let user = try user(arguments)
    let limits = try RunLimits(words: arguments.operands)
    let settings = try context.settings()
    let changes = !limits.areNone || arguments[clear]
    let ledger = try changes ? context.ledger(settings) : context.readingLedger(settings)
    if changes {
      try RunLimits.check(limits, against: settings)
      try Failure.ledger { () throws(LedgerError) in
        try ledger.change(.runLimits(limits), of: user, actor: context.actor, nowUnixMs: context.nowUnixMs)
      }
    }
    let holds = settings.runLimits(of: try known(user, ledger))
    let text =
      arguments[SharedOptions.json]
      ? JSONWriter.pretty(["schema": 1, "user": .string(user), "run_limits": holds.json])
      : "\(user): \(holds.areNone ? "runs are not capped" : "each run at most \(holds)")\n"
    if changes {
      try context.confirm(
        text, that: "the caps of \(user)'s runs are set", shownBy: "budget cap --user \(ShellWord.text(user))")
    } else {
      try context.print(text)
    }
    return 0
  }

  // MARK: - What is known

  /// Other commands take a user in place; here the first word that is no limit may be meant as one.
  private static func checkNoUser(
    _ arguments: ParsedArguments, _ command: String, like forms: String, _ isLimit: (String) -> Bool
  ) throws(Failure) {
    guard arguments[SharedOptions.user] == nil, let first = arguments.operands.first, !BudgetCommands.isAmount(first),
      !isLimit(first)
    else { return }
    let rest = arguments.operands.dropFirst().map { "'\($0)'" }
    let limits = arguments[clear] ? ["--clear"] : rest.isEmpty ? ["LIMIT"] : rest
    throw Failure(
      "'\(first)' is not a limit",
      hint: "write it like \(forms); another user's: llmguard budget \(command) --user \(ShellWord.text(first)) "
        + limits.joined(separator: " "),
      status: Failure.Status.usage)
  }

  private static func user(_ arguments: ParsedArguments) throws(Failure) -> String {
    if arguments[clear], !arguments.operands.isEmpty {
      throw Failure(
        "--clear takes back all that was set, so it stands alone",
        hint: "leave it out: what is given replaces all there was",
        status: Failure.Status.usage)
    }
    return try arguments.user()
  }

  static func known(_ user: String, _ ledger: SQLiteLedger) throws(Failure) -> LedgerUser {
    try Failure.ledger { () throws(LedgerError) in try ledger.user(user) } ?? LedgerUser(name: user)
  }

  /// The tier and the budgets of a user, with the quotas of some operations.
  static func rules(
    of user: String, _ settings: Settings, _ ledger: SQLiteLedger, operations: [String]
  ) throws(Failure) -> (tier: Tier, budgets: [Budget]) {
    try rules(of: try known(user, ledger), settings, operations: operations)
  }

  static func rules(
    of known: LedgerUser, _ settings: Settings, operations: [String]
  ) throws(Failure) -> (tier: Tier, budgets: [Budget]) {
    do throws(SettingsError) {
      var (tier, budgets) = try settings.budgets(of: known.name, known, operation: nil)
      for operation in operations {
        budgets += try settings.budgets(of: known.name, known, operation: operation).budgets.filter {
          $0.key.operation != nil
        }
      }
      return (tier, budgets)
    } catch { throw Failure(.settings(error)) }
  }
}
