import CommandSpec
import GuardModel
import IntentCache
import Posix
import Terminal
import TextFormats

/// `llmguard cache stats`, `list` and `show`.
enum CacheViewCommands {
  static let limit = Option<Int64>(
    "--limit", "-n", metavar: "N", summary: "the most entries to show", defaultText: "50",
    read: ValueReader.wholeNumber(1...1_000_000))
  static let answerOnly = Flag("--answer", summary: "print the answer alone, byte for byte")

  static let stats = Command<CLIHandler>(
    "stats", summary: "Show how much is stored, how often it answered, and how often that was wrong",
    description: [
      "The share of wrong answers counts what `cache reject` was told, a pair of requests once; nobody else knows."
    ],
    options: [SharedOptions.json.spec], handler: CLIHandler(run: runStats))

  static let list = Command<CLIHandler>(
    "list", summary: "List what is stored, the last used first",
    description: [
      "The request is what was asked; a `-` stands where it could not be told from the text it was asked about, and then "
        + "only the very same request is answered."
    ], options: [limit.spec, SharedOptions.json.spec],
    examples: [Example("llmguard cache list --json | jq '.entries[].request'", "Every request that is stored.")],
    handler: CLIHandler(run: runList))

  static let show = Command<CLIHandler>(
    "show", summary: "Show an entry and its answer", options: [answerOnly.spec, SharedOptions.json.spec],
    operands: [CacheCommands.entry],
    examples: [Example("llmguard cache show --answer 41 >answer.txt", "Get an answer back.")],
    handler: CLIHandler(run: runShow))

  // MARK: - Stats

  private static func runStats(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let cache = try CacheCommands.open(context)
    let maximum = try context.settings().cache.maximumBytes
    let path = try context.cachePath()
    let nothing = CacheStatistics.empty(maximumBytes: maximum)
    if cache != nil { try CacheCommands.awaitNoted(context) }
    let statistics = try CacheCommands.tried { () throws(CacheTrouble) in try cache?.statistics() ?? nothing }
    if arguments[SharedOptions.json] {
      try context.print(JSONWriter.pretty(json(statistics, path)))
      return 0
    }
    var lines = [
      ("file", TerminalText.safe(path)),
      (
        "stored",
        "\(HumanNumber.counted(statistics.entries, "answer")), \(CacheCommands.bytes(statistics.bytes)) of "
          + CacheCommands.bytes(statistics.maximumBytes)
      ),
    ]
    if let oldest = statistics.oldestAtUnixMs {
      lines.append(("oldest", HumanNumber.old(milliseconds: context.nowUnixMs - oldest)))
    }
    for tally in statistics.tallies {
      var text = HumanNumber.counted(tally.hits, "answer") + " given"
      if tally.hits > 0 {
        text += ", \(HumanNumber.count(tally.rejected)) rejected (\(Self.percent(tally.rejected, of: tally.hits)) %)"
      }
      lines.append((tally.tier.rawValue, text))
    }
    let rejected = HumanNumber.counted(statistics.rejectedPairs, "pair")
    lines.append(("rejected", "\(rejected) that never match\(statistics.rejectedPairs == 1 ? "es" : "") again"))
    if statistics.judgedSame + statistics.judgedDifferent > 0 {
      let different = HumanNumber.count(statistics.judgedDifferent)
      lines.append(
        ("judged", "\(HumanNumber.counted(statistics.judgedSame, "pair")) the same, \(different) different"))
    }
    try context.print(Self.aligned(lines, context.output))
    return 0
  }

  private static func json(_ statistics: CacheStatistics, _ path: String) -> JSONValue {
    [
      "schema": 1, "path": .string(path), "entries": .int(statistics.entries), "bytes": .int(statistics.bytes),
      "max_bytes": .int(statistics.maximumBytes), "oldest_at_unix_ms": .int(statistics.oldestAtUnixMs),
      "tiers": .array(
        statistics.tallies.map { tally in
          [
            "tier": .string(tally.tier.rawValue), "hits": .int(tally.hits), "rejected": .int(tally.rejected),
            "false_hit_rate": tally.hits == 0
              ? .null : .number(JSONNumber(millionths: Int64(Int128(tally.rejected) * 1_000_000 / Int128(tally.hits)))),
          ]
        }), "rejected_pairs": .int(statistics.rejectedPairs),
      "judged_same": .int(statistics.judgedSame), "judged_different": .int(statistics.judgedDifferent),
    ]
  }

  /// A share with one decimal. What is not all is not 100 %, and what is there is not 0 %.
  static func percent(_ part: Int64, of whole: Int64) -> String {
    let nearest = Int64(clamping: (Int128(part) * 2000 / Int128(max(1, whole)) + 1) / 2)
    return Decimal.text(part > 0 && part < whole ? min(max(nearest, 1), 999) : nearest, decimals: 1)
  }

  static func aligned(_ lines: [(String, String)], _ style: Style) -> String {
    FactList.text(lines, style)
  }

  // MARK: - Entries

