import Ledger
import SQLite

/// What somebody was told of, so that it is told once.
extension SQLiteLedger {
  private static let taken = "SELECT 1 FROM notice WHERE key = ? AND until_ms > ?"

  /// Takes a notice; `false` when somebody has.
  public func take(_ notice: Notice, nowUnixMs: Int64) throws(LedgerError) -> Bool {
    // Looking first keeps the usual answer, told already, free of locks and syncs.
    let isTaken = try read { connection throws(SQLiteError) in
      let stored = try connection.row("SELECT \(Self.now)")?.integer(0) ?? 0
      return try connection.row(Self.taken, [.text(notice.key), .integer(max(stored, nowUnixMs))]) != nil
    }
    if isTaken { return false }
    return try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      if try writer.row(Self.taken, [.text(notice.key), .integer(writer.nowUnixMs)]) != nil { return false }
      try writer.run("DELETE FROM notice WHERE until_ms <= ?", [.integer(writer.nowUnixMs)])
      try writer.run(
        "INSERT OR REPLACE INTO notice (key, until_ms) VALUES (?, ?)",
        [.text(notice.key), .integer(notice.untilUnixMs)])
      try self.append(notice.note, user: notice.user, writer)
      return true
    }
  }

  /// Records how telling went.
  public func record(notice note: String, user: String?, nowUnixMs: Int64) throws(LedgerError) {
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in try self.append(note, user: user, writer) }
  }

  private func append(_ note: String, user: String?, _ writer: Writer) throws(WriteFailure) {
    try writer.append(EntryRecord(Entry(sequence: 0, kind: .notice, atUnixMs: 0, user: user, note: note)))
  }
}
