import Ledger
import Posix
import SQLite

/// The schema of a ledger that is opened.
extension SQLiteLedger {
  /// The version of the schema, and how the file is written.
  func storedVersion() throws(LedgerError) -> (version: Int64, isLogged: Bool) {
    let (version, identity, isLogged) = try read { connection throws(SQLiteError) in
      try connection.execute(
        "PRAGMA temp_store = MEMORY; PRAGMA synchronous = NORMAL")
      var version = try connection.row(Self.version)?.integer(0) ?? 0
      let identity = try connection.row("PRAGMA application_id")?.integer(0) ?? 0
      // Between the two somebody may have made it.
      if version == 0, identity != 0 { version = try connection.row(Self.version)?.integer(0) ?? 0 }
      return (version, identity, connection.isLogged)
    }
    if identity != Schema.applicationID, identity != 0 || version != 0 { throw .notALedger(path: path) }
    if identity == Schema.applicationID, version < 1 { throw .corrupt(path: path, detail: Self.noFormat(version)) }
    if version > Schema.version { throw .newer(path: path, version: version, supported: Schema.version) }
    return (version, isLogged)
  }

  /// Brings the schema up to date. - Returns: whether what is written goes to a write-ahead log.
  func prepareSchema() throws(LedgerError) -> Bool {
    let (version, isLogged) = try storedVersion()
    if version == Schema.version, isLogged { return true }
    try exclusively { () throws(LedgerError) in
      try read { connection throws(SQLiteError) in
        if try connection.row("SELECT count(*) FROM sqlite_schema")?.integer(0) ?? 0 > 0,
          try connection.row("PRAGMA application_id")?.integer(0) == 0
        {
          throw SQLiteError(code: Self.notADatabase, message: "another program's tables")
        }
        // A backup that was put in the ledger's place is in another mode, too.
        try useLog()
      }
      do throws(SQLiteError) { try migrate() } catch { throw unraised(error) }
    }
    try makeDurable()
    return try storedVersion().isLogged
  }

  /// Turns the write-ahead log on. Another process that has just opened what a killed one left half made may be in the
  /// way, for a moment and where SQLite does not wait by itself.
  private func useLog() throws(SQLiteError) {
    let end = Clock.monotonicNanoseconds + (waitLeftMs ?? lockDeadlineMs) * 1_000_000
    while true {
      do throws(SQLiteError) {
        let mode = try connection.row("PRAGMA journal_mode = WAL")?.text(0)
        // Where shared memory does not work, SQLite stays with a rollback journal; that one must be synced in full.
        if mode != "wal" { try connection.execute("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL") }
        return
      } catch {
        if error.kind != .busy || Clock.monotonicNanoseconds > end { throw error }
        Clock.sleep(ms: 1)
      }
    }
  }

  func migrate() throws(SQLiteError) {
    let version = try connection.row(Self.version)?.integer(0) ?? 0
    if version == Schema.version { return }
    try connection.execute("BEGIN IMMEDIATE")
    do throws(SQLiteError) {
      try Schema.migrate(connection, from: version)
      try connection.execute("COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
    if version > 0 { raisedFrom = version }
  }

  private static let notADatabase: Int32 = 26
}
