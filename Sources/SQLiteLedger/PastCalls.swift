import GuardModel
import Ledger
import SQLite

/// The calls of the past, one by one.
extension SQLiteLedger: CallHistory {
  /// Hands out calls in the order they ended.
  public func pastCalls(_ query: HistoryQuery, _ body: (PastCall) -> Bool) throws(LedgerError) {
    var sql = """
      SELECT e.at_ms, r.at_ms, e.user, e.tier, e.operation, e.model, e.requested_model, e.run, e.program, e.phase,
        e.degraded, e.estimated_input, e.estimated_output, e.attempt, e.input, e.output, e.cached_input, e.cache_write,
        e.reasoning, e.exactness, e.charge_tokens, e.cost_micro_usd, e.kind,
        e.cache_write_hour, e.audio_input, e.audio_output, e.tool_input, e.web_searches, e.route, e.sequence, r.sequence,
        r.charge_tokens, r.cost_micro_usd, e.note, e.unpriced, e.saved_tokens
      FROM entry e LEFT JOIN entry r ON r.sequence = e.hold
      WHERE e.run IS NOT NULL AND e.kind <> 'reserve' AND e.at_ms >= ?
      """
    var values: [SQLiteValue] = [.integer(query.sinceUnixMs)]
    for (column, value) in [("user", query.user), ("program", query.program), ("operation", query.operation)] {
      guard let value else { continue }
      sql += " AND e.\(column) = ?"
      values.append(.text(value))
    }
    sql += " ORDER BY e.at_ms, e.sequence"
    try read { connection throws(SQLiteError) in
      try connection.forEachRow(sql, values) { row in
        // The condition is word for word that of the index; what was given back took nothing, and nobody knows what a
        // request took that cannot be metered.
        let kind = row.text(22)
        let isAnswered = query.hasAnswered && kind == "cached"
        if !isAnswered && !["settle", "refuse"].contains(kind) || row.optionalText(28) != nil { return true }
        let facts = CallFacts(
          user: row.text(2), tier: row.text(3), operation: row.text(4), model: row.optionalText(5),
          requestedModel: row.optionalText(6), run: row.text(7), program: row.text(8),
          phase: Phase(rawValue: row.text(9)) ?? .ok, degraded: row.integer(10) != 0, estimatedInput: row.integer(11),
          estimatedOutput: row.integer(12), attempt: row.optionalInteger(13) ?? 1)
        let usage = row.optionalInteger(14).map { input in
          TokenUsage(
            input: input, output: row.integer(15), cachedInput: row.integer(16), cacheWrite: row.integer(17),
            reasoning: row.integer(18), cacheWriteHour: row.optionalInteger(23) ?? 0,
            audioInput: row.optionalInteger(24) ?? 0, audioOutput: row.optionalInteger(25) ?? 0,
            toolInput: row.optionalInteger(26) ?? 0, webSearches: row.optionalInteger(27) ?? 0,
            exactness: Exactness(rawValue: row.text(19)) ?? .estimated)
        }
        let last = row.integer(29)
        let first = min(last, row.optionalInteger(30) ?? last)
        let held = row.optionalInteger(31).map { Charge(tokens: $0, costMicroUSD: row.optionalInteger(32)) }
        let refusal = kind == "refuse" ? row.optionalText(33) : nil
        return body(
          PastCall(
            facts: facts, arrivedAtUnixMs: BalanceRow.instant(row.optionalInteger(1) ?? row.integer(0)),
            endedAtUnixMs: BalanceRow.instant(row.integer(0)), usage: usage,
            charge: Charge(tokens: row.integer(20), costMicroUSD: row.optionalInteger(21)),
            unpriced: UsagePart.read(row.optionalText(34)), held: held, entries: first...last,
            refusedBy: Refusal.budget(inNote: refusal),
            refusedByPolicy: Refusal.policy(inNote: refusal),
            answeredTokens: isAnswered ? Self.whole(row.integer(20), row.optionalInteger(35) ?? 0) : nil))
      }
    }
  }

  /// What an answer would have been charged, as far as a call can be.
  private static func whole(_ charged: Int64, _ saved: Int64) -> Int64 {
    func can(_ tokens: Int64) -> Int64 { min(max(0, tokens), LargestAmount.ofACall) }
    return can(charged) + can(saved)
  }
}
