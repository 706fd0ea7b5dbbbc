import GuardModel
import Ledger
import Posix
import SQLite
import SQLiteLedger
import Testing

/// What somebody put into the ledger's file makes a statement fail: it is named, with what takes it away, and not SQLite's words alone.
@Suite struct ObstructionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func change(_ statement: String) throws { try Connection(path: folder.ledger).execute(statement) }

  private func ledger(with statement: String) throws -> SQLiteLedger {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    _ = try ledger.reserve(try SQLiteLedgerTests.request("a", tokens: 7), nowUnixMs: 1)
    try change(statement)
    return ledger
  }

  private static let index = "it is none of the ledger's, and can keep calls from being booked"
  private static let trigger = "it is none of the ledger's, and can change what is booked"

  @Test(arguments: [
    (
      "CREATE UNIQUE INDEX one ON entry (user)", "index one on entry: \(index) (SQLite code 2067)", "DROP INDEX \"one\""
    ),
    (
      "CREATE UNIQUE INDEX \"o'ne\" ON entry (upper(kind))", "index o'ne on entry: \(index) (SQLite code 2067)",
      "DROP INDEX \"o'ne\""
    ),
    (
      "CREATE INDEX deep ON entry (iif(kind = 'reserve' AND sequence > 1, json_extract('{}', user), 1))",
      "index deep on entry: \(index) (SQLite code 1)", "DROP INDEX \"deep\""
    ),
    (
      "CREATE TRIGGER mine BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'my words'); END",
      "trigger mine on entry: \(trigger) (SQLite code 1811)", "DROP TRIGGER \"mine\""
    ),
    (
      "CREATE TRIGGER mine AFTER INSERT ON entry BEGIN INSERT INTO nowhere VALUES (1); END",
      "trigger mine on entry: \(trigger) (SQLite code 1)", "DROP TRIGGER \"mine\""
    ),
    (
      """
      CREATE UNIQUE INDEX one ON entry (kind); CREATE UNIQUE INDEX two ON entry (user);
      CREATE UNIQUE INDEX three ON entry (user) WHERE kind = 'reserve'; CREATE UNIQUE INDEX four ON entry (tier);
      CREATE INDEX five ON entry (user) WHERE kind = 'b'
      """, "; and 1 more (SQLite code 2067)",
      "DROP INDEX \"four\"; DROP INDEX \"one\"; DROP INDEX \"three\"; DROP INDEX \"two\""
    ),
    (
      "DROP INDEX entry_run; CREATE UNIQUE INDEX entry_run ON entry (user)",
      "index entry_run on entry: it is not as the format has it (SQLite code 2067)",
      "DROP INDEX \"entry_run\"; CREATE INDEX entry_run ON entry (run) WHERE run IS NOT NULL AND kind <> 'reserve'"
    ),
  ]) func isNamedWithWhatTakesItAway(statement: String, words: String, remedy: String) throws {
    let ledger = try ledger(with: statement)
    // Its path is one that a shell reads as it is.
    let error = #expect(throws: LedgerError.self) {
      _ = try ledger.reserve(try SQLiteLedgerTests.request("the user's words", tokens: 7), nowUnixMs: 2)
    }
    let said = try #require(error)
    #expect(said.description.hasPrefix("cannot use the ledger '\(folder.ledger)': "), "\(said)")
    #expect(said.description.hasSuffix(words), "\(said)")
    #expect(said.isLedgerUnusable)
    let quoted = remedy.replacing("'", with: "'\\''")
    #expect(said.hint.contains("while no llmguard runs: sqlite3 \(folder.ledger) '\(quoted)'; "), "\(said.hint)")
    // Nothing was booked, and with the remedy all is well.
    try change("\(remedy); DROP INDEX IF EXISTS five")
    #expect(try ledger.verify() == [])
    _ = try ledger.reserve(try SQLiteLedgerTests.request("b", tokens: 7), nowUnixMs: 2)
  }

  /// A table that was altered or renamed: no index or trigger that went with it is to blame, and no statement puts it right.
  @Test(arguments: [
    ("ALTER TABLE balance RENAME TO amounts", "table balance: the ledger's own is missing (no such table: balance)"),
    ("DROP TABLE hold", "table hold: the ledger's own is missing (no such table: hold)"),
    (
      "ALTER TABLE entry RENAME COLUMN program TO script",
      "table entry: it is not as the format has it (table entry has no column named program)"
    ),
    (
      "ALTER TABLE balance RENAME COLUMN posted TO spent",
      "table balance: it is not as the format has it (no such column: posted)"
    ),
  ]) func anAlteredTableIsNamed(statement: String, words: String) throws {
    let ledger = try ledger(with: statement)
    let error = #expect(throws: LedgerError.self) {
      _ = try ledger.reserve(try SQLiteLedgerTests.request("b", tokens: 7), nowUnixMs: 2)
    }
    #expect(error == .corrupt(path: folder.ledger, detail: words))
    #expect(error?.hint.contains("'llmguard ledger restore FILE'); 'llmguard ledger verify' tells more") == true)
  }

  /// So it is in a group, where calls share a commit.
  @Test func isNamedInAGroup() throws {
    let ledger = try ledger(with: "CREATE UNIQUE INDEX one ON entry (kind)")
    var said: [String] = []
    _ = try? ledger.group {
      for name in ["b", "c"] {
        do { _ = try ledger.reserve(try SQLiteLedgerTests.request(name, tokens: 7), nowUnixMs: 2) } catch {
          said.append("\(error)")
        }
      }
    }
    #expect(said.count == 2 && said.allSatisfy { $0.contains("index one on entry: \(Self.index)") }, "\(said)")
  }

  /// What a function of an index stumbles over may be what a row holds: it is not repeated.
  @Test func noValueIsRepeated() throws {
    let ledger = try ledger(with: "CREATE INDEX paths ON entry (iif(sequence > 1, json_extract('{}', user), 1))")
    let error = #expect(throws: LedgerError.self) {
      var request = try SQLiteLedgerTests.request("b", tokens: 7)
      request.facts.user = "s3cret"
      _ = try ledger.reserve(request, nowUnixMs: 2)
    }
    #expect(error?.description.contains("index paths on entry") == true, "\(error as Any)")
    #expect(
      error?.description.contains("s3cret") == false && error?.hint.contains("s3cret") == false, "\(error as Any)")
  }

  /// What is there and has nothing to do with it is not blamed.
  @Test func whatCannotHaveDoneItIsNotNamed() throws {
    let ledger = try ledger(
      with: """
        CREATE INDEX rich ON balance (key) WHERE posted > 9; INSERT INTO attempt (hold, key, at_ms) VALUES (2, x'00', 9000000000000000)
        """)
    let error = #expect(throws: LedgerError.self) {
      var request = try SQLiteLedgerTests.request("b", tokens: 7)
      request.attempt = AttemptClaim(
        key: AttemptKey(user: "ana", operation: "default", fingerprint: Fingerprint([1])), number: 1,
        escalation: .standard,
        surchargeTokens: 0)
      _ = try ledger.reserve(request, nowUnixMs: 2)
    }
    #expect(error?.description.contains("UNIQUE constraint failed: attempt.hold") == true, "\(error as Any)")
    #expect(error?.description.contains("rich") == false, "\(error as Any)")
  }

  /// An older format, to which somebody added what the next one has.
  private func older(with statement: String) throws {
    _ = try ledger(
      with: """
        ALTER TABLE lane_rest DROP COLUMN sent_ms; ALTER TABLE ticket DROP COLUMN counted;
        ALTER TABLE rollup DROP COLUMN cost_at_most; ALTER TABLE rollup DROP COLUMN cost_about; PRAGMA user_version = 13;
        \(statement)
        """)
  }

  @Test(arguments: [
    (
      "ALTER TABLE rollup ADD COLUMN Cost_About TEXT",
      "column cost_about of rollup: it is none of format 13, and a later one has something of that name; what it holds goes with it",
      "ALTER TABLE \"rollup\" DROP COLUMN \"cost_about\""
    )
  ]) func aColumnThatTheNextFormatNeedsIsNamed(statement: String, words: String, remedy: String) throws {
    try older(with: statement)
    let error = #expect(throws: LedgerError.self) { _ = try SQLiteLedger(path: folder.ledger, zone: .utc) }
    let said = try #require(error)
    #expect(
      said.description
        == "cannot use the ledger '\(folder.ledger)': it cannot be brought from format 13 to this program's: \(words)")
    #expect(
      said.remedy.hasPrefix("put it right while no llmguard runs: sqlite3 \(folder.ledger) '\(remedy)'"), "\(said)")
    // Nothing was changed, and with the remedy it is brought up to date.
    try change(remedy)
    #expect(try SQLiteLedger(path: folder.ledger, zone: .utc).verify() == [])
  }

  /// So is a trigger that is run by what brings it up to date.
  @Test func whatStopsAFormatFromBeingRaisedIsNamed() throws {
    try older(
      with: """
        INSERT INTO rollup (quarter_ms, user, operation, model, tier, phase, calls, exact_input, estimated_input, exact_output,
          estimated_output, charge_tokens, cost_micro_usd, unknown_cost, refusals, degraded, failed, overrun_tokens)
        VALUES (0, 'u', 'o', 'm', 't', 'ok', 1, 1, 0, 1, 0, 2, 0, 1, 0, 0, 0, 0);
        CREATE TRIGGER mine BEFORE UPDATE ON rollup BEGIN SELECT RAISE(ABORT, 'mine'); END
        """)
    let error = #expect(throws: LedgerError.self) { _ = try SQLiteLedger(path: folder.ledger, zone: .utc) }
    #expect(error?.description.contains("trigger mine on rollup: \(Self.trigger)") == true, "\(error as Any)")
  }
}