  private static func runList(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let cache = try CacheCommands.open(context)
    let most = arguments[limit] ?? 50
    let found = try CacheCommands.tried { () throws(CacheTrouble) in try cache?.entries(limit: most + 1) ?? [] }
    let entries = found.prefix(Int(most))
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "entries": .array(entries.map { .object(CacheCommands.json($0, context)) }),
        ]))
      return 0
    }
    if entries.isEmpty {
      context.say(.note, "the cache is empty")
      return 0
    }
    var table = Table([
      Table.Column("Entry", key: "entry", isNumber: true), Table.Column("Age", key: "age_ms", isNumber: true),
      Table.Column("Used", key: "unused_ms", isNumber: true, dispensability: 4),
      Table.Column("User", key: "user", canShrink: true, dispensability: 2),
      Table.Column("Operation", key: "operation", canShrink: true, dispensability: 1),
      Table.Column("Model", key: "model", canShrink: true),
      Table.Column("Tokens", key: "tokens", isNumber: true, dispensability: 3),
      Table.Column("Size", key: "bytes", isNumber: true, dispensability: 5),
      Table.Column("Request", key: "request", canShrink: true, readableWidth: 28),
    ])
    for entry in entries {
      let (age, unused) = (entry.ageMs(at: context.nowUnixMs), context.nowUnixMs - entry.usedAtUnixMs)
      let tokens = entry.usage.input + entry.usage.output
      table.add([
        Table.Cell(String(entry.id)),
        Table.Cell(
          age < 0 ? HumanNumber.old(milliseconds: age) : HumanNumber.duration(milliseconds: age), exact: String(age)),
        Table.Cell(HumanNumber.ago(milliseconds: unused), exact: String(unused)),
        Table.Cell(entry.user), Table.Cell(entry.operation), Table.Cell(entry.model ?? "-", exact: entry.model ?? ""),
        Table.Cell(HumanNumber.count(tokens), exact: String(tokens)),
        Table.Cell(CacheCommands.bytes(entry.bytes), exact: String(entry.bytes)),
        Table.Cell(
          entry.instruction.isEmpty ? "-" : Announcement.short(entry.instruction), exact: entry.instruction),
      ])
    }
    try context.print(table.text(context.output))
    // Whoever has asked for so many in a pipe knows.
    if found.count > entries.count, context.output.isTerminal || arguments[limit] == nil {
      context.say(.note, "there are more answers: -n shows more, and 'llmguard cache stats' says how many there are")
    }
    return 0
  }

  private static func runShow(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let id = try CacheCommands.id(arguments.operands[0])
    let cache = try CacheCommands.open(context)
    guard let (entry, reply) = try CacheCommands.tried({ () throws(CacheTrouble) in try cache?.entry(id) }) else {
      throw CacheCommands.unknown(id)
    }
    guard let reply else {
      throw Failure(
        "the answer of entry \(id) is damaged: its checksum does not fit",
        hint: "it is never given; 'llmguard cache clear \(id)' removes it", status: Failure.Status.data)
    }
    if arguments[answerOnly] {
      do throws(PosixError) { try StandardStreams.print(reply.body) } catch { throw Failure(error) }
      return 0
    }
    if arguments[SharedOptions.json] {
      var object = JSONObject([("schema", 1)])
      for (key, value) in CacheCommands.json(entry, context).members { object[key] = value }
      object["answer"] = CacheExportCommand.text(reply.body)
      try context.print(JSONWriter.pretty(.object(object)))
      return 0
    }
    let now = context.nowUnixMs
    var lines = [
      ("entry", String(entry.id)), ("request", entry.instruction.isEmpty ? "-" : TerminalText.safe(entry.instruction)),
      (
        "for",
        "\(TerminalText.safe(entry.user)), \(TerminalText.safe(entry.operation)); scope \(TerminalText.safe(entry.scope))"
      ),
      ("model", entry.model.map(TerminalText.safe) ?? "unknown"),
      ("stored", HumanNumber.ago(milliseconds: entry.ageMs(at: now))),
      ("used", HumanNumber.ago(milliseconds: now - entry.usedAtUnixMs)),
      (
        "took",
        "\(entry.usage.exactness == .estimated ? "~" : "")\(HumanNumber.count(entry.usage.input)) tokens in, "
          + "\(HumanNumber.count(entry.usage.output)) out"
          + (entry.costMicroUSD.map { ", \(HumanNumber.money(microUSD: $0))" } ?? "")
      ),
      ("size", CacheCommands.bytes(entry.bytes)),
    ]
    if case .http(let status, let contentType) = entry.form {
      lines.append(("reply", "HTTP \(status), \(TerminalText.safe(contentType))"))
    }
    let answer = String(decoding: reply.body, as: UTF8.self)
    let shown = answer.split(separator: "\n", omittingEmptySubsequences: false).map { TerminalText.safe(String($0)) }
    try context.print(aligned(lines, context.output) + "\n" + shown.joined(separator: "\n") + "\n")
    return 0
  }
}
