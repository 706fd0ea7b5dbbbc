import GuardModel
import Ledger
import SQLite

/// Users and the latest entries.
extension SQLiteLedger {
  /// Everybody the ledger knows, by name.
  public func users() throws(LedgerError) -> [LedgerUser] {
    try read { connection throws(SQLiteError) in
      try connection.rows("SELECT \(Self.userColumns) FROM user WHERE removed = 0 ORDER BY name").map(Self.user)
    }
  }

  /// One user's assignments.
  public func user(_ name: String) throws(LedgerError) -> LedgerUser? {
    if let memory = try groupMemory() {
      return try known { () throws(SQLiteError) in try memory.user(name) }
    }
    return try read { connection throws(SQLiteError) in
      try connection.row(Self.userByName, [.text(name)]).map(Self.user)
    }
  }

  /// Changes who a user is to the ledger.
  public func change(
    _ change: UserChange, of user: String, actor: String, nowUnixMs: Int64
  ) throws(LedgerError) {
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      let known = try writer.row(Self.userByName, [.text(user)]).map(Self.user)
      if known == nil, change == .remove { return }
      var next = known ?? LedgerUser(name: user)
      let note = next.apply(change)
      if next == known ?? LedgerUser(name: user) { return }
      func list(_ limits: [BudgetLimit]) -> SQLiteValue {
        .text("[" + limits.map { "\"\($0)\"" }.joined(separator: ",") + "]")
      }
      try writer.run(
        """
        INSERT INTO user (name, tier, budgets, removed, prefer, lowered, run_tokens, run_micro_usd, run_calls, run_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET tier = excluded.tier, budgets = excluded.budgets, removed = excluded.removed,
          prefer = excluded.prefer, lowered = excluded.lowered, run_tokens = excluded.run_tokens,
          run_micro_usd = excluded.run_micro_usd, run_calls = excluded.run_calls, run_ms = excluded.run_ms
        """,
        [
          .text(user), .text(orNull: next.tier), list(next.budgets), .integer(next.removed ? 1 : 0),
          .text(orNull: next.givesUpFirst?.rawValue), list(next.lowered), .integer(orNull: next.runLimits.tokens),
          .integer(orNull: next.runLimits.costMicroUSD), .integer(orNull: next.runLimits.calls),
          .integer(orNull: next.runLimits.durationMs),
        ])
      try writer.append(
        EntryRecord(Entry(sequence: 0, kind: .user, atUnixMs: 0, user: user, actor: actor, note: note)))
    }
  }

  /// Records what was done for a user that the ledger itself does not hold, such as a key that was made.
  public func record(change note: String, of user: String, actor: String, nowUnixMs: Int64) throws(LedgerError) {
    _ = try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      try writer.append(
        EntryRecord(Entry(sequence: 0, kind: .user, atUnixMs: 0, user: user, actor: actor, note: note)))
    }
  }

  /// When the last call of a run ended, or was refused; `nil` where it has none.
  public func lastCall(ofRun run: String) throws(LedgerError) -> Int64? {
    try read { connection throws(SQLiteError) in
      // In the order of the index of runs, so that one row is read of however many.
      try connection.row(
        "SELECT at_ms FROM entry WHERE run = ? AND run IS NOT NULL AND kind <> 'reserve' ORDER BY sequence DESC LIMIT 1",
        [.text(run)])?.integer(0)
    }
  }

  /// The latest entries, newest first.
  public func entries(limit: Int) throws(LedgerError) -> [Entry] {
    try read { connection throws(SQLiteError) in
      try connection.rows(
        "SELECT sequence, \(EntryRecord.columns) FROM entry ORDER BY sequence DESC LIMIT ?", [.integer(Int64(limit))]
      ).map { EntryRecord($0).entry }
    }
  }

  static let userByName = "SELECT \(userColumns) FROM user WHERE name = ?"
  private static let userColumns =
    "name, tier, budgets, removed, last_call_ms, prefer, lowered, run_tokens, run_micro_usd, run_calls, run_ms"

  static func user(_ row: Row) -> LedgerUser {
    func limits(_ column: Int) -> [BudgetLimit] {
      var limits: [BudgetLimit] = []
      // A list of texts in which nothing is escaped, as `change` writes it: each second piece between quotation marks.
      let pieces = row.text(column).utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
      for index in stride(from: 1, to: pieces.count, by: 2) {
        if case .limit(let limit) = try? BudgetSpec(String(Substring(pieces[index]))) { limits.append(limit) }
      }
      return limits
    }
    var user = LedgerUser(
      name: row.text(0), tier: row.optionalText(1), budgets: limits(2), removed: row.integer(3) != 0,
      lastCallAtUnixMs: row.optionalInteger(4))
    user.givesUpFirst = row.optionalText(5).flatMap(Sacrifice.init)
    user.lowered = limits(6)
    user.runLimits = RunLimits(
      tokens: row.optionalInteger(7), costMicroUSD: row.optionalInteger(8), calls: row.optionalInteger(9),
      durationMs: row.optionalInteger(10))
    return user
  }
}
