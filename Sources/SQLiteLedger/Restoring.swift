import GuardModel
import Ledger
import Posix
import SQLite

/// A backup that is about to be put in a ledger's place: a copy of it beside, brought up to date and looked through.
public final class StagedLedger {
  /// What is wrong with it; nobody should put it anywhere then.
  public let problems: [LedgerProblem]
  /// What is in it beyond a ledger, and does no harm.
  public let additions: [LedgerProblem]
  /// The backup's last entry; `nil` where it has none.
  public let last: Entry?
  /// The backup's clock.
  public let clockUnixMs: Int64
  private let file: PartialFile
  /// The last link of the copy's chain.
  private let head: ChainHead.Link?
  private let backup: String

  /// That a backup was restored, as the copy records it.
  public struct Record {
    let actor: String
    let nowUnixMs: Int64
    let note: (_ entries: Int64) -> String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - actor: who restores it.
    ///   - note: what was done, by how many entries the backup has.
    public init(actor: String, nowUnixMs: Int64, note: @escaping (_ entries: Int64) -> String) {
      (self.actor, self.nowUnixMs, self.note) = (actor, nowUnixMs, note)
    }
  }

  /// Copies a backup, which may be in use itself.
  ///
  /// - Parameters:
  ///   - backup: its file.
  ///   - name: beside which name the copy is made.
  ///   - record: what a sound copy says of how it came there; `nil` for nothing.
  ///   - hasHead: whether the `.head` file beside the backup is its own, and counts.
  /// - Throws: `LedgerError`: of the backup by its name, of the copy as `.notBackedUp`.
  public init(
    _ backup: String, beside name: String, zone: ZoneOffsets, record: Record? = nil, hasHead: Bool = false
  ) throws(LedgerError) {
    self.backup = backup
    // Before the copy is made: whoever uses the original writes on, and records in that file last.
    let known = hasHead ? (try? ChainHead(reading: backup + ".head"))?.read() : nil
    do throws(PosixError) { file = try PartialFile(for: name) } catch { throw Self.notCopied(name, error) }
    do throws(LedgerError) {
      (problems, additions, last, head, clockUnixMs) = try Self.copy(backup, to: file, zone, record, known)
    } catch {
      Self.removeSides(of: file.path)
      file.discard()
      throw error
    }
  }

  private static func notCopied(_ name: String, _ error: PosixError) -> LedgerError {
    .notBackedUp(
      path: name, reason: error.isBusy ? "another restore is under way" : error.reason, isFull: error.isFull)
  }

  private typealias Looked = ([LedgerProblem], additions: [LedgerProblem], Entry?, ChainHead.Link?, clockUnixMs: Int64)

  /// Whether nobody uses a ledger's file, and all of it is in that.
  static func isQuiet(_ path: String) -> Bool {
    (File.changeMark(path + "-wal").first ?? 0) == 0 && !(File.exists(path + ".lock") && SQLiteLedger.canWrite(path))
  }

  private static func copy(
    _ backup: String, to file: PartialFile, _ zone: ZoneOffsets, _ record: Record?, _ known: ChainHead.Link?
  ) throws(LedgerError) -> Looked {
    removeSides(of: file.path)
    let read = try readable(backup, beside: file.path)
    defer { if read != backup { removeCopy(read) } }
    let source: Connection
    let hasEntries: Bool
    do throws(SQLiteError) {
      source = try Connection(path: read, isReadOnly: true, isImmutable: isQuiet(read), busyMs: 10_000)
      // SQLite opens anything; what it is shows when it is read.
      hasEntries = try source.row("SELECT 1 FROM sqlite_schema WHERE name = 'entry'") != nil
    } catch { throw SQLiteLedger.error(error, path: backup) }
    // An empty file, such as a copy that failed leaves, is an empty database to SQLite, and would become a new ledger.
    if !hasEntries { throw .notALedger(path: backup) }
    do throws(SQLiteError) {
      let copy = try Connection(path: file.path)
      try source.copy(to: copy)
      try copy.execute("PRAGMA journal_mode = DELETE")
    } catch {
      switch error.kind {
      case .corrupt, .notADatabase: throw SQLiteLedger.error(error, path: backup)
      default: throw .notBackedUp(path: file.path, reason: error.description, isFull: error.kind == .full)
      }
    }
    do throws(LedgerError) { return try look(file.path, zone, record, known) } catch { throw error.named(backup) }
  }

