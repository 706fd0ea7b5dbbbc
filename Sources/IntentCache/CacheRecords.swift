import GuardModel
import SQLite

/// A lookup that is remembered for a while.
public struct CacheLook: Hashable, Sendable {
  /// Its number.
  public var id: Int64
  /// When.
  public var atUnixMs: Int64
  /// Why an answer fitted; `nil` where none did, and the call went out or was refused.
  public var tier: CacheTier?
  /// Why an answer fitted that somebody has rejected since, whether that was taken back or not; `nil` for any other.
  public var rejectedTier: CacheTier?
  /// The entry that answered, or that was stored afterwards; `nil` where the call was refused.
  public var entry: Int64?
  /// What was asked.
  public var instruction: String
  /// Keys of the place, for finding what else stands there.
  let place: [UInt8]
  let surroundings: [UInt8]
  let payload: [UInt8]

  /// The mark of its request, by which one of an entry's answers is rejected.
  public var mark: String { CacheKeys.mark(CacheKeys.exact(instruction, in: place)) }
}

/// An answer that was given, or that none was to a call that was then refused.
public struct CacheHit: Sendable {
  let given: (entry: Int64, tier: CacheTier)?
  let keys: CacheKeys
  let nowUnixMs: Int64

  /// Makes one.
  public init(_ finding: CacheFinding, _ keys: CacheKeys, nowUnixMs: Int64) {
    (given, self.keys, self.nowUnixMs) = ((finding.entry.id, finding.tier), keys, nowUnixMs)
  }

  /// Makes one of a call that was refused.
  public init(refused keys: CacheKeys, nowUnixMs: Int64) {
    (given, self.keys, self.nowUnixMs) = (nil, keys, nowUnixMs)
  }
}

/// What is said of the cache as a whole.
public struct CacheStatistics: Hashable, Sendable {
  /// Answers given in one tier.
  public struct Tally: Hashable, Sendable {
    /// The tier.
    public var tier: CacheTier
    /// How many answers were given.
    public var hits: Int64
    /// How many of them somebody rejected.
    public var rejected: Int64
  }

  /// Entries.
  public var entries: Int64
  /// Their bytes.
  public var bytes: Int64
  /// The most bytes that are kept.
  public var maximumBytes: Int64
  /// When the oldest entry was stored.
  public var oldestAtUnixMs: Int64?
  /// Answers given, by tier.
  public var tallies: [Tally]
  /// Pairs that never match again because a person said so: of two requests, or of a request and an answer to its own words.
  public var rejectedPairs: Int64
  /// Pairs of which a judge said that they want the same.
  public var judgedSame: Int64 = 0
  /// Pairs of which a judge said that they do not.
  public var judgedDifferent: Int64 = 0
  /// What a person or a judge said.
  public var verdicts: Int64 { rejectedPairs + judgedSame + judgedDifferent }

  /// What is said of a cache that does not exist.
  public static func empty(maximumBytes: Int64) -> CacheStatistics {
    CacheStatistics(
      entries: 0, bytes: 0, maximumBytes: maximumBytes, oldestAtUnixMs: nil,
      tallies: CacheTier.allCases.map { Tally(tier: $0, hits: 0, rejected: 0) }, rejectedPairs: 0)
  }
}

/// What a person said, or a judge, of two instructions: a label for whoever learns from them.
public struct CacheLabel: Hashable, Sendable {
  /// One instruction.
  public var a: String
  /// The other.
  public var b: String
  /// Whether they want the same answer.
  public var isSame: Bool
  /// Who said so: `user`, or `judge MODEL`.
  public var source: String
  /// When.
  public var atUnixMs: Int64

  /// Makes one.
  public init(a: String, b: String, isSame: Bool, source: String, atUnixMs: Int64) {
    (self.a, self.b, self.isSame, self.source, self.atUnixMs) = (a, b, isSame, source, atUnixMs)
  }

  /// What a judge said of two instructions.
  public static func judged(
    _ a: String, _ b: String, isSame: Bool, by model: String, atUnixMs: Int64
  ) -> CacheLabel {
    CacheLabel(a: a, b: b, isSame: isSame, source: judgePrefix + model, atUnixMs: atUnixMs)
  }

