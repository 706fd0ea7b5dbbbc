import GuardModel
import Ledger
import SQLite

/// Calls one by one, and what no call made. Every statement names the index that it walks along: a read of a few calls
/// costs the same in a ledger of ten million.
extension SQLiteLedger {
  /// Every entry of a call but the one that reserved for it; word for word the condition of two indexes.
  private static let endings = "run IS NOT NULL AND kind <> 'reserve'"

  private static let isNoReplacement =
    "coalesce(e.note, '') NOT IN (\(Replacement.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"

  /// The columns of a call's entry. What only the engine has a use for is not read: nothing stands in its place.
  private static let columns = EntryRecord.columns.split(separator: ",").map { column in
    let name = column.drop { $0 == " " || $0 == "\n" }
    return ["balances", "when_abandoned", "idempotency_key"].contains(name) ? "NULL" : "e.\(name)"
  }.joined(separator: ", ")

  /// Calls that have ended. Those of somebody who seldom calls are looked for where the sums say that there are some.
  public func calls(_ query: CallQuery) throws(LedgerError) -> [CallRecord] {
    let names = [query.user, query.operation, query.model, query.phase?.rawValue]
    let isNewestFirst: Bool
    switch query.order {
    case .newestFirst: isNewestFirst = true
    case .oldestFirst: isNewestFirst = false
    case .asRecorded: return try scan(query)
    }
    if query.run != nil || names.allSatisfy({ $0 == nil }) { return try scan(query) }
    var bounds = quarters(of: query)
    var calls: [CallRecord] = []
    var count: Int64 = 8
    while bounds.lowerBound <= bounds.upperBound {
      let quarters = try quarters(query, within: bounds, isNewestFirst: isNewestFirst, limit: count)
      for range in Self.joined(quarters) {
        var part = query
        part.limit = query.limit - calls.count
        part.sinceUnixMs = max(range.lowerBound, query.sinceUnixMs ?? .min)
        part.untilUnixMs = min(range.upperBound, query.untilUnixMs ?? .max)
        calls += try scan(part)
        if calls.count >= query.limit { return calls }
      }
      guard quarters.count == count, let last = quarters.last else { return calls }
      if isNewestFirst { bounds.upperBound = last - 1 } else { bounds.lowerBound = last + UsageQuery.quarterHourMs }
      count = min(count * 2, 1024)
    }
    return calls
  }

  /// The first and the last quarter hour that a query can have calls in.
  private func quarters(of query: CallQuery) -> (lowerBound: Int64, upperBound: Int64) {
    var (low, high) = (query.sinceUnixMs ?? 0, max(query.untilUnixMs ?? .max, 0) - 1)
    switch query.order {
    case .newestFirst(let place?): high = min(high, place.atUnixMs)
    case .oldestFirst(let place?): low = max(low, place.atUnixMs)
    default: break
    }
    low = max(low, 0)
    return (low - low % UsageQuery.quarterHourMs, high)
  }

  /// Quarter hours in which there are calls of a query, in its order: some that ended otherwise than by being given back, as
  /// the sums say, or some that were given back.
  private func quarters(
    _ query: CallQuery, within bounds: (lowerBound: Int64, upperBound: Int64), isNewestFirst: Bool, limit: Int64
  ) throws(LedgerError) -> [Int64] {
    var conditions = ""
    var names: [SQLiteValue] = []
    for (column, name) in [
      ("user", query.user), ("operation", query.operation), ("model", query.model), ("phase", query.phase?.rawValue),
    ] {
      guard let name else { continue }
      conditions += " AND \(column) = ?"
      names.append(.text(name))
    }
    let (low, high) = (SQLiteValue.integer(bounds.lowerBound), SQLiteValue.integer(bounds.upperBound))
    let quarter = UsageQuery.quarterHourMs
    return try read { connection throws(SQLiteError) in
      try connection.rows(
        """
        SELECT quarter_ms FROM rollup WHERE quarter_ms >= ? AND quarter_ms <= ?\(conditions) \
        UNION SELECT at_ms - at_ms % \(quarter) FROM entry INDEXED BY entry_void \
        WHERE kind = 'void' AND at_ms >= ? AND at_ms <= ?\(conditions) \
        ORDER BY 1\(isNewestFirst ? " DESC" : "") LIMIT ?
        """, [low, high] + names + [low, high] + names + [.integer(limit)]
      ).map { $0.integer(0) }
    }
  }

  /// Neighbouring quarter hours as one range, in their order.
  private static func joined(_ quarters: [Int64]) -> [Range<Int64>] {
    var ranges: [Range<Int64>] = []
    for quarter in quarters {
      let end = quarter + UsageQuery.quarterHourMs
      if let last = ranges.last, last.lowerBound == end {
        ranges[ranges.count - 1] = quarter..<last.upperBound
      } else if let last = ranges.last, last.upperBound == quarter {
        ranges[ranges.count - 1] = last.lowerBound..<end
      } else {
        ranges.append(quarter..<end)
      }
    }
    return ranges
  }

