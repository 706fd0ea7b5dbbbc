import GuardModel
import Ledger
import SQLite

/// One write transaction: the corrected clock, the balances it touches, and the entries it appends.
final class Writer {
  let connection: Connection
  /// What is known already and what is written later, for the operations of calls within a group.
  let memory: GroupMemory?
  /// The ledger's clock: never before what it was, but for the transaction that sets it back.
  let nowUnixMs: Int64
  /// The last entry appended; `nil` when nothing was recorded.
  private(set) var last: ChainHead.Link?
  /// The last entry before this transaction's, once it is known.
  private(set) var previous: ChainHead.Link?
  /// The clock of the transaction before.
  let storedNowMs: Int64

  init(
    _ connection: Connection, storedNowMs: Int64, nowUnixMs: Int64, mayGoBack: Bool,
    after previous: ChainHead.Link? = nil, memory: GroupMemory? = nil
  ) {
    self.connection = connection
    self.memory = memory
    self.previous = previous
    self.storedNowMs = storedNowMs
    self.nowUnixMs = mayGoBack ? nowUnixMs : max(storedNowMs, nowUnixMs)
  }

  func storeClock() throws(SQLiteError) {
    // Else the last entry's time says it.
    guard last != nil, nowUnixMs < storedNowMs else { return }
    try connection.run("UPDATE clock SET now_ms = ?", [.integer(nowUnixMs)])
  }

  /// Runs a statement.
  func run(_ sql: String, _ values: [SQLiteValue]) throws(WriteFailure) { _ = try changes(sql, values) }

  /// Runs a statement. - Returns: how many rows it changed.
  func changes(_ sql: String, _ values: [SQLiteValue]) throws(WriteFailure) -> Int {
    do throws(SQLiteError) { return try connection.run(sql, values) } catch { throw .sqlite(error) }
  }

  /// The first row of a query.
  func row(_ sql: String, _ values: [SQLiteValue] = []) throws(WriteFailure) -> Row? {
    do throws(SQLiteError) { return try connection.row(sql, values) } catch { throw .sqlite(error) }
  }

  /// The rows of a query.
  func rows(_ sql: String, _ values: [SQLiteValue] = []) throws(WriteFailure) -> [Row] {
    do throws(SQLiteError) { return try connection.rows(sql, values) } catch { throw .sqlite(error) }
  }

  /// Asks the group's memory.
  func known<Value>(_ body: () throws(SQLiteError) -> Value) throws(WriteFailure) -> Value {
    do throws(SQLiteError) { return try body() } catch { throw .sqlite(error) }
  }

  // MARK: - Entries

  /// The number the next entry gets.
  func nextSequence() throws(WriteFailure) -> Int64 {
    try Self.sequence(after: link())
  }

  /// SQLite's code of a file that is not as it should be (`SQLITE_CORRUPT`).
  private static let corrupt: Int32 = 11

  /// - Throws: where the last entry has the last number there is, which no llmguard gives.
  private static func sequence(after link: ChainHead.Link?) throws(WriteFailure) -> Int64 {
    let (next, isTooLarge) = (link?.sequence ?? 0).addingReportingOverflow(1)
    if isTooLarge {
      throw .sqlite(SQLiteError(code: Self.corrupt, message: "its last entry has the last number that there is"))
    }
    return next
  }

  /// The last entry, of this transaction or before it.
  func link() throws(WriteFailure) -> ChainHead.Link? {
    if let known = last ?? previous { return known }
    previous = try row("SELECT sequence, hash FROM entry WHERE sequence = (SELECT max(sequence) FROM entry)").map {
      ChainHead.Link(sequence: $0.integer(0), hash: $0.blob(1))
    }
    return previous
  }

  /// Appends an entry at the end of the chain; its number and time are set here.
  @discardableResult
  func append(_ record: EntryRecord) throws(WriteFailure) -> Int64 {
    let previous = try link()
    let sequence = try Self.sequence(after: previous)
    var row = record.packed(after: previous?.hash ?? [], sequence: sequence, atUnixMs: nowUnixMs)
    let hash = EntryRecord.hash(row)
    let isOfACall = row.given & EntryRecord.notOfCalls == 0
    row.append(hash)
    do throws(SQLiteError) {
      if isOfACall {
        try connection.run(Self.insertCall, row, leavingOut: EntryRecord.notOfCalls)
      } else {
        try connection.run(Self.insertEntry, row)
      }
    } catch { throw .sqlite(error) }
    last = ChainHead.Link(sequence: sequence, hash: hash)
    return sequence
  }

  static let insertEntry =
    "INSERT INTO entry (sequence, \(EntryRecord.columns), hash) VALUES (?"
    + String(repeating: ", ?", count: EntryRecord.columnCount) + ", ?)"

  /// An entry of a call. Its settlement is written by the statement that its hold was written by: preparing takes longer than
  /// all else that is done for an entry. Written out, as every run would else put it together anew.
  static let insertCall = """
    INSERT INTO entry (sequence, kind, at_ms, hold, user, tier, operation, model, requested_model, run, program, \
    phase, degraded, estimated_input, estimated_output, price_stamp, input, output, cached_input, cache_write, \
    reasoning, exactness, charge_tokens, cost_micro_usd, overrun_tokens, ending, balances, when_abandoned, \
    idempotency_key, attempt, surcharge_tokens, cache_tier, saved_tokens, saved_micro_usd, provider, waited_ms, \
    hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
    ?, ?, ?, ?)
    """

