import GuardModel
import Ledger
import Posix
import SQLite
import Testing

@testable import SQLiteLedger

/// Sums tell what may be less from what may be more; those of ledgers that did not are made from their entries.
@Suite struct CostBoundTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What is unknown of a call to each model; of `none` nothing is known.
  static let unpriced: KeyValuePairs<String, [UsagePart]> = [
    "exact": [], "none": [], "least": [.audioInput], "most": [.serviceDiscount],
    "both": [.audioInput, .serviceDiscount, .excess], "none-either": [.serviceDiscount],
  ]
  static let bounds: [String: CostBound] = [
    "exact": .exact, "none": .atLeast, "least": .atLeast, "most": .atMost, "both": .about, "none-either": .atLeast,
  ]
  static let quarter = UsageQuery.quarterHourMs
  static let start: Int64 = 1_795_535_100_000

  func open() throws -> SQLiteLedger { try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300) }

  /// A call to each model by two users in each of three quarter hours.
  func fill(_ ledger: SQLiteLedger) throws {
    for number in 0..<3 {
      for user in ["ana", "ben"] {
        for (model, unpriced) in Self.unpriced {
          let now = Self.start + Int64(number) * Self.quarter + 60_000
          let request = ReservationRequest(
            idempotencyKey: "\(number) \(user) \(model)",
            facts: CallFacts(
              user: user, tier: "free", operation: "default", model: model, run: "run-\(number)", program: "test",
              phase: .ok, estimatedInput: 10, estimatedOutput: 0), charge: Charge(tokens: 10, costMicroUSD: 7),
            budgets: [])
          guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else {
            Issue.record("not held")
            return
          }
          let settlement = Settlement(
            usage: TokenUsage(input: 10, output: 0, exactness: .exact),
            charge: Charge(tokens: 10, costMicroUSD: model.hasPrefix("none") ? nil : 7), ending: .complete,
            unpriced: unpriced)
          _ = try ledger.settle(hold, settlement, nowUnixMs: now)
        }
      }
    }
  }

  /// Makes it a ledger of the format before the sums had what costs are bound by.
  func age() throws {
    let connection = try Connection(path: folder.ledger)
    try connection.execute(
      """
      ALTER TABLE lane_rest DROP COLUMN sent_ms;
      ALTER TABLE ticket DROP COLUMN counted;
      ALTER TABLE rollup DROP COLUMN cost_at_most;
      ALTER TABLE rollup DROP COLUMN cost_about;
      PRAGMA user_version = 13;
      PRAGMA wal_checkpoint(TRUNCATE);
      """)
  }

  static let byModel = UsageQuery(groupBy: [.quarterHour, .user, .model])

  /// Whole quarter hours come from the sums, parts of them from entries, and runs from entries that are read one by one.
  @Test(arguments: [0, 1]) func everyWayOfReadingTellsTheSame(cut: Int64) throws {
    let ledger = try open()
    try fill(ledger)
    let since = Self.start + cut
    for (model, bound) in Self.bounds {
      for groups in [[.model], [.model, .user], [.model, .quarterHour], [.model, .run], [.model, .program]]
        as [[UsageDimension]]
      {
        var query = UsageQuery(sinceUnixMs: since, groupBy: groups)
        query.untilUnixMs = Self.start + 3 * Self.quarter - cut
        let rows = try ledger.usage(query).filter { $0.group[0] == model }
        #expect(rows.reduce(0) { $0 + $1.sums.calls } == 6, "\(model) \(groups)")
        for row in rows {
          #expect(row.sums.costBound == bound, "\(model) \(groups)")
          let counts = [row.sums.callsOfUnknownCost, row.sums.callsOfCostAtMost, row.sums.callsOfCostAbout]
          let all = row.sums.calls
          #expect(
            counts == [bound == .exact ? 0 : all, bound == .atMost ? all : 0, bound == .about ? all : 0],
            "\(model) \(groups)")
        }
      }
    }
    #expect(try ledger.verify() == [])
  }

  @Test func anOlderLedgerGetsWhatItsEntriesTell() throws {
    try fill(try open())
    let before = try open().usage(Self.byModel)
    try age()
    let ledger = try open()
    #expect(try ledger.usage(Self.byModel) == before)
    #expect(try ledger.verify() == [])
    // It goes on from there.
    for (model, bound) in Self.bounds {
      let sums = try #require(try ledger.usage(UsageQuery(groupBy: [.model])).first { $0.group == [model] }?.sums)
      #expect(sums.costBound == bound && sums.calls == 6)
    }
  }

  /// What a sum has and no entry tells of may have cost more, and may have cost less.
  @Test func whatNoEntryTellsOfIsBoundByNothing() throws {
    try fill(try open())
    try age()
    try Connection(path: folder.ledger).execute(
      """
      DROP TRIGGER entry_no_delete;
      DELETE FROM entry WHERE kind = 'settle' AND user = 'ana'
        AND (model IN ('none', 'least') OR model IN ('most', 'both', 'exact') AND run = 'run-1');
      """)
    let ledger = try open()
    let rows = try ledger.usage(UsageQuery(user: "ana", groupBy: [.model, .quarterHour]))
    func counts(_ model: String, _ number: Int64) -> [Int64]? {
      rows.first { $0.group == [model, String(Self.start + number * Self.quarter)] }.map {
        [$0.sums.callsOfUnknownCost, $0.sums.callsOfCostAtMost, $0.sums.callsOfCostAbout]
      }
    }
    for number: Int64 in 0..<3 {
      #expect(counts("exact", number) == [0, 0, 0])
      #expect(counts("none", number) == [1, 0, 1] && counts("least", number) == [1, 0, 1])
      #expect(counts("most", number) == (number == 1 ? [1, 0, 1] : [1, 1, 0]))
      #expect(counts("both", number) == [1, 0, 1] && counts("none-either", number) == [1, 0, 0])
    }
    let ben = try ledger.usage(UsageQuery(user: "ben", groupBy: [.model]))
    #expect(ben.map { $0.sums.costBound } == ben.map { Self.bounds[$0.group[0]] })
  }

  /// What is not brought to the new format in full stays as it was.
  @Test func aFormatThatCannotBeBroughtUpStays() throws {
    try fill(try open())
    let before = try open().usage(Self.byModel)
    try age()
    let connection = try Connection(path: folder.ledger)
    try connection.execute(
      "CREATE TRIGGER stop BEFORE UPDATE ON rollup WHEN NEW.cost_at_most > 0 BEGIN SELECT RAISE(ABORT, 'stop'); END")
    #expect(throws: LedgerError.self) { try open() }
    #expect(try connection.row("PRAGMA user_version")?.integer(0) == 13)
    let columns = try connection.rows("SELECT name FROM pragma_table_info('rollup')").map { $0.text(0) }
    #expect(!columns.contains("cost_at_most") && !columns.contains("cost_about"))
    try connection.execute("DROP TRIGGER stop")
    #expect(try open().usage(Self.byModel) == before)
  }

  /// A program that is killed while it brings a ledger up leaves pages in the log, and no commit. Cut off at any step of it, and
  /// with the whole of it written and not committed, the next one begins anew.
  @Test(arguments: 0...5) func aKilledMigrationIsDoneAnew(steps: Int) throws {
    try fill(try open())
    let before = try open().usage(Self.byModel)
    try age()
    let killed = try Connection(path: folder.ledger)
    // Each page that is changed goes to the log at once.
    try killed.execute("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE")
    let statements = Schema.migrations[13].split(separator: ";").filter { $0.contains { $0 != "\n" && $0 != " " } }
    #expect(statements.count == 4)
    for statement in statements.prefix(steps) { try killed.execute(String(statement)) }
    if steps == 5 { try killed.execute("PRAGMA user_version = 14") }
    let other = try TemporaryFolder()
    try Folder.makePrivate(other.path + "/state")
    for suffix in ["", "-wal", ".head"] {
      try File.replace(other.ledger + suffix, with: try File.readAll(folder.ledger + suffix))
    }
    try killed.execute("ROLLBACK")
    #expect(try Connection(path: other.ledger).row("PRAGMA user_version")?.integer(0) == 13)
    let ledger = try SQLiteLedger(path: other.ledger, zone: .utc, lockDeadlineMs: 300)
    #expect(try ledger.usage(Self.byModel) == before)
    #expect(try ledger.verify() == [])
  }

  /// A sum that says another bound than its entries is found.
  @Test(arguments: ["cost_at_most", "cost_about"]) func aWrongBoundIsFound(column: String) throws {
    let ledger = try open()
    try fill(ledger)
    try Connection(path: folder.ledger).execute("UPDATE rollup SET \(column) = \(column) + 1 WHERE model = 'exact'")
    #expect(try ledger.verify().contains { $0.place == "rollups" })
  }
}
