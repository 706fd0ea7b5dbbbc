import GuardModel
import Ledger
import Posix
import SQLite
import Testing

@testable import SQLiteLedger

/// A backup that is copied, brought up to date and looked through before it takes a ledger's place.
@Suite struct RestoringTests {
  let folder: TemporaryFolder
  var backup: String { folder.path + "/old.sqlite3" }

  init() throws { folder = try TemporaryFolder() }

  @Test func anOlderOneIsBroughtUpToDate() throws {
    do { try Connection(path: backup).execute(version1Ledger) }
    let before = try File.readAll(backup)
    let staged = try StagedLedger(backup, beside: folder.path + "/copy", zone: .utc)
    #expect(staged.problems.isEmpty)
    #expect(staged.last?.sequence == 4)
    #expect(try File.readAll(backup) == before)
    try Folder.makePrivate(folder.path + "/state")
    #expect(try staged.replace(folder.ledger, keptAs: folder.ledger + ".was", lockDeadlineMs: 300) == false)
    #expect(File.permissions(of: folder.ledger) == 0o600)
    #expect(try SQLiteLedger(path: folder.ledger, zone: .utc).verify().isEmpty)
    #expect(try Folder.names(in: folder.path).filter { $0.hasPrefix("copy") } == [])
  }

  /// Whether one is older can be told without changing it.
  @Test func anOlderOneIsKnownAndStaysAsItIs() throws {
    do { try Connection(path: backup).execute(version1Ledger) }
    let before = try File.readAll(backup)
    #expect(SQLiteLedger.isOlder(backup))
    #expect(try File.readAll(backup) == before)
    #expect(try Folder.names(in: folder.path) == ["old.sqlite3"])
    _ = try SQLiteLedger(path: backup, zone: .utc)
    #expect(!SQLiteLedger.isOlder(backup))
    #expect(!SQLiteLedger.isOlder(folder.path + "/none") && !SQLiteLedger.isOlder(folder.path))
  }

