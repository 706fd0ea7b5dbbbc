import CommandSpec
import GuardModel
import Intent
import IntentCache
import Posix

/// `llmguard-bench cache`: how fast an answer is found, among many, how fast a whole run gives one, and what is offered.
enum CacheCommand {
  static let entries = Option<Int64>(
    "--entries", metavar: "N", summary: "how many answers the cache shall hold",
    read: ValueReader.wholeNumber(1...10_000_000))
  static let lookups = Option<Int64>(
    "--lookups", metavar: "N", summary: "how many lookups are timed", read: ValueReader.wholeNumber(1...1_000_000))
  static let places = Option<Int64>(
    "--places", metavar: "N",
    summary: "over how many places (models, payloads) they are spread; 1 is the worst for similar requests",
    read: ValueReader.wholeNumber(1...10_000_000))
  static let limit = Option<Int64>(
    "--at-most", metavar: "US",
    summary: "fail when an intent hit takes longer than this at the median, in microseconds",
    read: ValueReader.wholeNumber(1...1_000_000))
  static let kind = Option<CacheLookups.Kind>(
    "--kind", metavar: "KIND", summary: "measure this kind of lookup alone",
    completion: .words(CacheLookups.Kind.allCases.map(\.rawValue)), read: ValueReader.choice(CacheLookups.Kind.self))
  static let program = Option<String>(
    "--program", metavar: "FILE", summary: "the llmguard to measure", completion: .file)
  static let runs = Option<Int64>(
    "--runs", metavar: "N", summary: "how many runs a round has", read: ValueReader.wholeNumber(10...100_000))

  static let command = Command<BenchHandler>(
    "cache", summary: "Measure the cache: lookups among many answers, a whole run that is answered, and offers",
    subcommands: [
      Command(
        "lookup", summary: "Measure lookups in this process: normalise, key, guards and SQLite together",
        description: [
          "The cache is filled by storing, in a folder of its own that goes afterwards. Every figure is a median and a "
            + "99th percentile of lookups of different requests in random order."
        ], options: [entries.spec, lookups.spec, places.spec, kind.spec, limit.spec],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try CacheLookups(
            entries: arguments[entries] ?? 100_000, lookups: arguments[lookups] ?? 2000,
            places: arguments[places] ?? 1, limitMicroseconds: arguments[limit],
            kinds: arguments[kind].map { [$0] } ?? CacheLookups.Kind.allCases
          ).run()
        }),
      Command(
        "run", summary: "Measure whole runs that the cache answers, beside /bin/true and beside llmguard --version",
        options: [program.spec, runs.spec],
        handler: BenchHandler { arguments throws(BenchFailure) in
          try CachedRuns(program: arguments[program], runs: arguments[runs] ?? 200).run()
        }),
      Command(
        "offers", summary: "Count how often a similar answer is offered, and rightly, in each phase",
        description: [
          "A line of FILE is a group: same, wordings of one request, and near, look-alikes with a text each. Of each group "
            + "one wording is stored, and so are all look-alikes; the other wordings are looked for."
        ],
        operands: [OperandSpec("FILE", summary: "groups, a JSON object a line", count: .any, completion: .file)],
        handler: BenchHandler { arguments throws(BenchFailure) in try CacheOffers(files: arguments.operands).run() }),
    ])
}
