import GuardModel
import Ledger
import Posix
import SQLite
import Testing

@testable import SQLiteLedger

/// Many operations in one commit, and the log that they leave.
@Suite struct WriteGroupTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> SQLiteLedger { try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300) }

  /// Holds and settles in groups. - Returns: what was thrown.
  private func fill(_ ledger: SQLiteLedger, _ groups: Int, from first: Int = 0) throws -> [LedgerError] {
    var failures: [LedgerError] = []
    for group in first..<(first + groups) {
      let mark = try ledger.group {
        do throws(LedgerError) {
          for call in 0..<2 {
            guard let request = try? SQLiteLedgerTests.request("\(group)/\(call)", tokens: 1),
              case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 1)
            else { continue }
            _ = try ledger.settle(hold, SQLiteLedgerTests.settlement(1), nowUnixMs: 2)
          }
        } catch { failures.append(error) }
      }
      try ledger.makeDurable(try #require(mark))
    }
    return failures
  }

  @Test func entriesOfAGroupAreChained() throws {
    let ledger = try open()
    #expect(try fill(ledger, 3).isEmpty)
    let entries = try ledger.entries(limit: 100)
    #expect(entries.map(\.sequence).sorted() == Array(1...12))
    #expect(try ledger.verify() == [])
    // An operation that fails takes its entries back, and the next one goes on from the last that stayed.
    let mark = try ledger.group {
      #expect(throws: LedgerError.self) {
        try ledger.settle(HoldID(999), SQLiteLedgerTests.settlement(1), nowUnixMs: 3)
      }
      _ = try? ledger.reserve(SQLiteLedgerTests.request("later", tokens: 1), nowUnixMs: 3)
    }
    #expect(mark?.sequence == 13)
    #expect(try ledger.verify() == [])
  }

  /// The first write to a log that begins anew waits for a sync of its header: no call does.
  @Test func aLogThatWasWrittenBackHasBegunAnew() throws {
    let ledger = try open()
    #expect(try fill(ledger, 3).isEmpty)
    func header() throws -> [UInt8] { Array(try File.readAll(folder.ledger + "-wal").prefix(32)) }
    let first = try header()
    #expect(try fill(ledger, 1, from: 3).isEmpty)
    #expect(try header() == first)
    let version = try Connection(path: folder.ledger).row("PRAGMA user_version")?.integer(0)
    try ledger.shortenLog(toPages: 0)
    let second = try header()
    #expect(second != first)
    #expect(try fill(ledger, 3, from: 4).isEmpty)
    #expect(try header() == second)
    #expect(try Connection(path: folder.ledger).row("PRAGMA user_version")?.integer(0) == version)
    #expect(try ledger.verify() == [])
  }

  @Test func whatAGroupKnowsOutlastsTheLog() throws {
    let (ledger, other) = (try open(), try open())
    #expect(try fill(ledger, 2).isEmpty)
    let memory = try #require(ledger.memory)
    try ledger.shortenLog(toPages: 0)
    #expect(try fill(ledger, 1, from: 2).isEmpty)
    #expect(ledger.memory === memory)
    // Where another has written before, it is known no more.
    _ = try other.reserve(SQLiteLedgerTests.request("other", tokens: 1), nowUnixMs: 5)
    try ledger.shortenLog(toPages: 0)
    #expect(try fill(ledger, 1, from: 3).isEmpty)
    #expect(ledger.memory !== memory)
    #expect(try ledger.verify() == [])
  }

  @Test func theLogIsWrittenBackWhenItIsAskedFor() throws {
    let ledger = try open()
    let before = try File.readAll(folder.ledger).count
    #expect(try fill(ledger, 40).isEmpty)
    #expect(try File.readAll(folder.ledger).count == before, "nothing is written back by itself")
    try ledger.shortenLog(toPages: 1_000_000)
    #expect(try File.readAll(folder.ledger).count == before, "it is short enough")
    try ledger.shortenLog(toPages: 100)
    #expect(try File.readAll(folder.ledger).count > before)
    #expect(try ledger.verify() == [])
    let copy = folder.path + "/alone.sqlite3"
    try File.replace(copy, with: try File.readAll(folder.ledger))
    let alone = try SQLiteLedger(path: copy, zone: .utc, lockDeadlineMs: 300)
    #expect(try alone.entries(limit: 1000).count == 160, "the database alone holds all of it")
  }
}
