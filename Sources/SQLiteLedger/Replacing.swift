import GuardModel
import Ledger
import Posix
import SQLite

/// Going on with another file that was put in the ledger's place, for those who have it open for months.
extension SQLiteLedger {
  /// What is known of that.
  struct Replacing {
    /// Hears how many calls were under way.
    let tell: (Int) -> Void
    /// Hears which files of the log were removed, after the ledger was opened anew.
    let tellOfLog: ([String]) -> Void
    /// The tickets of the files before, of calls that have not left yet.
    var lostTickets = OwnNumbers()
    /// What stood in the place when it was last looked at, and since when it has.
    var seen: (mark: [Int64], sinceNs: Int64)?
  }

  /// For how long nobody may have changed a file that is gone on with: whoever puts it there may put a log beside it next.
  private static let pauseMs: Int64 = 1000

  /// Has the ledger go on with another file that is put in the place of its own, in place of failing ever after.
  ///
  /// What calls that are under way hold stays in the old file; whoever settles one holds it anew before. So it is for those
  /// who look at `replacements`.
  ///
  /// - Parameters:
  ///   - tellOfLog: hears which files of the log somebody removed, when what stood in them is safe and the ledger was opened anew.
  ///   - tell: hears each time how many calls were under way.
  public func goOnWhenReplaced(
    tellOfLog: @escaping (_ removed: [String]) -> Void = { _ in }, _ tell: @escaping (_ underWay: Int) -> Void
  ) { replacing = Replacing(tell: tell, tellOfLog: tellOfLog) }

  /// Whether the record outside of a database that lacks entries was moved away: a person has decided.
  var hasAnotherHead: Bool { replacing != nil && !head.isAt(path + ".head") }

  /// Opens what is in the place of the ledger's file. Nobody has a lock, and no transaction is open.
  ///
  /// - Throws: `LedgerError`; then all is as it was.
  func reopen() throws(LedgerError) {
    guard var replacing else { throw .replaced(path: path, .unknown) }
    let found = File.identity(path)
    if found != identity {
      if found.isEmpty { throw .replaced(path: path, .gone) }
      // It would be played into the new file, page by page.
      for (old, there) in zip(logFiles, Self.logFiles(of: path)) where !old.isEmpty && old == there {
        throw .replaced(path: path, .besideItsLog)
      }
      try checkWhole(&replacing)
    }
    let new = try SQLiteLedger(path: path, zone: zone, lockDeadlineMs: lockDeadlineMs)
    if new.identity != found { throw .replaced(path: path, .unready) }
    if ownTickets.count > 0 {
      for ticket in ownTickets.all { replacing.lostTickets.insert(ticket) }
      try new.skipTickets(upTo: ownTickets.largest)
    }
    let underWay = ownHolds.count
    syncing.use { (_: inout Void) in
      (log, new.log) = (new.log, log)
      (connection, owners, lock, head, identity) = (new.connection, new.owners, new.lock, new.head, new.identity)
      (logFiles, isCutOff) = (new.logFiles, false)
      replacements += 1
    }
    (ownHolds, ownTickets, ownEnvelopes, ownReservations) = (
      OwnNumbers(), OwnNumbers(), OwnNumbers(), OwnReservations()
    )
    (memory, lastGroup, openGroup, keepsPages) = (nil, nil, nil, false)
    (isHeadChecked, isHeadLost) = (false, false)
    self.replacing = Replacing(
      tell: replacing.tell, tellOfLog: replacing.tellOfLog, lostTickets: replacing.lostTickets)
    replacing.tell(underWay)
  }

  /// Takes the locks of what it owns in the file that others look into now. All would else be taken for a dead owner's from now
  /// on, and what was taken before for as long as it is there.
  func renewOwners() throws(LedgerError) {
    do throws(PosixError) {
      let new = try OwnerLocks(path: path + ".owners")
      for hold in ownHolds.all { _ = try new.acquire(hold) }
      for ticket in ownTickets.all { _ = try new.acquire(Self.ticketLock(ticket)) }
      owners = new
    } catch { throw Self.error(error, path: path) }
  }

  /// Looks whether the file in the ledger's place is whole: a copy of a large one takes its time.
  private func checkWhole(_ replacing: inout Replacing) throws(LedgerError) {
    let paths = [path, path + "-wal", path + ".head"]
    let (mark, nowNs) = (paths.flatMap { File.changeMark($0) }, Clock.monotonicNanoseconds)
    if replacing.seen?.mark != mark { replacing.seen = (mark, nowNs) }
    self.replacing = replacing
    let sinceNs = replacing.seen?.sinceNs ?? nowNs
    let isOld = paths.allSatisfy { path in
      // A clock that was set back says nothing.
      File.changedAtUnixMs(path).map { (Self.pauseMs..<Int64.max).contains(Clock.unixMs - $0) } ?? true
    }
    guard isOld || nowNs - sinceNs >= Self.pauseMs * 1_000_000, Self.isWhole(path) else {
      throw .replaced(path: path, .unready)
    }
  }

  /// Whether a database has all the pages that it says it has; whether it is one at all is told when it is opened.
  ///
  /// It is not open in this process, so it may be opened and closed past SQLite.
  private static func isWhole(_ path: String) -> Bool {
    guard let file = try? FileDescriptor.open(path, .read, followLinks: false) else { return true }
    defer { file.close() }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = bytes.withUnsafeMutableBytes { (try? file.read(into: $0, at: 0)) ?? 0 }
    guard count == bytes.count, let size = file.size else { return false }
    if !bytes.starts(with: "SQLite format 3\0".utf8) { return true }
    // *Source:* sections 1.3.2 and 1.3.7 of SQLite's file format.
    func number(_ range: Range<Int>) -> Int64 { bytes[range].reduce(0) { $0 << 8 | Int64($1) } }
    let pageBytes = number(16..<18) == 1 ? 65_536 : number(16..<18)
    return size >= pageBytes * max(1, number(28..<32))
  }

  /// Gives no ticket a number that a ticket of the file before has.
  private func skipTickets(upTo number: Int64) throws(LedgerError) {
    try exclusively { () throws(LedgerError) in
      try self.read { connection throws(SQLiteError) in
        try connection.execute(
          """
          BEGIN IMMEDIATE;
          INSERT INTO sqlite_sequence (name, seq) SELECT 'ticket', 0
            WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'ticket');
          UPDATE sqlite_sequence SET seq = max(seq, \(number)) WHERE name = 'ticket';
          COMMIT
          """)
      }
    }
  }
}