  /// What the head says of the restored ledger is known at once: entries that are cut off it are missed.
  @Test func theHeadIsThatOfTheNewOne() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    _ = try ledger.reserve(try SQLiteLedgerTests.request("a", tokens: 1), nowUnixMs: 1)
    try ledger.backup(to: backup)
    _ = try ledger.reserve(try SQLiteLedgerTests.request("b", tokens: 1), nowUnixMs: 2)
    #expect(SQLiteLedger.lastEntryKnown(besideLost: folder.ledger) == 2)
    let staged = try StagedLedger(backup, beside: folder.path + "/copy", zone: .utc)
    #expect(try staged.replace(folder.ledger, keptAs: folder.ledger + ".was", lockDeadlineMs: 300))
    #expect(SQLiteLedger.lastEntryKnown(besideLost: folder.ledger) == 1)
    #expect(SQLiteLedger.lastEntryKnown(besideLost: folder.ledger + ".was") == 2)
    // Whoever had the old one open writes nothing to the new one.
    #expect(throws: LedgerError.self) {
      _ = try ledger.reserve(try SQLiteLedgerTests.request("c", tokens: 1), nowUnixMs: 3)
    }
    #expect(try SQLiteLedger(path: folder.ledger, zone: .utc).verify().isEmpty)
  }

  /// What stood in the way stays, and so does the old ledger: under one name, for two would be two logs of one database.
  @Test func whatCannotBeKeptIsNotReplaced() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    _ = try ledger.reserve(try SQLiteLedgerTests.request("a", tokens: 1), nowUnixMs: 1)
    try ledger.backup(to: backup)
    let kept = folder.ledger + ".was"
    try File.replace(kept + ".head", with: [1])
    let staged = try StagedLedger(backup, beside: folder.path + "/copy", zone: .utc)
    #expect(throws: LedgerError.self) { try staged.replace(folder.ledger, keptAs: kept, lockDeadlineMs: 300) }
    staged.discard()
    #expect(!File.exists(kept))
    #expect(try File.readAll(kept + ".head") == [1])
    #expect(SQLiteLedger.lastEntryKnown(besideLost: folder.ledger) == 1)
    _ = try ledger.reserve(try SQLiteLedgerTests.request("b", tokens: 1), nowUnixMs: 2)
    #expect(try SQLiteLedger(path: folder.ledger, zone: .utc).verify().isEmpty)
  }

  /// Whoever comes between the database and its log makes no copy of two moments.
  @Test(arguments: [1, 100]) func whatIsWrittenWhileItIsCopiedIsInItOrNotAtAll(writers: Int) throws {
    do {
      let source = try Connection(path: folder.path + "/source")
      try source.execute(
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x); INSERT INTO t VALUES (1)")
      for side in ["", "-wal"] {
        try File.replace(backup + side, with: try File.readAll(folder.path + "/source" + side))
      }
    }
    var (copies, written) = (0, 0)
    let read = try StagedLedger.readable(backup, beside: folder.path + "/copy") { name in
      guard name == backup else { return }
      copies += 1
      guard written < writers else { return }
      written += 1
      try? Connection(path: backup).execute("INSERT INTO t VALUES (2); PRAGMA wal_checkpoint(TRUNCATE)")
    }
    // Where it changes time and again, it is read itself.
    #expect((read == backup) == (writers > 1) && copies <= 5)
    #expect(try Connection(path: read).row("SELECT count(*) FROM t")?.integer(0) == Int64(1 + written))
    let left = try Folder.names(in: folder.path).filter { $0.hasPrefix("copy") && !$0.hasPrefix("copy.read") }
    #expect(left == [] && (writers == 1 || !File.exists(folder.path + "/copy.read")))
  }

  /// Numbers that no llmguard gives, as somebody may have written them into the file.
  @Test(arguments: [Int64.min, -1, 0]) func aNumberThatNoEntryHasIsTold(number: Int64) throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    for name in ["a", "b", "c"] {
      _ = try ledger.reserve(try SQLiteLedgerTests.request(name, tokens: 1), nowUnixMs: 1)
    }
    try Connection(path: folder.ledger).execute(
      "DROP TRIGGER entry_no_update; UPDATE entry SET sequence = \(number) WHERE sequence = 2")
    let problems = try ledger.verify()
    #expect(
      problems.prefix(2).map(\.description) == [
        "entry \(number): no entry has such a number: the first has 1", "entry 3: entry 2 is missing before it",
      ])
    try ledger.backup(to: backup)
    let staged = try StagedLedger(backup, beside: folder.path + "/copy", zone: .utc)
    #expect(staged.problems.first == problems.first)
    staged.discard()
  }

  /// It is the backup that somebody can look for: the copy is gone.
  @Test(arguments: [
    (14, ["column sent_ms of lane_rest", "column counted of ticket"]),
    (11, ["table turn", "column envelope of envelope_draw"]),
  ]) func whatIsNotOfItsFormatIsToldOfTheBackup(version: Int, places: [String]) throws {
    try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300).backup(to: backup)
    try Connection(path: backup).execute("PRAGMA user_version = \(version)")
    let error = #expect(throws: LedgerError.self) {
      _ = try StagedLedger(backup, beside: folder.path + "/copy", zone: .utc)
    }
    let start = "cannot use the ledger '\(backup)': it cannot be brought from format \(version) to this program's: "
    #expect(
      error?.description.hasPrefix("\(start)\(places[0]): it is none of format \(version), ") == true, "\(error as Any)"
    )
    #expect(error?.description.contains("; \(places[1]): it is none of format \(version), ") == true, "\(error as Any)")
    #expect(error?.remedy.contains(": sqlite3 \(backup) 'ALTER TABLE ") == true, "\(error as Any)")
    #expect(try Folder.names(in: folder.path).filter { $0.hasPrefix("copy") } == [])
  }

  @Test func twoAtOnceDoNotWriteTheSameCopy() throws {
    do { try Connection(path: backup).execute(version1Ledger) }
    let first = try StagedLedger(backup, beside: folder.path + "/copy", zone: .utc)
    #expect(throws: LedgerError.self) { _ = try StagedLedger(backup, beside: folder.path + "/copy", zone: .utc) }
    first.discard()
    #expect(try Folder.names(in: folder.path).filter { $0.hasPrefix("copy") } == [])
  }
}
