import GuardModel
import Posix
import SQLite

/// Answers by what was asked, in an SQLite file that can be dropped.
///
/// One thread at a time; any number of processes. What goes wrong is thrown as `CacheTrouble`, and a call goes on without
/// the cache: nothing in here is worth a call.
public final class IntentCache {
  /// The database file.
  public let path: String
  /// How much it keeps.
  public let limits: Limits
  private var connection: Connection
  private var identity: [UInt64]
  /// Whoever writes to the file or its log takes it: two connections that write or checkpoint at one moment can damage them
  /// both with SQLite before 3.51.3 (its "WAL-reset bug"). In its own words the last to write left word of the log's index.
  /// `nil` where it cannot be opened: then the cache is not written.
  private var lock: FileLock?
  /// Which file the lock is in.
  private var lockIdentity: [UInt64]
  /// Told once that the file was deleted or replaced while it was in use.
  public var onReplaced: ((CacheTrouble) -> Void)?
  /// Told once of an answer that does not fit its checksum.
  public var onDamagedAnswer: ((CacheTrouble) -> Void)?
  /// Whether such an answer was come upon when it was last looked.
  public internal(set) var hasFoundDamage = false
  private let longestLog: Int64
  let readsLittle: Bool
  /// Whether the log's index was found as the last to write had left it.
  var hasKeptIndex: Bool { connection.hasKeptIndex }

  /// How much a cache keeps.
  public struct Limits: Hashable, Sendable {
    /// The most bytes of all entries together; the least recently used leave first.
    public var maximumBytes: Int64
    /// The most bytes of one answer.
    public var maximumEntryBytes: Int64

    /// Makes limits.
    public init(maximumBytes: Int64 = 512 << 20, maximumEntryBytes: Int64 = 4 << 20) {
      self.maximumBytes = maximumBytes
      self.maximumEntryBytes = maximumEntryBytes
    }
  }

  /// Opens a cache; a missing one is made, with its folder, for the user alone.
  ///
  /// - Parameters:
  ///   - longestLog: the write-ahead log's length, in bytes, from which on it is emptied. Who writes often can let
  ///     it grow; who ends calls `shortenLog`.
  ///   - readsLittle: whether few pages will be read: for one call, or by whoever only writes.
  /// - Throws: `CacheTrouble`.
  public init(
    path: String, limits: Limits = Limits(), longestLog: Int64 = usualLog, readsLittle: Bool = false
  ) throws(CacheTrouble) {
    self.path = path
    self.limits = limits
    self.longestLog = longestLog
    if File.isLink(path) { throw CacheTrouble(SQLiteError.isLink, path: path) }
    try Self.makeFolder(of: path)
    (lock, lockIdentity) = Self.openLock(of: path)
    self.readsLittle = readsLittle
    (connection, identity) = try Self.open(path, lock, readsLittle: readsLittle)
  }

  private static func makeFolder(of path: String) throws(CacheTrouble) {
    do throws(PosixError) { try Folder.makePrivate(File.parent(of: path)) } catch {
      throw CacheTrouble(error, path: path)
    }
  }

  private static func openLock(of path: String) -> (FileLock?, [UInt64]) {
    let file = path + ".flights"
    File.closeToOthers(file)
    let lock = try? FileLock(path: file, ownWords: Connection.markWords)
    return (lock, File.identity(file))
  }

  private static func open(
    _ path: String, _ lock: FileLock?, readsLittle: Bool
  ) throws(CacheTrouble) -> (Connection, [UInt64]) {
    try makeFolder(of: path)
    do throws(PosixError) { try File.makePrivate(path) } catch { throw CacheTrouble(error, path: path) }
    // One that was copied may be open to others, and what was asked stands in it.
    for suffix in ["", "-wal", "-shm"] { File.closeToOthers(path + suffix) }
    let identity = File.identity(path)
    do throws(SQLiteError) {
      let connection = try Connection(path: path, busyMs: busyMs)
      connection.offerMark(lock?.ownWords)
      defer { connection.endOffer() }
      // A power cut may take the last answers, never the file: that is what NORMAL means with a write-ahead log.
      try connection.execute("PRAGMA temp_store = MEMORY; PRAGMA synchronous = NORMAL")
      if !Connection.alwaysDeletesSecurely { try connection.execute("PRAGMA secure_delete = ON") }
      try connection.execute("PRAGMA cache_size = -\(readsLittle ? fewKiBInMemory : mostKiBInMemory)")
      connection.keepLog()
      let version = try connection.row("PRAGMA user_version")?.integer(0) ?? 0
      if version != CacheSchema.version {
        try exclusively(lock) { () throws(SQLiteError) in try prepare(connection, from: version) }
      }
      if connection.isLogged { connection.gatherLogWrites() }
      return (connection, identity)
    } catch {
      if error.code == Self.newer { throw CacheTrouble(.newer, path: path) }
      throw CacheTrouble(error, path: path)
    }
  }

