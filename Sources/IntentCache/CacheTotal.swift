import SQLite

/// What all entries of a cache take. The file tells it in a row of its own; what that cannot be is reckoned anew.
struct CacheTotal {
  /// How many there are.
  let entries: Int64
  /// Their bytes.
  let bytes: Int64
  /// Whether the file says something else, that cannot be.
  let isMended: Bool

  /// Reads it. More than there may be is there after the maximum was lowered, too: adding up all entries tells which it is.
  static func read(_ limits: IntentCache.Limits, _ connection: Connection) throws(SQLiteError) -> CacheTotal {
    let row = try connection.row("SELECT entries, bytes FROM total")
    if let entries = row?.optionalInteger(0), let bytes = row?.optionalInteger(1),
      (0...max(0, limits.maximumBytes)).contains(bytes),
      // Each takes a byte at least.
      (0...bytes).contains(entries)
    {
      return CacheTotal(entries: entries, bytes: bytes, isMended: false)
    }
    let sums = try connection.row("SELECT count(*), \(sum) FROM entry")
    return CacheTotal(entries: sums?.integer(0) ?? 0, bytes: sums?.integer(1) ?? 0, isMended: true)
  }

  /// The bytes of some entries, in SQL, as `counted` has each of them.
  static let sum =
    "coalesce(sum(CASE WHEN typeof(bytes) = 'integer' AND bytes BETWEEN 0 AND \(mostOfAnEntry) THEN bytes ELSE 0 END), 0)"

  /// What an entry takes by its row; nothing where that says what cannot be.
  static func counted(_ bytes: Int64?) -> Int64 {
    guard let bytes, (0...mostOfAnEntry).contains(bytes) else { return 0 }
    return bytes
  }

  /// So much that no entry comes near it, and that sums of millions of them fit.
  private static let mostOfAnEntry: Int64 = 1 << 40
}
