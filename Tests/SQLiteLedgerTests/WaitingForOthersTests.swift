import Ledger
import Posix
import SQLite
import Testing

@testable import SQLiteLedger

/// Waiting for the lock, and then for the database.
@Suite struct WaitingForOthersTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What the database is waited for, in milliseconds.
  private static func wait(_ ledger: SQLiteLedger) throws(LedgerError) -> Int64 {
    try ledger.read { connection throws(SQLiteError) in try connection.row("PRAGMA busy_timeout")?.integer(0) ?? -1 }
  }

  /// Both together take no longer than one may.
  @Test func theSecondWaitHasWhatIsLeft() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 600_000)
    nonisolated(unsafe) let other = try FileLock(path: folder.ledger + ".lock")
    // Where this machine stood still, the lock was let go before it was waited for.
    for _ in 0..<50 {
      #expect(try other.acquire(deadlineMs: 0))
      try Thread.start {
        Clock.sleep(ms: 20)
        other.release()
      }
      let left = try ledger.exclusively { () throws(LedgerError) in try Self.wait(ledger) }
      #expect(try Self.wait(ledger) == 600_000)
      if ledger.lock?.hadToWait == true {
        #expect(left > 0 && left < 600_000)
        return
      }
      #expect(left == 600_000)
    }
    Issue.record("the lock was never waited for")
  }

  /// A server may be told another time.
  @Test func anotherTimeHoldsForBoth() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    ledger.change(zone: .utc, lockDeadlineMs: 700)
    #expect(try Self.wait(ledger) == 700)
  }
}
