import Ledger
import SQLite

/// What a report looks at before it prints figures. A whole check reads the whole file (`verify`); these read no more than what
/// the report itself goes by.
extension SQLiteLedger {
  /// A table that figures are read from without its entries.
  public enum FigureTable: String, Sendable {
    case balance, rollup
  }

  /// Looks whether the pages of a table are sound. SQLite reads zeros out of a page whose end was lost, and says nothing.
  ///
  /// It takes about half as long as to read the table. A value that was changed within a sound row is not found by it.
  ///
  /// - Throws: `LedgerError.corrupt` where they are not.
  public func check(_ table: FigureTable) throws(LedgerError) {
    var problem: String?
    try read { connection throws(SQLiteError) in
      try connection.forEachRow("PRAGMA quick_check(\(table.rawValue))") { row in
        problem = row.text(0)
        return false
      }
    }
    guard let problem, problem != "ok" else { return }
    let line = problem.split(separator: "\n").last.map(String.init) ?? problem
    throw .corrupt(path: path, detail: "its \(table == .rollup ? "sums" : "balances") cannot be read (\(line))")
  }

  /// The first of some entries whose content does not fit its hash; `nil` where all are as they were recorded.
  ///
  /// It takes some microseconds for each of them.
  public func firstChanged(among sequences: [Int64]) throws(LedgerError) -> Int64? {
    try read { connection throws(SQLiteError) in
      for sequence in sequences {
        let rows = try connection.rows(
          "SELECT sequence, \(EntryRecord.columns), hash FROM entry WHERE sequence IN (?, ?) ORDER BY sequence",
          [.integer(sequence - 1), .integer(sequence)])
        // One that was taken away meanwhile was none of these.
        guard let row = rows.last, row.integer(0) == sequence else { continue }
        let previous = rows.count == 2 ? rows[0].blob(EntryRecord.columnCount + 1) : []
        let expected = EntryRecord.hash(
          after: previous, sequence: sequence, values: row.values[1...EntryRecord.columnCount])
        if row.blob(EntryRecord.columnCount + 1) != expected { return sequence }
      }
      return nil
    }
  }
}
