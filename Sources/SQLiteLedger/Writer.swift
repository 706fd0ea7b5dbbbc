import GuardModel
import Ledger
import SQLite

/// One write transaction: the corrected clock, the balances it touches, and the entries it appends.
final class Writer {
  let connection: Connection
  /// The ledger's clock: never before what it was, but for the transaction that sets it back.
  let nowUnixMs: Int64
  /// The last entry appended; `nil` when nothing was recorded.
  private(set) var last: ChainHead.Link?
  /// The last entry before it, where that is known.
  private let previous: ChainHead.Link?
  /// The clock of the transaction before.
  let storedNowMs: Int64

  init(
    _ connection: Connection, nowUnixMs: Int64, mayGoBack: Bool, after previous: ChainHead.Link? = nil
  ) throws(WriteFailure) {
    self.connection = connection
    self.previous = previous
    do throws(SQLiteError) {
      storedNowMs = try connection.row("SELECT now_ms FROM clock")?.integer(0) ?? 0
    } catch { throw .sqlite(error) }
    self.nowUnixMs = mayGoBack ? nowUnixMs : max(storedNowMs, nowUnixMs)
  }

  func storeClock() throws(SQLiteError) {
    if last != nil, nowUnixMs != storedNowMs {
      try connection.run("UPDATE clock SET now_ms = ?", [.integer(nowUnixMs)])
    }
  }

  /// Runs a statement.
  func run(_ sql: String, _ values: [SQLiteValue]) throws(WriteFailure) {
    do throws(SQLiteError) { try connection.run(sql, values) } catch { throw .sqlite(error) }
  }

  /// The first row of a query.
  func row(_ sql: String, _ values: [SQLiteValue] = []) throws(WriteFailure) -> Row? {
    do throws(SQLiteError) { return try connection.row(sql, values) } catch { throw .sqlite(error) }
  }

  /// The rows of a query.
  func rows(_ sql: String, _ values: [SQLiteValue] = []) throws(WriteFailure) -> [Row] {
    do throws(SQLiteError) { return try connection.rows(sql, values) } catch { throw .sqlite(error) }
  }

  // MARK: - Entries

  /// The number the next entry gets.
  func nextSequence() throws(WriteFailure) -> Int64 {
    if let last = last ?? previous { return last.sequence + 1 }
    return try (row("SELECT max(sequence) FROM entry")?.integer(0) ?? 0) + 1
  }

  /// Appends an entry at the end of the chain; its number and time are set here.
  @discardableResult
  func append(_ record: EntryRecord) throws(WriteFailure) -> Int64 {
    var previous = last ?? previous
    if previous == nil {
      previous = try row("SELECT sequence, hash FROM entry WHERE sequence = (SELECT max(sequence) FROM entry)").map {
        ChainHead.Link(sequence: $0.integer(0), hash: $0.blob(1))
      }
    }
    var record = record
    let sequence = (previous?.sequence ?? 0) + 1
    record.entry.sequence = sequence
    record.entry.atUnixMs = nowUnixMs
    let values = record.values
    let hash = EntryRecord.hash(after: previous?.hash ?? [], sequence: sequence, values: values)
    try run(Self.insertEntry, [.integer(sequence)] + values + [.blob(hash)])
    last = ChainHead.Link(sequence: sequence, hash: hash)
    return sequence
  }

  private static let insertEntry =
    "INSERT INTO entry (sequence, \(EntryRecord.columns), hash) VALUES (?"
    + String(repeating: ", ?", count: EntryRecord.columnCount) + ", ?)"

  /// An entry by a condition.
  func entry(where condition: String, _ values: [SQLiteValue]) throws(WriteFailure) -> EntryRecord? {
    try row("SELECT sequence, \(EntryRecord.columns) FROM entry WHERE \(condition)", values).map(EntryRecord.init)
  }

  /// How a hold ended; `nil` while it is open. The condition is word for word that of the index it needs.
  func ending(of hold: HoldID) throws(WriteFailure) -> EntryRecord? {
    try entry(where: "hold = ? AND kind IN ('settle', 'void')", [.integer(hold.number)])
  }

  // MARK: - Balances

  /// The balance of a budget that is in force now; `nil` when no window is open.
  func balance(of key: BudgetKey) throws(WriteFailure) -> (id: Int64, balance: Balance)? {
    try row(BalanceRow.current, [.text(key.storageText), .integer(nowUnixMs), .integer(nowUnixMs)]).map(BalanceRow.read)
  }

  func balance(id: Int64) throws(WriteFailure) -> (key: BudgetKey?, balance: Balance)? {
    try row("SELECT \(BalanceRow.columns) FROM balance WHERE id = ?", [.integer(id)]).map {
      (BudgetKey(storageText: $0.text(1)), BalanceRow.read($0).balance)
    }
  }

  /// Stores a balance; a new one gets a number.
  func store(_ balance: Balance, id: Int64?, key: BudgetKey) throws(WriteFailure) -> Int64 {
    let values: [SQLiteValue] = [
      .integer(balance.pending), .integer(balance.posted), .integer(balance.forgiven), .integer(balance.anchorUnixMs),
      .integer(orNull: balance.refill?.amount), .integer(orNull: balance.refill?.seconds),
    ]
    if let id {
      try run(
        """
        UPDATE balance SET pending = ?, posted = ?, forgiven = ?, anchor_ms = ?, refill_amount = ?, refill_seconds = ?
        WHERE id = ?
        """, values + [.integer(id)])
      return id
    }
    try run(
      """
      INSERT INTO balance (pending, posted, forgiven, anchor_ms, refill_amount, refill_seconds, key, start_ms, end_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      values + [
        .text(key.storageText), .integer(balance.window.startUnixMs), .integer(balance.window.endUnixMs),
      ])
    return try row("SELECT last_insert_rowid()")?.integer(0) ?? 0
  }

  /// Top-ups in force for a budget.
  func granted(_ key: BudgetKey) throws(WriteFailure) -> Int64 {
    try row(BalanceRow.granted, [.text(key.storageText), .integer(nowUnixMs)])?.integer(0) ?? 0
  }
}

/// How a balance stands in its row.
enum BalanceRow {
  static let columns = "id, key, start_ms, end_ms, pending, posted, forgiven, anchor_ms, refill_amount, refill_seconds"
  /// Of the windows that are open (after a clock was set back it may be two) the one that ends first.
  static let current =
    "SELECT \(columns) FROM balance WHERE key = ? AND end_ms > ? AND start_ms <= ? ORDER BY end_ms, id LIMIT 1"
  static let granted =
    "SELECT coalesce(sum(amount), 0) FROM (SELECT amount FROM top_up WHERE key = ? AND expires_ms > ?)"

  static func read(_ row: Row) -> (id: Int64, balance: Balance) {
    let refill = row.optionalInteger(8).map { Balance.Refill(amount: $0, seconds: row.integer(9)) }
    return (
      row.integer(0),
      Balance(
        window: Window(startUnixMs: row.integer(2), endUnixMs: row.integer(3)), pending: row.integer(4),
        posted: row.integer(5), forgiven: row.integer(6), anchorUnixMs: row.integer(7), refill: refill)
    )
  }
}
