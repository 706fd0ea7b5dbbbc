import CommandSpec
import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import TextFormats

/// `llmguard usage advise`: what the metrics say about the limits, in words.
enum UsageAdviseCommand {
  static let command = Command<CLIHandler>(
    "advise", summary: "Say which limits are too tight or too loose, and what to change",
    description: [
      "It rests on `usage metrics` and on the windows that ended in the range, and says the figures. A budget is too tight when "
        + "it was used up, or refused a call, in a fifth of its windows. It is too loose when in a fortnight of them never more "
        + "than a quarter of it was used, or used and held by calls at once, and when no call was refused by it or degraded "
        + "meanwhile; the lower limit has room for what calls held. One command sets all budgets of a user that it "
        + "changes, with those of their own that are to stay. It changes nothing, and prints nothing when it has nothing to say."
    ],
    options: [UsageRange.since.spec, UsageFilter.user.spec, SharedOptions.json.spec, UsageRange.timezone.spec],
    examples: [Example("llmguard usage advise --since 60d", "What two months say about the limits.")],
    handler: CLIHandler(run: run))

  /// How many users' budgets are looked at.
  private static let mostUsers = 500

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let zone = context.zone(settings, named: arguments[UsageRange.timezone])
    let now = context.nowUnixMs
    let since =
      try UsageRange.instant(arguments[UsageRange.since], UsageRange.since, now, zone) ?? now - 30 * 86_400_000
    let ledger = try context.readingLedger(settings)
    try UnknownNames(settings, ledger, context).warn(arguments)
    let pipeline = Guard(settings: settings, ledger: ledger, nowUnixMs: { now })
    let user = arguments[UsageFilter.user]
    let known = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
    var budgets: [Budget] = []
    var problems: [SettingsError] = []
    for user in user.map({ [$0] }) ?? known.prefix(mostUsers).map(\.name) {
      let standing = try UserStanding.of(user, pipeline, operations: settings.operations.keys.sorted())
      budgets += standing.states.map(\.budget)
      if let problem = standing.problem { problems.append(problem) }
    }
    context.warn(ofTiers: problems)
    let all = budgets
    let own = Advice.OwnBudgets(
      assigned: Dictionary(known.map { ($0.name, $0.budgets) }, uniquingKeysWith: { $1 }),
      configured: settings.users.mapValues(\.budgets), quotas: settings.operations.mapValues(\.budgets))
    let advice = try Failure.ledger { () throws(LedgerError) in
      let windows = try ledger.windows(endingFrom: since, until: now)
      var query = HistoryQuery()
      (query.sinceUnixMs, query.user) = (since, user)
      return Advice(
        metrics: try Metrics(of: ledger, sinceUnixMs: since, untilUnixMs: .max, user: user), budgets: all, own: own,
        past: try BudgetPast.of(all, windows, ledger, query, untilUnixMs: now, in: context.zone(settings)),
        range: arguments[UsageRange.since] ?? "30d")
    }
    if advice.items.isEmpty, !arguments[SharedOptions.json] {
      context.say(
        .note,
        "nothing to advise since \(TimeText.rfc3339(since, in: zone)): no limit is too tight or too loose, and nothing is unusual"
      )
      return 0
    }
    if arguments[SharedOptions.json] {
      try context.print(JSONWriter.pretty(advice.json))
    } else {
      try context.print(spelled: advice.text(context.output))
    }
    return 0
  }
}
