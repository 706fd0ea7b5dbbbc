import SQLite
import Testing

@testable import SQLiteLedger

/// Statements that write a part of the columns write all that there is.
@Suite struct ShortStatementTests {
  static let columns = EntryRecord.columns.split(separator: ",").map { $0.trimmed }
  static let short = EntryRecord.columnsWithoutUse.split(separator: ",").map { $0.trimmed }

  @Test func anEntryWithoutUseKeepsEveryColumnInItsPlace() {
    #expect(Self.columns.count == EntryRecord.columnCount)
    #expect(Self.short.count == EntryRecord.columnCountWithoutUse)
    // Each value says which column it is of.
    let values = Self.columns.map { Self.short.contains($0) ? SQLiteValue.text($0) : .null }
    #expect(
      EntryRecord.rowWithoutUse([.integer(7)] + values + [.text("hash")])
        == [.integer(7)] + Self.short.map(SQLiteValue.text) + [.text("hash")])
  }

  @Test(arguments: columns.filter { !short.contains($0) }) func anEntryWithMoreIsWrittenWhole(column: String) {
    let values = Self.columns.map { $0 == column ? SQLiteValue.integer(1) : .null }
    #expect(EntryRecord.rowWithoutUse([.integer(7)] + values + [.text("hash")]) == nil)
  }

  static let sums = ["quarter_ms", "user", "operation", "model", "tier", "phase"] + Rollup.sums
  static let ofAnswers = ["charge_tokens", "cost_micro_usd", "cached", "saved_tokens", "saved_micro_usd"]

  @Test func theSumsOfAnAnswerKeepTheirPlaces() {
    let kept = sums.prefix(6) + Self.ofAnswers
    let values = Self.sums.map { kept.contains($0) ? SQLiteValue.text($0) : .integer(0) }
    #expect(Rollup.valuesOfAnswer(values) == kept.map(SQLiteValue.text))
    // What is inserted stands in the same order as what is given.
    let places = kept.compactMap { Rollup.upsertAnswer.firstRange(of: $0)?.lowerBound }
    #expect(places.count == kept.count && places == places.sorted())
    for sum in Self.ofAnswers { #expect(Rollup.upsertAnswer.contains("\(sum) = \(sum) + excluded.\(sum)")) }
  }

  @Test(arguments: Rollup.sums.filter { !ofAnswers.contains($0) }) func otherSumsAreWrittenWithAll(sum: String) {
    let values = Self.sums.map { SQLiteValue.integer($0 == sum ? 1 : 0) }
    #expect(Rollup.valuesOfAnswer(values) == nil)
  }

  private var sums: [String] { Self.sums }
}

extension Substring {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
