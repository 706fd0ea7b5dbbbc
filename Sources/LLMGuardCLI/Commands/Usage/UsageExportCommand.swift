import CommandSpec
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger

/// `llmguard usage export`: single calls for other tools.
enum UsageExportCommand {
  static let format = Option(
    "--format", "-f", metavar: "FORMAT", summary: "how they are written: csv or jsonl", defaultText: "csv",
    completion: .words(CallExport.Format.allCases.map(\.rawValue)), read: ValueReader.choice(CallExport.Format.self))
  static let output = Option<String>(
    "--output", metavar: "FILE", summary: "write to a file, which appears whole or not at all",
    details: "Nothing is written over but an earlier export.",
    defaultText: "standard output", completion: .file)

  static let command = Command<CLIHandler>(
    "export", summary: "Write single calls for other tools",
    description: [
      "The oldest come first. The columns are those of llmguard-export(5): new ones come at the end, none is renamed or "
        + "taken away. Calls are read in small pages, so that a ledger of any size takes little memory and is free for "
        + "others meanwhile; what is written is what was recorded when the export began. `--json` is `--format jsonl`: a call "
        + "a line up to the last one, for there is no page to ask for; 'llmguard usage list --json' has pages."
    ],
    options: [format.spec, SharedOptions.jsonLines.spec, output.spec, UsageRange.sinceAny.spec, UsageRange.until.spec]
      + UsageFilter.specs + [UsageFilter.refused.spec, UsageRange.timezone.spec],
    examples: [
      Example("llmguard usage export --since 7d > calls.csv", "The calls of a week for a spreadsheet."),
      Example("llmguard usage export --format jsonl --user ci-bot", "An object a line, for a program."),
    ], handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let form = try arguments.form(format, json: .jsonl, otherwise: .csv)
    let settings = try context.settings()
    let range = try UsageRange(
      arguments, context.zone(settings, named: arguments[UsageRange.timezone]), nowUnixMs: context.nowUnixMs,
      since: UsageRange.sinceAny, defaultMs: nil)
    let ledger = try context.readingLedger(settings)
    let names = UnknownNames(settings, ledger, context)
    try names.warn(arguments)
    let operation = try names.operation(arguments[UsageFilter.operation])
    try UnsettledCalls.tell(ledger, range, arguments, operation: operation, context)
    guard let path = arguments[output] else {
      try write(form, arguments, range, operation: operation, ledger) { bytes throws(Failure) in
        try context.print(bytes)
      }
      return 0
    }
    func posix<Result>(_ body: () throws(PosixError) -> Result) throws(Failure) -> Result {
      do throws(PosixError) { return try body() } catch {
        throw Failure(
          writing: path, output.spec.name, error, remains: "nothing was left behind, and the ledger is as it was")
      }
    }
    let file = try posix { () throws(PosixError) in
      try GrowingFile(path, over: CallExport.beginnings, waits: { context.sayWaiting(for: path) })
    }
    // What fails before the end leaves nothing behind: the file goes with its object.
    try write(form, arguments, range, operation: operation, ledger) { bytes throws(Failure) in
      try posix { () throws(PosixError) in try file.write(bytes) }
    }
    try posix { () throws(PosixError) in try file.finish() }
    return 0
  }

  /// Writes the calls that were there when it began, a page at a time.
  private static func write(
    _ form: CallExport.Format, _ arguments: ParsedArguments, _ range: UsageRange, operation: String?,
    _ ledger: SQLiteLedger,
    _ put: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let end = try Failure.ledger { () throws(LedgerError) in try ledger.entries(limit: 1) }.first?.sequence ?? 0
    try put(Array(CallExport.header(form).utf8))
    var place: CallQuery.Place?
    var lines: [UInt8] = []
    while true {
      let query = UsageFilter.query(
        arguments, range, operation: operation, order: .oldestFirst(after: place), limit: pageSize)
      let page = try Failure.ledger { () throws(LedgerError) in try ledger.calls(query) }
      lines.removeAll(keepingCapacity: true)
      for call in page where call.entry.sequence <= end { CallExport.append(call, form, to: &lines) }
      if !lines.isEmpty { try put(lines) }
      guard page.count == pageSize, let last = page.last else { return }
      place = last.place
    }
  }

  private static let pageSize = 500
}
