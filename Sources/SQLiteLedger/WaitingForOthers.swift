import Ledger
import Posix
import SQLite

/// Waiting for others who use the ledger: first for the lock between llmguards, then for SQLite's own, which any program may have.
extension SQLiteLedger {
  /// Where SQLite locks the index of a log while somebody writes, and the database itself where it has no log. *Source:*
  /// UNIX_SHM_BASE and WAL_WRITE_LOCK in SQLite's os_unix.c and wal.c, RESERVED_BYTE in its os.h.
  private static let (writeByte, reservedByte): (Int64, Int64) = (120, 0x4000_0001)

  /// Lets both waits together take no longer than one may; with `nil` the next ones take as long as ever.
  ///
  /// - Parameter start: since when the lock was waited for.
  func limitWait(since start: Int64?) {
    waitLeftMs = start.map { max(0, lockDeadlineMs - (Clock.monotonicNanoseconds - $0) / 1_000_000) }
    connection.wait(atMostMs: waitLeftMs ?? lockDeadlineMs)
  }

  /// That the lock was waited for in vain. Who has it may only wait for the database itself: then it is the one that has that.
  func lockedFor(_ start: Int64) -> LedgerError {
    .locked(
      path: path, waitedMs: (Clock.monotonicNanoseconds - start) / 1_000_000, holder: writer ?? lock?.holder)
  }

  /// The same error, and of a database that stayed in use who has it, and how long it was waited for.
  func named(_ error: LedgerError, since start: Int64) -> LedgerError {
    guard case .locked(_, 0, nil) = error, let writer else { return error }
    return .locked(path: path, waitedMs: (Clock.monotonicNanoseconds - start) / 1_000_000, holder: writer)
  }

  /// The process that writes to the database just now, as far as the kernel tells it.
  private var writer: String? {
    let number =
      File.recordLockHolder(path + "-shm", byte: Self.writeByte) ?? File.recordLockHolder(path, byte: Self.reservedByte)
    return number.flatMap(FileLock.holder)
  }
}
