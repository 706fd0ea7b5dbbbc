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
    let mark = try exclusively { () throws(LedgerError) -> CommitMark? in
      try self.openLog()
      try self.read { connection throws(SQLiteError) in try connection.execute("BEGIN IMMEDIATE") }
      self.openGroup = WriteGroup()
      operations()
      let group = self.openGroup ?? WriteGroup()
      self.openGroup = nil
      do throws(LedgerError) {
        if let failure = group.failure { throw failure }
        try self.read { connection throws(SQLiteError) in try connection.execute("COMMIT") }
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

  /// Runs a write inside the open group: alone it may fail, and then nothing of it stays.
  func partOfGroup<Result>(
    nowUnixMs: Int64, mayGoBack: Bool, isRehearsal: Bool, _ body: (Writer) throws(WriteFailure) -> Result
  ) throws(LedgerError) -> Result {
    if let failure = openGroup?.failure { throw failure }
    do throws(WriteFailure) {
      do throws(SQLiteError) { try connection.execute("SAVEPOINT part") } catch { throw .sqlite(error) }
      do throws(WriteFailure) {
        let writer = try Writer(connection, nowUnixMs: nowUnixMs, mayGoBack: mayGoBack)
        try checkHead(writer)
        let result = try body(writer)
        do throws(SQLiteError) {
          if isRehearsal {
            try connection.execute("ROLLBACK TO part; RELEASE part")
            return result
          }
          try writer.storeClock()
          try connection.execute("RELEASE part")
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