  private func scan(_ query: CallQuery) throws(LedgerError) -> [CallRecord] {
    var conditions = [
      "e.run IS NOT NULL AND e.kind <> 'reserve'", "(e.kind <> 'void' OR \(Self.isNoReplacement))",
    ]
    var values: [SQLiteValue] = []
    func require(_ condition: String, _ value: SQLiteValue?) {
      guard let value else { return }
      conditions.append(condition)
      values.append(value)
    }
    // One bound at each end: of two, SQLite might walk from the one that is further away, and each page would be read from
    // the beginning of the range.
    var (low, high) = (query.sinceUnixMs, query.untilUnixMs)
    switch query.order {
    case .newestFirst(let place?): high = min(high ?? .max, place.atUnixMs + 1)
    case .oldestFirst(let place?): low = max(low ?? .min, place.atUnixMs)
    default: break
    }
    require("e.at_ms >= ?", low.map(SQLiteValue.integer))
    require("e.at_ms < ?", high.map(SQLiteValue.integer))
    require("e.run = ?", query.run.map(SQLiteValue.text))
    require("e.user = ?", query.user.map(SQLiteValue.text))
    require("e.operation = ?", query.operation.map(SQLiteValue.text))
    require("e.model = ?", query.model.map(SQLiteValue.text))
    require("e.phase = ?", (query.phase?.rawValue).map(SQLiteValue.text))
    require("e.kind = ?", query.isRefusedOnly ? .text(EntryKind.refuse.rawValue) : nil)
    let order: String
    var index = query.run == nil ? "INDEXED BY entry_ending" : "INDEXED BY entry_run"
    switch query.order {
    case .newestFirst(let place):
      order = "e.at_ms DESC, e.sequence DESC"
      if let place {
        conditions.append("(e.at_ms, e.sequence) < (?, ?)")
        values += [.integer(place.atUnixMs), .integer(place.sequence)]
      }
    case .oldestFirst(let place):
      order = "e.at_ms, e.sequence"
      if let place {
        conditions.append("(e.at_ms, e.sequence) > (?, ?)")
        values += [.integer(place.atUnixMs), .integer(place.sequence)]
      }
    case .asRecorded(let sequence):
      order = "e.sequence"
      index = "NOT INDEXED"
      require("e.sequence > ?", .integer(sequence))
    }
    let sql = """
      SELECT e.sequence, \(Self.columns), r.at_ms, r.charge_tokens, r.cost_micro_usd \
      FROM entry e \(index) LEFT JOIN entry r ON r.sequence = e.hold \
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(order) LIMIT ?
      """
    values.append(.integer(Int64(query.limit)))
    let rows = try read { connection throws(SQLiteError) in try connection.rows(sql, values) }
    return rows.compactMap(Self.record)
  }

  private static func record(_ row: Row) -> CallRecord? {
    let record = EntryRecord(row)
    guard let facts = record.entry.facts else { return nil }
    let first = EntryRecord.columnCount + 1
    let held = row.optionalInteger(first + 1).map { Charge(tokens: $0, costMicroUSD: row.optionalInteger(first + 2)) }
    return CallRecord(
      number: record.entry.hold?.number ?? record.entry.sequence, entry: record.entry, facts: facts,
      reservedAtUnixMs: row.optionalInteger(first), held: held, overrunTokens: record.overrunTokens ?? 0)
  }

  /// A call that has ended, by the number of any of its entries; `nil` for one that is under way, and for none.
  public func call(_ number: Int64) throws(LedgerError) -> CallRecord? {
    guard let last = try entries(ofCall: number).last, EntryKind.endings.contains(last.kind) else { return nil }
    let place = CallQuery.Place(atUnixMs: last.atUnixMs, sequence: last.sequence - 1)
    return try calls(
      CallQuery(sinceUnixMs: last.atUnixMs, untilUnixMs: last.atUnixMs + 1, order: .oldestFirst(after: place), limit: 1)
    ).first { $0.entry.sequence == last.sequence }
  }

  /// Every entry of a call.
  public func entries(ofCall number: Int64) throws(LedgerError) -> [Entry] {
    try read { connection throws(SQLiteError) in
      let columns = "SELECT sequence, \(EntryRecord.columns) FROM entry"
      guard let row = try connection.row("\(columns) WHERE sequence = ?", [.integer(number)]) else { return [] }
      let named = EntryRecord(row).entry
      if named.facts == nil { return [] }
      guard let hold = named.hold else { return [named] }
      let ending = try connection.rows(
        "\(columns) WHERE hold = ? AND kind IN ('settle', 'void')", [.integer(hold.number)])
      let reserved = try connection.rows("\(columns) WHERE sequence = ?", [.integer(hold.number)])
      return (reserved + ending).map { EntryRecord($0).entry }
    }
  }

