import Ledger
import Posix
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
  /// What the database's content was called after the commit.
  var mark: UInt32 = 0
  /// Why nothing more can be written: an error that ended the transaction took what was written before.
  var failure: LedgerError?
}

/// What a group knew at its end, and for which content of the database that holds.
struct GroupEnd {
  var mark: UInt32
  var last: ChainHead.Link?
  var clockMs: Int64?
}

/// Many operations, one commit.
extension SQLiteLedger: GroupLedger {
  /// What was written to the log of commits, or to the database where there is none, when last.
  public var writeMark: [Int64] { File.changeMark(path + "-wal") + File.changeMark(path) }

  /// Runs operations as one commit.
  public func group(_ operations: () -> Void) throws(LedgerError) -> CommitMark? {
    let mark = try exclusively { () throws(LedgerError) -> CommitMark? in
      try self.openLog()
      _ = try self.read { connection throws(SQLiteError) in
        // Where a part is taken back after pages have left memory, SQLite leaves a log that cannot be read to its end: what was
        // committed was gone after a crash (seen with 3.40.1). The pages of a group are few.
        if !self.keepsPages { try connection.execute("PRAGMA cache_spill = OFF") }
        try connection.run("BEGIN IMMEDIATE")
      }
      self.keepsPages = true
      self.openGroup = try self.beginning()
      operations()
      var group = self.openGroup ?? WriteGroup()
      self.openGroup = nil
      do throws(LedgerError) {
        if let failure = group.failure { throw failure }
        try self.read { connection throws(SQLiteError) in
          try self.memory?.flush()
          try self.commitWithoutMark()
          group.mark = connection.contentMark
        }
        self.lastGroup = GroupEnd(mark: group.mark, last: group.last, clockMs: group.clockMs)
        if self.memory?.isLarge == true { self.memory = nil }
      } catch {
        self.memory = nil
        try? self.connection.execute("ROLLBACK")
        for undo in group.whenLost { undo() }
        throw error
      }
      for action in group.whenCommitted { action() }
      return group.hasEntries ? group.last.map { self.mark(of: $0) } : nil
    }
    try openLog()
    return mark
  }

  /// A group that begins. Where nobody else has written since the last one, what that one knew is known still.
  private func beginning() throws(LedgerError) -> WriteGroup {
    if let last = lastGroup, last.mark == connection.contentMark {
      return WriteGroup(last: last.last, clockMs: last.clockMs)
    }
    memory = nil
    do throws(WriteFailure) { try checkVersion() } catch {
      try? connection.execute("ROLLBACK")
      throw Self.error(error, path: path)
    }
    return WriteGroup()
  }

  /// What the open group knows; `nil` outside of groups, and in one that has failed.
  func groupMemory() throws(LedgerError) -> GroupMemory? {
    guard let group = openGroup else { return nil }
    if let failure = group.failure { throw failure }
    if let memory { return memory }
    let new = GroupMemory(connection)
    memory = new
    return new
  }

  /// Asks the group's memory.
  func known<Value>(_ body: () throws(SQLiteError) -> Value) throws(LedgerError) -> Value {
    do throws(SQLiteError) { return try body() } catch {
      let failure = self.failure(.sqlite(error))
      if !connection.isInTransaction { openGroup?.failure = failure }
      throw failure
    }
  }

  /// Whether calls touch nothing but what a group's memory knows: no run has put anything into an envelope.
  func isPlain(_ memory: GroupMemory) throws(LedgerError) -> Bool {
    try known { () throws(SQLiteError) in
      if try memory.hasEnvelopes() { return false }
      return try !memory.hasDraws()
    }
  }

  /// Writes what calls have left to be written, before anything else looks at the database.
  func writeWhatIsKnown() throws(LedgerError) {
    guard let memory, openGroup?.failure == nil else { return }
    do throws(SQLiteError) { try memory.flush() } catch {
      // What was promised to others in the group cannot be written.
      let failure = self.failure(.sqlite(error))
      openGroup?.failure = failure
      throw failure
    }
  }

