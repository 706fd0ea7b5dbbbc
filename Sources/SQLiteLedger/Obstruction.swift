import Ledger
import SQLite

/// What is said of a statement that failed, where something in the file is in its way: SQLite's own words name a column, or a
/// function, and neither whose it is nor what to do. It is looked for only then.
extension SQLiteLedger {
  /// Why something could not be done, in a ledger's words.
  func failure(_ error: WriteFailure) -> LedgerError {
    guard case .sqlite(let error) = error, let obstruction = obstruction(error) else {
      return Self.error(error, path: path)
    }
    return obstruction
  }

  /// That a foreign index or trigger, or one of the ledger's own that was altered, stands where a statement failed as those make it
  /// fail; `nil` where there is none. SQLite's message is left out: a function's may tell what a row holds.
  private func obstruction(_ error: SQLiteError) -> LedgerError? {
    guard Self.codesOfRules.contains(error.primaryCode), let objects = try? Objects(connection) else { return nil }
    let (foreign, broken) = (Self.foreignRules(objects), Self.brokenRules(objects))
    if foreign.isEmpty, let lack = lack(error, broken) { return lack }
    var rules = foreign + broken.filter { $0.remedy?.hasPrefix("DROP ") == true }
    // A trigger may break any rule; an index only that of what is unique, where it is that.
    if error.primaryCode == Self.ruleBroken {
      let unique = objects.found.filter { Self.uniqueBroken.contains(error.code) && $0.isUnique }.map(\.place)
      rules.removeAll { !$0.place.hasPrefix("trigger ") && !unique.contains($0.place) }
    }
    return rules.isEmpty ? nil : obstructed(by: rules, "", " (SQLite code \(error.code))")
  }

  /// That a table is not there, or not as the format has it, where a statement found it or a column of it missing; `nil` for all
  /// else. What belongs to a table goes with it when it is renamed, and is not to blame; nor is there a statement that brings back
  /// what it held.
  private func lack(_ error: SQLiteError, _ broken: [LedgerProblem]) -> LedgerError? {
    let tables = broken.filter { $0.place.hasPrefix("table ") }
    // Such a message names a table or a column, and nothing of a row.
    let isLack =
      ["no such table: ", "no such column: "].contains(where: error.message.hasPrefix)
      || error.message.contains(" has no column named ")
    guard error.primaryCode == Self.cannotBeDone, isLack, !tables.isEmpty else { return nil }
    return .corrupt(path: path, detail: Self.named(tables) + " (\(error.message))")
  }

  /// Why a ledger of an older format could not be brought to this program's. Nothing of it was changed.
  ///
  /// What the next format needs is not there, or is there already: the file is not what it says, or somebody added to it.
  func unraised(_ error: SQLiteError) -> LedgerError {
    guard [Self.cannotBeDone, Self.ruleBroken].contains(error.primaryCode) else {
      return Self.error(error, path: path)
    }
    let version = (try? connection.row(Self.version))?.integer(0) ?? 0
    let start = "it cannot be brought from format \(version) to this program's: "
    if let taken = try? takenNames(version), !taken.isEmpty { return obstructed(by: taken, start, "") }
    if let obstruction = obstruction(error) { return obstruction }
    return .corrupt(path: path, detail: start + error.message)
  }

  private func obstructed(by problems: [LedgerProblem], _ start: String, _ end: String) -> LedgerError {
    .obstructed(
      path: path, what: start + Self.named(problems) + end,
      statements: problems.compactMap(\.remedy).joined(separator: "; "))
  }

  private static func named(_ problems: [LedgerProblem]) -> String {
    problems.prefix(mostNamed).map(\.description).joined(separator: "; ")
      + (problems.count > mostNamed ? "; and \(problems.count - mostNamed) more" : "")
  }

  /// What a file of an older format has beyond that under a name that a later format gives to something of its own.
  private func takenNames(_ version: Int64) throws(SQLiteError) -> [LedgerProblem] {
    let (pattern, newest) = (try Schema.pattern(version), try Schema.pattern(Schema.version))
    let why = "it is none of format \(version), and a later one has something of that name"
    let (old, new) = (try SchemaObject.all(pattern), try SchemaObject.all(newest))
    let objects = try SchemaObject.all(connection).filter { found in
      !found.isOfSQLite && !old.contains(where: found.isOf)
        && new.contains { $0.name == found.name.lowercased() && ($0.kind == "trigger") == (found.kind == "trigger") }
    }
    var columns: [(table: String, name: String)] = []
    for table in old where table.kind == "table" && !table.isOfSQLite {
      let known = try Self.columns(of: table.name, pattern)
      let needed = try Self.columns(of: table.name, newest)
      for name in try Self.columns(of: table.name, connection) where !known.contains(name) && needed.contains(name) {
        columns.append((table.name, name))
      }
    }
    return objects.map { object in
      let name = Self.quoted(object.name)
      return LedgerProblem(
        place: object.kind == "index" || object.kind == "trigger" ? object.place : "\(object.kind) \(object.name)",
        problem: why,
        remedy: object.kind == "table"
          ? "ALTER TABLE \(name) RENAME TO \(Self.quoted("own_" + object.name))" : object.drop)
    }
      + columns.map { column in
        LedgerProblem(
          place: "column \(column.name) of \(column.table)", problem: "\(why); what it holds goes with it",
          remedy: "ALTER TABLE \(Self.quoted(column.table)) DROP COLUMN \(Self.quoted(column.name))")
      }
  }

  /// A table's columns, in small letters; none where there is no such table.
  private static func columns(of table: String, _ connection: Connection) throws(SQLiteError) -> [String] {
    try connection.rows("SELECT lower(name) FROM pragma_table_xinfo(?)", [.text(table)]).map { $0.text(0) }
  }

  /// A name in a statement.
  static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

  private static let mostNamed = 3
  private static let ruleBroken: Int32 = 19
  /// SQLite's codes for a value that is there already: SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID.
  private static let uniqueBroken: Set<Int32> = [19 | 8 << 8, 19 | 6 << 8, 19 | 10 << 8]
  /// SQLite's codes for what rules of a schema bring about: a statement that cannot be done, a value that is too big, a broken rule,
  /// and a value of another type.
  private static let codesOfRules: Set<Int32> = [cannotBeDone, 18, ruleBroken, 20]
}
