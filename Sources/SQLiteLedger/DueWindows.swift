import GuardModel
import Ledger
import SQLite

/// Windows that have ended: closed once each, or only looked at.
extension SQLiteLedger {
  /// Closes the windows that have ended.
  public func closeDueWindows(actor: String, nowUnixMs: Int64) throws(LedgerError) -> [WindowRecord] {
    // Looking first keeps the usual answer, nothing due, free of locks and syncs.
    if try !hasDueWindows(nowUnixMs) { return [] }
    return try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      try self.closeDueWindows(actor: actor, writer)
    }
  }

  /// What `recover` and then `closeDueWindows` would do now. Both are done, and taken back in the same transaction: so the
  /// answer is theirs, to the window that closes with what a recovered hold posts to it.
  public func rehearseClosing(
    nowUnixMs: Int64
  ) throws(LedgerError) -> (recovered: [RecoveredHold], closed: [WindowRecord]) {
    let abandoned = try abandonedHolds()
    let isDue = try hasDueWindows(nowUnixMs)
    if abandoned.isEmpty, !isDue { return ([], []) }
    return try write(nowUnixMs: nowUnixMs, isRehearsal: true) { writer throws(WriteFailure) in
      (try self.recover(abandoned, writer), try self.closeDueWindows(actor: "", writer))
    }
  }

  private func hasDueWindows(_ nowUnixMs: Int64) throws(LedgerError) -> Bool {
    try read { connection throws(SQLiteError) in
      try connection.row(
        "SELECT 1 FROM balance WHERE closed = 0 AND end_ms <= max(?, \(Self.now)) LIMIT 1",
        [.integer(nowUnixMs)]) != nil
    }
  }

  private func closeDueWindows(actor: String, _ writer: Writer) throws(WriteFailure) -> [WindowRecord] {
    var closed: [WindowRecord] = []
    // A call that is still under way posts to the window that reserved, even where it held nothing: that one closes
    // after it.
    let rows = try writer.rows(
      """
      SELECT \(BalanceRow.columns) FROM balance WHERE closed = 0 AND end_ms <= ? AND id NOT IN (
        SELECT CAST(j.value AS INTEGER) FROM hold JOIN entry ON entry.sequence = hold.id, json_each(entry.balances) j
        UNION SELECT balance FROM envelope_part)
      ORDER BY end_ms, id
      """, [.integer(writer.nowUnixMs)])
    for row in rows {
      let (id, balance) = BalanceRow.read(row)
      guard let key = BudgetKey(storageText: row.text(1)) else { continue }
      try writer.run("UPDATE balance SET closed = 1 WHERE id = ?", [.integer(id)])
      let used = balance.posted - balance.forgiven
      var record = EntryRecord(
        Entry(
          sequence: 0, kind: .close, atUnixMs: 0, user: key.user, actor: actor,
          note: "\(key.text(of: used)) used of the \(key.label)"))
      record.balances = [id]
      try writer.append(record)
      closed.append(WindowRecord(key: key, window: balance.window, posted: used))
    }
    return closed
  }
}