  /// What is read of a backup: itself, but a copy with its log where something stands beside it and nobody uses it. SQLite makes
  /// files beside a database that it reads with a log.
  ///
  /// Whoever comes while it is copied, and writes, makes a copy of two moments: it is made again, and if that happens time and again
  /// the file itself is read, as of one that is in use.
  ///
  /// - Parameters:
  ///   - name: beside which name the copy is made.
  ///   - copied: hears of each file that is copied.
  static func readable(
    _ backup: String, beside name: String, copied: (String) -> Void = { _ in }
  ) throws(LedgerError) -> String {
    if isQuiet(backup) || !File.isRegular(backup) { return backup }
    let name = name + ".read"
    for _ in 0..<mostCopies {
      if SQLiteLedger.user(of: backup) != nil { break }
      let before = marks(of: backup)
      removeCopy(name)
      var failure: PosixError?
      do throws(PosixError) { try copyWithLog(backup, as: name, copied) } catch { failure = error }
      if SQLiteLedger.user(of: backup) == nil, marks(of: backup) == before {
        guard let failure else { return name }
        removeCopy(name)
        throw .notBackedUp(path: name, reason: failure.reason, isFull: failure.isFull)
      }
    }
    removeCopy(name)
    return backup
  }

  /// How often a file that changes meanwhile is copied.
  private static let mostCopies = 5

  /// What changes where somebody writes to a database or its log: whose files they are, their sizes and times, and the beginnings, in
  /// which SQLite counts. *Source:* SQLite's file format, "The Database Header" and "WAL Header".
  private static func marks(of path: String) -> [[Int64]] {
    ["", "-wal"].flatMap { side in
      [
        File.identity(path + side).map { Int64(bitPattern: $0) }, File.stateMark(path + side),
        beginning(of: path + side),
      ]
    }
  }

  private static func beginning(of path: String) -> [Int64] {
    guard let file = try? FileDescriptor.open(path, .read) else { return [] }
    defer { file.close() }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = bytes.withUnsafeMutableBytes { (try? file.read(into: $0, at: 0)) ?? 0 }
    return bytes.prefix(count).map { Int64($0) }
  }

  private static func copyWithLog(_ backup: String, as name: String, _ copied: (String) -> Void) throws(PosixError) {
    for side in ["", "-wal"] where File.exists(backup + side) {
      let copy = try PartialFile(for: name + side)
      do throws(PosixError) {
        try copy.fill(from: backup + side)
        try copy.finish()
      } catch {
        copy.discard()
        throw error
      }
      copied(backup + side)
    }
  }

  private static func removeCopy(_ name: String) {
    removeSides(of: name)
    try? File.remove(name)
  }

  /// Brings it to this program's format, and looks it through; then it is one file again.
  private static func look(
    _ path: String, _ zone: ZoneOffsets, _ record: Record?, _ known: ChainHead.Link?
  ) throws(LedgerError) -> Looked {
    defer { removeSides(of: path) }
    let ledger = try SQLiteLedger(path: path, zone: zone)
    let problems = try ledger.verify(against: known)
    let last = try ledger.entries(limit: 1).first
    let clockUnixMs = try ledger.clockLeadMs(over: 0)
    if problems.isEmpty, let record {
      let note = record.note(last?.sequence ?? 0)
      _ = try ledger.write(nowUnixMs: record.nowUnixMs) { writer throws(WriteFailure) in
        try writer.append(
          EntryRecord(Entry(sequence: 0, kind: .restore, atUnixMs: 0, actor: record.actor, note: note)))
      }
    }
    let head = try ledger.read { connection throws(SQLiteError) in
      let row = try connection.row("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1")
      let head = row.map { ChainHead.Link(sequence: $0.integer(0), hash: $0.blob(1)) }
      try connection.execute("PRAGMA journal_mode = DELETE")
      return head
    }
    return (problems, try ledger.additions(), last, head, clockUnixMs)
  }

  /// Takes away what stands beside it; the log of a killed one would be played into the next.
  private static func removeSides(of path: String) {
    for side in ["-wal", "-shm", "-journal", ".lock", ".owners", ".head"] { try? File.remove(path + side) }
  }

  /// Takes the copy away.
  public func discard() { file.discard() }

