import GuardModel
import Ledger
import Posix
import SQLite
import SQLiteLedger
import Testing

/// What somebody put into the ledger's file: harmful or not, it is told.
@Suite struct ForeignObjectsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func ledger(with statement: String) throws -> SQLiteLedger {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    _ = try ledger.reserve(try SQLiteLedgerTests.request("a", tokens: 7), nowUnixMs: 1)
    try Connection(path: folder.ledger).execute(statement)
    return ledger
  }

  /// What SQLite does by itself when a call is booked.
  @Test(arguments: [
    (
      "CREATE TRIGGER free AFTER INSERT ON entry BEGIN UPDATE balance SET pending = 0; END",
      "trigger free on entry: it is none of the ledger's, and can change what is booked", "DROP TRIGGER \"free\""
    ),
    (
      "CREATE UNIQUE INDEX one ON entry (user) WHERE kind = 'settle'",
      "index one on entry: it is none of the ledger's, and can keep calls from being booked", "DROP INDEX \"one\""
    ),
    (
      "CREATE TRIGGER \"a \"\" b\" AFTER INSERT ON clock BEGIN SELECT 1; END",
      "trigger a \" b on clock: it is none of the ledger's, and can change what is booked", "DROP TRIGGER \"a \"\" b\""
    ),
    (
      """
      DROP TRIGGER entry_no_delete;
      CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry WHEN OLD.user <> 'ana' BEGIN SELECT RAISE(ABORT, 'no'); END
      """, "trigger entry_no_delete on entry: it is not as the format has it",
      "DROP TRIGGER \"entry_no_delete\"; CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry "
        + "BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END"
    ),
  ]) func whatCanChangeWhatIsBookedIsUnsound(statement: String, words: String, remedy: String) throws {
    let ledger = try ledger(with: statement)
    let problems = try ledger.verify()
    #expect(problems.map(\.description) == [words] && problems.map(\.remedy) == [remedy])
    #expect(try ledger.additions() == [])
    try ledger.backup(to: folder.path + "/old.sqlite3")
    let staged = try StagedLedger(folder.path + "/old.sqlite3", beside: folder.path + "/copy", zone: .utc)
    #expect(staged.problems == problems)
    staged.discard()
    try Connection(path: folder.ledger).execute(remedy)
    #expect(try ledger.verify() == [])
  }

  /// What the format has and the file has not, or has otherwise: entries could be changed, or a call booked twice.
  @Test(arguments: [
    (
      "DROP TRIGGER entry_no_update", "trigger entry_no_update on entry: the ledger's own is missing",
      "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are immutable'); END"
    ),
    (
      "DROP INDEX entry_terminal", "index entry_terminal on entry: the ledger's own is missing",
      "CREATE UNIQUE INDEX entry_terminal ON entry (hold) WHERE kind IN ('settle', 'void')"
    ),
    (
      "DROP INDEX entry_run; CREATE INDEX entry_run ON entry (user)",
      "index entry_run on entry: it is not as the format has it",
      "DROP INDEX \"entry_run\"; CREATE INDEX entry_run ON entry (run) WHERE run IS NOT NULL AND kind <> 'reserve'"
    ),
  ]) func whatIsMissingOfTheFormatIsTold(statement: String, words: String, remedy: String) throws {
    let ledger = try ledger(with: statement)
    let problems = try ledger.verify()
    #expect(problems.map(\.description) == [words] && problems.map(\.remedy) == [remedy])
    #expect(try ledger.additions() == [])
    try Connection(path: folder.ledger).execute(remedy)
    #expect(try ledger.verify() == [])
  }

  /// A table that is there with other columns, or other checks.
  @Test func anAlteredTableIsTold() throws {
    let ledger = try ledger(with: "ALTER TABLE notice ADD COLUMN who TEXT")
    #expect(try ledger.verify().map(\.description) == ["table notice: it is not as the format has it"])
  }

  /// Tables, views and indexes for somebody's own reports change nothing, and are told all the same.
  @Test(arguments: [
    ("CREATE TABLE notes (text TEXT UNIQUE)", "table notes"),
    ("CREATE VIEW spent AS SELECT * FROM rollup", "view spent"),
    ("CREATE INDEX entry_model ON entry (model)", "index entry_model on entry"),
  ]) func whatChangesNothingIsAnAddition(statement: String, place: String) throws {
    let ledger = try ledger(with: statement)
    #expect(try ledger.verify() == [])
    let additions = try ledger.additions()
    #expect(additions.map(\.place) == [place] && additions.allSatisfy { $0.remedy?.hasPrefix("DROP ") == true })
    try ledger.backup(to: folder.path + "/old.sqlite3")
    let staged = try StagedLedger(folder.path + "/old.sqlite3", beside: folder.path + "/copy", zone: .utc)
    #expect(staged.problems == [] && staged.additions == additions)
    staged.discard()
  }

  /// Neither does a ledger have anything else by itself, new or brought up to date, nor does what SQLite counts for itself.
  @Test(arguments: [false, true]) func aLedgerHasNothingElse(isOld: Bool) throws {
    try Folder.makePrivate(File.parent(of: folder.ledger))
    if isOld { try Connection(path: folder.ledger).execute(version1Ledger) }
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    try Connection(path: folder.ledger).execute("ANALYZE")
    #expect(try ledger.additions() == [])
    #expect(try ledger.verify() == [])
  }
}
