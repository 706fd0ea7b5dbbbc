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
        + "it was used up in a fifth of its windows, and too loose when a quarter of it was never used in a fortnight of them. "
        + "It changes nothing, and prints nothing when it has nothing to say."
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
    let known = try Failure.ledger { () throws(LedgerError) in try ledger.users() }.map(\.name)
    var budgets: [Budget] = []
    var problems: [SettingsError] = []
    for user in arguments[UsageFilter.user].map({ [$0] }) ?? Array(known.prefix(mostUsers)) {
      let standing = try UserStanding.of(user, pipeline, operations: settings.operations.keys.sorted())
      budgets += standing.states.map(\.budget)
      if let problem = standing.problem { problems.append(problem) }
    }
    context.warn(ofTiers: problems)
    let all = budgets
    let advice = try Failure.ledger { () throws(LedgerError) in
      Advice(
        metrics: try Metrics(of: ledger, sinceUnixMs: since, untilUnixMs: .max), budgets: all,
        windows: try ledger.windows(endingFrom: since, until: now), range: arguments[UsageRange.since] ?? "30d")
    }
    if advice.items.isEmpty, !arguments[SharedOptions.json] {
      context.say(
        .note,
        "nothing to advise since \(TimeText.rfc3339(since, in: zone)): no limit is too tight or too loose, and nothing is unusual"
      )
      return 0
    }
    try context.print(arguments[SharedOptions.json] ? JSONWriter.pretty(advice.json) : advice.text(context.output))
    return 0
  }
}
