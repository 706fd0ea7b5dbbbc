import GuardModel
import Ledger
import SQLite

/// Budgets of many users as they stand: two queries for all of them, and not two for each.
extension SQLiteLedger {
  /// So few are asked for one by one.
  static let fewBudgets = 200
  /// How many rows are passed over in the time of the two queries for one budget.
  private static let rowsPerBudget = 20

  /// Whether reading all balances takes less time than looking each budget's up: a ledger of years has many that have ended.
  func isCheaperAtOnce(_ budgets: Int, _ connection: Connection) throws(SQLiteError) -> Bool {
    guard budgets > Self.fewBudgets else { return false }
    let last = try connection.row("SELECT max(id) FROM balance")?.optionalInteger(0) ?? 0
    return last / Int64(Self.rowsPerBudget) <= Int64(budgets)
  }

  /// The same as one by one.
  func statesAtOnce(
    of budgets: [Budget], _ connection: Connection, _ now: Int64
  ) throws(SQLiteError) -> [BudgetState] {
    var granted: [String: Int64] = [:]
    try connection.forEachRow(
      "SELECT key, sum(amount) FROM top_up WHERE expires_ms > ? GROUP BY key", [.integer(now)]
    ) { row in
      granted[row.text(0)] = row.integer(1)
      return true
    }
    var balances: [String: (id: Int64, balance: Balance)] = [:]
    balances.reserveCapacity(budgets.count)
    try connection.forEachRow(
      "SELECT \(BalanceRow.columns) FROM balance WHERE end_ms > ? AND start_ms <= ?", [.integer(now), .integer(now)]
    ) { row in
      let (key, next) = (row.text(1), BalanceRow.read(row))
      // Of two windows that are open the one that ends first counts, as in `BalanceRow.current`.
      if let known = balances[key],
        (known.balance.window.endUnixMs, known.id) < (next.balance.window.endUnixMs, next.id)
      {
        return true
      }
      balances[key] = next
      return true
    }
    return budgets.map { budget in
      let key = budget.key.storageText
      let onTop = granted[key] ?? 0
      guard let balance = balances[key]?.balance else {
        return Balance.unused(budget, granted: onTop, nowUnixMs: now, in: zone)
      }
      return balance.state(of: budget, granted: onTop, nowUnixMs: now)
    }
  }
}
