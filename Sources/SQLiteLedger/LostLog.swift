import Ledger
import Posix
import SQLite

/// Going on where somebody removed the ledger's log, or the log's index, while they were in use.
///
/// Who has a removed file open goes on with it, unseen by all others: what is written to a removed log is lost with its last
/// user, and two who write one log by two indexes write over each other's pages.
extension SQLiteLedger {
  /// The files beside the database that belong to its log.
  static let logEndings = ["-wal", "-shm"]

  /// Which files these are now: the log, and its index.
  static func logFiles(of path: String) -> [[UInt64]] { logEndings.map { File.identity(path + $0) } }

  /// Sees to it that what is written goes to the log that others read, by the index that they go by. The lock is held, and no
  /// transaction is open.
  ///
  /// - Throws: `LedgerError`; then nothing may be written, and it is tried again.
  func checkLog() throws(LedgerError) {
    guard !logFiles.isEmpty else { return }
    // Every commit asks that: no lists of both are made.
    if !isCutOff, logPaths.indices.allSatisfy({ File.identity(logPaths[$0]) == logFiles[$0] }) { return }
    let found = Self.logFiles(of: path)
    if found == logFiles, !isCutOff { return }
    if !isCutOff {
      // Once others have written to another log they have saved this one, or the head tells that they could not.
      if found[0] != logFiles[0], File.changeMark(path + "-wal").first ?? 0 == 0 { try saveRemovedLog() }
      removedOfLog = zip(Self.logEndings, zip(found, logFiles)).filter { $1.0 != $1.1 }.map(\.0)
    }
    try connectAnew()
    replacing?.tellOfLog(removedOfLog)
  }

  /// Moves what a removed log holds into the database, so that the ledger can go on with another log.
  private func saveRemovedLog() throws(LedgerError) {
    let isWhole = try read { connection throws(SQLiteError) in try connection.moveWholeLog() }
    if isWhole { return }
    throw .inputOutput(
      path: path, reason: "its log was removed, and somebody reads what stands there; a moment later it may be saved")
  }

  /// Opens the database anew. Holds and tickets stay: it is the same one.
  private func connectAnew() throws(LedgerError) {
    syncing.use { (_: inout Void) in
      log?.close()
      log = nil
    }
    (memory, lastGroup, keepsPages, isHeadChecked) = (nil, nil, false, false)
    let new: Connection
    do throws(SQLiteError) { if !isCutOff { connection = try Connection(path: ":memory:") } } catch {
      throw Self.error(error, path: path)
    }
    isCutOff = true
    if isRemovedIndexInUse { throw Self.cutOff(path) }
    do throws(SQLiteError) {
      new = try Connection(path: path, busyMs: Int32(clamping: lockDeadlineMs))
      new.keepLog()
      _ = try new.row("SELECT 1 FROM sqlite_schema LIMIT 1")
    } catch { throw Self.error(error, path: path) }
    if new.isLogged { new.gatherLogWrites() }
    (connection, logFiles, isCutOff) = (new, Self.logFiles(of: path), false)
  }

  /// Whether a connection of this process has the removed index still. All connections of a process share one, so a new
  /// connection would be given it.
  private var isRemovedIndexInUse: Bool {
    guard removedOfLog.contains("-shm"), let maps = try? File.readAll("/proc/self/maps") else { return false }
    let index = logFiles[1].last.map { String($0) } ?? ""
    // *Source:* proc_pid_maps(5): the fifth part is the file's number.
    return String(decoding: maps, as: UTF8.self).split(separator: "\n").contains { line in
      let parts = line.split(separator: " ", maxSplits: 5)
      return parts.count == 6 && parts[4] == index && parts[5].hasSuffix("-shm (deleted)")
    }
  }

  /// Why nothing can be read or written for now.
  static func cutOff(_ path: String) -> LedgerError {
    .inputOutput(
      path: path, reason: "the index of its log was removed while it was in use, and somebody reads by that still")
  }
}
