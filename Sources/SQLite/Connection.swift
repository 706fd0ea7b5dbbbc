import CSQLite
import CSQLiteHeap
import CWriteAheadLog

/// A connection to a database.
///
/// One thread at a time; whoever shares it takes turns. Statements are prepared once and kept.
public final class Connection {
  private let handle: OpaquePointer
  /// The prepared statements.
  private var statements: [Statement] = []
  /// The place behind the one that was run last.
  private var next = 0
  /// The pages of the write-ahead log after the last commit; `nil` where SQLite keeps the log short by itself.
  private var pagesOfLog: UnsafeMutablePointer<Int32>?
  /// The writes of the write-ahead log, where they are gathered.
  private var log: OpaquePointer?
  /// The texts and bytes of the statements that run now, one statement's behind the other's: SQLite would else copy each of
  /// them to memory of its own.
  private var bound: UnsafeMutableRawBufferPointer?
  /// How much of it is used.
  private var boundBytes = 0
  /// What is longer altogether SQLite copies.
  private static let mostBoundBytes = 16_384

  /// Opens a database.
  ///
  /// - Parameters:
  ///   - path: the file; it may not be a symbolic link itself, but those above it may be.
  ///   - isReadOnly: whether nothing may be written.
  ///   - isImmutable: whether nobody can write it, so that it is read without locks and without files beside it.
  ///   - busyMs: how long to wait for another connection.
  /// - Throws: `SQLiteError`.
  public init(path: String, isReadOnly: Bool = false, isImmutable: Bool = false, busyMs: Int32 = 0) throws(SQLiteError)
  {
    _ = Self.isConfigured
    var opened: OpaquePointer?
    let flags =
      (isReadOnly || isImmutable ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
      | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
    func open(_ path: String) -> Int32 {
      isImmutable
        ? sqlite3_open_v2(FilePlace.address(path) + "?immutable=1", &opened, flags | SQLITE_OPEN_URI, nil)
        : sqlite3_open_v2(path, &opened, flags, nil)
    }
    var code = open(path)
    // SQLite takes a link above the file for one in its place.
    if code == SQLiteError.isLink.code, let place = FilePlace.placed(path) {
      sqlite3_close_v2(opened)
      opened = nil
      code = open(place)
    }
    guard let opened, code == SQLITE_OK else {
      if code == SQLiteError.isLink.code {
        sqlite3_close_v2(opened)
        throw .isLink
      }
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      let systemCode = opened.map(sqlite3_system_errno) ?? 0
      sqlite3_close_v2(opened)
      throw SQLiteError(code: code, message: message, systemCode: systemCode)
    }
    handle = opened
    sqlite3_busy_timeout(handle, busyMs)
    // The last one to close must not pay for a checkpoint: a command-line tool closes after every call.
    _ = llmguard_sqlite_no_checkpoint_on_close(handle)
  }

  /// Waits for so long for other connections from now on, in milliseconds; not at all below 1.
  public func wait(atMostMs ms: Int64) { sqlite3_busy_timeout(handle, Int32(clamping: ms)) }

  private static let isConfigured =
    llmguard_sqlite_configure() == SQLITE_OK && llmguard_sqlite_use_heap() == SQLITE_OK
    && llmguard_index_configure() == SQLITE_OK

  deinit {
    statements = []
    sqlite3_close_v2(handle)
    bound?.deallocate()
    llmguard_log_free(log)
    pagesOfLog?.deallocate()
  }

  /// Leaves it to the caller to keep the write-ahead log short, as commits would wait for that.
  public func keepLog() {
    if pagesOfLog != nil { return }
    let pages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    pages.pointee = 0
    pagesOfLog = pages
    sqlite3_wal_hook(
      handle,
      { pages, _, _, count in
        pages?.assumingMemoryBound(to: Int32.self).pointee = count
        return SQLITE_OK
      }, pages)
  }

  /// Whether what is written goes to a write-ahead log. The database has been read.
  public var isLogged: Bool { llmguard_log_is_used(handle) != 0 }

  /// Whether this SQLite overwrites what is deleted, unless it is told otherwise.
  public static let alwaysDeletesSecurely = sqlite3_compileoption_used("SECURE_DELETE") != 0

  /// Has each commit written to the write-ahead log in one go. The database is in that mode, and something has been read.
  public func gatherLogWrites() { if log == nil { log = llmguard_log_gather(handle) } }

  /// How many words a mark has; see `offerMark`.
  public static let markWords = Int(LLMGUARD_INDEX_WORDS)
  /// Whether the index of the log was found as it had been left, and not made anew.
  public private(set) var hasKeptIndex = false

  /// Offers the mark that the last commit may have left, while the database is read for the first time: what is as the mark
  /// says need not be made anew from the whole log. To be ended by `endOffer`, before the mark's memory is given back.
  ///
  /// - Parameter mark: memory shared with whoever writes to the database.
  public func offerMark(_ mark: UnsafeMutablePointer<UInt32>?) { _ = llmguard_index_offer(handle, mark) }

  /// The database has been read, or cannot be.
  public func endOffer() { hasKeptIndex = llmguard_index_offer(handle, nil) != 0 }

  /// Leaves a mark of the last commit, while no other process writes.
  public func leaveMark(_ mark: UnsafeMutablePointer<UInt32>) {
    if log != nil { llmguard_index_note(handle, mark) }
  }

  /// The pages of the log that was left to the caller, after the last commit.
  public var logPages: Int32 { pagesOfLog?.pointee ?? 0 }

  /// Writes the log back into the database. Where others read it just now, a part of it stays.
  public func shortenLog() throws(SQLiteError) {
    _ = try row("PRAGMA wal_checkpoint(PASSIVE)")
    pagesOfLog?.pointee = 0
  }

  /// Moves all of the log into the database, and syncs that. - Returns: whether nobody's reading was in the way.
  public func moveWholeLog() throws(SQLiteError) -> Bool {
    let row = try row("PRAGMA wal_checkpoint(PASSIVE)")
    pagesOfLog?.pointee = 0
    return row?.integer(0) == 0 && row?.integer(1) == row?.integer(2)
  }

  /// Runs statements that take no values and return no rows.
  public func execute(_ sql: String) throws(SQLiteError) {
    try check(sqlite3_exec(handle, sql, nil, nil, nil))
  }

  /// Runs one statement with values.
  ///
  /// - Returns: how many rows it changed.
  @discardableResult
  public func run(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> Int {
    let statement = try prepared(sql)
    let boundBefore = boundBytes
    defer {
      statement.reset()
      boundBytes = boundBefore
    }
    try bind(values, to: statement)
    return try finish(statement)
  }

  /// Runs a statement whose values are bound. - Returns: how many rows it changed.
  func finish(_ statement: Statement) throws(SQLiteError) -> Int {
    var code = SQLITE_ROW
    while code == SQLITE_ROW { code = sqlite3_step(statement.handle) }
    try check(code == SQLITE_DONE ? SQLITE_OK : code)
    return Int(sqlite3_changes(handle))
  }

  /// The rows of a query.
  public func rows(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> [Row] {
    var rows: [Row] = []
    try forEachRow(sql, values) { row in
      rows.append(row)
      return true
    }
    return rows
  }

  /// Visits the rows of a query one by one, without keeping them; the visitor says whether to go on.
  public func forEachRow(_ sql: String, _ values: [SQLiteValue] = [], _ visit: (Row) -> Bool) throws(SQLiteError) {
    try step(sql, values) { visit($0.row()) }
  }

  /// Visits the bytes of a query's first column row by row, where they stand: they are not copied, and are gone after the
  /// visit. The visitor says whether to go on.
  public func forEachBlob(
    _ sql: String, _ values: [SQLiteValue] = [], _ visit: (UnsafeRawBufferPointer) -> Bool
  ) throws(SQLiteError) {
    try step(sql, values) { visit($0.firstBlob) }
  }

  /// Runs a statement; the visitor sees it at each row, and says whether to go on.
  func step(_ sql: String, _ values: [SQLiteValue], _ visit: (Statement) -> Bool) throws(SQLiteError) {
    let statement = try prepared(sql)
    let boundBefore = boundBytes
    defer {
      statement.reset()
      boundBytes = boundBefore
    }
    try bind(values, to: statement)
    while true {
      let code = sqlite3_step(statement.handle)
      if code == SQLITE_DONE { return }
      try check(code == SQLITE_ROW ? SQLITE_OK : code)
      if !visit(statement) { return }
    }
  }

  /// The first row of a query.
  public func row(_ sql: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> Row? {
    var first: Row?
    try forEachRow(sql, values) { row in
      first = row
      return false
    }
    return first
  }

  /// Copies the whole database into another, page by page, by SQLite's online backup.
  public func copy(to other: Connection) throws(SQLiteError) {
    guard let backup = sqlite3_backup_init(other.handle, "main", handle, "main") else {
      throw other.failure(sqlite3_extended_errcode(other.handle))
    }
    var code = SQLITE_OK
    repeat { code = sqlite3_backup_step(backup, 1024) } while code == SQLITE_OK
    let finished = sqlite3_backup_finish(backup)
    if code != SQLITE_DONE { throw other.failure(code) }
    try other.check(finished)
  }

  /// The number of the row that was inserted last.
  public var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  /// How many rows have been changed through this connection.
  public var changes: Int64 { llmguard_sqlite_total_changes(handle) }

  /// Names the database's content, as far as this connection has seen it: within a transaction, another name than before
  /// means that somebody has written in between.
  public var contentMark: UInt32 { llmguard_sqlite_data_version(handle) }

  /// Whether a transaction is open. Some errors end one by themselves.
  public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// The library's version, such as `3.40.1`.
  public static var libraryVersion: String { String(cString: sqlite3_libversion()) }

  /// Prepares statements that are about to be run, so that whoever runs them does not wait for it.
  public func prepare(_ texts: [String]) throws(SQLiteError) {
    for text in texts { _ = try prepared(text) }
  }

  /// The texts of all statements that were prepared.
  var texts: [String] { statements.map(\.text) }

  /// What is not bound is NULL: a reset takes all bindings away.
  private func bind(_ values: [SQLiteValue], to statement: Statement) throws(SQLiteError) {
    var index: Int32 = 0
    for value in values {
      index += 1
      switch value {
      case .null: continue
      case .integer(let number): try check(sqlite3_bind_int64(statement.handle, index, number))
      case .text(var text):
        let kept = text.withUTF8 { keep(UnsafeRawBufferPointer($0)) }
        guard let kept else {
          try check(statement.bind(value, at: index))
          continue
        }
        let characters = kept.bindMemory(to: CChar.self)
        try check(sqlite3_bind_text(statement.handle, index, characters.baseAddress, Int32(characters.count), nil))
      case .blob(let bytes):
        guard let kept = bytes.withUnsafeBytes({ keep($0) }) else {
          try check(statement.bind(value, at: index))
          continue
        }
        try check(sqlite3_bind_blob(statement.handle, index, kept.baseAddress, Int32(kept.count), nil))
      }
    }
  }

  /// Keeps bytes until the statement that they are bound to is reset; `nil` where there is no room, and for none at all.
  private func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawBufferPointer? {
    guard !bytes.isEmpty, bytes.count <= Self.mostBoundBytes - boundBytes else { return nil }
    let bound = bound ?? .allocate(byteCount: Self.mostBoundBytes, alignment: 16)
    self.bound = bound
    let place = UnsafeMutableRawBufferPointer(rebasing: bound[boundBytes..<(boundBytes + bytes.count)])
    place.copyMemory(from: bytes)
    boundBytes += bytes.count
    return place
  }

  func prepared(_ sql: String) throws(SQLiteError) -> Statement {
    // There are a few dozen, and they follow each other much as they did when they were prepared. Their lengths tell nearly all
    // apart, and a text that stands at the same place in memory is not even compared.
    let (known, start, length) = (statements, next, sql.utf8.count)
    for offset in known.indices {
      let index = start + offset < known.count ? start + offset : start + offset - known.count
      if known[index].length == length, known[index].text == sql {
        next = index + 1
        return known[index]
      }
    }
    var handle: OpaquePointer?
    // What is said to be kept does not use the memory that the connection has for itself. A process of one thread is one
    // that ends soon.
    let flags = llmguard_heap_has_one_thread() ? 0 : UInt32(SQLITE_PREPARE_PERSISTENT)
    try check(sqlite3_prepare_v3(self.handle, sql, -1, flags, &handle, nil))
    guard let handle else { throw SQLiteError(code: SQLITE_MISUSE, message: "an empty statement") }
    let statement = Statement(handle, sql)
    statements.append(statement)
    next = statements.count
    return statement
  }

  func check(_ code: Int32) throws(SQLiteError) {
    if code != SQLITE_OK { throw failure(code) }
  }

  private func failure(_ code: Int32) -> SQLiteError {
    // A full disk is met in other places, too, than where a page is written, such as where the shared memory is made.
    if code & 0xFF == SQLITE_IOERR, llmguard_sqlite_is_full(handle) != 0 {
      return SQLiteError(code: SQLITE_FULL, message: "database or disk is full")
    }
    let isOfSystem = [SQLITE_IOERR, SQLITE_CANTOPEN].contains(code & 0xFF)
    return SQLiteError(
      code: code, message: String(cString: sqlite3_errmsg(handle)),
      systemCode: isOfSystem ? sqlite3_system_errno(handle) : 0)
  }
}

/// A prepared statement.
final class Statement {
  let handle: OpaquePointer
  let text: String
  let length: Int

  init(_ handle: OpaquePointer, _ text: String) {
    (self.handle, self.text, length) = (handle, text, text.utf8.count)
  }
  deinit { sqlite3_finalize(handle) }

  func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(handle, index)
    case .integer(let number): return sqlite3_bind_int64(handle, index, number)
    case .text(var text):
      return text.withUTF8 { buffer in
        buffer.withMemoryRebound(to: CChar.self) {
          llmguard_sqlite_bind_text(handle, index, $0.baseAddress ?? emptyText, Int32($0.count))
        }
      }
    case .blob(let bytes):
      return bytes.withUnsafeBytes { llmguard_sqlite_bind_blob(handle, index, $0.baseAddress, Int32($0.count)) }
    }
  }

  func row() -> Row {
    Row(
      values: (0..<sqlite3_column_count(handle)).map { index in
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_NULL: return .null
        case SQLITE_BLOB: return .blob(Array(bytes(index, from: sqlite3_column_blob(handle, index))))
        default:
          let text = UnsafeRawPointer(sqlite3_column_text(handle, index))
          return .text(String(decoding: bytes(index, from: text), as: UTF8.self))
        }
      })
  }

  /// The first column's bytes; they last until the next step.
  var firstBlob: UnsafeRawBufferPointer { bytes(0, from: sqlite3_column_blob(handle, 0)) }

  /// A column's bytes; they last until the next step.
  private func bytes(_ index: Int32, from start: UnsafeRawPointer?) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, index)))
  }

  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }
}

/// A text of no bytes needs an address all the same: a null pointer would bind NULL.
nonisolated(unsafe) private let emptyText = UnsafePointer<CChar>(UnsafeMutablePointer<CChar>.allocate(capacity: 1))
