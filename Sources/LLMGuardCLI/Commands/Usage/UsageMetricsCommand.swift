import CommandSpec
import GuardModel
import Ledger
import Posix
import Reports
import Terminal
import TextFormats

/// `llmguard usage metrics`: the numbers that predict trouble.
enum UsageMetricsCommand {
  /// How they are written.
  enum Format: String, CaseIterable, Sendable {
    case table, json, prometheus
  }

  /// How far back they look unless they are told.
  static let usualRangeMs: Int64 = 30 * 86_400_000

  static let format = Option(
    "--format", "-f", metavar: "FORMAT", summary: "how they are written: table, json or prometheus",
    defaultText: "table",
    completion: .words(Format.allCases.map(\.rawValue)), read: ValueReader.choice(Format.self))
  static let output = Option<String>(
    "--output", metavar: "FILE", summary: "write to a file that readers see whole, and may read",
    details:
      "For node_exporter's textfile collector give it a name that ends in .prom. Its permissions are 0644. Nothing "
      + "is written over but earlier metrics.",
    defaultText: "standard output", completion: .file)

  static let command = Command<CLIHandler>(
    "metrics", summary: "Show the numbers that predict trouble",
    description: [
      "They tell an operator that a limit is too tight before users complain. llmguard-metrics(5) defines each in a sentence. "
        + "One that nothing happened to tell of is `–`, `null`, or left out."
    ],
    options: [
      UsageRange.since.spec, UsageRange.until.spec, format.spec, SharedOptions.json.spec, output.spec,
      UsageRange.timezone.spec,
    ],
    examples: [
      Example("llmguard usage metrics --since 7d", "How the last week went."),
      Example(
        "*/5 * * * *  llmguard usage metrics -f prometheus --output /srv/llmguard.prom",
        "In a crontab, for a monitoring system: into the folder whose files it reads."),
    ], handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let form = try arguments.form(format, json: .json, otherwise: .table)
    let settings = try context.settings()
    let range = try UsageRange(
      arguments, context.zone(settings, named: arguments[UsageRange.timezone]), nowUnixMs: context.nowUnixMs,
      since: UsageRange.since, defaultMs: usualRangeMs)
    let ledger = try context.readingLedger(settings)
    try Failure.ledger { () throws(LedgerError) in try ledger.check(.rollup) }
    let since = range.sinceUnixMs ?? 0
    let metrics = try Failure.ledger { () throws(LedgerError) in
      try Metrics(of: ledger, sinceUnixMs: since, untilUnixMs: range.untilUnixMs ?? .max)
    }
    let text: String
    switch form {
    case .table: text = metrics.text(arguments[output] == nil ? context.output : Self.plain)
    case .prometheus: text = metrics.prometheus
    case .json:
      text = JSONWriter.pretty(
        metrics.json(
          since: TimeText.rfc3339(since, in: range.zone),
          until: range.untilUnixMs.map { TimeText.rfc3339($0, in: range.zone) }))
    }
    guard let path = arguments[output] else {
      try context.print(text)
      return 0
    }
    do throws(PosixError) {
      let file = try GrowingFile(path, over: Metrics.beginnings, waits: { context.sayWaiting(for: path) })
      try file.write(text)
      try file.finish(permissions: 0o644)
    } catch {
      throw Failure(writing: path, output.spec.name, error, remains: "an old file there stays as it was")
    }
    return 0
  }

  private static let plain = Style(isColored: false, isTerminal: false, columns: 80, isUnicode: true)
}

/// What the manual says of the metrics.
enum MetricsPage {
  private static func example(_ unit: Metric.Unit) -> String {
    switch unit {
    case .ratio: "0.05"
    case .seconds: "4.2"
    case .tokens: "182500"
    case .dollars: "12.75"
    case .count: "1843"
    }
  }

  static let page = FileFormatPage(
    name: "llmguard-metrics", summary: "Metrics of llmguard",
    description: [
      "`llmguard usage metrics` computes these numbers over a range of time, by default the last 30 days; those that end in "
        + "`_total` count from the ledger's beginning. In JSON they have the names of this page, for Prometheus "
        + "`llmguard_` stands before them. A ratio is a number, usually between 0 and 1.",
      "No metric has more than \(Metric.maximumLabels) values: of more operations than that, those with the fewest calls are "
        + "summed up as `other`; of more users, those with the least are left out.",
    ],
    keys: Metrics.definitions.map { definition in
      ConfigKeyDoc(
        path: definition.name,
        type: definition.label.map { "\(definition.unit.rawValue) for each \($0)" } ?? definition.unit.rawValue,
        defaultValue: "", summary: String(definition.meaning.dropLast()),
        example: definition.label == nil
          ? example(definition.unit)
          : definition.label == "user" ? "{ ana = \(example(definition.unit)) }" : "{ review = 1200 }")
    },
    isOutput: true,
    seeAlso: [("llmguard", 1), ("llmguard-usage", 1)])
}
