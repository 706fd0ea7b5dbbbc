import GuardModel
import Ledger
import SQLite

/// Sums by quarter hour, kept in the transaction that settles or refuses, so that reports need not read every entry and
/// are exact all the same.
enum Rollup {
  /// The sums, in the order of the table.
  static let sums = [
    "calls", "exact_input", "estimated_input", "exact_output", "estimated_output", "charge_tokens", "cost_micro_usd",
    "unknown_cost", "refusals", "degraded", "failed", "overrun_tokens", "retries", "surcharge_tokens",
    "cached", "saved_tokens", "saved_micro_usd", "cached_input", "cache_write", "cache_write_hour", "reasoning",
    "audio_input", "audio_output", "tool_input", "web_searches", "unmetered", "cost_at_most", "cost_about",
  ]

  /// What an entry of a call adds to each of them.
  private static let additions = [
    "kind = 'settle'",
    "iif(exactness = 'exact', input, 0)",
    "iif(exactness = 'estimated', input, 0)",
    "iif(exactness = 'exact', output, 0)",
    "iif(exactness = 'estimated', output, 0)",
    "iif(kind <> 'refuse', charge_tokens, 0)",
    "iif(kind <> 'refuse', coalesce(cost_micro_usd, 0), 0)",
    "kind = 'settle' AND (cost_micro_usd IS NULL OR unpriced IS NOT NULL)",
    "kind = 'refuse'",
    "kind = 'settle' AND degraded",
    "kind = 'settle' AND ending <> 'complete'",
    "coalesce(overrun_tokens, 0)",
    "kind = 'settle' AND attempt > 1",
    "iif(kind = 'settle', coalesce(surcharge_tokens, 0), 0)",
    "kind = 'cached'",
    "coalesce(saved_tokens, 0)",
    "coalesce(saved_micro_usd, 0)",
    "coalesce(cached_input, 0)",
    "coalesce(cache_write, 0)",
    "coalesce(cache_write_hour, 0)",
    "coalesce(reasoning, 0)",
    "coalesce(audio_input, 0)",
    "coalesce(audio_output, 0)",
    "coalesce(tool_input, 0)",
    "coalesce(web_searches, 0)",
    "kind = 'unmetered'",
    "kind = 'settle' AND \(costIsAtMost)",
    "kind = 'settle' AND \(costIsAbout)",
  ]

  /// Whether a discount alone is unknown of an entry's cost: that is the most that it can be.
  private static let costIsAtMost = "coalesce(cost_micro_usd IS NOT NULL AND unpriced = 'service_discount', 0)"
  /// Whether a price and a discount are unknown of it: it may be more, and it may be less.
  private static let costIsAbout =
    "coalesce(cost_micro_usd IS NOT NULL AND unpriced <> 'service_discount' AND instr(unpriced, 'service_discount'), 0)"

  /// The same sums from entries of calls.
  static let fromEntries = additions.map { "sum(\($0))" }.joined(separator: ", ")

  /// Both sums as they are compared: in two halves, each of which always fits. SQLite gives up a sum that does not.
  static let halves = (rollup: halves(of: sums), entries: halves(of: additions))

  private static func halves(of terms: [String]) -> String {
    terms.map { "sum((\($0)) >> 32), sum((\($0)) & 4294967295)" }.joined(separator: ", ")
  }

  /// Two rows of halves tell the same sums.
  static func areEqual(_ a: Row?, _ b: Row?) -> Bool {
    func sum(_ row: Row?, _ index: Int) -> Int128 {
      row.map { Int128($0.integer(2 * index)) << 32 + Int128($0.integer(2 * index + 1)) } ?? 0
    }
    return sums.indices.allSatisfy { sum(a, $0) == sum(b, $0) }
  }