  static let judgePrefix = "judge "
}

/// What is recorded of lookups, and said of entries.
extension IntentCache {
  /// Remembered lookups.
  private static let maximumLooks: Int64 = 1000

  /// Records that an answer was given.
  public func recordHit(_ finding: CacheFinding, _ keys: CacheKeys, nowUnixMs: Int64) throws(CacheTrouble) {
    let hit = CacheHit(finding, keys, nowUnixMs: nowUnixMs)
    try write { connection throws(SQLiteError) in try Self.record(hit, connection) }
  }

  /// Records that a call was refused that nothing had answered.
  public func recordRefusal(_ keys: CacheKeys, nowUnixMs: Int64) throws(CacheTrouble) {
    try write { connection throws(SQLiteError) in
      try Self.record(CacheHit(refused: keys, nowUnixMs: nowUnixMs), connection)
    }
  }

  static func record(_ hit: CacheHit, _ connection: Connection) throws(SQLiteError) {
    if let given = hit.given {
      try connection.run(
        "UPDATE entry SET used_ms = max(used_ms, ?) WHERE id = ?", [.integer(hit.nowUnixMs), .integer(given.entry)])
      try connection.run(
        "INSERT INTO tally (tier, hits, rejected) VALUES (?, 1, 0) ON CONFLICT DO UPDATE SET hits = hits + 1",
        [.text(given.tier.rawValue)])
    }
    try note(hit.keys, tier: hit.given?.tier, entry: hit.given?.entry, hit.nowUnixMs, connection)
  }

