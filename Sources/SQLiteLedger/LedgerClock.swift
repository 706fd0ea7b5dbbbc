import GuardModel
import Ledger
import SQLite

/// The ledger's clock, and how it is set back.
extension SQLiteLedger {
  /// The ledger's clock: the time of its last entry, which says it so that no call has to write it in another place, or a later
  /// one that was written there. One beyond all dates, as a turned bit makes it, is as late as a date can be: windows can be
  /// reckoned from it, and it can be set back.
  static let now = """
    min(\(latestMs), max((SELECT now_ms FROM clock), \
    coalesce((SELECT at_ms FROM entry WHERE sequence = (SELECT max(sequence) FROM entry)), 0)))
    """

  /// 9999-01-01T00:00:00Z.
  static let latestMs: Int64 = 253_370_764_800_000

  /// How far the ledger's clock is ahead.
  public func clockLeadMs(over nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    try read { connection throws(SQLiteError) in
      max(0, (try connection.row("SELECT \(Self.now)")?.integer(0) ?? 0) - nowUnixMs)
    }
  }

  /// Sets the ledger's clock back.
  public func repairClock(reason: String, actor: String, nowUnixMs: Int64) throws(LedgerError) -> Int64? {
    try write(nowUnixMs: nowUnixMs, mayGoBack: true) { writer throws(WriteFailure) in
      let leadMs = writer.storedNowMs - nowUnixMs
      guard leadMs > 0 else { return nil }
      try self.setBackBalances(byMs: leadMs, writer)
      for sql in Self.setBack { try writer.run(sql, [.integer(leadMs), .integer(nowUnixMs)]) }
      try writer.append(
        EntryRecord(
          Entry(sequence: 0, kind: .clock, atUnixMs: 0, actor: actor, note: "back by \(leadMs) ms: \(reason)")))
      return leadMs
    }
  }

  private func setBackBalances(byMs leadMs: Int64, _ writer: Writer) throws(WriteFailure) {
    let now = writer.nowUnixMs
    let later = try writer.rows(
      "SELECT \(BalanceRow.columns) FROM balance WHERE start_ms > ? OR anchor_ms > ?", [.integer(now), .integer(now)])
    for row in later {
      var (id, balance) = BalanceRow.read(row)
      guard let key = BudgetKey(storageText: row.text(1)), !key.isCalendar else { continue }
      balance.follow(clockSetBackByMs: leadMs, to: now)
      try writer.run(
        "UPDATE balance SET start_ms = ?, end_ms = ?, anchor_ms = ? WHERE id = ?",
        [
          .integer(balance.window.startUnixMs), .integer(balance.window.endUnixMs), .integer(balance.anchorUnixMs),
          .integer(id),
        ])
    }
    try writer.run("UPDATE balance SET closed = 0 WHERE closed = 1 AND end_ms > ?", [.integer(now)])
  }

  /// What lies later than the clock comes nearer by its lead.
  private static let setBack = [
    "UPDATE top_up SET expires_ms = expires_ms - ?1 WHERE expires_ms > ?2",
    "UPDATE notice SET until_ms = until_ms - ?1 WHERE until_ms > ?2",
    "UPDATE attempt SET at_ms = at_ms - ?1 WHERE at_ms > ?2",
    "UPDATE user SET last_call_ms = last_call_ms - ?1 WHERE last_call_ms > ?2",
    "UPDATE ticket SET arrived_ms = arrived_ms - ?1 WHERE arrived_ms > ?2",
    "UPDATE ticket SET started_ms = started_ms - ?1 WHERE started_ms > ?2",
    "UPDATE turn SET started_ms = started_ms - ?1 WHERE started_ms > ?2",
    "UPDATE lane_start SET at_ms = at_ms - ?1 WHERE at_ms > ?2",
    // What ends before the clock was ahead is as long as the provider asked for; what was set later than now would count no more.
    "UPDATE lane_pause SET until_ms = until_ms - ?1, set_ms = min(set_ms, ?2) WHERE until_ms > ?2 + ?1",
    "UPDATE lane_rest SET until_ms = until_ms - ?1, set_ms = min(set_ms, ?2), sent_ms = min(sent_ms, ?2) "
      + "WHERE until_ms > ?2 + ?1",
  ]
}
