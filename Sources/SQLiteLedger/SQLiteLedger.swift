import GuardModel
import Ledger
import Posix
import SQLite

/// The ledger in an SQLite file.
///
/// Beside `ledger.sqlite3` stand `.lock` (who writes, one at a time), `.owners` (whose calls are alive) and `.head` (the
/// last entry's hash, outside the database). One thread at a time.
public final class SQLiteLedger: Ledger {
  /// The database file.
  public let path: String
  private(set) var zone: ZoneOffsets
  /// The older format that it had before it was opened here: a program that knows no newer one cannot go on.
  public internal(set) var raisedFrom: Int64?
  var connection: Connection
  var owners: OwnerLocks
  /// Holds taken through this object and still open: nobody probes its own locks.
  var ownHolds = OwnNumbers()
  /// Tickets taken through this object, likewise.
  var ownTickets = OwnNumbers()
  /// Envelopes taken through this object, likewise.
  var ownEnvelopes = OwnNumbers()
  /// Which file it is.
  var identity: [UInt64]?
  /// Which files its log and the log's index are; empty where it has none. And where they stand.
  var logFiles: [[UInt64]] = []
  let logPaths: [String]
  /// Which of them somebody removed, and whether there is no connection to the database since.
  var (removedOfLog, isCutOff): ([String], Bool) = ([], false)
  /// What is done where another file was put in its place; see `goOnWhenReplaced`.
  var replacing: Replacing?
  /// How often that was done.
  public internal(set) var replacements: Int64 = 0
  /// `nil` where nothing is written.
  var lock: FileLock?
  private(set) var lockDeadlineMs: Int64
  /// How long the database is waited for, where less is left than that; see `limitWait`.
  var waitLeftMs: Int64?
  /// What syncs the write-ahead log.
  var log: FileDescriptor?
  var head: ChainHead
  var isHeadChecked = false
  /// Whether entries that are known outside the database were not found in it.
  var isHeadLost = false
  /// Held by whoever makes a commit safe, and while files are changed for others: a commit is synced while the next one is made.
  let syncing = Locked(())
  /// The group that writes belong to now; see `group`.
  var openGroup: WriteGroup?
  /// What groups know of the ledger, while nobody else writes to it.
  var memory: GroupMemory?
  /// Whether pages that are changed stay in memory until the commit; see `group`.
  var keepsPages = false
  /// What the last group left.
  var lastGroup: GroupEnd?
  /// Whether groups were committed since a mark of the last commit was left; see `shortenLog`.
  var owesMark = false
  /// The entries of the holds taken through this object: they never change.
  var ownReservations = OwnReservations()

  /// Opens a ledger; a missing one is made, with its folder.
  ///
  /// - Parameters:
  ///   - path: the database file. It may not be a symbolic link itself.
  ///   - zone: where the calendar is read.
  ///   - lockDeadlineMs: how long to wait for other processes.
  /// - Throws: `LedgerError`.
  public init(path: String, zone: ZoneOffsets, lockDeadlineMs: Int64 = 10_000) throws(LedgerError) {
    self.path = path
    logPaths = Self.logEndings.map { path + $0 }
    self.zone = zone
    self.lockDeadlineMs = lockDeadlineMs
    // It is refused before anything is made beside it.
    if File.isLink(path) { throw Self.error(SQLiteError.isLink, path: path) }
    if File.exists(path), !File.isRegular(path) {
      throw Self.error(PosixError("open", path: path, code: PosixError.noFile), path: path)
    }
    do throws(PosixError) {
      try Folder.makePrivate(File.parent(of: path), isDurable: true)
      // SQLite gives its side files the database's permissions; so the database must be born with the right ones.
      try File.makePrivate(path)
      lock = try FileLock(path: path + ".lock", ownWords: Connection.markWords)
      owners = try OwnerLocks(path: path + ".owners")
      head = try ChainHead(path: path + ".head")
    } catch { throw Self.error(error, path: path) }
    do throws(SQLiteError) {
      connection = try Connection(path: path, busyMs: Int32(clamping: lockDeadlineMs))
    } catch { throw Self.error(error, path: path) }
    identity = File.identity(path)
    connection.keepLog()
    connection.offerMark(lock?.ownWords)
    defer { connection.endOffer() }
    if try prepareSchema() {
      connection.gatherLogWrites()
      logFiles = Self.logFiles(of: path)
    }
  }