  static func note(
    _ keys: CacheKeys, tier: CacheTier?, entry: Int64?, _ nowUnixMs: Int64, _ connection: Connection
  ) throws(SQLiteError) {
    try connection.run(
      "INSERT INTO look (at_ms, tier, entry, place, surroundings, payload, instruction) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        .integer(nowUnixMs), .text(orNull: tier?.rawValue), .integer(orNull: entry), .blob(keys.place),
        .blob(keys.question.surroundings), .blob(keys.question.payload), .text(keys.question.instruction),
      ])
    // Now and then, and then several: each deletion costs as much as what it makes room for.
    let last = connection.lastInsertedRow
    if last % 16 == 0 { try connection.run("DELETE FROM look WHERE id <= ?", [.integer(last - maximumLooks)]) }
  }

  /// What stands before the tier of a lookup whose answer was rejected: it can be rejected no more.
  static let rejectedMark = "rejected "

  static let lookColumns = "id, at_ms, tier, entry, instruction, place, surroundings, payload"

  static func look(_ row: Row) -> CacheLook {
    let tier = row.optionalText(2)
    return CacheLook(
      id: row.integer(0), atUnixMs: EntryRow.instant(row.integer(1)), tier: tier.flatMap(CacheTier.init),
      rejectedTier: tier.flatMap { text in CacheTier.allCases.first { rejectedMark + $0.rawValue == text } },
      entry: row.optionalInteger(3), instruction: row.text(4), place: row.blob(5), surroundings: row.blob(6),
      payload: row.blob(7))
  }

  /// The last lookup.
  public func lastLook() throws(CacheTrouble) -> CacheLook? {
    try read { connection throws(SQLiteError) in
      try connection.row("SELECT \(Self.lookColumns) FROM look ORDER BY id DESC LIMIT 1").map(Self.look)
    }
  }

  // MARK: - Entries

  /// The entries, the last used first.
  public func entries(limit: Int64 = .max) throws(CacheTrouble) -> [CacheEntry] {
    try read { connection throws(SQLiteError) in
      try connection.rows(
        "SELECT \(EntryRow.columns) FROM entry ORDER BY used_ms DESC, id DESC LIMIT ?", [.integer(limit)]
      ).map(EntryRow.entry)
    }
  }

  /// The numbers of all entries, the last used last: half a million entries themselves take hundreds of megabytes.
  public func numbers() throws(CacheTrouble) -> [Int64] {
    try read { connection throws(SQLiteError) in
      var numbers: [Int64] = []
      try connection.forEachRow("SELECT id FROM entry ORDER BY used_ms, id") { row in
        numbers.append(row.integer(0))
        return true
      }
      return numbers
    }
  }

  /// An entry with its answer; the answer is `nil` when its checksum does not fit.
  public func entry(_ id: Int64) throws(CacheTrouble) -> (entry: CacheEntry, reply: CachedReply?)? {
    try read { connection throws(SQLiteError) in
      try connection.row(
        "SELECT \(EntryRow.columns), \(EntryRow.body) FROM entry WHERE entry.id = ?",
        [.integer(id)]
      ).map { (EntryRow.entry($0), EntryRow.finding($0, tier: .exact)?.reply) }
    }
  }

  static func entry(_ id: Int64, _ connection: Connection) throws(SQLiteError) -> CacheEntry? {
    try connection.row("SELECT \(EntryRow.columns) FROM entry WHERE id = ?", [.integer(id)]).map(EntryRow.entry)
  }

  /// Other entries that a lookup might have been answered by: those of its place, the newest first, and those of the same
  /// words elsewhere.
  public func neighbours(of look: CacheLook, limit: Int64 = 50) throws(CacheTrouble)
    -> (samePlace: [CacheEntry], sameWords: [(entry: CacheEntry, sharesSurroundings: Bool, sharesPayload: Bool)])
  {
    try read { connection throws(SQLiteError) in
      let values: [SQLiteValue] = [.blob(look.place), .integer(look.entry ?? 0), .integer(limit)]
      let near = try connection.rows(
        "SELECT \(EntryRow.columns) FROM entry WHERE place = ? AND entry.id <> ? ORDER BY id DESC LIMIT ?", values)
      let alike = try connection.rows(
        """
        SELECT \(EntryRow.columns), surroundings = ?, payload = ? FROM entry
        WHERE instruction = ? AND place <> ? ORDER BY id DESC LIMIT ?
        """,
        [.blob(look.surroundings), .blob(look.payload), .text(look.instruction), .blob(look.place), .integer(limit)])
      return (
        near.map(EntryRow.entry),
        alike.map {
          (EntryRow.entry($0), $0.integer(EntryRow.columnCount) != 0, $0.integer(EntryRow.columnCount + 1) != 0)
        }
      )
    }
  }

  /// The cache as a whole.
  public func statistics() throws(CacheTrouble) -> CacheStatistics {
    try read { connection throws(SQLiteError) in
      let total = try CacheTotal.read(self.limits, connection)
      let tallies = try connection.rows("SELECT tier, hits, rejected FROM tally").compactMap { row in
        CacheTier(rawValue: row.text(0)).map {
          let hits = max(0, row.integer(1))
          return CacheStatistics.Tally(tier: $0, hits: hits, rejected: min(max(0, row.integer(2)), hits))
        }
      }
      let verdicts = try connection.rows(
        "SELECT same, source LIKE 'judge %', count(*) FROM verdict WHERE tier IS NOT '\(Self.plainTier)' GROUP BY 1, 2")
      func count(_ isSame: Bool, isJudges: Bool) -> Int64 {
        verdicts.first { ($0.integer(0) != 0) == isSame && ($0.integer(1) != 0) == isJudges }?.integer(2) ?? 0
      }
      return CacheStatistics(
        entries: total.entries, bytes: total.bytes, maximumBytes: self.limits.maximumBytes,
        oldestAtUnixMs: try connection.row("SELECT min(stored_ms) FROM entry")?.optionalInteger(0).map(
          EntryRow.instant),
        tallies: CacheTier.allCases.map { tier in
          tallies.first { $0.tier == tier } ?? CacheStatistics.Tally(tier: tier, hits: 0, rejected: 0)
        },
        rejectedPairs: count(false, isJudges: false), judgedSame: count(true, isJudges: true),
        judgedDifferent: count(false, isJudges: true))
    }
  }

  // MARK: - Verdicts

  /// Takes back what `reject` said of an entry, or of another one to the same words: its pairs may match again.
  ///
  /// - Returns: how many pairs; `nil` when there is and was no entry of that number.
  public func acceptAgain(_ id: Int64) throws(CacheTrouble) -> Int64? {
    try write { connection throws(SQLiteError) in
      let entry = try Self.entry(id, connection)
      let tiers = try connection.rows(
        """
        DELETE FROM verdict WHERE same = 0 AND source = 'user' AND (entry = ? OR tier <> 'exact' AND b = ?)
        RETURNING tier
        """, [.integer(id), .text(orNull: entry?.instruction)])
      for row in tiers where row.text(0) != Self.plainTier {
        try connection.run("UPDATE tally SET rejected = max(0, rejected - 1) WHERE tier = ?", [.text(row.text(0))])
      }
      return entry != nil || !tiers.isEmpty ? Int64(tiers.count { $0.text(0) != Self.plainTier }) : nil
    }
  }

  /// Records what somebody said of two instructions. What a person said stands.
  public func label(
    _ a: String, _ b: String, isSame: Bool, source: String, nowUnixMs: Int64
  ) throws(CacheTrouble) {
    let label = CacheLabel(a: a, b: b, isSame: isSame, source: source, atUnixMs: nowUnixMs)
    try write { connection throws(SQLiteError) in try Self.record(label, connection) }
  }

  static func record(_ label: CacheLabel, _ connection: Connection) throws(SQLiteError) {
    try record(label, as: pair(label.a, label.b), connection)
  }

  static func record(
    _ label: CacheLabel, as pair: [UInt8], _ connection: Connection
  ) throws(SQLiteError) {
    try connection.run(
      """
      INSERT INTO verdict (pair, same, source, at_ms, a, b) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (pair) DO UPDATE SET same = excluded.same, source = excluded.source, at_ms = excluded.at_ms
        WHERE excluded.source = 'user' OR verdict.source <> 'user'
      """,
      [
        .blob(pair), .integer(label.isSame ? 1 : 0), .text(label.source), .integer(label.atUnixMs), .text(label.a),
        .text(label.b),
      ])
    // Pairs are hashes: so it is done at one in 256.
    if label.source.hasPrefix(CacheLabel.judgePrefix), pair.first == 0 {
      try letOldJudgementsGo(nowUnixMs: label.atUnixMs, connection)
    }
  }

  /// How long what a judge said is kept, and how much of it. It can be asked again; what a person said is kept for good.
  static let (longestJudgedMs, mostJudged): (Int64, Int64) = (180 * 86_400_000, 20_000)

  private static func letOldJudgementsGo(nowUnixMs: Int64, _ connection: Connection) throws(SQLiteError) {
    try connection.run(
      """
      DELETE FROM verdict WHERE source LIKE 'judge %' AND (at_ms < ?1 OR pair IN (
        SELECT pair FROM verdict WHERE source LIKE 'judge %' ORDER BY at_ms DESC LIMIT -1 OFFSET ?2))
      """, [.integer(nowUnixMs - longestJudgedMs), .integer(mostJudged)])
  }

  /// What was said of two instructions; `nil` when nothing was.
  public func label(of a: String, _ b: String) throws(CacheTrouble) -> CacheLabel? {
    try read { connection throws(SQLiteError) in
      try connection.row(
        "SELECT a, b, same, source, at_ms FROM verdict WHERE pair = ?", [.blob(Self.pair(a, b))]
      ).map(Self.label)
    }
  }

  /// All that was said of two instructions, the oldest first. That an answer to the same words was wrong says nothing of
  /// what they want.
  public func labels() throws(CacheTrouble) -> [CacheLabel] {
    try read { connection throws(SQLiteError) in
      try connection.rows(
        """
        SELECT a, b, same, source, at_ms FROM verdict
        WHERE tier IS NULL OR tier NOT IN ('exact', '\(Self.plainTier)') ORDER BY at_ms, pair
        """
      ).map(Self.label)
    }
  }

  private static func label(_ row: Row) -> CacheLabel {
    CacheLabel(
      a: row.text(0), b: row.text(1), isSame: row.integer(2) != 0, source: row.text(3), atUnixMs: row.integer(4))
  }
}
