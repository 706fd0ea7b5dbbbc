import GuardModel
import Ledger
import SQLite
import Testing

@testable import SQLiteLedger

/// Statements that write a part of the columns write all that there is.
@Suite struct ShortStatementTests {
  static let columns = EntryRecord.columns.split(separator: ",").map { $0.trimmed }
  static let short = EntryRecord.columnsOfCalls.split(separator: ",").map { $0.trimmed }

  @Test func anEntryOfACallKeepsEveryColumnInItsPlace() {
    #expect(Self.columns.count == EntryRecord.columnCount)
    #expect(Self.short.count == EntryRecord.columnCountOfCalls)
    // The number stands before all columns.
    let kept = Self.columns.indices.filter { EntryRecord.notOfCalls >> UInt64($0 + 1) & 1 == 0 }
    #expect(kept.map { Self.columns[$0] } == Self.short)
    #expect(EntryRecord.notOfCalls & 1 == 0)
    // It is written out, and must be these.
    let places = Array(repeating: "?", count: Self.short.count + 2).joined(separator: ", ")
    #expect(Writer.insertCall == "INSERT INTO entry (sequence, \(EntryRecord.columnsOfCalls), hash) VALUES (\(places))")
  }

  static let sums = ["quarter_ms", "user", "operation", "model", "tier", "phase"] + Rollup.sums
  static let few = ["calls": Rollup.Few.ofCalls, "answers": Rollup.Few.ofAnswers]

  @Test(arguments: few.keys) func fewSumsKeepTheirPlaces(name: String) throws {
    let few = try #require(Self.few[name])
    let names = few.places.map { Self.sums[$0] }
    // Each sum says which it is.
    let numbers = Rollup.sums.indices.map { few.places.contains($0 + 6) ? Int64($0 + 1) : 0 }
    #expect(few.holds(numbers))
    let connection = try Connection(path: ":memory:")
    try Schema.migrate(connection, from: 0)
    let facts = CallFacts(
      user: "ana", tier: "default", operation: "chat", model: "m", run: "r", program: "p", phase: .soft,
      estimatedInput: 0, estimatedOutput: 0)
    let key: [SQLiteValue] = [.integer(900_000)] + ["ana", "chat", "m", "default", "soft"].map(SQLiteValue.text)
    let other: [SQLiteValue] = [.integer(0)] + Array(key.dropFirst())
    let before = Rollup.sums.indices.map { SQLiteValue.integer(Int64(100 * $0)) }
    try connection.run(Rollup.upsert, key + before)
    try connection.run(Rollup.upsert, other + before)
    let changed = try connection.run(few.update, few.values(numbers, of: facts, quarterUnixMs: 900_000))
    #expect(changed == 1)
    let stored = try #require(
      try connection.row("SELECT \(Self.sums.joined(separator: ", ")) FROM rollup WHERE quarter_ms = 900000"))
    let after = numbers.indices.map { SQLiteValue.integer(Int64(100 * $0) + numbers[$0]) }
    #expect(stored.values == key + after)
    // What is changed stands in the same order as what is given.
    let sets = names.map { "\($0) = \($0) + ?" }.joined(separator: ", ")
    let row = Self.sums.prefix(6).map { "\($0) = ?" }.joined(separator: " AND ")
    #expect(few.update == "UPDATE rollup SET \(sets) WHERE \(row)")
  }

  @Test(arguments: few.keys) func otherSumsAreWrittenWithAll(name: String) throws {
    let few = try #require(Self.few[name])
    for sum in Rollup.sums where !few.places.map({ Self.sums[$0] }).contains(sum) {
      #expect(!few.holds(Rollup.sums.map { $0 == sum ? 1 : 0 }), "\(sum)")
    }
  }

  /// It is written out, and must be all of them.
  @Test func allSumsAreAdded() {
    let places = Array(repeating: "?", count: Self.sums.count).joined(separator: ", ")
    let updates = Rollup.sums.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
    #expect(
      Rollup.upsert == "INSERT INTO rollup (\(Self.sums.joined(separator: ", "))) VALUES (\(places)) "
        + "ON CONFLICT DO UPDATE SET \(updates)")
  }
}

extension Substring {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
