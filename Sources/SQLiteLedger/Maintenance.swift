import Ledger
import Posix
import SQLite

/// Backup and compaction.
extension SQLiteLedger {
  /// Copies the ledger to a new file while others go on using it. The file gets its name when it is whole: one that was cut
  /// short could be a sound ledger, without a call.
  ///
  /// - Throws: `.notBackedUp` when the file cannot be written, or something is there already; nothing is overwritten.
  public func backup(to target: String) throws(LedgerError) {
    let new: PartialFile
    do throws(PosixError) { new = try PartialFile(for: target) } catch { throw Self.notBackedUp(target, error) }
    do throws(LedgerError) {
      try inSnapshot { _ throws(LedgerError) in
        do throws(SQLiteError) {
          let copy = try Connection(path: new.path)
          try self.connection.copy(to: copy)
          // A backup is one file: without the log's side files it can be moved.
          try copy.execute("PRAGMA journal_mode = DELETE")
        } catch {
          switch error.kind {
          case .corrupt, .notADatabase, .outOfMemory: throw Self.error(error, path: self.path)
          default: throw .notBackedUp(path: target, reason: error.description, isFull: error.kind == .full)
          }
        }
      }
      do throws(PosixError) { try new.finish() } catch { throw Self.notBackedUp(target, error) }
    } catch {
      new.discard()
      throw error
    }
  }

  private static func notBackedUp(_ target: String, _ error: PosixError) -> LedgerError {
    let reason =
      error.exists ? "the file exists already" : error.isBusy ? "another one is being written there" : error.reason
    return .notBackedUp(path: target, reason: reason, isFull: error.isFull)
  }

  /// Moves the write-ahead log into the database and gives free pages back to the disk. No entry is removed.
  ///
  /// The copy that SQLite makes meanwhile is as large as the ledger: it stands in a nameless file beside it, and not in memory.
  ///
  /// - Returns: the database's size in bytes before and after.
  public func compact() throws(LedgerError) -> (before: Int64, after: Int64) {
    let folder = File.parent(of: path).replacing("'", with: "''")
    return try exclusively { () throws(LedgerError) in
      try self.read { connection throws(SQLiteError) in
        func size() throws(SQLiteError) -> Int64 {
          let pages = try connection.row("PRAGMA page_count")?.integer(0) ?? 0
          return try pages * (connection.row("PRAGMA page_size")?.integer(0) ?? 0)
        }
        let before = try size()
        // An SQLite without this setting takes the folder that the system has for such files.
        try? connection.execute("PRAGMA temp_store_directory = '\(folder)'")
        try connection.execute(
          """
          PRAGMA temp_store = FILE; PRAGMA synchronous = FULL; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);
          PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY
          """)
        return (before, try size())
      }
    }
  }
}
