import CommandSpec
import Configuration
import GuardModel
import Ledger
import Posix
import Reports
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard usage list`: calls one by one.
enum UsageListCommand {
  static let limit = Option<Int64>(
    "--limit", "-n", metavar: "N", summary: "the most calls to show", defaultText: "50",
    read: ValueReader.wholeNumber(1...1_000_000))
  static let before = Option<Int64>(
    "--before", metavar: "CALL", summary: "go on with the calls before this one",
    read: ValueReader.wholeNumber(1...Int64.max))
  static let follow = Flag(
    "--follow", summary: "stay, and show calls as they end; the oldest first",
    details: "In a pipe each is a line at once. With --json each is an object on a line of its own.")

  static let command = Command<CLIHandler>(
    "list", summary: "List single calls, the newest first",
    description: [
      "Calls that were refused and calls whose charge was given back are among them. In a pipe a line has the columns of "
        + "`usage export`, which llmguard-export(5) describes."
    ],
    options: [UsageRange.sinceAny.spec, UsageRange.until.spec] + UsageFilter.specs + [
      UsageFilter.refused.spec, limit.spec, before.spec, follow.spec, SharedOptions.json.spec, UsageRange.timezone.spec,
    ],
    examples: [
      Example("llmguard usage list --user ci-bot --phase soft", "What ci-bot called when a budget was used up."),
      Example("llmguard usage list --refused --since today", "What was refused today, and by what."),
      Example("llmguard usage list --follow", "Watch calls as they end."),
      Example("llmguard usage list --limit 100 --before 812", "The hundred calls before call 812."),
    ], handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let range = try UsageRange(
      arguments, context.zone(settings, named: arguments[UsageRange.timezone]), nowUnixMs: context.nowUnixMs,
      since: UsageRange.sinceAny, defaultMs: nil)
    let ledger = try context.readingLedger(settings, follows: arguments[follow])
    let names = UnknownNames(settings, ledger, context)
    try names.warn(arguments)
    let operation = try names.operation(arguments[UsageFilter.operation])
    if arguments[follow] {
      if arguments[before] != nil {
        throw Failure(
          "--follow and --before exclude each other", hint: "leave one of them out", status: Failure.Status.usage)
      }
      let query = UsageFilter.query(
        arguments, range, operation: operation, order: .newestFirst(before: nil), limit: Int(arguments[limit] ?? 10))
      return try follow(context, query, isJSON: arguments[SharedOptions.json], zone: range.zone, settings, ledger)
    }
    // Who goes on from page to page has been told.
    if arguments[before] == nil { try UnsettledCalls.tell(ledger, range, arguments, operation: operation, context) }
    let place = try arguments[before].map { number throws(Failure) in try Self.place(of: number, ledger) }
    let most = Int(arguments[limit] ?? 50)
    let query = UsageFilter.query(
      arguments, range, operation: operation, order: .newestFirst(before: place), limit: most + 1)
    let found = try Failure.ledger { () throws(LedgerError) in try ledger.calls(query) }
    let calls = Array(found.prefix(most))
    let next = found.count > most ? calls.last?.number : nil
    let changed = try Failure.ledger { () throws(LedgerError) in
      try ledger.firstChanged(among: calls.map(\.entry.sequence))
    }
    if let changed {
      context.say(
        .warning,
        "the ledger is damaged: what entry \(changed) says does not fit its hash, so its figures may be wrong",
        hint: "'llmguard ledger verify' tells more; 'llmguard ledger restore FILE' puts a backup in its place")
    }
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "calls": .array(calls.map(CallColumn.object)), "next_before": .int(next),
        ]))
      return 0
    }
    if calls.isEmpty {
      context.say(.note, "no such calls\(range.words)")
      return 0
    }
    try context.print(
      CallList(calls, zone: range.zone, nowUnixMs: range.nowUnixMs).text(context.output)
        + refusals(among: calls, range.zone, settings, ledger, context))
    // Whoever has asked for so many in a pipe knows.
    if let next, context.output.isTerminal || arguments[limit] == nil {
      context.say(.note, "there are more calls: the same with --before \(next) goes on")
    }
    return 0
  }

  /// What refused some of the calls, for people; nothing in a pipe, whose lines have it.
  private static func refusals(
    among calls: [CallRecord], _ zone: ZoneOffsets, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context
  ) throws(Failure) -> String {
    guard context.output.isTerminal else { return "" }
    let notes = RefusalNotes(calls, zone: zone, nowUnixMs: Clock.unixMs)
    return notes.text(try UsageShowCommand.standing(of: notes.users, settings, ledger), context.output)
  }

  /// Where a call stands.
  private static func place(of number: Int64, _ ledger: SQLiteLedger) throws(Failure) -> CallQuery.Place {
    let entries = try Failure.ledger { () throws(LedgerError) in try ledger.entries(ofCall: number) }
    guard let last = entries.last else {
      throw Failure(
        "--before: there is no call \(number)", hint: "the first column of 'llmguard usage list' holds the numbers",
        status: Failure.Status.unavailable)
    }
    return CallQuery.Place(atUnixMs: last.atUnixMs, sequence: last.sequence)
  }

  /// Shows the last calls of a query, and then each that ends, until somebody ends it.
  static func follow(
    _ context: Context, _ first: CallQuery, isJSON: Bool, zone: ZoneOffsets, _ settings: Settings,
    _ ledger: SQLiteLedger
  ) throws(Failure) -> Int32 {
    // What is recorded from here on is new; what the list shows was there before.
    var last = try Failure.ledger { () throws(LedgerError) in try ledger.entries(limit: 1) }.first?.sequence ?? 0
    let end = last
    var calls = try Failure.ledger { () throws(LedgerError) in try ledger.calls(first) }
      .filter { $0.entry.sequence <= end }
    calls.reverse()
    while true {
      if let newest = calls.map(\.entry.sequence).max() { last = max(last, newest) }
      if isJSON {
        try context.print(calls.map { CallExport.line($0, .jsonl) }.joined())
      } else if !calls.isEmpty {
        // Whoever follows sees what refused a call right behind it.
        for call in calls {
          try context.print(
            CallList([call], zone: zone, nowUnixMs: Clock.unixMs).lines(context.output)
              + refusals(among: [call], zone, settings, ledger, context))
        }
      }
      var query = first
      (query.order, query.limit) = (.asRecorded(after: last), 500)
      calls = try Failure.ledger { () throws(LedgerError) in try ledger.calls(query) }
      if calls.isEmpty { StandardStreams.waitForReader(ms: pollMs) }
    }
  }

  /// How often new calls are looked for.
  private static let pollMs: Int64 = 250
}