  /// Adds to the sums of a quarter hour. Written out, as every run would else put it together anew.
  static let upsert = """
    INSERT INTO rollup (quarter_ms, user, operation, model, tier, phase, calls, exact_input, estimated_input, \
    exact_output, estimated_output, charge_tokens, cost_micro_usd, unknown_cost, refusals, degraded, failed, \
    overrun_tokens, retries, surcharge_tokens, cached, saved_tokens, saved_micro_usd, cached_input, cache_write, \
    cache_write_hour, reasoning, audio_input, audio_output, tool_input, web_searches, unmetered, cost_at_most, \
    cost_about) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
    ?, ?, ?) ON CONFLICT DO UPDATE SET \
    calls = calls + excluded.calls, exact_input = exact_input + excluded.exact_input, estimated_input = \
    estimated_input + excluded.estimated_input, exact_output = exact_output + excluded.exact_output, \
    estimated_output = estimated_output + excluded.estimated_output, charge_tokens = charge_tokens + \
    excluded.charge_tokens, cost_micro_usd = cost_micro_usd + excluded.cost_micro_usd, unknown_cost = unknown_cost + \
    excluded.unknown_cost, refusals = refusals + excluded.refusals, degraded = degraded + excluded.degraded, failed \
    = failed + excluded.failed, overrun_tokens = overrun_tokens + excluded.overrun_tokens, retries = retries + \
    excluded.retries, surcharge_tokens = surcharge_tokens + excluded.surcharge_tokens, cached = cached + \
    excluded.cached, saved_tokens = saved_tokens + excluded.saved_tokens, saved_micro_usd = saved_micro_usd + \
    excluded.saved_micro_usd, cached_input = cached_input + excluded.cached_input, cache_write = cache_write + \
    excluded.cache_write, cache_write_hour = cache_write_hour + excluded.cache_write_hour, reasoning = reasoning + \
    excluded.reasoning, audio_input = audio_input + excluded.audio_input, audio_output = audio_output + \
    excluded.audio_output, tool_input = tool_input + excluded.tool_input, web_searches = web_searches + \
    excluded.web_searches, unmetered = unmetered + excluded.unmetered, cost_at_most = cost_at_most + \
    excluded.cost_at_most, cost_about = cost_about + excluded.cost_about
    """

  static func add(_ addition: UsageSums, of facts: CallFacts, _ writer: Writer) throws(WriteFailure) {
    let quarter = writer.nowUnixMs - writer.nowUnixMs % UsageQuery.quarterHourMs
    if let memory = writer.memory {
      if memory.add(addition, of: facts, quarter) { return }
      throw .overflow
    }
    do throws(SQLiteError) { try store(addition, of: facts, quarterUnixMs: quarter, writer.connection) } catch {
      throw .sqlite(error)
    }
  }

  /// Adds sums to their row, or makes it.
  static func store(
    _ sums: UsageSums, of facts: CallFacts, quarterUnixMs: Int64, _ connection: Connection
  ) throws(SQLiteError) {
    let numbers = numbers(sums)
    if let few = Few.ofCalls.holds(numbers) ? Few.ofCalls : Few.ofAnswers.holds(numbers) ? Few.ofAnswers : nil,
      try connection.run(few.update, few.values(numbers, of: facts, quarterUnixMs: quarterUnixMs)) > 0
    {
      return
    }
    var values = PackedValues()
    append(facts, quarterUnixMs: quarterUnixMs, to: &values)
    for number in numbers { values.append(number) }
    try connection.run(upsert, values)
  }

  /// A few of the sums, where all that is added is added to them. In a quarter hour that has a row already it is updated: that is
  /// prepared in a sixth of the time that `upsert` takes.
  struct Few {
    let update: String
    /// The places of the sums among the values of `upsert`, behind the six that name the row.
    let places: [Int]

    /// What a call adds that has ended well and was the first of its kind. Of hardly any both a price and a discount are unknown.
    static let ofCalls = Few(
      update: """
        UPDATE rollup SET calls = calls + ?, exact_input = exact_input + ?, estimated_input = estimated_input + ?, \
        exact_output = exact_output + ?, estimated_output = estimated_output + ?, charge_tokens = charge_tokens + ?, \
        cost_micro_usd = cost_micro_usd + ?, unknown_cost = unknown_cost + ?, overrun_tokens = overrun_tokens + ?, \
        cost_at_most = cost_at_most + ? \
        WHERE quarter_ms = ? AND user = ? AND operation = ? AND model = ? AND tier = ? AND phase = ?
        """, places: [6, 7, 8, 9, 10, 11, 12, 13, 17, 32])

