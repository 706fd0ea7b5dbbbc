import Digest
import GuardModel
import Intent
import SQLite

/// What a lookup may give.
public struct CacheTerms: Hashable, Sendable {
  /// How old an answer may be.
  public var ttlMs: Int64
  /// How alike a similar request must be, in thousandths; `nil` looks for none.
  public var similarity: Int64?

  /// Makes terms.
  public init(ttlMs: Int64, similarity: Int64? = nil) {
    self.ttlMs = ttlMs
    self.similarity = similarity
  }
}

/// Finding an answer.
extension IntentCache {
  /// How many entries of one intent are looked at before giving up: more than one only where pairs were rejected.
  private static let maximumAlternatives = 8

  /// Most caches hold no verdicts at all: then none has to be looked up.
  private static let anyVerdict = "EXISTS (SELECT 1 FROM verdict)"

  private static let byExact = """
    SELECT \(EntryRow.columns), \(EntryRow.body), \(anyVerdict), guards FROM entry
    WHERE exact = ? AND stored_ms > ? AND stored_ms < ?
    """
  // The newest have the highest numbers; in their order the index has them already.
  private static let byIntent = """
    SELECT \(EntryRow.columns), \(EntryRow.body), \(anyVerdict), guards FROM entry
    WHERE intent = ? AND stored_ms > ? AND stored_ms < ? ORDER BY id DESC LIMIT \(maximumAlternatives)
    """
  private static let byParts = """
    SELECT \(EntryRow.columns), \(EntryRow.body), \(anyVerdict), guards FROM entry
    WHERE parts = ? AND stored_ms > ? AND stored_ms < ? ORDER BY id DESC LIMIT \(maximumAlternatives)
    """
  private static let byID = """
    SELECT \(EntryRow.columns), \(EntryRow.body), \(anyVerdict), guards FROM entry
    WHERE id = ? AND stored_ms > ? AND stored_ms < ?
    """
  /// Whether there is an entry of any of a question's keys, however old it is. Most questions are new, and this one statement says
  /// so for the four that begin and end a transaction and look for each key.
  static let anyOfKeys = """
    SELECT 1 WHERE EXISTS (SELECT 1 FROM entry WHERE exact = ?) OR EXISTS (SELECT 1 FROM entry WHERE intent = ?) \
    OR EXISTS (SELECT 1 FROM entry WHERE parts = ?)
    """

  /// The stored answer that fits a question: to the same words, else to the same intent where the guards agree, else, where
  /// the terms allow it, to the most similar request that no guard objects to.
  ///
  /// An answer whose checksum does not fit, one that is too old or from as far ahead, and one that was rejected for this question are passed by.
  public func lookUp(
    _ keys: CacheKeys, _ terms: CacheTerms, likeness: (any Likeness)? = nil, verifier: any Verifier = GuardVerifier(),
    nowUnixMs: Int64
  ) throws(CacheTrouble) -> CacheFinding? {
    var damaged: Int64?
    func finding(_ row: Row, _ tier: GuardModel.CacheTier, likeness: Int64 = 1000) -> CacheFinding? {
      let finding = EntryRow.finding(row, tier: tier, likeness: likeness)
      if finding == nil { damaged = row.integer(0) }
      return finding
    }
    hasFoundDamage = false
    if try hasNothing(of: keys, terms, likeness) { return nil }
    defer { noteDamage(of: damaged) }
    // All queries see one state of the file, and its lock is taken once.
    return try readAtOnce { connection throws(SQLiteError) in
      let oldest = SQLiteValue.integer(nowUnixMs - min(terms.ttlMs, nowUnixMs))
      // Of one from later than now, as a clock that was set back leaves it, nobody knows the age.
      let newest = SQLiteValue.integer(nowUnixMs + min(terms.ttlMs, .max - nowUnixMs))
      // An answer to these very words that was rejected is no answer to their intent either.
      var rejected: Int64?
      if let row = try connection.row(Self.byExact, [.blob(keys.exact), oldest, newest]),
        let finding = finding(row, .exact)
      {
        if try !Self.isRejected(Self.pair(keys, finding.reply), row, connection) { return finding }
        rejected = finding.entry.id
      }
      if let intent = keys.intent {
        for row in try connection.rows(Self.byIntent, [.blob(intent), oldest, newest]) {
          guard let finding = finding(row, .intent), finding.entry.id != rejected,
            try Self.mayServe(finding.entry.instruction, row, to: keys, verifier, connection)
          else { continue }
          return finding
        }
      }
      // The same parts may be put together otherwise and mean the same; more than one wording may have them.
      if let parts = keys.parts {
        for row in try connection.rows(Self.byParts, [.blob(parts), oldest, newest]) {
          guard let finding = finding(row, .intent), finding.entry.id != rejected else { continue }
          let stored = ReadInstruction(finding.entry.instruction)
          guard keys.question.read.intent.asksTheSame(as: stored.intent),
            verifier.verdict(asked: keys.question.read, stored: stored) == .same,
            try Self.isAccepted(stored.text, row, to: keys, connection)
          else { continue }
          return finding
        }
      }
      guard let threshold = terms.similarity, let likeness,
        let best = try Self.mostSimilar(
          keys.question.instruction, keys, likeness, verifier, threshold: threshold, connection),
        best.id != rejected,
        let row = try connection.row(Self.byID, [.integer(best.id), oldest, newest]),
        let finding = finding(row, .similar, likeness: best.likeness),
        try Self.mayServe(finding.entry.instruction, row, to: keys, verifier, connection)
      else { return nil }
      return finding
    }
  }

