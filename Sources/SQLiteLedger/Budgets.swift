import GuardModel
import Ledger
import SQLite

/// Budgets as they stand, top-ups, resets and closed windows.
extension SQLiteLedger {
  /// Reads budgets as they stand.
  public func states(of budgets: [Budget], nowUnixMs: Int64) throws(LedgerError) -> [BudgetState] {
    if let memory = try groupMemory() {
      return try known { () throws(SQLiteError) in
        let now = max(try storedClock(), nowUnixMs)
        return try budgets.map { budget throws(SQLiteError) in
          let granted = try memory.granted(budget.key, at: now)
          guard let (_, balance) = try memory.balance(of: budget.key, at: now) else {
            return Balance.unused(budget, granted: granted, nowUnixMs: now, in: zone)
          }
          return balance.state(of: budget, granted: granted, nowUnixMs: now)
        }
      }
    }
    return try read { connection throws(SQLiteError) in
      let stored = try storedClock()
      let now = max(stored, nowUnixMs)
      if try isCheaperAtOnce(budgets.count, connection) { return try statesAtOnce(of: budgets, connection, now) }
      return try budgets.map { budget throws(SQLiteError) in
        let key = SQLiteValue.text(budget.key.storageText)
        let granted = try connection.row(BalanceRow.granted, [key, .integer(now)])?.integer(0) ?? 0
        let row = try connection.row(BalanceRow.current, [key, .integer(now), .integer(now)])
        guard let balance = row.map({ BalanceRow.read($0).balance }) else {
          return Balance.unused(budget, granted: granted, nowUnixMs: now, in: zone)
        }
        return balance.state(of: budget, granted: granted, nowUnixMs: now)
      }
    }
  }

  func states(of budgets: [Budget], _ writer: Writer) throws(WriteFailure) -> [BudgetState] {
    try budgets.map { budget throws(WriteFailure) in
      let granted = try writer.granted(budget.key)
      guard let (_, balance) = try writer.balance(of: budget.key) else {
        return Balance.unused(budget, granted: granted, nowUnixMs: writer.nowUnixMs, in: zone)
      }
      return balance.state(of: budget, granted: granted, nowUnixMs: writer.nowUnixMs)
    }
  }