    /// What an answer from the cache adds.
    static let ofAnswers = Few(
      update: """
        UPDATE rollup SET charge_tokens = charge_tokens + ?, cost_micro_usd = cost_micro_usd + ?, cached = cached + ?, \
        saved_tokens = saved_tokens + ?, saved_micro_usd = saved_micro_usd + ? \
        WHERE quarter_ms = ? AND user = ? AND operation = ? AND model = ? AND tier = ? AND phase = ?
        """, places: [11, 12, 20, 21, 22])

    /// Whether no other sum changes.
    func holds(_ numbers: [Int64]) -> Bool {
      var next = 0
      for index in numbers.indices {
        if next < places.count, places[next] == index + 6 { next += 1 } else if numbers[index] != 0 { return false }
      }
      return true
    }

    /// The values of `update`.
    func values(_ numbers: [Int64], of facts: CallFacts, quarterUnixMs: Int64) -> PackedValues {
      var values = PackedValues()
      for place in places { values.append(numbers[place - 6]) }
      Rollup.append(facts, quarterUnixMs: quarterUnixMs, to: &values)
      return values
    }
  }

  /// The values that name a row.
  private static func append(_ facts: CallFacts, quarterUnixMs: Int64, to values: inout PackedValues) {
    values.append(quarterUnixMs)
    values.append(facts.user)
    values.append(facts.operation)
    values.append(facts.model ?? "")
    values.append(facts.tier)
    values.append(facts.phase.rawValue)
  }

  /// The sums, in the order of the table.
  static func numbers(_ sums: UsageSums) -> [Int64] {
    [
      sums.calls, sums.exactInput, sums.estimatedInput, sums.exactOutput, sums.estimatedOutput, sums.chargeTokens,
      sums.costMicroUSD, sums.callsOfUnknownCost, sums.refusals, sums.degraded, sums.failed, sums.overrunTokens,
      sums.retries, sums.surchargeTokens, sums.cached, sums.savedTokens, sums.savedMicroUSD, sums.cachedInput,
      sums.cacheWrite, sums.cacheWriteHour, sums.reasoning, sums.audioInput, sums.audioOutput, sums.toolInput,
      sums.webSearches, sums.unmetered, sums.callsOfCostAtMost, sums.callsOfCostAbout,
    ]
  }

  static func read(_ row: Row, from first: Int) -> UsageSums {
    var sums = UsageSums()
    sums.calls = row.integer(first)
    sums.exactInput = row.integer(first + 1)
    sums.estimatedInput = row.integer(first + 2)
    sums.exactOutput = row.integer(first + 3)
    sums.estimatedOutput = row.integer(first + 4)
    sums.chargeTokens = row.integer(first + 5)
    sums.costMicroUSD = row.integer(first + 6)
    sums.callsOfUnknownCost = row.integer(first + 7)
    sums.refusals = row.integer(first + 8)
    sums.degraded = row.integer(first + 9)
    sums.failed = row.integer(first + 10)
    sums.overrunTokens = row.integer(first + 11)
    sums.retries = row.integer(first + 12)
    sums.surchargeTokens = row.integer(first + 13)
    sums.cached = row.integer(first + 14)
    sums.savedTokens = row.integer(first + 15)
    sums.savedMicroUSD = row.integer(first + 16)
    sums.cachedInput = row.integer(first + 17)
    sums.cacheWrite = row.integer(first + 18)
    sums.cacheWriteHour = row.integer(first + 19)
    sums.reasoning = row.integer(first + 20)
    sums.audioInput = row.integer(first + 21)
    sums.audioOutput = row.integer(first + 22)
    sums.toolInput = row.integer(first + 23)
    sums.webSearches = row.integer(first + 24)
    sums.unmetered = row.integer(first + 25)
    sums.callsOfCostAtMost = row.integer(first + 26)
    sums.callsOfCostAbout = row.integer(first + 27)
    return sums
  }
}

