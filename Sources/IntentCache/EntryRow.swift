import GuardModel
import SQLite

/// How an entry stands in its row.
enum EntryRow {
  static let columns = """
    entry.id, instruction, scope, user, operation, model, stored_ms, used_ms, bytes, input, output, exactness, \
    cost_micro_usd, status, content_type, checksum, fields
    """

  /// The answer, wherever it stands.
  static let body = "coalesce(body, (SELECT body FROM answer WHERE answer.id = entry.id))"

  /// How many these are; the answer stands behind them.
  static let columnCount = 17

  static func entry(_ row: Row) -> CacheEntry {
    CacheEntry(
      id: row.integer(0), instruction: row.text(1), scope: row.text(2), user: row.text(3), operation: row.text(4),
      model: row.optionalText(5), storedAtUnixMs: instant(row.integer(6)), usedAtUnixMs: instant(row.integer(7)),
      bytes: row.integer(8),
      usage: TokenUsage(
        input: tokens(row.integer(9)), output: tokens(row.integer(10)),
        exactness: Exactness(rawValue: row.text(11)) ?? .estimated),
      costMicroUSD: row.optionalInteger(12),
      form: row.optionalInteger(13).map { .http(status: $0, contentType: row.text(14)) } ?? .output)
  }

  /// The latest instant that is reckoned with: 9999-01-01T00:00:00Z.
  private static let latestMs: Int64 = 253_370_764_800_000

  /// What cannot be is read as the nearest that can, so that a file that a disk has changed ends nothing.
  static func instant(_ unixMs: Int64) -> Int64 { min(max(unixMs, -latestMs), latestMs) }

  /// The same of a count: a sum of two can be reckoned with.
  private static func tokens(_ count: Int64) -> Int64 { min(max(0, count), .max / 4) }

  /// The entry with its answer, which is the column after `columns`; `nil` when its checksum does not fit.
  static func finding(_ row: Row, tier: CacheTier, likeness: Int64 = 1000) -> CacheFinding? {
    let entry = entry(row)
    let reply = CachedReply(form: entry.form, fields: row.text(16), body: row.blob(columnCount))
    return reply.checksum == row.integer(15)
      ? CacheFinding(entry: entry, reply: reply, tier: tier, likeness: likeness) : nil
  }
}