  /// Whether it is plain that nothing stored answers a question. It is not asked in a process of one call, which would prepare
  /// one statement more for an answer that is there, nor where what is asked has not been read: the same words need no reading.
  private func hasNothing(
    of keys: CacheKeys, _ terms: CacheTerms, _ likeness: (any Likeness)?
  ) throws(CacheTrouble) -> Bool {
    // Similar requests have other keys.
    if readsLittle || !keys.areMade || terms.similarity != nil && likeness != nil { return false }
    return try read { connection throws(SQLiteError) in
      try connection.row(
        Self.anyOfKeys,
        [.blob(keys.exact), keys.intent.map(SQLiteValue.blob) ?? .null, keys.parts.map(SQLiteValue.blob) ?? .null])
        == nil
    }
  }

  /// Says so, once, where an answer was come upon that is damaged.
  private func noteDamage(of entry: Int64?) {
    guard let entry else { return }
    hasFoundDamage = true
    onDamagedAnswer?(CacheTrouble(.damagedAnswer, path: path, detail: "entry \(entry) does not fit its checksum"))
    onDamagedAnswer = nil
  }

  /// Whether a verifier has nothing against an answer, and nobody rejected it.
  private static func mayServe(
    _ stored: String, _ row: Row, to keys: CacheKeys, _ verifier: any Verifier, _ connection: Connection
  ) throws(SQLiteError) -> Bool {
    let question = keys.question
    // Mostly what was kept of the stored one is enough, and neither of the two has to be read.
    if let kept = GuardSummary(row.blob(EntryRow.columnCount + 2)), let summary = question.summary,
      verifier.accepts(asked: summary, stored: kept)
    {
      return try isAccepted(stored, row, to: keys, connection)
    }
    guard case .same = verifier.verdict(asked: question.read, stored: stored) else { return false }
    return try isAccepted(stored, row, to: keys, connection)
  }

  /// Whether nobody rejected an answer to other words, and none to the request's own words is to be made anew.
  private static func isAccepted(
    _ stored: String, _ row: Row, to keys: CacheKeys, _ connection: Connection
  ) throws(SQLiteError) -> Bool {
    if row.integer(EntryRow.columnCount + 1) == 0 { return true }
    if try isRejected(pair(keys.question.instruction, stored), connection) { return false }
    for plain in plainPairs(keys.question.read, ReadInstruction(stored)) {
      if try isRejected(plain, connection) { return false }
    }
    return try connection.row("SELECT 1 FROM verdict WHERE owed = ? AND tier = 'exact'", [.blob(keys.exact)]) == nil
  }

  /// The same, where a row says whether there are verdicts at all; if not, nothing is looked up.
  private static func isRejected(
    _ pair: @autoclosure () -> [UInt8], _ row: Row, _ connection: Connection
  ) throws(SQLiteError) -> Bool {
    if row.integer(EntryRow.columnCount + 1) == 0 { return false }
    return try isRejected(pair(), connection)
  }

  /// Whether somebody said that the two of a pair do not want the same. An answer to a request's own words is a pair with it.
  static func isRejected(_ pair: [UInt8], _ connection: Connection) throws(SQLiteError) -> Bool {
    try connection.row("SELECT same FROM verdict WHERE pair = ?", [.blob(pair)])?.integer(0) == 0
  }

  /// How long a call is owed for a wrong answer.
  private static let owedForMs: Int64 = 3_600_000

  /// Whether a request was given a wrong answer a while ago, and has had none of its own since.
  public func isOwed(_ keys: CacheKeys, nowUnixMs: Int64) throws(CacheTrouble) -> Bool {
    try read { connection throws(SQLiteError) in
      try connection.row(
        "SELECT 1 FROM verdict WHERE owed = ? AND at_ms > ?", [.blob(keys.exact), .integer(nowUnixMs - Self.owedForMs)])
        != nil
    }
  }

  /// A key of a request and an answer to its very words.
  static func pair(_ keys: CacheKeys, _ reply: CachedReply) -> [UInt8] { pair(keys.exact, reply) }

  /// The same of the request's key. The fields of a reply, such as its date, do not make it another answer.
  static func pair(_ exact: [UInt8], _ reply: CachedReply) -> [UInt8] {
    Array(SHA256.hash(exact + SHA256.hash(reply.body)).prefix(CacheKeys.keyBytes))
  }

  /// A key of two instructions, in either order.
  static func pair(_ a: String, _ b: String) -> [UInt8] {
    let hashes = [a, b].map { SHA256.hash(NormalisedText.exact($0)) }
      .sorted { $0.lexicographicallyPrecedes($1) }
    return Array(SHA256.hash(hashes[0] + hashes[1]).prefix(CacheKeys.keyBytes))
  }

  /// Keys of the plain words of two instructions, and of their simplest, in either order: what was rejected is so with a question mark,
  /// too. There is none where both have the same words: of a text and itself nothing can be said.
  static func plainPairs(_ a: String, _ b: String) -> [[UInt8]] { plainPairs(ReadInstruction(a), ReadInstruction(b)) }

  private static func plainPairs(_ a: ReadInstruction, _ b: ReadInstruction) -> [[UInt8]] {
    [wordPair("plain", a.plainWords, b.plainWords), wordPair("simplest", a.simplestWords, b.simplestWords)]
      .compactMap { $0 }
  }

  private static func wordPair(_ kind: String, _ a: String, _ b: String) -> [UInt8]? {
    if a == b { return nil }
    let hashes = [a, b].map { SHA256.hash(Array($0.utf8)) }.sorted { $0.lexicographicallyPrecedes($1) }
    return Array(SHA256.hash(Array(kind.utf8) + hashes[0] + hashes[1]).prefix(CacheKeys.keyBytes))
  }

  /// What stands as the tier of a verdict on plain words, beside the one on the two texts that were rejected.
  static let plainTier = "plain"
}
