import CommandSpec
import Configuration
import Dashboard
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard usage report`: sums of calls in groups.
enum UsageReportCommand {
  /// How a report is written.
  enum Format: String, CaseIterable, Sendable {
    case table, json, csv, markdown, html
  }

  static let by = Option<[UsageGrouping]>(
    "--by", "--group", metavar: "GROUP[,GROUP]",
    summary:
      "group by user, operation, model, day, hour, run, program (a script), tier or phase; several are separated by commas",
    defaultText: "user", completion: .list(UsageGrouping.allCases.map(\.rawValue)), read: groupings)
  static let unit = Option(
    "--unit", metavar: "UNIT", summary: "rank, share and compare by tokens, money, calls or charge",
    defaultText: "charge", completion: .words(UsageUnit.allCases.map(\.rawValue)),
    read: ValueReader.choice(UsageUnit.self))
  static let top = Option<Int64>(
    "--top", metavar: "N", summary: "show the N largest groups, and the others as one",
    read: ValueReader.wholeNumber(1...100_000))
  static let compare = Option<String>(
    "--compare", metavar: "RANGE", summary: "show the change against another range: previous, or TIME..TIME",
    details: "`previous` is the range of the same length that ends where this one begins.",
    completion: .words(["previous"]))
  static let format = Option(
    "--format", "-f", metavar: "FORMAT", summary: "how it is written: table, json, csv, markdown or html",
    details:
      "In a pipe, `table` is tab-separated exact numbers. `html` is a dashboard in one file, which needs nothing else.",
    defaultText: "table",
    completion: .words(Format.allCases.map(\.rawValue)), read: ValueReader.choice(Format.self))

  static let command = Command<CLIHandler>(
    "report", summary: "Report calls, tokens, money, refusals and degradations",
    description: [
      "Tokens that the provider counted and tokens that llmguard estimated are told apart: `~` marks sums that hold "
        + "estimates, and programs get both. Money is the provider's price, not the weighted charge.",
      "For people figures are rounded, and those of a column add up to its total to the last digit of that: where they would not, "
        + "each gets more digits. In a pipe, CSV and JSON all are exact.",
      "On a wide terminal p50 and p95 are the tokens that half, and 95 %, of the group's calls stayed within. They, and the "
        + "error of estimates, are made of the latest 20,000 calls of the range; everything else counts all calls. "
        + "Each call's cost is rounded up to a whole millionth of a dollar, so sums of very cheap calls are a little high.",
      "Of --by hour, an hour that comes twice, where clocks go back, is two groups: 2026-10-25 02:00+02:00 and 02:00+01:00.",
      "Of --by run, a run's program stands beside its id; in a pipe, at the end.",
    ],
    options: [
      by.spec, unit.spec, top.spec, compare.spec, UsageRange.since.spec, UsageRange.until.spec, UsageFilter.user.spec,
      UsageFilter.operation.spec, format.spec, SharedOptions.json.spec, UsageRange.timezone.spec,
    ],
    examples: [
      Example("llmguard usage report --by operation --since today", "What today went to."),
      Example(
        "llmguard usage report --since 7d --compare previous --unit money", "Whether this week is dearer than the last."
      ),
      Example("llmguard usage report --group user,operation --top 10", "The ten largest parts."),
      Example("llmguard usage report --by program --unit money", "Which script is dear."),
      Example("llmguard usage report --format html > report.html", "A dashboard, for a browser, a mail or a printer."),
      Example("llmguard usage report --by day --format csv > usage.csv", "For a spreadsheet."),
    ],
    handler: CLIHandler(run: run))

  private static let groupings: @Sendable (String) -> Result<[UsageGrouping], ValueProblem> = { text in
    var groupings: [UsageGrouping] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      switch ValueReader.choice(UsageGrouping.self)(String(part)) {
      case .failure(let problem):
        return .failure(text == part ? problem : ValueProblem("has '\(part)', which \(problem.words)"))
      case .success(let grouping):
        if groupings.contains(where: { $0.dimension == grouping.dimension }) {
          return .failure(ValueProblem("groups by the same twice"))
        }
        groupings.append(grouping)
      }
    }
    return .success(groupings)
  }

  /// How many of the latest calls percentiles are made of.
  static let mostSizes = Metrics.mostSizes

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let form = try arguments.form(format, json: .json, otherwise: .table)
    let settings = try context.settings()
    let range = try UsageRange(
      arguments, context.zone(settings, named: arguments[UsageRange.timezone]), nowUnixMs: context.nowUnixMs,
      since: UsageRange.since, defaultMs: 30 * 86_400_000)
    let previous = try arguments[compare].map { text throws(Failure) in try earlier(text, range) }
    let ledger = try context.readingLedger(settings)
    try Failure.ledger { () throws(LedgerError) in try ledger.check(.rollup) }
    let names = UnknownNames(settings, ledger, context)
    try names.warn(arguments)
    let operation = try names.operation(arguments[UsageFilter.operation])
    try UnsettledCalls.tell(ledger, range, arguments, operation: operation, context)
    if form == .html {
      try context.print(try dashboard(arguments, range, previous != nil, settings, ledger))
      return 0
    }
    let report = try read(arguments, range, operation: operation, previous, ledger)
    switch form {
    case .json:
      try JSONWriter.writePretty(report.json, filling: "rows", with: report.jsonRows) { text throws(Failure) in
        try context.print(text)
      }
    case .csv: try context.print(report.csv)
    case .markdown: try context.print(spelled: report.markdown)
    case .table, .html:
      if report.isEmpty {
        // Calls that came to nothing are in no sum, and whoever made them looks for them.
        let ofNothing = report.ofNothing
        context.say(.note, "no calls\(range.words)\(ofNothing?.message ?? "")", hint: ofNothing?.hint ?? "")
      } else {
        try context.print(report.text(context.output))
      }
    }
    return 0
  }

  /// A dashboard of the range. It shows every grouping at once, so that there is nothing to choose among them.
  private static func dashboard(
    _ arguments: ParsedArguments, _ range: UsageRange, _ compares: Bool, _ settings: Settings, _ ledger: SQLiteLedger
  ) throws(Failure) -> String {
    let chosen = [
      (arguments[by] != nil, by.spec), (arguments[unit] != nil, unit.spec), (arguments[top] != nil, top.spec),
      (compares, compare.spec), (arguments[UsageFilter.operation] != nil, UsageFilter.operation.spec),
    ].first { $0.0 }
    if let (_, option) = chosen {
      throw Failure(
        "\(option.name) has no meaning for --format html", hint: "leave it out: the dashboard shows it all",
        status: Failure.Status.usage)
    }
    let content = try DashboardContent.read(
      ledger, settings, sinceUnixMs: range.sinceUnixMs ?? 0, untilUnixMs: range.untilUnixMs,
      user: arguments[UsageFilter.user], zone: range.zone)
    return Dashboard(content).html
  }

  private static func read(
    _ arguments: ParsedArguments, _ range: UsageRange, operation: String?, _ previous: (since: Int64, until: Int64)?,
    _ ledger: SQLiteLedger
  ) throws(Failure) -> UsageReport {
    let groupings = arguments[by] ?? [.user]
    // Whoever reads of a run is told its program, from the same walk: the report adds up what differs in that alone.
    let run = groupings.contains(.program) ? nil : groupings.firstIndex(of: .run)
    var query = UsageQuery(
      sinceUnixMs: range.sinceUnixMs, untilUnixMs: range.untilUnixMs, user: arguments[UsageFilter.user],
      operation: operation, groupBy: groupings.map(\.dimension) + (run == nil ? [] : [.program]))
    var content = try Failure.ledger { () throws(LedgerError) in
      UsageReport.Content(groupings: groupings, rows: try ledger.usage(query), zone: range.zone)
    }
    content.sizes = try Failure.ledger { () throws(LedgerError) in try ledger.sizes(query, limit: mostSizes) }
    content.isSampled = content.sizes.count == mostSizes
    content.ofNothing = try Failure.ledger { () throws(LedgerError) in try ledger.callsOfNothing(query) }
    content.unit = arguments[unit] ?? .charge
    content.top = arguments[top].map { Int($0) }
    content.since = range.sinceUnixMs.map { TimeText.rfc3339($0, in: range.zone) }
    content.until = range.untilUnixMs.map { TimeText.rfc3339($0, in: range.zone) }
    if let previous {
      (query.sinceUnixMs, query.untilUnixMs) = (previous.since, previous.until)
      content.previous = try Failure.ledger { () throws(LedgerError) in try ledger.usage(query) }
      content.previousSince = TimeText.rfc3339(previous.since, in: range.zone)
      content.previousUntil = TimeText.rfc3339(previous.until, in: range.zone)
    }
    if let run { content.programs = programs(content.rows + (content.previous ?? []), run) }
    do throws(AmountOverflow) { return try UsageReport(content) } catch {
      throw Failure(
        error.description, hint: "choose a smaller range: its sums are beyond what can be counted",
        status: Failure.Status.data)
    }
  }

  /// Of what programs runs were, from rows that have the run at a place of their group, and its program at the end.
  private static func programs(_ rows: [UsageRow], _ run: Int) -> [String: String] {
    var programs: [String: [String]] = [:]
    for row in rows {
      guard let program = row.group.last, programs[row.group[run]]?.contains(program) != true else { continue }
      programs[row.group[run], default: []].append(program)
    }
    return programs.mapValues { $0.joined(separator: ", ") }
  }

  /// The range to compare with.
  private static func earlier(_ text: String, _ range: UsageRange) throws(Failure) -> (since: Int64, until: Int64) {
    if text == "previous" {
      let start = range.sinceUnixMs ?? range.nowUnixMs
      return (start - ((range.untilUnixMs ?? range.nowUnixMs) - start), start)
    }
    let hint = "write 'previous', or two times with two dots between: 2026-11-01..2026-11-08"
    guard let dots = text.firstRange(of: "..") else {
      throw Failure("--compare: '\(text)' is no range", hint: hint, status: Failure.Status.usage)
    }
    let ends = [String(text[..<dots.lowerBound]), String(text[dots.upperBound...])]
    var instants: [Int64] = []
    for end in ends {
      instants.append(try UsageRange.instant(end, compare, range.nowUnixMs, range.zone) ?? 0)
    }
    if instants[1] <= instants[0] {
      throw Failure("--compare: the range ends before it begins", hint: "swap its times", status: Failure.Status.usage)
    }
    return (instants[0], instants[1])
  }
}
