import Ledger
import SQLite

/// Writes that share one transaction.
struct WriteGroup {
  /// The last entry, once it is known.
  var last: ChainHead.Link?
  /// Whether something was written that later parts must not take back.
  var hasParts = false
  /// Whether an entry was appended.
  var hasEntries = false
  /// The stored clock, once it is known.
  var clockMs: Int64?
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
      _ = try self.read { connection throws(SQLiteError) in try connection.run("BEGIN IMMEDIATE") }
      self.openGroup = WriteGroup()
      operations()
      let group = self.openGroup ?? WriteGroup()
      self.openGroup = nil
      do throws(LedgerError) {
        if let failure = group.failure { throw failure }
        try self.read { _ throws(SQLiteError) in try self.commit() }
      } catch {
        try? self.connection.execute("ROLLBACK")
        for undo in group.whenLost { undo() }
        throw error
      }
      for action in group.whenCommitted { action() }
      return group.hasEntries ? group.last.map { CommitMark(sequence: $0.sequence, hash: $0.hash) } : nil
    }
    try openLog()
    return mark
  }

  /// Writes the log back where it is long.
  public func shortenLog(toPages most: Int) throws(LedgerError) {
    // Asked first, so that a short one costs no lock.
    guard connection.logPages > most else { return }
    try exclusively { () throws(LedgerError) in
      try self.read { connection throws(SQLiteError) in try connection.shortenLog() }
    }
  }

  /// Runs a write inside the open group: alone it may fail, and then nothing of it stays.
  ///
  /// The first one needs no savepoint, under which every page would be copied: what is taken back with it is all there is.
  func partOfGroup<Result>(
    nowUnixMs: Int64, mayGoBack: Bool, isRehearsal: Bool, _ body: (Writer) throws(WriteFailure) -> Result
  ) throws(LedgerError) -> Result {
    if let failure = openGroup?.failure { throw failure }
    let isFirst = openGroup?.hasParts == false
    do throws(WriteFailure) {
      do throws(SQLiteError) { if !isFirst { try connection.run("SAVEPOINT part") } } catch { throw .sqlite(error) }
      do throws(WriteFailure) {
        let writer = try self.writer(nowUnixMs, mayGoBack)
        try checkHead(writer)
        let result = try body(writer)
        do throws(SQLiteError) {
          if isRehearsal {
            try takePartBack(isFirst)
            return result
          }
          try writer.storeClock()
          if !isFirst { try connection.run("RELEASE part") }
        } catch { throw .sqlite(error) }
        openGroup?.hasParts = true
        if let last = writer.last {
          openGroup?.last = last
          openGroup?.hasEntries = true
          openGroup?.clockMs = writer.nowUnixMs
        } else {
          openGroup?.last = writer.previous
        }
        return result
      } catch {
        if connection.isInTransaction { try? takePartBack(isFirst) }
        throw error
      }
    } catch {
      let failure = Self.error(error, path: path)
      if !connection.isInTransaction { openGroup?.failure = failure }
      throw failure
    }
  }

  /// Nobody else writes between the two statements: the lock between processes is the group's.
  private func takePartBack(_ isFirst: Bool) throws(SQLiteError) {
    try connection.execute(isFirst ? "ROLLBACK; BEGIN IMMEDIATE" : "ROLLBACK TO part; RELEASE part")
  }
}
