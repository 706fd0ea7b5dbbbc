import Ledger
import SQLite

/// Writes that share one transaction.
struct WriteGroup {
  /// The last entry appended.
  var last: ChainHead.Link?
  /// What is done when the group is committed: owners' locks are let go no sooner.
  var whenCommitted: [() -> Void] = []
  /// What is done when it is not.
  var whenLost: [() -> Void] = []
  /// Why nothing more can be written: an error that ended the transaction took what was written before.
  var failure: LedgerError?
}

/// Many operations, one commit.
extension SQLiteLedger: GroupLedger {
  /// Runs operations as one commit.
  public func group(_ operations: () -> Void) throws(LedgerError) -> CommitMark? {
    connection.keepLog()
    let mark = try exclusively { () throws(LedgerError) -> CommitMark? in
      try self.openLog()
      _ = try self.read { connection throws(SQLiteError) in try connection.run("BEGIN IMMEDIATE") }
      self.openGroup = WriteGroup()
      operations()
      let group = self.openGroup ?? WriteGroup()
      self.openGroup = nil
      do throws(LedgerError) {
        if let failure = group.failure { throw failure }
        _ = try self.read { connection throws(SQLiteError) in try connection.run("COMMIT") }
      } catch {
        try? self.connection.execute("ROLLBACK")
        for undo in group.whenLost { undo() }
        throw error
      }
      for action in group.whenCommitted { action() }
      return group.last.map { CommitMark(sequence: $0.sequence, hash: $0.hash) }
    }
    try openLog()
    return mark
  }

  /// Writes the log back where it is long.
  public func shortenLog(toPages most: Int) throws(LedgerError) {
    // Asked first, so that a short one costs no lock.
    guard connection.logIsLonger(thanPages: most) else { return }
    try exclusively { () throws(LedgerError) in
      try self.read { connection throws(SQLiteError) in try connection.shortenLog() }
    }
  }

  /// Runs a write inside the open group: alone it may fail, and then nothing of it stays.
  func partOfGroup<Result>(
    nowUnixMs: Int64, mayGoBack: Bool, isRehearsal: Bool, _ body: (Writer) throws(WriteFailure) -> Result
  ) throws(LedgerError) -> Result {
    if let failure = openGroup?.failure { throw failure }
    do throws(WriteFailure) {
      do throws(SQLiteError) { try connection.run("SAVEPOINT part") } catch { throw .sqlite(error) }
      do throws(WriteFailure) {
        let writer = try Writer(
          connection, nowUnixMs: nowUnixMs, mayGoBack: mayGoBack, after: openGroup?.last)
        try checkHead(writer)
        let result = try body(writer)
        do throws(SQLiteError) {
          if isRehearsal {
            try connection.execute("ROLLBACK TO part; RELEASE part")
            return result
          }
          try writer.storeClock()
          try connection.run("RELEASE part")
        } catch { throw .sqlite(error) }
        if let last = writer.last { openGroup?.last = last }
        return result
      } catch {
        if connection.isInTransaction { try? connection.execute("ROLLBACK TO part; RELEASE part") }
        throw error
      }
    } catch {
      let failure = Self.error(error, path: path)
      if !connection.isInTransaction { openGroup?.failure = failure }
      throw failure
    }
  }
}