  /// Opens a ledger that is there, to be read: nothing is made or changed, neither in it nor beside it. Where nobody can
  /// write it, a backup on a read-only disk for example, it is read as it stands.
  ///
  /// - Throws: `LedgerError`.
  public init(reading path: String, zone: ZoneOffsets, busyMs: Int64 = 10_000) throws(LedgerError) {
    self.path = path
    logPaths = Self.logEndings.map { path + $0 }
    self.zone = zone
    lockDeadlineMs = busyMs
    lock = nil
    do throws(PosixError) {
      owners = try OwnerLocks(reading: path + ".owners")
      head = try ChainHead(reading: path + ".head")
    } catch { throw Self.error(error, path: path) }
    let hasLog = (File.changeMark(path + "-wal").first ?? 0) > 0
    let isInUse = File.exists(path + ".lock") && Self.canWrite(path)
    do throws(SQLiteError) {
      connection = try Connection(
        path: path, isReadOnly: true, isImmutable: !hasLog && !isInUse, busyMs: Int32(clamping: busyMs))
    } catch { throw Self.error(error, path: path) }
    identity = File.identity(path)
    let version = try storedVersion().version
    if version != Schema.version {
      throw .cannotOpen(
        path: path, reason: "an older llmguard made it, and it must be writable to be brought up to date")
    }
  }

  /// A ledger that is not there, to be read: it is empty, stands in memory, and nothing is made. Where one was lost, what is
  /// known of it outside is found.
  ///
  /// - Throws: `LedgerError`.
  public init(missing path: String, zone: ZoneOffsets) throws(LedgerError) {
    self.path = path
    logPaths = Self.logEndings.map { path + $0 }
    self.zone = zone
    lockDeadlineMs = 0
    lock = nil
    do throws(PosixError) {
      owners = try OwnerLocks(reading: path + ".owners")
      head = try ChainHead(reading: path + ".head")
    } catch { throw Self.error(error, path: path) }
    do throws(SQLiteError) {
      connection = try Connection(path: ":memory:")
      try migrate()
    } catch { throw Self.error(error, path: path) }
  }

  deinit { log?.close() }

  /// Reads the calendar elsewhere, and waits for others for another time, from now on. Windows that are open end as they would.
  public func change(zone: ZoneOffsets, lockDeadlineMs: Int64) {
    (self.zone, self.lockDeadlineMs) = (zone, lockDeadlineMs)
    connection.wait(atMostMs: lockDeadlineMs)
  }

  // MARK: - Transactions

  /// Runs a read.
  func read<Result>(_ body: (Connection) throws(SQLiteError) -> Result) throws(LedgerError) -> Result {
    if openGroup != nil { try writeWhatIsKnown() }
    if isCutOff { throw Self.cutOff(path) }
    do throws(SQLiteError) { return try body(connection) } catch { throw failure(.sqlite(error)) }
  }

  /// Runs a write transaction under the lock between processes, and acknowledges it when it is on the disk.
  ///
  /// The commit itself does not wait for the disk: the lock is let go first, and the log is synced after. So writers that
  /// come together share the disk's time, and each still knows its own record to be safe before it goes on.
  ///
  /// - Parameters:
  ///   - nowUnixMs: the caller's clock. The body gets the ledger's, which never runs backwards …
  ///   - mayGoBack: … but when this is set.
  ///   - isRehearsal: whether everything is taken back at the end, and only the result stays.
  ///   - isOfACall: whether it is one of the few operations that every call needs, which in a group write their sums later.
  ///     They fail before they have changed anything, or the whole group fails.
  ///   - isFree: whether it takes nothing from anybody: then nobody waits for the disk, and the next record that somebody
  ///     waits for makes this one safe, too.
  func write<Result>(
    nowUnixMs: Int64, mayGoBack: Bool = false, isRehearsal: Bool = false, isOfACall: Bool = false, isFree: Bool = false,
    _ body: (Writer) throws(WriteFailure) -> Result
  ) throws(LedgerError) -> Result {
    if openGroup != nil {
      if isOfACall, isHeadChecked, let memory = try groupMemory(), try isPlain(memory) {
        return try callOfGroup(nowUnixMs: nowUnixMs, memory, body)
      }
      return try partOfGroup(nowUnixMs: nowUnixMs, mayGoBack: mayGoBack, isRehearsal: isRehearsal, body)
    }
    let (result, last) = try exclusively { () throws(LedgerError) in
      // What syncs the log is opened first: a record that could not be made safe must not be made.
      try self.openLog()
      self.shortenLogLeft()
      return try self.transaction(nowUnixMs: nowUnixMs, mayGoBack: mayGoBack, isRehearsal: isRehearsal, body)
    }
    if let last, !isFree {
      try makeDurable()
      head.record(last)
    }
    return result
  }

