import GuardModel
import Intent
import SQLite

/// Keeping answers, within the limits.
extension IntentCache {
  /// An answer that is to be kept.
  public struct Keeping: Sendable {
    let reply: CachedReply
    /// What it answers.
    public let keys: CacheKeys
    let facts: CacheFacts
    let nowUnixMs: Int64

    /// Makes one.
    public init(_ reply: CachedReply, for keys: CacheKeys, _ facts: CacheFacts, nowUnixMs: Int64) {
      (self.reply, self.keys, self.facts, self.nowUnixMs) = (reply, keys, facts, nowUnixMs)
    }
  }

  /// Stores an answer, in place of the one to the same words. The least recently used entries make room.
  ///
  /// - Returns: the entry's number; `nil` when it is larger than any may be, or was rejected as an answer to these words.
  @discardableResult
  public func store(
    _ reply: CachedReply, for keys: CacheKeys, _ facts: CacheFacts, likeness: (any Likeness)? = nil, nowUnixMs: Int64
  ) throws(CacheTrouble) -> Int64? {
    try store(Keeping(reply, for: keys, facts, nowUnixMs: nowUnixMs), likeness: likeness)
  }

  /// Stores an answer, in place of the one to the same words.
  @discardableResult
  public func store(_ kept: Keeping, likeness: (any Likeness)? = nil) throws(CacheTrouble) -> Int64? {
    guard let row = NewRow(kept, limits, likeness) else { return nil }
    return try write { connection throws(SQLiteError) in
      var storing = try Storing(self.limits, connection)
      let id = try storing.insert(row)
      try storing.finish()
      return id
    }
  }

  /// Stores answers and records that others were given, and what judges said, in one transaction.
  public func store(
    _ kept: [Keeping], hits: [CacheHit], labels: [CacheLabel] = [], likeness: (any Likeness)? = nil
  ) throws(CacheTrouble) {
    // What can be worked out before is: the file is locked for a shorter time.
    let rows = kept.compactMap { NewRow($0, limits, likeness) }
    try write { connection throws(SQLiteError) in
      if !rows.isEmpty {
        var storing = try Storing(self.limits, connection)
        for row in rows { _ = try storing.insert(row) }
        try storing.finish()
      }
      for hit in hits { try Self.record(hit, connection) }
      for label in labels { try Self.record(label, connection) }
    }
  }

  /// An answer with everything that its row needs.
  private struct NewRow {
    let kept: Keeping
    let bytes: Int64
    let intent: [UInt8]?
    let parts: [UInt8]?
    /// What guards compare of it, where it may be found by its intent.
    let summary: GuardSummary?
    let signs: UInt64?

    /// `nil` for an answer that is larger than any may be.
    init?(_ kept: Keeping, _ limits: Limits, _ likeness: (any Likeness)?) {
      let body = Int64(kept.reply.body.count)
      let instruction = kept.keys.question.instruction
      bytes = body + Int64(instruction.utf8.count) + Int64(kept.reply.fields.utf8.count) + overheadBytes
      if body > limits.maximumEntryBytes || bytes > limits.maximumBytes { return nil }
      self.kept = kept
      intent = kept.keys.intent
      parts = kept.keys.parts
      summary = intent == nil ? nil : kept.keys.question.summary
      signs = instruction.isEmpty ? nil : likeness?.signs(of: kept.keys.question)
    }
  }

  /// The answers of one transaction: what concerns all of them is read once, and written once at its end.
  private struct Storing {
    private let limits: Limits
    private let connection: Connection
    /// Whether anybody has said anything of any pair. Most caches hold no verdicts at all.
    private let hasVerdicts: Bool
    /// What all entries take.
    private var usedBytes: Int64
    /// What of that the file does not tell yet.
    private var added: (entries: Int64, bytes: Int64) = (0, 0)
    private var sketches: OpenSketches

    init(_ limits: Limits, _ connection: Connection) throws(SQLiteError) {
      (self.limits, self.connection) = (limits, connection)
      usedBytes = try IntentCache.mendedTotal(limits, connection).bytes
      hasVerdicts = try connection.row("SELECT EXISTS (SELECT 1 FROM verdict)")?.integer(0) == 1
      sketches = OpenSketches(connection)
    }