  /// Puts the copy in a ledger's place. Whoever is killed here leaves the old ledger or the new one, each whole.
  ///
  /// What others have under way stays in the old file; see `SQLiteLedger.user(of:)`.
  ///
  /// - Parameters:
  ///   - kept: the name that the old ledger has from then on.
  ///   - lockDeadlineMs: how long to wait for others who write.
  /// - Returns: whether there was an old ledger, or something of one, which was kept.
  /// - Throws: `LedgerError`; the old ledger is then in its place.
  public func replace(_ path: String, keptAs kept: String, lockDeadlineMs: Int64) throws(LedgerError) -> Bool {
    let lock: FileLock
    let isLocked: Bool
    do throws(PosixError) {
      lock = try FileLock(path: path + ".lock", ownWords: Connection.markWords)
      isLocked = try lock.acquire(deadlineMs: lockDeadlineMs)
    } catch { throw SQLiteLedger.error(error, path: path) }
    if !isLocked { throw .locked(path: path, waitedMs: lockDeadlineMs, holder: lock.holder) }
    defer { lock.release() }
    try Self.emptyLog(of: path, lockDeadlineMs)
    do throws(PosixError) {
      let isKept = try swap(with: path, keptAs: kept)
      // What was said of the old log.
      if let words = lock.ownWords { for word in 0..<Connection.markWords { words[word] = 0 } }
      lock.message = 0
      return isKept
    } catch { throw SQLiteLedger.error(error, path: path) }
  }

  private func swap(with path: String, keptAs kept: String) throws(PosixError) -> Bool {
    let sides = try keep(path, as: kept)
    do throws(PosixError) {
      // None of these belongs to the new one: the log would be played into it, and the head knows entries that it lacks. The
      // old one needs none of them: its log is empty.
      for side in ["-wal", "-shm", ".head"] { try File.remove(path + side) }
      try file.replace(path)
    } catch {
      // A database that is in use by two names has two logs, and is damaged by that.
      for side in sides where File.exists(path + side) { try? File.remove(kept + side) }
      for side in sides where !File.exists(path + side) { try? File.move(kept + side, to: path + side) }
      throw error
    }
    try? File.remove(path + ".owners")
    if let head { (try? ChainHead(path: path + ".head"))?.record(head) }
    return !sides.isEmpty
  }

  /// Gives the old ledger the name that it will have: it has both until the new one has its place.
  ///
  /// - Returns: what there was, by the ends of the names.
  private func keep(_ path: String, as kept: String) throws(PosixError) -> [String] {
    var made: [String] = []
    do throws(PosixError) {
      for side in ["", "-wal", ".head"] where (File.changeMark(path + side).first ?? 0) > 0 {
        do throws(PosixError) { try File.link(path + side, as: kept + side) } catch {
          guard error.isOfNoLinks else { throw error }
          try Self.copy(path + side, as: kept + side, beside: path + ".kept")
        }
        made.append(side)
      }
    } catch {
      for side in made { try? File.remove(kept + side) }
      throw error
    }
    return made
  }

  /// Where a file can have no second name its copy gets it, once that is whole and safe: nobody writes to the old ledger, as its
  /// lock is held and its log is empty. What a killed one left is written over.
  private static func copy(_ path: String, as name: String, beside partial: String) throws(PosixError) {
    let copy = try PartialFile(for: partial)
    do throws(PosixError) {
      try copy.fill(from: path)
      try copy.finish(as: name)
    } catch {
      copy.discard()
      throw error
    }
  }

  /// Moves the log into the old ledger, which then is whole without it. What is damaged stays as it is.
  private static func emptyLog(of path: String, _ deadlineMs: Int64) throws(LedgerError) {
    guard File.isRegular(path), (File.changeMark(path + "-wal").first ?? 0) > 0 else { return }
    do throws(SQLiteError) {
      let old = try Connection(path: path, busyMs: Int32(clamping: deadlineMs))
      let row = try old.row("PRAGMA wal_checkpoint(TRUNCATE)")
      if row?.integer(0) == 0 { return }
    } catch {
      switch error.kind {
      case .corrupt, .notADatabase: return
      default: throw SQLiteLedger.error(error, path: path)
      }
    }
    throw .locked(path: path, waitedMs: deadlineMs, holder: nil)
  }
}

extension SQLiteLedger {
  /// A process that has a ledger open, in which this one has not; 0 where it is not told which, `nil` where nobody has.
  public static func user(of path: String) -> Int32? {
    // Whoever has a database with a log open has this byte of its index locked, as long as it is open. *Source:* UNIX_SHM_DMS
    // in SQLite's os_unix.c.
    File.lockOwner(path + "-shm", byte: 128)
  }
}

extension LedgerError {
  /// The same, about the file that somebody named and not about a copy of it.
  fileprivate func named(_ path: String) -> LedgerError {
    switch self {
    case .notALedger: .notALedger(path: path)
    case .newer(_, let version, let supported): .newer(path: path, version: version, supported: supported)
    case .corrupt(_, let detail): .corrupt(path: path, detail: detail)
    case .obstructed(_, let what, let statements): .obstructed(path: path, what: what, statements: statements)
    default: self
    }
  }
}