  /// Makes the tables of a new file.
  private static func prepare(_ connection: Connection, from version: Int64) throws(SQLiteError) {
    let owner = try connection.row("PRAGMA application_id")?.integer(0) ?? 0
    if owner == CacheSchema.applicationID, version > CacheSchema.version {
      throw SQLiteError(code: newer, message: "a newer format")
    }
    try useLog(connection)
    try connection.execute("BEGIN IMMEDIATE")
    do throws(SQLiteError) {
      // Another process may have been faster.
      if try connection.row("PRAGMA user_version")?.integer(0) != CacheSchema.version {
        if owner == CacheSchema.applicationID {
          // An older format: nothing in it is worth carrying over.
          for row in try connection.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
          {
            try connection.execute("DROP TABLE \(row.text(0))")
          }
        } else if try connection.row("SELECT count(*) FROM sqlite_schema")?.integer(0) ?? 0 > 0 {
          throw SQLiteError(code: notADatabase, message: "it holds something else")
        }
        try connection.execute(CacheSchema.script)
        try connection.execute(
          "PRAGMA application_id = \(CacheSchema.applicationID); PRAGMA user_version = \(CacheSchema.version)")
      }
      try connection.execute("COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
  }

  /// Changing the journal's mode does not wait by itself for others that change it.
  private static func useLog(_ connection: Connection) throws(SQLiteError) {
    let end = Clock.monotonicNanoseconds + Int64(busyMs) * 1_000_000
    while true {
      do throws(SQLiteError) {
        _ = try connection.row("PRAGMA journal_mode = WAL")
        return
      } catch {
        if error.kind != .busy || Clock.monotonicNanoseconds > end { throw error }
        Clock.sleep(ms: 1)
      }
    }
  }

  /// How long a process waits for others.
  private static let busyMs: Int32 = 1000
  /// How long one that has the lock waits for others to have read.
  private static let readersMs: Int64 = 100

  /// The pages that a process keeps in memory, as far as it reads so many: the indexes of 100,000 entries.
  private static let mostKiBInMemory = 12 << 10
  /// Where it reads little: what is written of new answers is seldom needed again.
  private static let fewKiBInMemory = 512

  /// A code of this target's own, beyond SQLite's.
  private static let newer: Int32 = -1
  /// SQLite's code for a file that somebody else holds.
  private static let busy: Int32 = 5
  /// SQLite's code for a file that cannot be opened.
  private static let cannotOpen: Int32 = 14
  /// SQLite's code for a file that is no database.
  private static let notADatabase: Int32 = 26

  // MARK: - Transactions

  /// Runs a read. A file that was deleted or replaced meanwhile is opened anew.
  func read<Result>(_ body: (Connection) throws(SQLiteError) -> Result) throws(CacheTrouble) -> Result {
    try reopenIfReplaced()
    do throws(SQLiteError) { return try body(connection) } catch { throw CacheTrouble(error, path: path) }
  }

  private func reopenIfReplaced() throws(CacheTrouble) {
    if File.identity(path) != identity {
      try reopenLockIfReplaced()
      (connection, identity) = try Self.open(path, lock, readsLittle: readsLittle)
      onReplaced?(CacheTrouble(.replaced, path: path))
      onReplaced = nil
    }
  }

  /// A lock in a file that is no longer there keeps nobody out.
  private func reopenLockIfReplaced() throws(CacheTrouble) {
    if lock != nil, File.identity(path + ".flights") == lockIdentity { return }
    try Self.makeFolder(of: path)
    (lock, lockIdentity) = Self.openLock(of: path)
  }

  /// Runs several queries on one state of the file.
  func readAtOnce<Result>(_ body: (Connection) throws(SQLiteError) -> Result) throws(CacheTrouble) -> Result {
    try transaction("BEGIN", body)
  }

  /// Names what stands in the file, as far as it has been read.
  public var contentMark: UInt32 { connection.contentMark }

  /// Whether somebody may have written since: what was not there then may be there now.
  ///
  /// - Parameter mark: `contentMark`, from before what was looked for.
  public func hasChanged(since mark: UInt32) -> Bool {
    // It reads, and so learns what others have written.
    let isRead = try? read { connection throws(SQLiteError) in try connection.row("PRAGMA data_version") != nil }
    return isRead != true || contentMark != mark
  }

  /// How long the log may be where every process writes once.
  public static let usualLog: Int64 = 400 << 10

  /// Runs a write transaction.
  ///
  /// A process that comes alone reads the whole log, and does not know how much of it stands in the database already: left to
  /// SQLite, the log would grow with every process that writes once. So whoever finds it long empties it.
  func write<Result>(_ body: (Connection) throws(SQLiteError) -> Result) throws(CacheTrouble) -> Result {
    // A file that is made anew is made under the lock as well.
    try reopenIfReplaced()
    return try alone { () throws(CacheTrouble) in
      let result = try transaction("BEGIN IMMEDIATE", body)
      if let words = lock?.ownWords { connection.leaveMark(words) }
      if isLog(longerThan: longestLog) { emptyLog() }
      return result
    }
  }

  /// Empties the log where it is longer than it may be.
  public func shortenLog(to bytes: Int64 = usualLog) {
    if isLog(longerThan: bytes) { try? alone { emptyLog() } }
  }

  private func isLog(longerThan bytes: Int64) -> Bool { File.changeMark(path + "-wal").first ?? 0 > bytes }

  /// Moves the log into the database, while nobody else writes.
  private func emptyLog() {
    // Where others read it just now, somebody else will. Whoever wants to write waits for this.
    connection.wait(atMostMs: Self.readersMs)
    defer { connection.wait(atMostMs: Int64(Self.busyMs)) }
    _ = try? connection.row("PRAGMA wal_checkpoint(TRUNCATE)")
  }

  /// Gives the room of what was deleted back to the disk.
  func compact() throws(CacheTrouble) {
    try reopenIfReplaced()
    try alone { () throws(CacheTrouble) in
      do throws(SQLiteError) { try connection.execute("VACUUM") } catch { throw CacheTrouble(error, path: path) }
      emptyLog()
    }
  }

  /// Does something while no other connection writes to the file or its log.
  private func alone<Result>(_ body: () throws(CacheTrouble) -> Result) throws(CacheTrouble) -> Result {
    try reopenLockIfReplaced()
    if lock == nil { try explainMissingLock() }
    let outcome: Swift.Result<Result, CacheTrouble>
    do throws(SQLiteError) {
      outcome = try Self.exclusively(lock) {
        do throws(CacheTrouble) { return .success(try body()) } catch { return .failure(error) }
      }
    } catch { throw CacheTrouble(error, path: path) }
    return try outcome.get()
  }

  /// - Throws: why the lock cannot be opened: on a disk that cannot be written nothing else is wrong.
  private func explainMissingLock() throws(CacheTrouble) {
    do throws(PosixError) { _ = try FileLock(path: path + ".flights", ownWords: Connection.markWords) } catch {
      throw CacheTrouble(error, path: path)
    }
  }

  /// - Throws: that somebody else has the lock, or that there is none to be had.
  private static func exclusively<Result>(
    _ lock: FileLock?, _ body: () throws(SQLiteError) -> Result
  ) throws(SQLiteError) -> Result {
    guard let lock else { throw SQLiteError(code: cannotOpen, message: "its lock cannot be opened") }
    guard (try? lock.acquire(deadlineMs: Int64(busyMs))) == true else {
      throw SQLiteError(code: busy, message: "another process writes to it")
    }
    defer { lock.release() }
    return try body()
  }

  private func transaction<Result>(
    _ begin: String, _ body: (Connection) throws(SQLiteError) -> Result
  ) throws(CacheTrouble) -> Result {
    try read { connection throws(SQLiteError) in
      try connection.run(begin)
      do throws(SQLiteError) {
        let result = try body(connection)
        try connection.run("COMMIT")
        return result
      } catch {
        try? connection.execute("ROLLBACK")
        throw error
      }
    }
  }

  /// Whether no answer could be kept now: the file cannot be written, or its disk has no room.
  public static func cannotKeep(at path: String) -> Bool {
    File.exists(path) && !File.isWritable(path)
      || (Disk.freeBytes(at: File.parent(of: path)) ?? .max) < leastRoom
  }

  /// What a small answer takes with the pages of its indexes.
  private static let leastRoom: Int64 = 64 << 10

  /// Removes a cache's files, whatever is in them.
  ///
  /// - Throws: `CacheTrouble`.
  public static func remove(_ path: String) throws(CacheTrouble) {
    do throws(PosixError) {
      for suffix in ["", "-wal", "-shm"] { try File.remove(path + suffix) }
    } catch { throw CacheTrouble(error, path: path) }
  }
}
