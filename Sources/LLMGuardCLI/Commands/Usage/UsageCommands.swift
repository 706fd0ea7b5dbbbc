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
  static let format = Option(
    "--format", "-f", metavar: "FORMAT", summary: "table, json, csv or markdown",
    details: "In a pipe, `table` is tab-separated exact numbers.", defaultText: "table",
    completion: .words(Format.allCases.map(\.rawValue)), read: ValueReader.choice(Format.self))
  static let command = Command<CLIHandler>(
    "usage", summary: "Show who spent what",
    description: ["`usage show` is your own budget at a glance; `usage report` sums calls over a range of time."],
    subcommands: [
      UsageShowCommand.command,
      Command(
        "report", summary: "Report calls, tokens, money, refusals and degradations",
        description: [
          "Tokens that the provider counted and tokens that llmguard estimated are told apart: `~` marks sums that hold "
            + "estimates, and programs get both. Money is the provider's price, not the weighted charge."
        ],
        options: [
          by.spec, UsageRange.since.spec, UsageRange.until.spec, UsageFilter.user.spec, UsageFilter.operation.spec,
          format.spec, SharedOptions.json.spec, UsageRange.timezone.spec,
        ],
        examples: [
          Example("llmguard usage report --by operation --since today", "What today went to."),
          Example("llmguard usage report --by day --format csv > usage.csv", "For a spreadsheet."),
        ],
        handler: CLIHandler(run: report)),
      UsageListCommand.command, UsageExportCommand.command,
    ])

  static func report(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let range = try UsageRange(
      arguments, context.zone(settings, named: arguments[UsageRange.timezone]), nowUnixMs: context.nowUnixMs,
      since: UsageRange.since, defaultMs: 30 * 86_400_000)
    let zone = range.zone
    let (from, to) = (range.sinceUnixMs ?? 0, range.untilUnixMs)
    let grouping = arguments[by] ?? .user
    let ledger = try context.ledger(settings)
    let query = UsageQuery(
      sinceUnixMs: from, untilUnixMs: to, user: arguments[UsageFilter.user],
      operation: arguments[UsageFilter.operation],
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
