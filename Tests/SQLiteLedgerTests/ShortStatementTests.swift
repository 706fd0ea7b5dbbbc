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
    // Each value says which column it is of.
    let values = Self.columns.map { Self.short.contains($0) ? SQLiteValue.text($0) : .null }
    #expect(
      EntryRecord.rowOfCall([.integer(7)] + values + [.text("hash")])
        == [.integer(7)] + Self.short.map(SQLiteValue.text) + [.text("hash")])
    // It is written out, and must be these.
    let places = Array(repeating: "?", count: Self.short.count + 2).joined(separator: ", ")
    #expect(Writer.insertCall == "INSERT INTO entry (sequence, \(EntryRecord.columnsOfCalls), hash) VALUES (\(places))")
  }

  @Test(arguments: columns.filter { !short.contains($0) }) func anEntryWithMoreIsWrittenWhole(column: String) {
    let values = Self.columns.map { $0 == column ? SQLiteValue.integer(1) : .null }
    #expect(EntryRecord.rowOfCall([.integer(7)] + values + [.text("hash")]) == nil)
  }

  static let sums = ["quarter_ms", "user", "operation", "model", "tier", "phase"] + Rollup.sums
  static let few = ["calls": Rollup.Few.ofCalls, "answers": Rollup.Few.ofAnswers]

  @Test(arguments: few.keys) func fewSumsKeepTheirPlaces(name: String) throws {
    let few = try #require(Self.few[name])
    let names = few.places.map { Self.sums[$0] }
    let values = Self.sums.enumerated().map {
      $0 < 6 || few.places.contains($0) ? SQLiteValue.text($1) : .integer(0)
    }
    #expect(few.values(values) == (names + Self.sums.prefix(6)).map(SQLiteValue.text))
    // What is changed stands in the same order as what is given.
    let sets = names.map { "\($0) = \($0) + ?" }.joined(separator: ", ")
    let row = Self.sums.prefix(6).map { "\($0) = ?" }.joined(separator: " AND ")
    #expect(few.update == "UPDATE rollup SET \(sets) WHERE \(row)")
  }

  @Test(arguments: few.keys) func otherSumsAreWrittenWithAll(name: String) throws {
    let few = try #require(Self.few[name])
    for sum in Rollup.sums where !few.places.map({ Self.sums[$0] }).contains(sum) {
      #expect(few.values(Self.sums.map { SQLiteValue.integer($0 == sum ? 1 : 0) }) == nil, "\(sum)")
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
