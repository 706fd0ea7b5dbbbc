import GuardModel
import Ledger
import SQLite

/// Sums by runs and programs, which no quarter hour's sums know: entry by entry.
extension SQLiteLedger {
  /// What is read of each entry, in the order of `EntrySums`; the groups stand behind it.
  private static let columns = """
    kind, exactness, ending, input, output, charge_tokens, cost_micro_usd, unpriced, degraded, overrun_tokens, attempt, \
    surcharge_tokens, saved_tokens, saved_micro_usd, cached_input, cache_write, cache_write_hour, reasoning, audio_input, \
    audio_output, tool_input, web_searches
    """
  private static let columnCount = 22

  /// Sums of calls, grouped, in one walk along the calls of the range. SQLite would put each of them in the order of its group
  /// first, or look at every run that there ever was.
  func usageByEntry(_ query: UsageQuery, since: Int64, until: Int64) throws(LedgerError) -> [UsageRow] {
    let names: [UsageDimension: String] = [
      .user: "user", .operation: "operation", .model: "coalesce(model, '')", .tier: "tier", .phase: "phase",
      .run: "run",
      .program: "coalesce(program, '')", .quarterHour: "at_ms - at_ms % \(UsageQuery.quarterHourMs)",
    ]
    let groups = query.groupBy.compactMap { names[$0] }
    // Word for word the condition of the index.
    var sql =
      "SELECT \(([Self.columns] + groups).joined(separator: ", ")) FROM entry INDEXED BY entry_ending "
      + "WHERE run IS NOT NULL AND kind <> 'reserve' AND kind <> 'void' AND at_ms >= ? AND at_ms < ?"
    var values: [SQLiteValue] = [.integer(since), .integer(until)]
    for (column, value) in [("user", query.user), ("operation", query.operation)] {
      guard let value else { continue }
      sql += " AND \(column) = ?"
      values.append(.text(value))
    }
    var found: [UsageRow] = []
    var places: [[String]: Int] = [:]
    var isTooLarge = false
    var latest = 0
    try read { connection throws(SQLiteError) in
      try connection.forEachRowInPlace(sql, values) { row in
        let sums = Self.sums(row)
        // Calls of a run mostly follow each other: then nothing is looked up.
        let isLatest =
          latest < found.count
          && groups.indices.allSatisfy { row.reads(Self.columnCount + $0, as: found[latest].group[$0]) }
        if !isLatest {
          let group = groups.indices.map { row.text(Self.columnCount + $0) }
          latest = places[group] ?? found.count
          if latest == found.count {
            places[group] = latest
            found.append(UsageRow(group: group, sums: sums))
            return true
          }
        }
        do throws(AmountOverflow) { try found[latest].sums.add(sums) } catch { isTooLarge = true }
        return !isTooLarge
      }
    }
    if isTooLarge { throw .sumTooLarge }
    places = [:]
    // Their places are put in order: the rows themselves are large to be moved about.
    let order = found.indices.sorted { found[$0].group.lexicographicallyPrecedes(found[$1].group) }
    return order.map { found[$0] }
  }

  /// What an entry adds; the same as `Rollup.fromEntries`.
  private static func sums(_ row: RowInPlace) -> UsageSums {
    var sums = UsageSums()
    if row.isText(0, "refuse") {
      sums.refusals = 1
      return sums
    }
    if row.isText(0, "unmetered") {
      sums.unmetered = 1
      return sums
    }
    (sums.chargeTokens, sums.costMicroUSD) = (row.integer(5), row.integer(6))
    if row.isText(0, "cached") {
      sums.cached = 1
      (sums.savedTokens, sums.savedMicroUSD) = (row.integer(12), row.integer(13))
      return sums
    }
    sums.calls = 1
    if row.isText(1, "exact") {
      (sums.exactInput, sums.exactOutput) = (row.integer(3), row.integer(4))
    } else {
      (sums.estimatedInput, sums.estimatedOutput) = (row.integer(3), row.integer(4))
    }
    if row.isNull(6) || !row.isNull(7) {
      sums.callsOfUnknownCost = 1
      if !row.isNull(6) {
        if row.isText(7, "service_discount") {
          sums.callsOfCostAtMost = 1
        } else if UsagePart.read(row.text(7)).contains(.serviceDiscount) {
          sums.callsOfCostAbout = 1
        }
      }
    }
    sums.degraded = row.integer(8) != 0 ? 1 : 0
    sums.failed = row.isText(2, "complete") ? 0 : 1
    sums.overrunTokens = row.integer(9)
    sums.retries = row.integer(10) > 1 ? 1 : 0
    sums.surchargeTokens = row.integer(11)
    (sums.cachedInput, sums.cacheWrite) = (row.integer(14), row.integer(15))
    (sums.cacheWriteHour, sums.reasoning) = (row.integer(16), row.integer(17))
    (sums.audioInput, sums.audioOutput) = (row.integer(18), row.integer(19))
    (sums.toolInput, sums.webSearches) = (row.integer(20), row.integer(21))
    return sums
  }
}
