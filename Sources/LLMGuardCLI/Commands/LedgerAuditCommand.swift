import CommandSpec
import GuardModel
import Ledger
import Terminal
import TextFormats

/// `llmguard ledger audit`: what was recorded beside calls.
enum LedgerAuditCommand {
  static let limit = Option<Int64>(
    "--limit", "-n", metavar: "N", summary: "the most entries to show: of more the latest", defaultText: "1000",
    read: ValueReader.wholeNumber(1...1_000_000))

  static let command = Command<CLIHandler>(
    "audit", summary: "List what was recorded beside calls: top-ups, resets, changes, notices, restores",
    description: [
      "The oldest come first; of more than --limit the latest are shown. Whoever gave a top-up, reset a budget, or changed a tier or a limit stands beside it; notices are "
        + "what the command of [notify] was told, and what went wrong with it."
    ],
    options: [
      UsageRange.since.spec, UsageRange.until.spec, limit.spec, SharedOptions.json.spec, UsageRange.timezone.spec,
    ],
    examples: [Example("llmguard ledger audit --since 7d", "Who changed what in the last week.")],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = context.settingsIfUsable()
    let range = try UsageRange(
      arguments, context.zone(settings, named: arguments[UsageRange.timezone]), nowUnixMs: context.nowUnixMs,
      since: UsageRange.since, defaultMs: 30 * 86_400_000)
    let ledger = try context.readingLedger(settings)
    let most = Int(arguments[limit] ?? 1000)
    let found = try Failure.ledger { () throws(LedgerError) in
      try ledger.administration(
        sinceUnixMs: range.sinceUnixMs ?? 0, untilUnixMs: range.untilUnixMs ?? .max,
        limit: most + 1)
    }
    let entries = Array(found.suffix(most))
    // The first that is shown: what is before it goes on with `--until` that instant.
    let earlier = found.count > most ? entries.first : nil
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "entries": .array(entries.map(Self.json)), "has_earlier": .bool(earlier != nil),
        ]))
      return 0
    }
    if entries.isEmpty {
      context.say(.note, "nothing was recorded beside calls\(range.words)")
      return 0
    }
    var table = Table([
      Table.Column("Entry", key: "entry", isNumber: true), Table.Column("At", key: "at_unix_ms"),
      Table.Column("What", key: "kind"), Table.Column("User", key: "user", canShrink: true),
      Table.Column("By", key: "actor", canShrink: true),
      Table.Column("Note", key: "note", canWrap: true, readableWidth: 32),
    ])
    for entry in entries {
      table.add([
        Table.Cell(String(entry.sequence)),
        Table.Cell(TimeText.rfc3339(entry.atUnixMs, in: range.zone), exact: String(entry.atUnixMs)),
        Table.Cell(entry.kind.rawValue), Table.Cell(entry.user ?? ""), Table.Cell(entry.actor ?? ""),
        Table.Cell(entry.note ?? ""),
      ])
    }
    try context.print(table.text(context.output))
    if let earlier, context.output.isTerminal || arguments[limit] == nil {
      context.say(
        .note, "there are earlier entries than \(earlier.sequence): a larger --limit, or an earlier --until, shows them"
      )
    }
    return 0
  }

  private static func json(_ entry: Entry) -> JSONValue {
    [
      "entry": .int(entry.sequence), "at_unix_ms": .int(entry.atUnixMs),
      "at": .string(TimeText.rfc3339(entry.atUnixMs, in: .utc)), "kind": .string(entry.kind.rawValue),
      "user": .string(orNull: entry.user), "actor": .string(orNull: entry.actor), "note": .string(orNull: entry.note),
    ]
  }
}