    /// - Returns: `nil` where it was rejected as an answer to this request.
    mutating func insert(_ row: NewRow) throws(SQLiteError) -> Int64? {
      let (reply, keys, facts) = (row.kept.reply, row.kept.keys, row.kept.facts)
      if hasVerdicts {
        // The call that was owed for a wrong answer has been made.
        try connection.run("UPDATE verdict SET owed = NULL WHERE owed = ?", [.blob(keys.exact)])
        if try IntentCache.isRejected(IntentCache.pair(keys, reply), connection) { return nil }
      }
      let old = try connection.row("SELECT id FROM entry WHERE exact = ?", [.blob(keys.exact)])?.integer(0)
      if old != nil || usedBytes + row.bytes > limits.maximumBytes {
        // Whatever removes entries goes by what the file tells.
        try finish()
        if let old { try IntentCache.remove(old, connection) }
        usedBytes = try IntentCache.makeRoom(for: row.bytes, within: limits, connection)
      }
      let sketch = row.signs == nil ? nil : try sketches.open(of: keys.place)
      let question = keys.question
      let now = SQLiteValue.integer(row.kept.nowUnixMs)
      var (status, contentType): (Int64?, String?)
      if case .http(let code, let type) = reply.form { (status, contentType) = (code, type) }
      let isInRow = reply.body.count <= CacheSchema.mostInRow
      try connection.run(
        """
        INSERT INTO entry (exact, intent, parts, place, surroundings, payload, instruction, scope, user, operation, model,
          stored_ms, used_ms, bytes, input, output, exactness, cost_micro_usd, status, content_type, fields, checksum,
          sketch, guards, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .blob(keys.exact), row.intent.map(SQLiteValue.blob) ?? .null,
          row.parts.map(SQLiteValue.blob) ?? .null, .blob(keys.place), .blob(question.surroundings),
          .blob(question.payload), .text(question.instruction), .text(keys.scope), .text(facts.user),
          .text(facts.operation), .text(orNull: facts.model), now, now,
          .integer(row.bytes), .integer(facts.usage.input), .integer(facts.usage.output),
          .text(facts.usage.exactness.rawValue), .integer(orNull: facts.costMicroUSD), .integer(orNull: status),
          .text(orNull: contentType), .text(reply.fields), .integer(reply.checksum), .integer(orNull: sketch),
          row.summary.map { .blob($0.bytes) } ?? .null, isInRow ? .blob(reply.body) : .null,
        ])
      let id = connection.lastInsertedRow
      if !isInRow {
        try connection.run("INSERT INTO answer (id, body) VALUES (?, ?)", [.integer(id), .blob(reply.body)])
      }
      if let signs = row.signs { sketches.add(signs, id, of: keys.place) }
      usedBytes += row.bytes
      added = (added.entries + 1, added.bytes + row.bytes)
      try IntentCache.note(keys, tier: nil, entry: id, row.kept.nowUnixMs, connection)
      return id
    }

    /// Writes what is left to be written.
    mutating func finish() throws(SQLiteError) {
      try sketches.close()
      if added.entries == 0 { return }
      try connection.run(
        "UPDATE total SET entries = entries + ?, bytes = bytes + ?", [.integer(added.entries), .integer(added.bytes)])
      added = (0, 0)
    }
  }

  /// Removes an entry and everything that belongs to it.
  static func remove(_ id: Int64, _ connection: Connection) throws(SQLiteError) {
    guard
      let row = try connection.row("DELETE FROM entry WHERE id = ? RETURNING bytes, sketch", [.integer(id)])
    else { return }
    try connection.run("DELETE FROM answer WHERE id = ?", [.integer(id)])
    if let sketch = row.optionalInteger(1) { try removeSketch(id, from: sketch, connection) }
    try connection.run(
      "UPDATE total SET entries = entries - 1, bytes = bytes - ?",
      [.integer(CacheTotal.counted(row.optionalInteger(0)))])
  }

  /// What all entries take, as the file has it: where that cannot be, it is reckoned anew and put right.
  private static func mendedTotal(_ limits: Limits, _ connection: Connection) throws(SQLiteError) -> CacheTotal {
    let total = try CacheTotal.read(limits, connection)
    if total.isMended {
      try connection.run(
        "INSERT OR REPLACE INTO total (id, entries, bytes) VALUES (1, ?, ?)",
        [.integer(total.entries), .integer(total.bytes)])
    }
    return total
  }

  /// Lets the least recently used entries go until some bytes fit; then a tenth more, so that not every call has to.
  ///
  /// - Returns: what those take that are left.
  private static func makeRoom(
    for bytes: Int64, within limits: Limits, _ connection: Connection
  ) throws(SQLiteError) -> Int64 {
    let maximum = limits.maximumBytes
    var used = try mendedTotal(limits, connection).bytes
    if used + bytes <= maximum { return used }
    let aim = max(0, maximum - maximum / 10 - bytes)
    while used > aim {
      let oldest = try connection.rows("SELECT id, bytes FROM entry ORDER BY used_ms, id LIMIT 64")
      if oldest.isEmpty { break }
      for row in oldest where used > aim {
        try remove(row.integer(0), connection)
        used -= CacheTotal.counted(row.optionalInteger(1))
      }
    }
    return used
  }

  /// The most entries that are removed in one transaction: some hundredths of a second, as long as others wait.
  static let mostInStep: Int64 = 1000

  /// Removes entries that are too old for any phase, in steps: others write between them, and what ends it leaves whole entries.
  ///
  /// - Parameters:
  ///   - isRehearsal: whether nothing is removed, and only counted.
  ///   - told: hears after each step how many are gone, and of how many.
  /// - Returns: how many entries, and how many bytes.
  public func prune(
    olderThanMs ttlMs: Int64, isRehearsal: Bool = false, nowUnixMs: Int64,
    told: (_ done: Int64, _ all: Int64) -> Void = { _, _ in }
  ) throws(CacheTrouble) -> (entries: Int64, bytes: Int64) {
    let oldest = SQLiteValue.integer(nowUnixMs - min(ttlMs, nowUnixMs))
    let all = try read { connection throws(SQLiteError) in
      let row = try connection.row("SELECT count(*), \(CacheTotal.sum) FROM entry WHERE stored_ms <= ?", [oldest])
      return (entries: row?.integer(0) ?? 0, bytes: row?.optionalInteger(1) ?? 0)
    }
    if isRehearsal { return all }
    var (entries, bytes): (Int64, Int64) = (0, 0)
    // No more steps than what was there at the beginning needs: nothing new is as old.
    for _ in 0..<(all.entries + Self.mostInStep - 1) / Self.mostInStep {
      let gone = try write { connection throws(SQLiteError) in
        let old = try connection.rows(
          "SELECT id, bytes FROM entry WHERE stored_ms <= ? ORDER BY stored_ms LIMIT ?",
          [oldest, .integer(Self.mostInStep)])
        for row in old { try Self.remove(row.integer(0), connection) }
        return (entries: Int64(old.count), bytes: old.reduce(0) { $0 + CacheTotal.counted($1.optionalInteger(1)) })
      }
      (entries, bytes) = (entries + gone.entries, bytes + gone.bytes)
      if gone.entries == 0 { break }
      told(entries, all.entries)
    }
    // What was asked stands in lookups as well, also of what went otherwise: to make room, or as a wrong answer.
    _ = try write { connection throws(SQLiteError) in
      try connection.run("DELETE FROM look WHERE entry NOT IN (SELECT id FROM entry)")
    }
    // What was overwritten in the file stands in its log until that is emptied.
    shortenLog(to: 0)
    return (entries, bytes)
  }

  /// Removes one entry.
  ///
  /// - Returns: the entry; `nil` when there is none of that number.
  public func remove(_ id: Int64) throws(CacheTrouble) -> CacheEntry? {
    try write { connection throws(SQLiteError) in
      let entry = try Self.entry(id, connection)
      try Self.forget(id, connection)
      return entry
    }
  }

  /// Removes what is kept of one user's calls.
  ///
  /// - Parameter isRehearsal: only say how much that is.
  /// - Returns: how many entries, and how many bytes.
  public func remove(
    user: String, isRehearsal: Bool = false
  ) throws(CacheTrouble) -> (entries: Int64, bytes: Int64) {
    try write { connection throws(SQLiteError) in
      let rows = try connection.rows("SELECT id, bytes FROM entry WHERE user = ?", [.text(user)])
      if !isRehearsal {
        for row in rows { try Self.forget(row.integer(0), connection) }
        // Whose a call was that nothing answered is not known: it may have been this user's.
        try connection.run("DELETE FROM look WHERE entry IS NULL")
      }
      return (Int64(rows.count), rows.reduce(0) { $0 + CacheTotal.counted($1.optionalInteger(1)) })
    }
  }

  /// What is kept of one user's calls.
  public struct Held: Hashable, Sendable {
    /// Whose.
    public var user: String
    /// How many answers.
    public var entries: Int64
    /// Their bytes.
    public var bytes: Int64
  }

  /// Whose answers are kept, of whom there are most first.
  public func held() throws(CacheTrouble) -> [Held] {
    try read { connection throws(SQLiteError) in try Self.held(connection) }
  }

  private static func held(_ connection: Connection) throws(SQLiteError) -> [Held] {
    try connection.rows(
      "SELECT user, count(*), \(CacheTotal.sum) FROM entry GROUP BY user ORDER BY 2 DESC, user"
    ).map { row in Held(user: row.text(0), entries: row.integer(1), bytes: row.integer(2)) }
  }

  /// Removes an entry with the lookups that came upon it: what was asked stands in them as well.
  private static func forget(_ id: Int64, _ connection: Connection) throws(SQLiteError) {
    try remove(id, connection)
    try connection.run("DELETE FROM look WHERE entry = ?", [.integer(id)])
  }

  /// Removes all entries and lookups, and gives their room back to the disk.
  ///
  /// - Parameter verdicts: whether what was said of answers goes as well, and with it how many were right.
  /// - Returns: whose entries went, and how many verdicts there were.
  @discardableResult
  public func clear(verdicts: Bool = false) throws(CacheTrouble) -> (held: [Held], verdicts: Int64) {
    let removed = try write { connection throws(SQLiteError) in
      let held = try Self.held(connection)
      // Of verdicts, as of what is shown: what a person let match again is none.
      let said = try connection.row(
        "SELECT count(*) FROM verdict WHERE (same = 0 OR source LIKE 'judge %') AND tier IS NOT '\(Self.plainTier)'")
      for table in ["entry", "answer", "sketch", "look"] + (verdicts ? ["tally", "verdict"] : []) {
        try connection.run("DELETE FROM \(table)")
      }
      try connection.run("UPDATE total SET entries = 0, bytes = 0")
      return (held, said?.integer(0) ?? 0)
    }
    try compact()
    return removed
  }
}

/// What an entry takes beside its answer and its instruction, about.
private let overheadBytes: Int64 = 400
