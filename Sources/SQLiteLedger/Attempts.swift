import GuardModel
import Ledger
import SQLite

/// What was asked for lately, so that a retry is known as one.
enum Attempts {
  private static let countSQL = "SELECT count(*) FROM attempt WHERE key = ? AND at_ms > ?"

  /// How many attempts are remembered from the last `windowMs` milliseconds.
  static func count(_ key: AttemptKey, _ windowMs: Int64, _ writer: Writer) throws(WriteFailure) -> Int64 {
    try writer.row(countSQL, [.blob(key.bytes), .integer(writer.nowUnixMs - windowMs)])?.integer(0) ?? 0
  }

  static func count(
    _ key: AttemptKey, windowMs: Int64, nowUnixMs: Int64, _ connection: Connection
  ) throws(SQLiteError) -> Int64 {
    try connection.row(countSQL, [.blob(key.bytes), .integer(nowUnixMs - windowMs)])?.integer(0) ?? 0
  }

  /// Remembers one, and now and then lets go of some that are too old for any window: more than come in, so that the table
  /// stays small.
  static func remember(_ key: AttemptKey, _ hold: HoldID, _ writer: Writer) throws(WriteFailure) {
    try writer.run(
      "INSERT INTO attempt (hold, key, at_ms) VALUES (?, ?, ?)",
      [.integer(hold.number), .blob(key.bytes), .integer(writer.nowUnixMs)])
    // About every eighth hold, whatever rhythm their numbers have.
    if (hold.number &* 0x9E37_79B9) >> 16 & 7 != 0 { return }
    try writer.run(
      "DELETE FROM attempt WHERE hold IN (SELECT hold FROM attempt ORDER BY hold LIMIT 64) AND at_ms <= ?",
      [.integer(writer.nowUnixMs - Escalation.maximumWindowMs)])
  }

  /// Forgets the attempt of a call that did not happen.
  static func forget(_ hold: HoldID, _ writer: Writer) throws(WriteFailure) {
    try writer.run("DELETE FROM attempt WHERE hold = ?", [.integer(hold.number)])
  }
}

extension SQLiteLedger {
  /// How many attempts at the same thing are remembered.
  public func attempts(_ key: AttemptKey, windowMs: Int64, nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    try read { connection throws(SQLiteError) in
      let stored = try storedClock()
      return try Attempts.count(key, windowMs: windowMs, nowUnixMs: max(stored, nowUnixMs), connection)
    }
  }
}