  /// An entry by its number.
  func entry(_ sequence: Int64) throws(WriteFailure) -> EntryRecord? {
    try row(Self.entryByNumber, [.integer(sequence)]).map(EntryRecord.init)
  }

  // Preparing a statement of so many columns takes as long as ten others: there is this one, and it is prepared once.
  static let entryByNumber = "SELECT sequence, \(EntryRecord.columns) FROM entry WHERE sequence = ?"

  /// How a hold ended; `nil` while it is open.
  func ending(of hold: HoldID) throws(WriteFailure) -> EntryRecord? {
    guard let last = try row(Self.endingOfHold, [.integer(hold.number)]) else { return nil }
    return try entry(last.integer(0))
  }

  /// The condition is word for word that of the index it needs.
  static let endingOfHold = "SELECT sequence FROM entry WHERE hold = ? AND kind IN ('settle', 'void')"

  // MARK: - Balances

  /// The balance of a budget that is in force now; `nil` when no window is open.
  func balance(of key: BudgetKey) throws(WriteFailure) -> (id: Int64, balance: Balance)? {
    if let memory { return try known { () throws(SQLiteError) in try memory.balance(of: key, at: nowUnixMs) } }
    return try row(BalanceRow.current, [.text(key.storageText), .integer(nowUnixMs), .integer(nowUnixMs)]).map(
      BalanceRow.read)
  }

  func balance(id: Int64) throws(WriteFailure) -> (key: BudgetKey?, balance: Balance)? {
    if let known = memory?.balance(id: id) { return (known.key, known.balance) }
    return try row(BalanceRow.byID, [.integer(id)]).map {
      (BudgetKey(storageText: $0.text(1)), BalanceRow.read($0).balance)
    }
  }

  /// Stores a balance; a new one gets a number.
  func store(_ balance: Balance, id: Int64?, key: BudgetKey) throws(WriteFailure) -> Int64 {
    let values = BalanceRow.values(balance)
    if let id {
      if memory?.store(balance, id: id) != true { try run(BalanceRow.update, values + [.integer(id)]) }
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
    if let memory { return try known { () throws(SQLiteError) in try memory.granted(key, at: nowUnixMs) } }
    return try row(BalanceRow.granted, [.text(key.storageText), .integer(nowUnixMs)])?.integer(0) ?? 0
  }

  /// Those among them that the user booked.
  func booked(_ key: BudgetKey) throws(WriteFailure) -> Int64 {
    try row(BalanceRow.booked, [.text(key.storageText), .integer(nowUnixMs)])?.integer(0) ?? 0
  }
}

/// How a balance stands in its row.
enum BalanceRow {
  static let columns = "id, key, start_ms, end_ms, pending, posted, forgiven, anchor_ms, refill_amount, refill_seconds"
  /// Of the windows that are open (after a clock was set back it may be two) the one that ends first.
  static let current =
    "SELECT \(columns) FROM balance WHERE key = ? AND end_ms > ? AND start_ms <= ? ORDER BY end_ms, id LIMIT 1"
  static let update = """
    UPDATE balance SET pending = ?, posted = ?, forgiven = ?, anchor_ms = ?, refill_amount = ?, refill_seconds = ?
    WHERE id = ?
    """
  static let byID = "SELECT \(columns) FROM balance WHERE id = ?"
  static let granted =
    "SELECT coalesce(sum(amount), 0) FROM top_up WHERE key = ? AND expires_ms > ?"
  static let booked =
    "SELECT coalesce(sum(amount), 0) FROM top_up WHERE key = ? AND expires_ms > ? AND is_booked = 1"

  /// What a call changes of a balance, in the order of `update`.
  static func values(_ balance: Balance) -> [SQLiteValue] {
    [
      .integer(balance.pending), .integer(balance.posted), .integer(balance.forgiven), .integer(balance.anchorUnixMs),
      .integer(orNull: balance.refill?.amount), .integer(orNull: balance.refill?.seconds),
    ]
  }

  /// What cannot be is read as the nearest that can: a file that somebody else wrote to, or a bit that turned, must end nothing.
  static func read(_ row: Row) -> (id: Int64, balance: Balance) {
    let refill = row.optionalInteger(8).map {
      Balance.Refill(amount: max(1, $0), seconds: min(max(1, row.integer(9)), SQLiteLedger.latestMs))
    }
    let posted = max(0, row.integer(5))
    return (
      row.integer(0),
      Balance(
        window: Window(startUnixMs: instant(row.integer(2)), endUnixMs: row.integer(3)),
        pending: max(0, row.integer(4)), posted: posted, forgiven: min(max(0, row.integer(6)), posted),
        anchorUnixMs: instant(row.integer(7)), refill: refill)
    )
  }

  /// An instant that can be reckoned with.
  static func instant(_ unixMs: Int64) -> Int64 {
    min(max(unixMs, -SQLiteLedger.latestMs), SQLiteLedger.latestMs)
  }
}