extension SQLiteLedger {
  /// Sums of calls, grouped: whole quarter hours from the rollup, the ends of the range from entries.
  public func usage(_ query: UsageQuery) throws(LedgerError) -> [UsageRow] {
    let names: [UsageDimension: String] = [
      .user: "user", .operation: "operation", .model: "model", .tier: "tier", .phase: "phase",
      .quarterHour: "quarter_ms",
    ]
    let groups = query.groupBy.compactMap { names[$0] }
    let since = max(query.sinceUnixMs ?? 0, 0)
    let until = query.untilUnixMs ?? .max
    if until <= since { return [] }
    let quarter = UsageQuery.quarterHourMs
    var firstWhole = (since / quarter + (since % quarter == 0 ? 0 : 1)) * quarter
    var lastWhole = until / quarter * quarter
    // The rollup does not know runs and programs; a range within one quarter hour has no whole one.
    if query.groupBy.contains(.run) || query.groupBy.contains(.program) {
      return try usageByEntry(query, since: since, until: until)
    }
    if firstWhole >= lastWhole { (firstWhole, lastWhole) = (until, until) }

    var values: [SQLiteValue] = []
    func filter(_ bounds: String, _ low: Int64, _ high: Int64) -> String {
      values += [.integer(low), .integer(high)]
      var text = bounds
      if let user = query.user {
        text += " AND user = ?"
        values.append(.text(user))
      }
      if let operation = query.operation {
        text += " AND operation = ?"
        values.append(.text(operation))
      }
      return text
    }
    func select(_ groups: [String], _ sums: String, _ source: String) -> String {
      let grouping = groups.isEmpty ? "" : " GROUP BY " + groups.indices.map { String($0 + 1) }.joined(separator: ", ")
      return "SELECT " + (groups + [sums]).joined(separator: ", ") + " FROM " + source + grouping
    }
    let entryGroups = groups.map { group in
      switch group {
      case "quarter_ms": "at_ms - at_ms % \(quarter)"
      case "model": "coalesce(model, '')"
      default: group
      }
    }
    let rollupSums = Rollup.sums.map { "sum(\($0))" }.joined(separator: ", ")
    // Word for word the condition of the index it needs.
    let call = "entry WHERE run IS NOT NULL AND kind <> 'reserve' AND kind <> 'void'"
    var parts = [
      select(
        entryGroups, Rollup.fromEntries, call + filter(" AND at_ms >= ? AND at_ms < ?", since, min(firstWhole, until)))
    ]
    if firstWhole < lastWhole {
      parts.append(
        select(
          groups, rollupSums, "rollup" + filter(" WHERE quarter_ms >= ? AND quarter_ms < ?", firstWhole, lastWhole)))
      parts.append(
        select(entryGroups, Rollup.fromEntries, call + filter(" AND at_ms >= ? AND at_ms < ?", lastWhole, until)))
    }
    return try merged(parts.joined(separator: " UNION ALL "), values, groups.count)
  }

  private func merged(_ sql: String, _ values: [SQLiteValue], _ groups: Int) throws(LedgerError) -> [UsageRow] {
    let rows: [Row]
    do throws(LedgerError) {
      rows = try read { connection throws(SQLiteError) in try connection.rows(sql, values) }
    } catch {
      // *Source:* SQLite's documentation of `sum()`: it throws an "integer overflow" exception.
      if case .inputOutput(_, let reason) = error, reason.hasPrefix("integer overflow") { throw .sumTooLarge }
      throw error
    }
    var found: [UsageRow] = []
    // Where each group stands: the sums themselves are large to be moved about.
    var places: [[String]: Int] = [:]
    places.reserveCapacity(rows.count)
    for row in rows {
      let group = (0..<groups).map { row.optionalInteger($0).map(String.init) ?? row.text($0) }
      let addition = Rollup.read(row, from: groups)
      if addition == UsageSums() { continue }
      guard let place = places[group] else {
        places[group] = found.count
        found.append(UsageRow(group: group, sums: addition))
        continue
      }
      do throws(AmountOverflow) { try found[place].sums.add(addition) } catch { throw .sumTooLarge }
    }
    return found.sorted { $0.group.lexicographicallyPrecedes($1.group) }
  }
}
