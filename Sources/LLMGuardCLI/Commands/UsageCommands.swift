import CommandSpec
import Guard
import GuardModel
import Ledger
import Posix
import Reports
import Terminal
import TextFormats

/// `llmguard usage`: what was used.
enum UsageCommands {
  /// How a report is written.
  enum Format: String, CaseIterable, Sendable {
    case table, json, csv, markdown
  }

  static let by = Option(
    "--by", metavar: "GROUP", summary: "group by user, operation, model, day, hour, run, tier or phase",
    defaultText: "user", completion: .words(UsageReport.Grouping.allCases.map(\.rawValue)),
    read: ValueReader.choice(UsageReport.Grouping.self))
  static let since = Option<String>(
    "--since", metavar: "TIME", summary: "from then on",
    details: "An RFC 3339 time, a date, `today`, `yesterday`, or a duration ago such as `24h`.",
    defaultText: "30d")
  static let until = Option<String>("--until", metavar: "TIME", summary: "before then", defaultText: "now")
  static let operation = Option<String>(
    "--operation", metavar: "NAME", summary: "only calls of this operation", completion: .names(kind: "operations"),
    read: Readers.name("operation"))
  static let format = Option(
    "--format", "-f", metavar: "FORMAT", summary: "table, json, csv or markdown",
    details: "In a pipe, `table` is tab-separated exact numbers.", defaultText: "table",
    completion: .words(Format.allCases.map(\.rawValue)), read: ValueReader.choice(Format.self))
  static let timezone = Option<String>(
    "--timezone", metavar: "ZONE", summary: "in which days and hours are cut and times are read",
    defaultText: "the configured zone",
    read: {
      Zone(name: $0) != nil
        ? .success($0) : .failure(ValueProblem("is not a time zone: use a name such as Europe/Berlin"))
    })

  static let command = Command<CLIHandler>(
    "usage", summary: "Show who spent what",
    description: ["`usage show` is your own budget at a glance; `usage report` sums calls over a range of time."],
    subcommands: [
      Command(
        "show", summary: "Show a user's budgets at a glance",
        options: [SharedOptions.user.spec, SharedOptions.json.spec],
        examples: [Example("llmguard usage show", "Your own budgets, with bars and when they reset.")],
        handler: CLIHandler(run: show)),
      Command(
        "report", summary: "Report calls, tokens, money, refusals and degradations",
        description: [
          "Tokens that the provider counted and tokens that llmguard estimated are told apart: `~` marks sums that hold "
            + "estimates, and programs get both. Money is the provider's price, not the weighted charge."
        ],
        options: [
          by.spec, since.spec, until.spec, SharedOptions.user.spec, operation.spec, format.spec,
          SharedOptions.json.spec,
          timezone.spec,
        ],
        examples: [
          Example("llmguard usage report --by operation --since today", "What today went to."),
          Example("llmguard usage report --by day --format csv > usage.csv", "For a spreadsheet."),
        ],
        handler: CLIHandler(run: report)),
    ])

  static func show(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    try BudgetCommands.showUser(
      arguments[SharedOptions.user] ?? CurrentUser.name, context, json: arguments[SharedOptions.json])
  }

  static func report(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let zone = context.zone(settings, named: arguments[timezone])
    let now = context.nowUnixMs
    func instant(_ option: CommandSpec.Option<String>) throws(Failure) -> Int64? {
      guard let text = arguments[option] else { return nil }
      if let instant = TimeText.read(text, nowUnixMs: now, in: zone) { return instant }
      throw Failure(
        "\(option.spec.name): '\(text)' is not a time",
        hint: "write 2026-11-24, 2026-11-24T09:30, today, yesterday or 24h",
        status: Failure.Status.usage)
    }
    let from = try instant(since) ?? now - 30 * 86_400_000
    let to = try instant(until)
    if let to, to <= from {
      throw Failure("--until is not after --since", hint: "swap them", status: Failure.Status.usage)
    }
    let grouping = arguments[by] ?? .user
    let ledger = try context.ledger(settings)
    let query = UsageQuery(
      sinceUnixMs: from, untilUnixMs: to, user: arguments[SharedOptions.user], operation: arguments[operation],
      groupBy: [grouping.dimension])
    let rows = try Failure.ledger { () throws(LedgerError) in try ledger.usage(query) }
    let report: UsageReport
    do throws(AmountOverflow) {
      report = try UsageReport(
        grouping: grouping, rows: rows, since: TimeText.rfc3339(from, in: zone),
        until: to.map { TimeText.rfc3339($0, in: zone) }
      ) { quarter in
        let date = TimeText.date(quarter, in: zone)
        return grouping == .day ? date : "\(date) \(TimeText.time(quarter, in: zone).prefix(2)):00"
      }
    } catch { throw Failure(error.description, status: Failure.Status.data) }
    switch arguments[SharedOptions.json] ? .json : arguments[format] ?? .table {
    case .json: try context.print(JSONWriter.pretty(report.json))
    case .csv: try context.print(report.csv)
    case .markdown: try context.print(report.markdown)
    case .table:
      if report.isEmpty {
        context.say(.note, "no calls since \(TimeText.rfc3339(from, in: zone))")
      } else {
        try context.print(report.text(context.output))
      }
    }
    return 0
  }
}