  private func transaction<Result>(
    nowUnixMs: Int64, mayGoBack: Bool, isRehearsal: Bool, _ body: (Writer) throws(WriteFailure) -> Result
  ) throws(LedgerError) -> (Result, ChainHead.Link?) {
    do throws(WriteFailure) {
      do throws(SQLiteError) { try connection.run("BEGIN IMMEDIATE") } catch { throw .sqlite(error) }
      do throws(WriteFailure) {
        try checkVersion()
        let writer = try self.writer(nowUnixMs, mayGoBack)
        try checkHead(writer)
        let result = try body(writer)
        do throws(SQLiteError) {
          if isRehearsal {
            try connection.execute("ROLLBACK")
            return (result, nil)
          }
          try writer.storeClock()
          try commit()
        } catch { throw .sqlite(error) }
        return (result, writer.last)
      } catch {
        try? connection.execute("ROLLBACK")
        throw error
      }
    } catch { throw failure(error) }
  }

  /// The clock as it is stored. Nobody else changes it within a group, so there it is read once.
  func storedClock() throws(SQLiteError) -> Int64 {
    if let known = openGroup?.clockMs { return known }
    let stored = try connection.row("SELECT \(Self.now)")?.integer(0) ?? 0
    openGroup?.clockMs = stored
    return stored
  }

  /// A writer for the open transaction.
  func writer(_ nowUnixMs: Int64, _ mayGoBack: Bool, _ memory: GroupMemory? = nil) throws(WriteFailure) -> Writer {
    let stored: Int64
    do throws(SQLiteError) { stored = try storedClock() } catch { throw .sqlite(error) }
    return Writer(
      connection, storedNowMs: stored, nowUnixMs: nowUnixMs, mayGoBack: mayGoBack, after: openGroup?.last,
      memory: memory)
  }

  /// Moves a long log into the database, before something is written: only a log of which all has been moved begins anew, and
  /// whoever opens the ledger next does not know what was moved. If it were done after each commit, the log of processes that
  /// write once (answers from the cache, refusals) would never end.
  ///
  /// A log of a few pages is quick to read for whoever opens the ledger, but moving its pages takes two syncs under the lock.
  /// Where many come for the lock, the ledger stays open, and it is done less often.
  private func shortenLogLeft() {
    guard let lock, lock.message > (lock.hadToWait ? Self.pagesInACrowd : Self.pages) else { return }
    // Where that fails, the commit says why.
    try? connection.shortenLog()
  }

  /// Looks, once, whether the last entry known outside the database is in it. Where entries were lost, budgets would be
  /// free again: so nothing is written until a person has decided.
  func checkHead(_ writer: Writer) throws(WriteFailure) {
    if isHeadChecked { return }
    if let known = head.read(), known.sequence != 0 {
      // It is the last one, but where whoever wrote that was killed before it was recorded outside.
      let last = try writer.link()
      let hash =
        last?.sequence == known.sequence
        ? last?.hash
        : try writer.row("SELECT hash FROM entry WHERE sequence = ?", [.integer(known.sequence)])?.blob(0)
      if hash != known.hash {
        isHeadLost = true
        throw .ledger(
          .corrupt(
            path: path,
            detail: "the .head file knows entry \(known.sequence), which \(hash == nil ? "is lost" : "is another one")")
        )
      }
    }
    isHeadChecked = true
  }

  /// Runs something while no other process writes.
  func exclusively<Result>(_ body: () throws(LedgerError) -> Result) throws(LedgerError) -> Result {
    if let result = try underLock(body) { return result }
    try reopen()
    guard let result = try underLock(body) else { throw .replaced(path: path, .unready) }
    return result
  }

