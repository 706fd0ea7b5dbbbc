import CommandSpec
import GuardModel
import IntentCache
import Posix
import Terminal
import TextFormats

/// `llmguard cache`: what is stored, why it fits, and what does not.
enum CacheCommands {
  static let dryRun = Flag("--dry-run", summary: "print what would happen, and change nothing")

  static let command = Command<CLIHandler>(
    "cache", summary: "See and mend what is answered from the cache",
    description: [
      "Answers of calls that ended well are kept in one file of your own, with what was asked in plain text; it can be "
        + "removed at any time. `llmguard run` gives an answer again to the same request, or to the same intent in other "
        + "words. llmguard.toml(5) says for how long, to whom, and what is kept out (`[cache]`, and `cache` in a tier or "
        + "an operation).",
      "Two requests ask for the same when their instructions agree in every part: task, object, language, format, length, "
        + "numbers, names, negations, directions. What they are about (a document, a log, a diff) must be the same to the byte. "
        + "Words that are not known count as they are written, so that what is not understood never matches.",
    ],
    subcommands: [
      CacheViewCommands.stats, CacheViewCommands.list, CacheViewCommands.show, CacheExplainCommand.command,
      CacheChangeCommands.reject, CacheChangeCommands.clear, CacheChangeCommands.prune, CacheExportCommand.command,
      CacheEvaluateCommand.command,
      Command(
        "path", summary: "Print where the cache is",
        handler: CLIHandler { context, _ throws(Failure) in
          try context.print(context.line(of: try context.cachePath()))
          return 0
        }),
    ])

  /// An entry's number among the operands.
  static let entry = OperandSpec(
    "ID", summary: "an entry's number, as 'cache list' shows it", completion: .names(kind: "cache-entries"))

  /// Opens the cache, where there is one.
  static func open(_ context: Context) throws(Failure) -> IntentCache? {
    let policy = try context.settings().cache
    let path = try context.cachePath()
    if !File.exists(path) { return nil }
    return try tried { () throws(CacheTrouble) in
      try IntentCache(
        path: path,
        limits: IntentCache.Limits(
          maximumBytes: policy.maximumBytes, maximumEntryBytes: policy.maximumEntryBytes))
    }
  }

  /// How long after an answer a gateway has noted that it gave it.
  static let notedWithinMs: Int64 = 1000

  /// Waits until all answers are noted that were given, as long as that may take.
  static func awaitNoted(_ context: Context) throws(Failure) {
    (try? CacheFlights(cache: try context.cachePath()))?.awaitNoted(limitMs: notedWithinMs)
  }

  /// Runs something that fails with the cache's trouble.
  static func tried<Result>(_ body: () throws(CacheTrouble) -> Result) throws(Failure) -> Result {
    do throws(CacheTrouble) { return try body() } catch { throw failure(error) }
  }

  /// How a command fails by the cache's trouble.
  static func failure(_ trouble: CacheTrouble) -> Failure {
    let status =
      switch trouble.kind {
      case .damaged, .newer, .damagedAnswer: Failure.Status.data
      case .locked: Failure.Status.refused
      case .full: Failure.Status.inputOutput
      case .readOnly, .replaced, .other: Failure.Status.cannotCreate
      }
    return Failure(trouble.description, hint: trouble.hint, status: status)
  }

  /// Reads an entry's number.
  static func id(_ text: String) throws(Failure) -> Int64 {
    if let id = Int64(text), id > 0 { return id }
    throw Failure(
      "'\(text)' is not an entry's number", hint: "'llmguard cache list' shows them", status: Failure.Status.usage)
  }

  static func unknown(_ id: Int64) -> Failure {
    Failure(
      "there is no entry \(id) in the cache", hint: "'llmguard cache list' shows what is there",
      status: Failure.Status.unavailable)
  }

  /// `1.2 MB`.
  static func bytes(_ count: Int64) -> String {
    var (value, unit) = (count, "B")
    for larger in ["kB", "MB", "GB"] where value >= 10_000 || (value >= 1000 && unit != "B") {
      (value, unit) = (value / 1000, larger)
    }
    return "\(value) \(unit)"
  }

  /// An entry for programs.
  static func json(_ entry: CacheEntry, _ context: Context) -> JSONObject {
    var object = JSONObject([
      ("entry", .int(entry.id)), ("request", .string(entry.instruction)), ("scope", .string(entry.scope)),
      ("user", .string(entry.user)), ("operation", .string(entry.operation)), ("model", .string(orNull: entry.model)),
      ("stored_at_unix_ms", .int(entry.storedAtUnixMs)), ("used_at_unix_ms", .int(entry.usedAtUnixMs)),
      ("bytes", .int(entry.bytes)), ("input_tokens", .int(entry.usage.input)),
      ("output_tokens", .int(entry.usage.output)), ("exactness", .string(entry.usage.exactness.rawValue)),
      ("cost_micro_usd", .int(entry.costMicroUSD)),
    ])
    switch entry.form {
    case .output: object["form"] = "output"
    case .http(let status, let contentType):
      object["form"] = "http"
      object["http_status"] = .int(status)
      object["content_type"] = .string(contentType)
    }
    return object
  }
}
