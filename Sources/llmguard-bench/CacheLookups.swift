import GuardModel
import Intent
import IntentCache
import Posix

/// Lookups among many answers.
struct CacheLookups {
  let entries: Int64
  let lookups: Int64
  let places: Int64
  let limitMicroseconds: Int64?
  var kinds = Kind.allCases

  /// What is asked for, and how it is found.
  enum Kind: String, CaseIterable {
    case exact, intent, order, miss, similar
  }

  private static let answer = CachedReply(
    body: Array(String(repeating: "An answer of about one thousand bytes. ", count: 26).utf8))
  private static let now: Int64 = 1_790_000_000_000
  private static let batch: Int64 = 256
  private static let books = ["Dracula", "Emma", "Ulysses", "Walden", "Middlemarch", "Kim", "Persuasion", "Ivanhoe"]

  /// The same parts, put together otherwise.
  private func rearranged(_ number: Int64) -> String {
    "In \(Self.books[Int(number % 8)]), summarise chapter \(number) in three bullet points."
  }

  /// What is asked: as it is stored, and the same in other words.
  private func request(_ number: Int64, reworded: Bool) -> String {
    let book = Self.books[Int(number % 8)]
    return reworded
      ? "can you give me a summary of chapter \(number) of \(book) in 3 bullet points?"
      : "Summarise chapter \(number) of \(book) in three bullet points."
  }

  private func keys(_ text: String, _ number: Int64) -> CacheKeys {
    var surroundings = CacheQuestion.Surroundings()
    surroundings.add("model")
    surroundings.add(String(number % places))
    return CacheKeys(CacheQuestion(surroundings: surroundings, asked: Array(text.utf8)), scope: "user bench")
  }

  func run() throws(BenchFailure) -> Int32 {
    let folder: String
    do throws(PosixError) { folder = try Folder.makeTemporary(prefix: "llmguard-bench") } catch {
      throw BenchFailure(error)
    }
    defer { try? Folder.removeTree(folder) }
    let cache = try Self.tried { () throws(CacheTrouble) in
      try IntentCache(
        path: folder + "/cache.sqlite3", limits: IntentCache.Limits(maximumBytes: 1 << 40, maximumEntryBytes: 1 << 20),
        longestLog: 16 << 20)
    }
    let likeness = SentenceLikeness()
    let facts = CacheFacts(
      user: "bench", operation: "bench", model: "model", usage: TokenUsage(input: 100, output: 200, exactness: .exact),
      costMicroUSD: 100)
    let start = Clock.monotonicNanoseconds
    var stored: Int64 = 0
    while stored < entries {
      // As a gateway keeps them: several in one transaction.
      let batch = (stored..<min(stored + Self.batch, entries)).map { number in
        IntentCache.Keeping(
          Self.answer, for: keys(request(number, reworded: false), number), facts, nowUnixMs: Self.now)
      }
      try Self.tried { () throws(CacheTrouble) in try cache.store(batch, hits: [], likeness: likeness) }
      stored += Int64(batch.count)
    }
    cache.shortenLog(to: 0)
    let storedUs = (Clock.monotonicNanoseconds - start) / 1000 / entries
    var lines = "\(entries) answers in \(places) places, stored in \(storedUs) us each, \(Self.batch) at a time\n"
    // What is read for the first time comes from the disk; a cache in use is in memory.
    _ = try measure(cache, likeness, similar: 750, wants: .exact) { self.request($0, reworded: false) }
    var intent: Times?
    for kind in kinds {
      let times = try measure(kind, cache, likeness)
      if kind == .intent { intent = times }
      lines += Self.label(kind) + "\(times)\n"
    }
    try? StandardStreams.print(lines)
    if let limitMicroseconds, let intent, intent.medianNs > limitMicroseconds * 1000 {
      throw BenchFailure("an intent hit takes \(intent), which is more than \(limitMicroseconds) us")
    }
    return 0
  }

  private func measure(
    _ kind: Kind, _ cache: IntentCache, _ likeness: any Likeness
  ) throws(BenchFailure) -> Times {
    switch kind {
    case .exact: try measure(cache, likeness, wants: .exact) { request($0, reworded: false) }
    case .intent: try measure(cache, likeness, wants: .intent) { request($0, reworded: true) }
    case .order: try measure(cache, likeness, wants: .intent) { rearranged($0) }
    case .miss: try measure(cache, likeness, wants: nil) { "Translate page \($0) of the manual into German." }
    case .similar:
      try measure(cache, likeness, similar: 1, wants: nil, anyAnswer: true) {
        "What happens in chapter \($0 + 7_000_000) of \(Self.books[Int($0 % 8)]) to the heroine?"
      }
    }
  }

  private static func label(_ kind: Kind) -> String {
    switch kind {
    case .exact: "exact hit:    "
    case .intent: "intent hit:   "
    case .order: "other order:  "
    case .miss: "miss:         "
    case .similar: "with similar: "
    }
  }

  private struct Times: CustomStringConvertible {
    var medianNs: Int64
    var highNs: Int64
    var description: String { "\(Self.us(medianNs)) us at the median, \(Self.us(highNs)) us at the 99th percentile" }
    private static func us(_ ns: Int64) -> String { "\(ns / 1000).\(ns / 100 % 10)" }
  }

  private func measure(
    _ cache: IntentCache, _ likeness: any Likeness, similar: Int64? = nil, wants tier: GuardModel.CacheTier?,
    anyAnswer: Bool = false, _ text: (Int64) -> String
  ) throws(BenchFailure) -> Times {
    var times: [Int64] = []
    for step in 0..<lookups {
      let number = (step &* 2_654_435_761) % entries
      let text = text(number)
      let start = Clock.monotonicNanoseconds
      let keys = keys(text, number)
      let found = try Self.tried { () throws(CacheTrouble) in
        try cache.lookUp(
          keys, CacheTerms(ttlMs: .max, similarity: similar), likeness: likeness, nowUnixMs: Self.now + 1000)
      }
      times.append(Clock.monotonicNanoseconds - start)
      guard anyAnswer || found?.tier == tier else {
        throw BenchFailure(
          "'\(text)' was answered \(found?.tier.rawValue ?? "by nothing"), expected \(tier?.rawValue ?? "nothing")")
      }
    }
    times.sort()
    return Times(medianNs: times[times.count / 2], highNs: times[times.count * 99 / 100])
  }

  static func tried<Result>(_ body: () throws(CacheTrouble) -> Result) throws(BenchFailure) -> Result {
    do throws(CacheTrouble) { return try body() } catch { throw BenchFailure(error.description, hint: error.hint) }
  }
}
