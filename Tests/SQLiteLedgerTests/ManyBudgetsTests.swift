import GuardModel
import Ledger
import SQLite
import Testing

@testable import SQLiteLedger

/// Budgets of many users, read at once: as they are one by one.
@Suite struct ManyBudgetsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let now: Int64 = 1_795_535_200_000
  private static let day: Int64 = 86_400_000

  /// In days: what has ended, what has not begun, and two that are open, of which the one that ends first counts.
  private static let windows: [(start: Int64, end: Int64)] = [(-3, -1), (-1, 0), (1, 2), (-1, 2), (-2, 1)]
  private static let insert = """
    INSERT INTO balance (key, start_ms, end_ms, pending, posted, forgiven, anchor_ms, refill_amount, refill_seconds)
    VALUES (?, ?, ?, ?, ?, 1, ?, 7, 60)
    """

  private static func budgets(_ users: Int) throws -> [Budget] {
    try (0..<users).flatMap { user in
      try ["100 tokens/day", "$3/month", "90 tokens/6h", "10 tokens/min burst 50"].map { text in
        guard case .limit(let limit) = try BudgetSpec(text) else { throw LedgerError.overflow }
        return Budget(scope: .user("u\(user)"), limit: limit, origin: "test")
      }
    }
  }

  @Test func theyAreTheSameAsOneByOne() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    let budgets = try Self.budgets(120)
    let connection = ledger.connection
    let anchor = Self.now - 9000
    for (index, budget) in budgets.enumerated() where index % 3 != 0 {
      let key = SQLiteValue.text(budget.key.storageText)
      for (start, end) in Self.windows.prefix(index % 6) {
        let window = [start, end].map { SQLiteValue.integer(Self.now + $0 * Self.day) }
        let (pending, posted) = (Int64(index % 5), Int64(index) + 10 + end)
        _ = try connection.run(Self.insert, [key] + window + [.integer(pending), .integer(posted), .integer(anchor)])
      }
      if index % 2 == 0 {
        for (amount, end) in [(5, -1), (index, 1), (3, 2)] as [(Int, Int64)] {
          _ = try connection.run(
            "INSERT INTO top_up (key, amount, expires_ms) VALUES (?, ?, ?)",
            [key, .integer(Int64(amount)), .integer(Self.now + end * Self.day)])
        }
      }
    }
    let together = try ledger.states(of: budgets, nowUnixMs: Self.now)
    let apart = try budgets.map { try ledger.states(of: [$0], nowUnixMs: Self.now)[0] }
    #expect(try ledger.read { connection throws(SQLiteError) in try ledger.isCheaperAtOnce(budgets.count, connection) })
    #expect(together == apart)
    #expect(
      Set(apart.map(\.posted)).count > 50 && apart.contains { $0.granted > 8 } && apart.contains { $0.window == nil })
  }

  /// In a ledger of years few of the balances are open.
  @Test func fewAreLookedUpOneByOne() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    func isCheaper(_ budgets: Int) throws -> Bool {
      try ledger.read { connection throws(SQLiteError) in try ledger.isCheaperAtOnce(budgets, connection) }
    }
    #expect(try !isCheaper(SQLiteLedger.fewBudgets) && isCheaper(SQLiteLedger.fewBudgets + 1))
    _ = try ledger.connection.run(
      "INSERT INTO balance (id, key, start_ms, end_ms, pending, posted, forgiven, anchor_ms) VALUES (100000, 'k', 0, 1, 0, 0, 0, 0)"
    )
    #expect(try !isCheaper(4000) && isCheaper(5000))
  }
}
