import Ledger
import Posix
import SQLite
@testable import SQLiteLedger
import Testing

/// Figures that were lost from a page are not told as if they were none.
@Suite struct PageCheckTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    for number in 1...20 {
      let request = try SQLiteLedgerTests.request("a\(number)", tokens: 7)
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: Int64(number) * 900_000) else { continue }
      _ = try ledger.settle(hold, SQLiteLedgerTests.settlement(7), nowUnixMs: Int64(number) * 900_000)
    }
  }

  /// Changes bytes of the page that a table begins with, as a disk might.
  private func change(_ table: String, from offset: Int, to bytes: [UInt8]) throws {
    let connection = try Connection(path: folder.ledger)
    let row = try connection.row("SELECT rootpage FROM sqlite_schema WHERE name = ?", [.text(table)])
    let page = try #require(row?.integer(0))
    try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    var file = try File.readAll(folder.ledger)
    let start = Int(page - 1) * 4096 + offset
    file.replaceSubrange(start..<start + bytes.count, with: bytes)
    try File.replace(folder.ledger, with: file)
    for side in ["-wal", "-shm"] { try File.remove(folder.ledger + side) }
  }

  @Test(arguments: [SQLiteLedger.FigureTable.rollup, .balance]) func aPageWhoseEndIsLostIsNoted(
    table: SQLiteLedger.FigureTable
  ) throws {
    try SQLiteLedger(path: folder.ledger, zone: .utc).check(table)
    try change(table.rawValue, from: 3900, to: [UInt8](repeating: 0, count: 196))
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    do throws(LedgerError) {
      try ledger.check(table)
      Issue.record("nothing was noted")
    } catch {
      #expect(error.description.contains("is damaged: its \(table == .rollup ? "sums" : "balances") cannot be"))
    }
  }

  @Test func anEntryThatWasChangedIsFound() throws {
    let numbers = Array(Int64(1)...40)
    #expect(try SQLiteLedger(path: folder.ledger, zone: .utc).firstChanged(among: numbers) == nil)
    let connection = try Connection(path: folder.ledger)
    try connection.execute("DROP TRIGGER entry_no_update; UPDATE entry SET charge_tokens = 8 WHERE sequence = 12")
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    #expect(try ledger.firstChanged(among: numbers.reversed()) == 12)
    #expect(try ledger.firstChanged(among: [11, 13]) == nil)
  }
}
