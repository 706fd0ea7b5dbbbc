import GuardModel
import Ledger
import SQLite

/// What was asked for lately, so that a retry is known as one.
enum Attempts {
  /// Keys with one head stand together, and few of them differ.
  private static let countSQL =
    "SELECT key, count(*) FROM attempt WHERE key >= ? AND key <= ? AND at_ms > ? GROUP BY key"

  private static func values(_ key: AttemptKey, since: Int64) -> [SQLiteValue] {
    var last = key.bytes
    for place in AttemptKey.headBytes..<last.count { last[place] = 0xFF }
    return [.blob(key.head), .blob(last), .integer(since)]
  }

  private static func sum(_ rows: [Row], _ key: AttemptKey) -> Int64 {
    rows.reduce(0) { $0 + (key.matches($1.blob(0)) ? $1.integer(1) : 0) }
  }

  /// How many attempts are remembered from the last `windowMs` milliseconds.
  static func count(_ key: AttemptKey, _ windowMs: Int64, _ writer: Writer) throws(WriteFailure) -> Int64 {
    if let known = writer.memory?.attempts(key, windowMs, at: writer.nowUnixMs) { return known }
    return sum(try writer.rows(countSQL, values(key, since: writer.nowUnixMs - windowMs)), key)
  }

  static func count(
    _ key: AttemptKey, windowMs: Int64, nowUnixMs: Int64, _ connection: Connection
  ) throws(SQLiteError) -> Int64 {
    sum(try connection.rows(countSQL, values(key, since: nowUnixMs - windowMs)), key)
  }

  /// Remembers one, and now and then lets go of some that are too old for any window: more than come in, so that the table
  /// stays small.
  static func remember(_ key: AttemptKey, _ hold: HoldID, _ writer: Writer) throws(WriteFailure) {
    writer.memory?.forgetAttempts()
    try writer.run(
      "INSERT INTO attempt (hold, key, at_ms) VALUES (?, ?, ?)",
      [.integer(hold.number), .blob(key.bytes), .integer(writer.nowUnixMs)])
    // About every eighth hold, whatever rhythm their numbers have.
    if (hold.number &* 0x9E37_79B9) >> 16 & 7 != 0 { return }
    // Most times the oldest is young, and so are those behind it: looking at one costs a tenth of looking at all.
    let tooOld = writer.nowUnixMs - Escalation.maximumWindowMs
    let oldest = try writer.row("SELECT at_ms FROM attempt ORDER BY hold LIMIT 1")?.integer(0) ?? 0
    if oldest > tooOld { return }
    // A range, which is walked through. A list of the same holds would be made as a table first, and each looked for.
    try writer.run(
      """
      DELETE FROM attempt WHERE hold <= (SELECT max(hold) FROM (SELECT hold FROM attempt ORDER BY hold LIMIT 64)) \
      AND at_ms <= ?
      """, [.integer(tooOld)])
  }

  /// Forgets the attempt of a call that did not happen.
  static func forget(_ hold: HoldID, _ writer: Writer) throws(WriteFailure) {
    writer.memory?.forgetAttempts()
    try writer.run("DELETE FROM attempt WHERE hold = ?", [.integer(hold.number)])
  }
}

extension SQLiteLedger {
  /// Forgets the attempts of calls whose answers nobody has got: asking again is no retry.
  public func forgetAttempts(of holds: [HoldID], nowUnixMs: Int64) throws(LedgerError) {
    try write(nowUnixMs: nowUnixMs, isOfACall: true) { writer throws(WriteFailure) in
      for hold in holds { try Attempts.forget(hold, writer) }
    }
  }

  /// How many attempts at the same thing are remembered.
  public func attempts(_ key: AttemptKey, windowMs: Int64, nowUnixMs: Int64) throws(LedgerError) -> Int64 {
    func count() throws(SQLiteError) -> (count: Int64, now: Int64) {
      let now = max(try storedClock(), nowUnixMs)
      return (try Attempts.count(key, windowMs: windowMs, nowUnixMs: now, connection), now)
    }
    guard let memory = try groupMemory() else { return try read { _ throws(SQLiteError) in try count().count } }
    let counted = try known(count)
    memory.note(counted.count, attemptsAt: key, windowMs, at: counted.now)
    return counted.count
  }
}