  /// Runs an operation that every call needs inside the open group.
  ///
  /// It has no savepoint, under which SQLite would copy every page. One that fails before it has written anything leaves
  /// nothing behind; one that fails later takes the group with it.
  func callOfGroup<Result>(
    nowUnixMs: Int64, _ memory: GroupMemory, _ body: (Writer) throws(WriteFailure) -> Result
  ) throws(LedgerError) -> Result {
    let (before, changes) = (memory.state, connection.changes)
    do throws(WriteFailure) {
      let writer = try self.writer(nowUnixMs, false, memory)
      let result = try body(writer)
      do throws(SQLiteError) { try writer.storeClock() } catch { throw .sqlite(error) }
      if let last = writer.last {
        openGroup?.hasParts = true
        openGroup?.last = last
        openGroup?.hasEntries = true
        openGroup?.clockMs = writer.nowUnixMs
      } else if let previous = writer.previous {
        openGroup?.last = previous
      }
      return result
    } catch {
      let failure = self.failure(error)
      memory.state = before
      if connection.changes != changes || !connection.isInTransaction { openGroup?.failure = failure }
      throw failure
    }
  }

  /// Does something once what is written now is committed, and nothing where it never is; at once where no group is open.
  public func whenCommitted(_ action: @escaping () -> Void) {
    if openGroup == nil { action() } else { openGroup?.whenCommitted.append(action) }
  }

  /// Writes what stands there already.
  public func writeNothingNew() throws(LedgerError) {
    try known { () throws(SQLiteError) in
      _ = try connection.row("SELECT max(sequence) FROM entry")
      try connection.execute("PRAGMA user_version = \(Schema.version)")
    }
  }

  /// Whether the log is long.
  public func hasLog(longerThanPages most: Int) -> Bool { connection.logPages > most }

  /// Writes the log back where it is long, and leaves the mark of the last commit where groups have left none: two looks at
  /// files for each of them would say nothing, as nobody goes by the mark while they come.
  public func shortenLog(toPages most: Int) throws(LedgerError) {
    // Asked first, so that a short one costs no lock.
    let isLong = hasLog(longerThanPages: most)
    guard isLong || owesMark else { return }
    try exclusively { () throws(LedgerError) in
      guard isLong else { return self.leaveMark() }
      try self.read { connection throws(SQLiteError) in
        try connection.shortenLog()
        try self.beginLogAnew(connection)
      }
    }
  }

  /// Begins a log whose content stands in the database at its front again.
  ///
  /// Whoever writes next would, and before anything else write and sync the log's header: a call would wait for a sync before
  /// it leaves. *Source:* the comment on `syncHeader` in SQLite's `wal.c`. What is written is what stands there.
  private func beginLogAnew(_ connection: Connection) throws(SQLiteError) {
    try connection.run("BEGIN IMMEDIATE")
    // What is known of the database is known still: nothing that it is of changes.
    let isKnown = lastGroup?.mark == connection.contentMark
    do throws(SQLiteError) {
      // Where a newer program has made it its own, that one sees to its log.
      guard try connection.row(Self.version)?.integer(0) == Schema.version else {
        return try connection.execute("ROLLBACK")
      }
      try connection.execute("PRAGMA user_version = \(Schema.version)")
      try commit()
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
    if isKnown { lastGroup?.mark = connection.contentMark }
  }

  /// Runs a write inside the open group: alone it may fail, and then nothing of it stays.
  ///
  /// The first one needs no savepoint, under which every page would be copied: what is taken back with it is all there is.
  func partOfGroup<Result>(
    nowUnixMs: Int64, mayGoBack: Bool, isRehearsal: Bool, _ body: (Writer) throws(WriteFailure) -> Result
  ) throws(LedgerError) -> Result {
    if let failure = openGroup?.failure { throw failure }
    // It knows nothing of what calls leave to be written, and they would not know what it changes.
    try writeWhatIsKnown()
    memory = nil
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
      let failure = self.failure(error)
      if !connection.isInTransaction { openGroup?.failure = failure }
      throw failure
    }
  }

  /// Nobody else writes between the two statements: the lock between processes is the group's.
  private func takePartBack(_ isFirst: Bool) throws(SQLiteError) {
    try connection.execute(isFirst ? "ROLLBACK; BEGIN IMMEDIATE" : "ROLLBACK TO part; RELEASE part")
  }
}

/// The end of a transaction, and what it leaves for others.
extension SQLiteLedger {
  /// Ends a transaction, and leaves word of how long the log is now.
  func commit() throws(SQLiteError) {
    try commitWithoutMark()
    leaveMark()
  }

  /// The same of one that others will soon follow: the mark is left behind the last of them.
  func commitWithoutMark() throws(SQLiteError) {
    try connection.run("COMMIT")
    lock?.message = UInt32(clamping: connection.logPages)
    owesMark = true
  }

  /// Leaves a mark of the last commit for whoever opens the ledger when nobody has it open. The lock is held.
  func leaveMark() {
    if let mark = lock?.ownWords { connection.leaveMark(mark) }
    owesMark = false
  }
}