  /// The sizes of the latest settled calls.
  public func sizes(_ query: UsageQuery, limit: Int) throws(LedgerError) -> [CallSize] {
    var conditions = "\(Self.endings) AND kind = 'settle' AND at_ms >= ? AND at_ms < ?"
    var values: [SQLiteValue] = [.integer(query.sinceUnixMs ?? .min), .integer(query.untilUnixMs ?? .max)]
    for (column, value) in [("user", query.user), ("operation", query.operation)] {
      guard let value else { continue }
      conditions += " AND \(column) = ?"
      values.append(.text(value))
    }
    let rows = try read { connection throws(SQLiteError) in
      try connection.rows(
        """
        SELECT at_ms, user, operation, coalesce(model, ''), tier, phase, run, program, charge_tokens, cost_micro_usd,
          estimated_input + estimated_output,
          input + output, exactness, waited_ms, unpriced, estimated_input, input
        FROM entry INDEXED BY entry_ending WHERE \(conditions) ORDER BY at_ms DESC, sequence DESC LIMIT ?
        """, values + [.integer(Int64(limit))])
    }
    return rows.map { row in
      CallSize(
        endedAtUnixMs: row.integer(0), user: row.text(1), operation: row.text(2), model: row.text(3),
        tier: row.text(4), phase: Phase(rawValue: row.text(5)) ?? .ok, run: row.text(6), program: row.text(7),
        charge: Charge(tokens: row.integer(8), costMicroUSD: row.optionalInteger(9)), estimated: row.integer(10),
        tokens: row.integer(11), estimatedInput: row.integer(15), input: row.integer(16),
        exactness: Exactness(rawValue: row.text(12)) ?? .estimated,
        waitedMs: row.optionalInteger(13),
        costBound: UsagePart.bound(UsagePart.read(row.optionalText(14)), ofCostMicroUSD: row.optionalInteger(9)))
    }
  }

  /// How often each user was refused, and by what.
  public func refusals(sinceUnixMs: Int64, untilUnixMs: Int64) throws(LedgerError) -> [RefusalSums] {
    let rows = try read { connection throws(SQLiteError) in
      try connection.rows(
        """
        SELECT user, iif(substr(note, 1, length(?)) = ?, NULL, note) AS budget, count(*)
        FROM entry INDEXED BY entry_refusal
        WHERE kind = 'refuse' AND at_ms >= ? AND at_ms < ? GROUP BY user, budget ORDER BY user, budget
        """,
        [
          .text(Refusal.policyMark), .text(Refusal.policyMark), .integer(sinceUnixMs), .integer(untilUnixMs),
        ])
    }
    return rows.map { RefusalSums(user: $0.text(0), budget: $0.optionalText(1), refusals: $0.integer(2)) }
  }

  /// How many calls came to nothing.
  public func callsOfNothing(_ query: UsageQuery) throws(LedgerError) -> Int64 {
    var conditions = "e.kind = 'void' AND e.at_ms >= ? AND e.at_ms < ? AND \(Self.isNoReplacement)"
    var values: [SQLiteValue] = [.integer(query.sinceUnixMs ?? .min), .integer(query.untilUnixMs ?? .max)]
    for (condition, value) in [
      ("coalesce(e.note, '') <> ?", Entry.chargedElsewhere), ("e.user = ?", query.user),
      ("e.operation = ?", query.operation),
    ] {
      guard let value else { continue }
      conditions += " AND \(condition)"
      values.append(.text(value))
    }
    return try read { connection throws(SQLiteError) in
      try connection.row("SELECT count(*) FROM entry e INDEXED BY entry_void WHERE \(conditions)", values)?.integer(0)
        ?? 0
    }
  }

  /// How many holds were recovered.
  public func recoveries(sinceUnixMs: Int64, untilUnixMs: Int64) throws(LedgerError) -> Int64 {
    try read { connection throws(SQLiteError) in
      try connection.row(
        """
        SELECT count(*) FROM entry INDEXED BY entry_recovery
        WHERE (ending = 'abandoned' OR note = 'the owner died') AND at_ms >= ? AND at_ms < ?
        """, [.integer(sinceUnixMs), .integer(untilUnixMs)])?.integer(0) ?? 0
    }
  }

  /// The windows that ended in a range.
  public func windows(endingFrom sinceUnixMs: Int64, until untilUnixMs: Int64) throws(LedgerError) -> [WindowRecord] {
    let rows = try read { connection throws(SQLiteError) in
      try connection.rows(
        "SELECT key, start_ms, end_ms, posted FROM balance WHERE end_ms >= ? AND end_ms < ? "
          + "ORDER BY end_ms, key, start_ms, posted", [.integer(sinceUnixMs), .integer(untilUnixMs)])
    }
    return rows.compactMap { row in
      BudgetKey(storageText: row.text(0)).map {
        WindowRecord(
          key: $0, window: Window(startUnixMs: row.integer(1), endUnixMs: row.integer(2)),
          posted: max(0, row.integer(3)))
      }
    }
  }

  /// The entries that no call made.
  public func administration(
    sinceUnixMs: Int64, untilUnixMs: Int64, limit: Int
  ) throws(LedgerError) -> [Entry] {
    try read { connection throws(SQLiteError) in
      try connection.rows(
        """
        SELECT sequence, \(EntryRecord.columns) FROM entry INDEXED BY entry_administration
        WHERE run IS NULL AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, sequence DESC LIMIT ?
        """, [.integer(sinceUnixMs), .integer(untilUnixMs), .integer(Int64(limit))]
      ).reversed().map { EntryRecord($0).entry }
    }
  }
}
