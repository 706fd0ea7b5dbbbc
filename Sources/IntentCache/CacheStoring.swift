import GuardModel
import SQLite

/// Keeping answers, within the limits.
extension IntentCache {
  /// What an entry takes beside its answer and its instruction, about.
  private static let overheadBytes: Int64 = 400

  /// Stores an answer, in place of the one to the same words. The least recently used entries make room.
  ///
  /// - Returns: the entry's number; `nil` when the answer is larger than any may be.
  @discardableResult
  public func store(
    _ reply: CachedReply, for keys: CacheKeys, _ facts: CacheFacts, likeness: (any Likeness)? = nil, nowUnixMs: Int64
  ) throws(CacheTrouble) -> Int64? {
    let question = keys.question
    let bytes = Int64(reply.body.count + question.instruction.utf8.count) + Self.overheadBytes
    if Int64(reply.body.count) > limits.maximumEntryBytes || bytes > limits.maximumBytes { return nil }
    let intent = keys.intent
    let signs = question.instruction.isEmpty ? nil : likeness?.signs(of: question.instruction)
    var (status, contentType): (Int64?, String?)
    if case .http(let code, let type) = reply.form { (status, contentType) = (code, type) }
    return try write { connection throws(SQLiteError) in
      if let old = try connection.row("SELECT id FROM entry WHERE exact = ?", [.blob(keys.exact)])?.integer(0) {
        try Self.remove(old, connection)
      }
      try Self.makeRoom(for: bytes, within: self.limits.maximumBytes, connection)
      try connection.run(
        """
        INSERT INTO entry (exact, intent, place, surroundings, payload, instruction, scope, user, operation, model,
          stored_ms, used_ms, bytes, input, output, exactness, cost_micro_usd, status, content_type, checksum)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .blob(keys.exact), intent.map(SQLiteValue.blob) ?? .null, .blob(keys.place), .blob(question.surroundings),
          .blob(question.payload), .text(question.instruction), .text(keys.scope), .text(facts.user),
          .text(facts.operation), .text(orNull: facts.model), .integer(nowUnixMs), .integer(nowUnixMs),
          .integer(bytes), .integer(facts.usage.input), .integer(facts.usage.output),
          .text(facts.usage.exactness.rawValue), .integer(orNull: facts.costMicroUSD), .integer(orNull: status),
          .text(orNull: contentType), .integer(reply.checksum),
        ])
      let id = try connection.row("SELECT last_insert_rowid()")?.integer(0) ?? 0
      try connection.run("INSERT INTO answer (id, body) VALUES (?, ?)", [.integer(id), .blob(reply.body)])
      if let signs { try Self.addSketch(signs, id: id, place: keys.place, connection) }
      try connection.run("UPDATE total SET entries = entries + 1, bytes = bytes + ?", [.integer(bytes)])
      try Self.note(keys, tier: nil, entry: id, nowUnixMs, connection)
      return id
    }
  }

  /// Removes an entry and everything that belongs to it.
  static func remove(_ id: Int64, _ connection: Connection) throws(SQLiteError) {
    guard
      let row = try connection.row("DELETE FROM entry WHERE id = ? RETURNING bytes, sketch", [.integer(id)])
    else { return }
    try connection.run("DELETE FROM answer WHERE id = ?", [.integer(id)])
    if let sketch = row.optionalInteger(1) { try removeSketch(id, from: sketch, connection) }
    try connection.run("UPDATE total SET entries = entries - 1, bytes = bytes - ?", [.integer(row.integer(0))])
  }

  /// Lets the least recently used entries go until some bytes fit; then a tenth more, so that not every call has to.
  private static func makeRoom(
    for bytes: Int64, within maximum: Int64, _ connection: Connection
  ) throws(SQLiteError) {
    var used = try connection.row("SELECT bytes FROM total")?.integer(0) ?? 0
    if used + bytes <= maximum { return }
    let aim = max(0, maximum - maximum / 10 - bytes)
    while used > aim {
      let oldest = try connection.rows("SELECT id, bytes FROM entry ORDER BY used_ms, id LIMIT 64")
      if oldest.isEmpty { return }
      for row in oldest where used > aim {
        try remove(row.integer(0), connection)
        used -= row.integer(1)
      }
    }
  }

  /// Removes entries that are too old for any phase, and those over the size.
  ///
  /// - Parameter isRehearsal: whether nothing is removed, and only counted.
  /// - Returns: how many entries, and how many bytes.
  public func prune(
    olderThanMs ttlMs: Int64, isRehearsal: Bool = false, nowUnixMs: Int64
  ) throws(CacheTrouble) -> (entries: Int64, bytes: Int64) {
    try write { connection throws(SQLiteError) in
      let old = try connection.rows(
        "SELECT id, bytes FROM entry WHERE stored_ms <= ?", [.integer(nowUnixMs - min(ttlMs, nowUnixMs))])
      if !isRehearsal { for row in old { try Self.remove(row.integer(0), connection) } }
      return (Int64(old.count), old.reduce(0) { $0 + $1.integer(1) })
    }
  }

  /// Removes one entry.
  ///
  /// - Returns: the entry; `nil` when there is none of that number.
  public func remove(_ id: Int64) throws(CacheTrouble) -> CacheEntry? {
    try write { connection throws(SQLiteError) in
      let entry = try Self.entry(id, connection)
      try Self.remove(id, connection)
      return entry
    }
  }

  /// Removes all entries, lookups and verdicts, and gives their room back to the disk.
  ///
  /// - Returns: how many entries, and how many bytes.
  public func clear() throws(CacheTrouble) -> (entries: Int64, bytes: Int64) {
    let removed = try write { connection throws(SQLiteError) in
      let total = try connection.row("SELECT entries, bytes FROM total")
      for table in ["entry", "answer", "sketch", "look", "tally", "verdict"] {
        try connection.run("DELETE FROM \(table)")
      }
      try connection.run("UPDATE total SET entries = 0, bytes = 0")
      return (total?.integer(0) ?? 0, total?.integer(1) ?? 0)
    }
    try read { connection throws(SQLiteError) in
      try connection.execute("VACUUM")
      _ = try connection.row("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    return removed
  }
}
