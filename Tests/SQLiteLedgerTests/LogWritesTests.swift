import DiskFault
import Glibc
import Posix
import SQLite
import Testing

/// Commits that are written to the write-ahead log in one go.
@Suite struct LogWritesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Folder.makePrivate(File.parent(of: folder.ledger))
  }

  private func open(gathers: Bool) throws -> Connection {
    let connection = try Connection(path: folder.ledger, busyMs: 20_000)
    #expect(try connection.row("PRAGMA journal_mode = WAL")?.text(0) == "wal")
    try connection.execute(
      "PRAGMA synchronous = NORMAL; CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, text TEXT)")
    if gathers { connection.gatherLogWrites() }
    return connection
  }

  @Test func aDatabaseSaysWhetherItHasALog() throws {
    let connection = try Connection(path: folder.ledger, busyMs: 20_000)
    #expect(!connection.isLogged, "nothing has been written")
    try connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
    for (mode, isLogged) in [("truncate", false), ("wal", true), ("delete", false), ("wal", true)] {
      #expect(try connection.row("PRAGMA journal_mode = \(mode)")?.text(0) == mode)
      #expect(connection.isLogged == isLogged, "\(mode)")
    }
    // Another one that has only read says the same, whatever stands in the log.
    try connection.execute("INSERT INTO t VALUES (1, 'a'); PRAGMA user_version = 7")
    let other = try Connection(path: folder.ledger, busyMs: 20_000)
    #expect(try other.row("PRAGMA user_version")?.integer(0) == 7)
    #expect(other.isLogged)
  }

  private func fill(_ connection: Connection, _ rows: Range<Int>) throws {
    for row in rows {
      try connection.run(
        "INSERT INTO t VALUES (?, ?)", [.integer(Int64(row)), .text(String(repeating: "word \(row) ", count: 100))])
    }
  }

  private func count(_ connection: Connection) throws -> Int64 {
    #expect(try connection.row("PRAGMA integrity_check")?.text(0) == "ok")
    return try connection.row("SELECT count(*) FROM t")?.integer(0) ?? -1
  }

  @Test func othersSeeACommitAndNothingBefore() throws {
    let (one, other) = (try open(gathers: true), try open(gathers: false))
    for round in 0..<20 {
      let before = try File.readAll(folder.ledger + "-wal")
      try one.execute("BEGIN IMMEDIATE")
      try fill(one, (round * 10)..<(round * 10 + 10))
      #expect(try File.readAll(folder.ledger + "-wal") == before)
      #expect(try count(other) == Int64(round * 10))
      try one.execute("COMMIT")
      #expect(try count(other) == Int64(round * 10 + 10))
    }
    try one.shortenLog()
    #expect(try count(other) == 200)
    #expect(try count(try Connection(path: folder.ledger)) == 200)
  }

  /// Of a transaction that does not fit into the cache, pages are written before its end.
  @Test func whatIsTakenBackIsNotWrittenOverWhatOthersWrote() throws {
    let (one, other) = (try open(gathers: true), try open(gathers: false))
    try one.execute("PRAGMA cache_size = 5; PRAGMA cache_spill = 1")
    for round in 0..<5 {
      // So many that some of its pages wait for more of them, and some have left.
      try one.execute("BEGIN IMMEDIATE")
      try fill(one, 10_000..<(10_050 + 37 * round))
      try one.execute("SAVEPOINT part")
      try fill(one, 20_000..<20_090)
      try one.execute("ROLLBACK TO part; RELEASE part")
      try fill(one, 30_000..<30_020)
      #expect(try one.row("SELECT count(*) FROM t WHERE id >= 20000")?.integer(0) == 20)
      try one.execute("ROLLBACK")
      try other.execute("BEGIN IMMEDIATE")
      try fill(other, (round * 100)..<(round * 100 + 50))
      try other.execute("COMMIT")
      try one.execute("BEGIN IMMEDIATE")
      try fill(one, (round * 100 + 50)..<(round * 100 + 100))
      try one.execute("COMMIT")
      #expect(try count(one) == Int64(round * 100 + 100))
      #expect(try count(other) == Int64(round * 100 + 100))
    }
    #expect(try count(try Connection(path: folder.ledger)) == 500)
  }

  /// Pages that left before their commit and were changed again have their checksums written anew at its end: all of that is
  /// in the file when the commit is acknowledged, not only what others are told in memory.
  @Test func whatWasWrittenAnewIsInTheFile() throws {
    let one = try open(gathers: true)
    try one.execute("PRAGMA cache_size = 5; PRAGMA cache_spill = 1")
    for round in 0..<5 {
      try one.execute("BEGIN IMMEDIATE")
      try fill(one, (round * 200)..<(round * 200 + 200))
      try one.run("UPDATE t SET text = text || 'again' WHERE id >= ?", [.integer(Int64(round * 200))])
      try one.run("UPDATE t SET text = text || 'end' WHERE id = ?", [.integer(Int64(round * 200))])
      try one.execute("COMMIT")
      // As after a crash: the file in shared memory is gone.
      let copy = folder.ledger + "-copy\(round)"
      for end in ["", "-wal"] { try File.replace(copy + end, with: try File.readAll(folder.ledger + end)) }
      let left = try Connection(path: copy)
      #expect(try left.row("PRAGMA integrity_check")?.text(0) == "ok")
      #expect(try left.row("SELECT count(*) FROM t WHERE text LIKE '%again%'")?.integer(0) == Int64(round * 200 + 200))
      #expect(try left.row("SELECT count(*) FROM t WHERE text LIKE '%end'")?.integer(0) == Int64(round + 1))
    }
  }

  @Test func aTransactionLargerThanWhatIsGatheredIsWhole() throws {
    do {
      let one = try open(gathers: true)
      try one.execute("PRAGMA cache_size = 20; BEGIN IMMEDIATE")
      try fill(one, 0..<2000)
      try one.execute("COMMIT")
      #expect(try count(one) == 2000)
      try one.execute("BEGIN IMMEDIATE")
      try fill(one, 5000..<5500)
      // What is not committed when it ends is not there.
    }
    #expect(try count(try open(gathers: true)) == 2000)
  }

  /// A page that has left memory is read while the disk is full, so what was gathered must be written, and cannot be. SQLite
  /// takes back the statement that read it alone; what earlier ones had gathered is lost all the same.
  @Test(arguments: [ENOSPC, EDQUOT, EFBIG], [false, true])
  func whatCouldNotBeWrittenIsNeverCommitted(error: Int32, isFullAtTheEnd: Bool) throws {
    #expect(disk_fault_install())
    defer { disk_fault_set(0) }
    let (one, other) = (try open(gathers: true), try open(gathers: false))
    try one.execute("PRAGMA cache_size = 5; PRAGMA cache_spill = 1; BEGIN IMMEDIATE")
    try fill(one, 0..<20)
    try one.execute("COMMIT; BEGIN IMMEDIATE")
    try fill(one, 100..<115)
    disk_fault_set(error)
    // Its rows may be in the way of others', so it could be taken back alone for that, too.
    #expect { try one.run("INSERT INTO t SELECT id + 1000, text FROM t ORDER BY id") } throws: {
      ($0 as? SQLiteError)?.kind == .full
    }
    #expect(disk_fault_count() == 1)
    #expect(one.isInTransaction, "else nothing is left that could be committed")
    disk_fault_set(isFullAtTheEnd ? error : 0)
    #expect { try one.execute("COMMIT") } throws: { ($0 as? SQLiteError)?.kind == .full }
    disk_fault_set(0)
    if one.isInTransaction { try one.execute("ROLLBACK") }
    #expect(try count(one) == 20)
    #expect(try count(other) == 20)
    // With that transaction the error has gone.
    try one.execute("BEGIN IMMEDIATE")
    try fill(one, 200..<230)
    try one.execute("COMMIT")
    #expect(try count(one) == 50)
    #expect(try count(other) == 50)
    for end in ["", "-wal"] { try File.replace(folder.path + "/c" + end, with: try File.readAll(folder.ledger + end)) }
    #expect(try count(try Connection(path: folder.path + "/c")) == 50)
  }

  /// Values that are bound stay as they are while their statement runs, whatever else runs meanwhile.
  @Test func statementsWithinOthersHaveValuesOfTheirOwn() throws {
    let connection = try open(gathers: true)
    try fill(connection, 0..<100)
    let long = String(repeating: "long ", count: 4000)
    var met: [Int64] = []
    try connection.forEachRow(
      "SELECT id, ?1 FROM t WHERE text LIKE ?2 OR ?1 = '' ORDER BY id", [.text("kept \(1)"), .text("word 1%")]
    ) { row in
      met.append(row.integer(0))
      #expect(row.text(1) == "kept 1")
      let inner = try? connection.row("SELECT ?1 || ?2, ?3", [.text("a \(met.count)"), .text(long), .blob([1, 2, 3])])
      #expect(inner?.text(0) == "a \(met.count)" + long)
      #expect(inner?.blob(1) == [1, 2, 3])
      return true
    }
    #expect(met == [1] + Array(10...19))
    let empty = try connection.row("SELECT ?1 IS NULL, length(?1), ?2 IS NULL", [.text(""), .blob([])])
    #expect(empty?.integer(0) == 0)
    #expect(empty?.integer(1) == 0)
  }
}