  /// Runs something while no other process writes. - Returns: `nil` where the file is another one now, and nothing was run.
  private func underLock<Result>(_ body: () throws(LedgerError) -> Result) throws(LedgerError) -> Result? {
    guard let lock else { throw .readOnly(path: path) }
    let start = Clock.monotonicNanoseconds
    do throws(PosixError) {
      guard try lock.acquire(deadlineMs: lockDeadlineMs) else {
        throw PosixError("flock", path: path, code: Self.timedOut)
      }
    } catch {
      if error.code == Self.timedOut { throw lockedFor(start) }
      throw Self.error(error, path: path)
    }
    defer { lock.release() }
    // Whoever has waited for the lock waits for the database no longer than for what is left of the time.
    if lock.hadToWait { limitWait(since: start) }
    defer { if lock.hadToWait { limitWait(since: nil) } }
    // What is written to a file that is no longer there would be lost without a word.
    if let identity, File.identity(path) != identity { return nil }
    try checkLog()
    if isHeadLost, hasAnotherHead { return nil }
    if replacing != nil, owners.isRemoved { try renewOwners() }
    do throws(LedgerError) { return try body() } catch { throw named(error, since: start) }
  }

  /// Reads one state of the ledger for as long as it takes, while others go on writing.
  ///
  /// - Parameter body: is given the last entry of that state as it was recorded outside the database.
  func inSnapshot<Result>(_ body: (ChainHead.Link?) throws(LedgerError) -> Result) throws(LedgerError) -> Result {
    // Nobody writes while the snapshot is taken, so that the outside record belongs to it.
    let begin = { () throws(LedgerError) -> ChainHead.Link? in
      try self.read { connection throws(SQLiteError) in
        try connection.execute("BEGIN")
        _ = try connection.row("SELECT 1 FROM sqlite_schema LIMIT 1")
      }
      return self.recordedHead
    }
    let head = lock == nil ? try begin() : try exclusively(begin)
    defer { _ = try? read { connection throws(SQLiteError) in try connection.execute("COMMIT") } }
    return try body(head)
  }

  private static let timedOut: Int32 = 110

  /// How many pages the log may have when a transaction begins, …
  private static let pages: UInt32 = 100
  /// … and where others had the lock before.
  private static let pagesInACrowd: UInt32 = 1000

  /// Syncs the write-ahead log. An error here may be reported for a record that is safe, and a second sync may report
  /// success for one that is lost: so it is reported, never retried.
  func makeDurable() throws(LedgerError) {
    try openLog()
    try syncLog()
  }

  private func syncLog() throws(LedgerError) {
    do throws(PosixError) { try log?.syncData() } catch {
      throw error.isFull ? .diskFull(path: path) : .inputOutput(path: path, reason: error.description)
    }
  }

  /// Finds the log; there is none where shared memory does not work.
  func openLog() throws(LedgerError) {
    if log != nil || !File.exists(path + "-wal") { return }
    do throws(PosixError) { log = try FileDescriptor.open(path + "-wal", .read) } catch {
      throw Self.error(error, path: path)
    }
  }

  /// Makes a group's commit safe, and records its last entry outside the database.
  public func makeDurable(_ mark: CommitMark) throws(LedgerError) {
    try syncing.use { (_: inout Void) throws(LedgerError) in
      // What was written to a file that nobody uses any more cannot be made safe, and must not be taken for the new one's.
      if mark.replacements != replacements { return }
      try syncLog()
      head.record(ChainHead.Link(sequence: mark.sequence, hash: mark.hash))
    }
  }

  /// Names a group's commit by its last entry.
  func mark(of link: ChainHead.Link) -> CommitMark {
    CommitMark(sequence: link.sequence, hash: link.hash, replacements: replacements)
  }

  /// Makes what was committed safe after a sync of the log has failed: the log is moved into the database, which is synced,
  /// and opened anew.
  public func makeSafeAnew(_ mark: CommitMark?) throws(LedgerError) {
    try exclusively { () throws(LedgerError) in
      self.log?.close()
      self.log = nil
      let isWhole = try self.read { connection throws(SQLiteError) in try connection.moveWholeLog() }
      if !isWhole {
        throw .inputOutput(
          path: path, reason: "the disk did not take its log, which somebody reads; a moment later it may")
      }
      if let mark, mark.replacements == self.replacements {
        let row = try self.read { connection throws(SQLiteError) in
          try connection.row("SELECT hash FROM entry WHERE sequence = ?", [.integer(mark.sequence)])
        }
        if row?.blob(0) != mark.hash { throw .corrupt(path: path, detail: "entry \(mark.sequence) was not written") }
      }
      try self.openLog()
    }
    guard let mark, mark.replacements == replacements else { return }
    head.record(ChainHead.Link(sequence: mark.sequence, hash: mark.hash))
  }

  /// The last entry recorded outside the database.
  var recordedHead: ChainHead.Link? { head.read() }
}
