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
      "CREATE INDEX reasons ON entry (user, json_extract(note, '$.reason'))",
      "index reasons on entry: it is none of the ledger's, and can keep calls from being booked",
      "DROP INDEX \"reasons\""
    ),
    (
      "CREATE INDEX rich ON balance (key) WHERE abs(posted) > 9",
      "index rich on balance: it is none of the ledger's, and can keep calls from being booked", "DROP INDEX \"rich\""
    ),
    (
      "CREATE INDEX folded ON Entry (user COLLATE NOCASE)",
      "index folded on entry: it is none of the ledger's, and can keep calls from being booked", "DROP INDEX \"folded\""
    ),
    (
      "CREATE TRIGGER \"a \"\" b\" AFTER INSERT ON clock BEGIN SELECT 1; END",
      "trigger a \" b on clock: it is none of the ledger's, and can change what is booked", "DROP TRIGGER \"a \"\" b\""
    ),
    (
      "CREATE TRIGGER loud AFTER INSERT ON ENTRY BEGIN SELECT 1; END",
      "trigger loud on ENTRY: it is none of the ledger's, and can change what is booked", "DROP TRIGGER \"loud\""
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

  /// An index whose order or whose function only its maker's program knows stops every call, and the look through the file too. The
  /// file is not damaged by it.
  @Test(arguments: [
    ("user COLLATE BINARY", "BINARY", "de"), ("upper(user)", "upper", "german"),
  ]) func whatOnlyAnotherProgramKnowsIsNoDamage(column: String, known: String, unknown: String) throws {
    // No other way makes such an index with this library alone.
    do {
      _ = try ledger(
        with: """
          CREATE INDEX by_user ON entry (\(column)); PRAGMA writable_schema = ON;
          UPDATE sqlite_schema SET sql = replace(sql, '\(known)', '\(unknown)') WHERE name = 'by_user'
          """)
    }
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    let error = #expect(throws: LedgerError.self) {
      _ = try ledger.reserve(try SQLiteLedgerTests.request("b", tokens: 7), nowUnixMs: 2)
    }
    let said = "index by_user on entry: it is none of the ledger's, and can keep calls from being booked (SQLite code "
    #expect(
      error?.description.hasPrefix("cannot use the ledger '\(folder.ledger)': \(said)") == true, "\(error as Any)")
    let problems = try ledger.verify()
    #expect(
      problems.map(\.description)
        == ["index by_user on entry: it is none of the ledger's, and can keep calls from being booked"])
    #expect(problems.map(\.remedy) == ["DROP INDEX \"by_user\""])
    #expect(try ledger.additions() == [])
    try Connection(path: folder.ledger).execute("DROP INDEX \"by_user\"")
    #expect(try ledger.verify() == [])
  }

  /// Of a file that is damaged it is told all the same.
  @Test func whatIsForeignIsToldBesideDamage() throws {
    _ = try ledger(
      with: """
        CREATE TRIGGER free AFTER INSERT ON entry BEGIN UPDATE balance SET pending = 0; END;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'notice') WHERE name = 'turn'
        """)
    let problems = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300).verify()
    #expect(problems.map(\.place).prefix(2) == ["trigger free on entry", "database file"])
    #expect(problems.map { $0.remedy != nil }.prefix(2) == [true, false])
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

  /// What a column is reckoned by may break off at each row; that it is there is told all the same.
  @Test func aColumnThatCannotBeReckonedIsTold() throws {
    let ledger = try ledger(
      with: "ALTER TABLE entry ADD COLUMN g INTEGER GENERATED ALWAYS AS (json_extract(user, '$.x')) VIRTUAL")
    #expect(try ledger.verify().map(\.description) == ["table entry: it is not as the format has it"])
  }

  /// A table that is there with other columns, or other checks.
  @Test func anAlteredTableIsTold() throws {
    let ledger = try ledger(with: "ALTER TABLE notice ADD COLUMN who TEXT")
    #expect(try ledger.verify().map(\.description) == ["table notice: it is not as the format has it"])
  }

  /// What was cut off the end is told beside an altered table, also where its entries cannot be read by the format.
  @Test(arguments: [
    ("ALTER TABLE notice ADD COLUMN who TEXT", "notice", "it is not as the format has it"),
    ("ALTER TABLE notice RENAME TO said", "notice", "the ledger's own is missing"),
    ("ALTER TABLE entry RENAME COLUMN program TO script", "entry", "it is not as the format has it"),
  ]) func whatIsLostIsToldBesideAnAlteredTable(statement: String, table: String, problem: String) throws {
    let ledger = try ledger(with: "SELECT 1")
    for name in ["b", "c"] { _ = try ledger.reserve(try SQLiteLedgerTests.request(name, tokens: 7), nowUnixMs: 1) }
    let last = try #require(try ledger.entries(limit: 1).first?.sequence)
    try Connection(path: folder.ledger).execute(
      "DROP TRIGGER entry_no_delete; DELETE FROM entry WHERE sequence = \(last); \(statement)")
    let told = try ledger.verify().map(\.description)
    #expect(told.contains("table \(table): \(problem)"), "\(told)")
    #expect(
      told.contains("chain head: the .head file knows entry \(last), but the last entry is \(last - 1)"), "\(told)")
  }

  /// Tables, views and indexes for somebody's own reports, and what is done when somebody writes to such a table, change
  /// nothing, and are told all the same.
  @Test(arguments: [
    ("CREATE TABLE notes (text TEXT UNIQUE)", "table notes"),
    ("CREATE VIEW spent AS SELECT * FROM rollup", "view spent"),
    ("CREATE INDEX model ON entry (model DESC, sequence, user COLLATE binary)", "index model on entry"),
    ("CREATE TABLE mine (x); CREATE UNIQUE INDEX one ON mine (lower(x)) WHERE x > 1", "index one on mine, table mine"),
    (
      "CREATE TABLE mine (x); CREATE TRIGGER mine_too AFTER INSERT ON mine BEGIN SELECT 1; END",
      "trigger mine_too on mine, table mine"
    ),
  ]) func whatChangesNothingIsAnAddition(statement: String, place: String) throws {
    let ledger = try ledger(with: statement)
    #expect(try ledger.verify() == [])
    let additions = try ledger.additions()
    #expect(additions.map(\.place).joined(separator: ", ") == place)
    #expect(additions.allSatisfy { $0.remedy?.hasPrefix("DROP ") == true })
    try ledger.backup(to: folder.path + "/old.sqlite3")
    let staged = try StagedLedger(folder.path + "/old.sqlite3", beside: folder.path + "/copy", zone: .utc)
    #expect(staged.problems == [] && staged.additions == additions)
    staged.discard()
    // With a table goes what belongs to it: that has to be named before.
    try Connection(path: folder.ledger).execute(additions.compactMap(\.remedy).joined(separator: "; "))
    #expect(try ledger.additions() == [])
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