  /// Adds to a budget until an instant.
  @discardableResult
  public func grant(_ grant: Grant, nowUnixMs: Int64) throws(LedgerError) -> GrantOutcome {
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      let (granted, booked) = (try writer.granted(grant.key), try writer.booked(grant.key))
      do throws(AmountOverflow) {
        if let ceiling = grant.ceiling, try Amount.sum(booked, grant.amount) > ceiling {
          return .overCeiling(booked: booked)
        }
        _ = try Amount.sum(granted, grant.amount)
      } catch { throw .overflow }
      try writer.run(
        "INSERT INTO top_up (key, amount, expires_ms, is_booked) VALUES (?, ?, ?, ?)",
        [
          .text(grant.key.storageText), .integer(grant.amount), .integer(grant.expiresAtUnixMs),
          .integer(grant.ceiling == nil ? 0 : 1),
        ])
      try writer.append(
        EntryRecord(
          Entry(
            sequence: 0, kind: .grant, atUnixMs: 0, user: grant.key.user, actor: grant.actor, note: grant.note)))
      return .granted
    }
  }

  /// Takes back what was added to a budget, the latest first.
  @discardableResult
  public func takeBack(_ topUp: TakenBack, nowUnixMs: Int64) throws(LedgerError) -> TakeBackOutcome {
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      let granted = try writer.granted(topUp.key)
      guard topUp.amount <= granted else { return .tooMuch(onTop: granted) }
      var left = topUp.amount
      for row in try writer.rows(
        "SELECT id, amount FROM top_up WHERE key = ? AND expires_ms > ? ORDER BY id DESC",
        [.text(topUp.key.storageText), .integer(writer.nowUnixMs)]) where left > 0
      {
        let (id, amount) = (row.integer(0), row.integer(1))
        if amount <= left {
          try writer.run("DELETE FROM top_up WHERE id = ?", [.integer(id)])
        } else {
          try writer.run("UPDATE top_up SET amount = amount - ? WHERE id = ?", [.integer(left), .integer(id)])
        }
        left -= min(left, amount)
      }
      try writer.append(
        EntryRecord(
          Entry(sequence: 0, kind: .grant, atUnixMs: 0, user: topUp.key.user, actor: topUp.actor, note: topUp.note)))
      return .takenBack(left: granted - topUp.amount)
    }
  }

  /// The users who have something on top of a budget: it may be all that is known of them.
  public func usersWithTopUps(nowUnixMs: Int64) throws(LedgerError) -> Set<String> {
    try read { connection throws(SQLiteError) in
      let now = SQLiteValue.integer(max(try storedClock(), nowUnixMs))
      let keys = try connection.rows("SELECT DISTINCT key FROM top_up WHERE expires_ms > ?", [now])
      return Set(keys.compactMap { BudgetKey(storageText: $0.text(0))?.user })
    }
  }

  /// How much of what a user booked on a budget has not expired.
  public func booked(_ key: BudgetKey, nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    try read { connection throws(SQLiteError) in
      let stored = try connection.row("SELECT \(Self.now)")?.integer(0) ?? 0
      return try connection.row(BalanceRow.booked, [.text(key.storageText), .integer(max(stored, nowUnixMs))])?
        .integer(0) ?? 0
    }
  }

  /// Takes the use of a budget's open window back to zero.
  public func reset(
    _ key: BudgetKey, reason: String, actor: String, nowUnixMs: Int64
  ) throws(LedgerError) -> Int64? {
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      guard let (id, current) = try writer.balance(of: key) else { return nil }
      var balance = current
      let used = balance.used(at: writer.nowUnixMs)
      guard used > 0 else { return nil }
      balance.empty(at: writer.nowUnixMs)
      _ = try writer.store(balance, id: id, key: key)
      var record = EntryRecord(
        Entry(
          sequence: 0, kind: .reset, atUnixMs: 0, user: key.user, actor: actor,
          note: "\(key.text(of: used)) of the \(key.label): \(reason)"))
      record.balances = [id]
      try writer.append(record)
      return used
    }
  }

  /// Takes the resets of a budget's open window back.
  public func undoReset(
    _ key: BudgetKey, reason: String, actor: String, nowUnixMs: Int64
  ) throws(LedgerError) -> Int64? {
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) -> Int64? in
      guard let (id, current) = try writer.balance(of: key) else { return nil }
      var balance = current
      let recounted = balance.recount()
      guard recounted > 0 else { return nil }
      _ = try writer.store(balance, id: id, key: key)
      var record = EntryRecord(
        Entry(
          sequence: 0, kind: .user, atUnixMs: 0, user: key.user, actor: actor,
          note: BudgetReset.undone(recounted, of: key, reason: reason)))
      record.balances = [id]
      try writer.append(record)
      return recounted
    }
  }

  /// What `undoReset` would let count again now; `nil` where that is nothing.
  public func undoableReset(_ key: BudgetKey, nowUnixMs: Int64) throws(LedgerError) -> Int64? {
    try read { connection throws(SQLiteError) in
      let now = SQLiteValue.integer(max(try storedClock(), nowUnixMs))
      var balance = try connection.row(BalanceRow.current, [.text(key.storageText), now, now]).map(BalanceRow.read)?
        .balance
      guard let again = balance?.recount(), again > 0 else { return nil }
      return again
    }
  }

  /// How many resets of a budget's open window `undoReset` would take back now.
  public func undoableResets(_ key: BudgetKey, nowUnixMs: Int64) throws(LedgerError) -> Int {
    try read { connection throws(SQLiteError) in
      let now = SQLiteValue.integer(max(try storedClock(), nowUnixMs))
      guard let row = try connection.row(BalanceRow.current, [.text(key.storageText), now, now]) else { return 0 }
      let (id, balance) = BalanceRow.read(row)
      let kinds = try connection.rows(
        """
        SELECT kind FROM entry INDEXED BY entry_administration
        WHERE run IS NULL AND at_ms >= ? AND user = ? AND balances = ? ORDER BY at_ms DESC, sequence DESC
        """, [.integer(balance.window.startUnixMs), .text(key.user), .text("[\(id)]")]
      ).map { $0.text(0) }
      // Those before an earlier undoing were taken back by it.
      return kinds.prefix { $0 != EntryKind.user.rawValue }.count { $0 == EntryKind.reset.rawValue }
    }
  }

  /// What past settlements of a model and operation showed.
  public func learned(model: String?, operation: String) throws(LedgerError) -> Learned {
    if let memory = try groupMemory() {
      return try known { () throws(SQLiteError) in try memory.learned(model: model, operation: operation) }
    }
    return try read { connection throws(SQLiteError) in
      var input = Learning.Input()
      if let model, let row = try connection.row(Self.learnedInput, [.text(model)]) { input = Self.learning(row) }
      let counts = try connection.rows(Self.learnedOutput, [.text(operation), .text(model ?? "")])
      return Learned(
        exactSettlements: input.settlements, estimatedInput: input.estimated, actualInput: input.actual,
        p95Output: Learning.p95(counts.map { ($0.integer(0), $0.integer(1)) }))
    }
  }
}
