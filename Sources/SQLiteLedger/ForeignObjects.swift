import Ledger
import SQLite

/// What is in the file and is none of the ledger's, and what of the ledger's is not there or not as it should be: the format defines
/// every table, index, view and trigger.
///
/// Whatever SQLite runs, reckons or checks by itself when an entry is written may change what is booked or keep it from being
/// booked: on one of the ledger's tables a trigger, and an index that is unique, or that an expression, a condition or an order of
/// its own belongs to. With such a thing the ledger is not sound. A table and a view are never looked at when something is booked, no
/// trigger on them is ever run, and an index of columns alone takes whatever they hold; people add them for their own reports. They
/// are told, as a newer format may have something of their name, and cannot be made then.
///
/// Of the ledger's own, a trigger or an index that is missing lets entries be changed or a call be booked twice, or makes reports slow.
extension SQLiteLedger {
  struct SchemaObject {
    let kind: String
    let name: String
    let table: String
    let text: String
    /// Whether it is an index that takes whatever a row holds: of columns, in the order that SQLite gives them by itself.
    let isPlainIndex: Bool

    /// What SQLite keeps for itself: nobody else can give such a name.
    var isOfSQLite: Bool { kind != "trigger" && name.hasPrefix("sqlite_") }

    /// Whether it is an index that takes nothing twice.
    var isUnique: Bool { text.prefix(16).uppercased().hasPrefix("CREATE UNIQUE ") }

    var place: String { "\(kind) \(name) on \(table)" }

    func isOf(_ other: SchemaObject) -> Bool { kind == other.kind && name == other.name }

    /// Whether both are defined alike, however the text is broken into lines.
    func isLike(_ other: SchemaObject) -> Bool {
      table == other.table
        && text.split(whereSeparator: \.isWhitespace) == other.text.split(whereSeparator: \.isWhitespace)
    }

    var drop: String {
      "DROP \(kind.uppercased()) \(SQLiteLedger.quoted(name))"
    }

    /// All that a file has.
    static func all(_ connection: Connection) throws(SQLiteError) -> [SchemaObject] {
      // With a table goes what belongs to it: whoever takes both away begins with that. A column's number is -2 where an expression
      // stands in its place.
      try connection.rows(
        """
        SELECT type, name, tbl_name, coalesce(sql, ''), type = 'index'
          AND EXISTS (SELECT 1 FROM pragma_index_list(s.tbl_name) l WHERE l.name = s.name AND NOT l."unique" AND NOT l.partial)
          AND NOT EXISTS (
            SELECT 1 FROM pragma_index_xinfo(s.name) x WHERE x."key" AND (x.cid = -2 OR upper(x.coll) <> 'BINARY'))
        FROM sqlite_schema s ORDER BY type IN ('table', 'view'), type, name
        """
      ).map {
        SchemaObject(
          kind: $0.text(0), name: $0.text(1), table: $0.text(2), text: $0.text(3), isPlainIndex: $0.integer(4) != 0)
      }
    }
  }

  /// What a file has, and what its format has.
  struct Objects {
    let found: [SchemaObject]
    let own: [SchemaObject]

    init(_ connection: Connection) throws(SQLiteError) {
      let version = try connection.row(SQLiteLedger.version)?.integer(0) ?? 0
      (found, own) = (try SchemaObject.all(connection), try SchemaObject.all(try Schema.pattern(version)))
    }

    /// What the file has beyond its format.
    var strangers: [SchemaObject] {
      found.filter { found in !found.isOfSQLite && !own.contains(where: found.isOf) }
    }
  }

  private func objects() throws(LedgerError) -> Objects {
    try read { connection throws(SQLiteError) in try Objects(connection) }
  }

  /// What of its format the file has not, or has otherwise.
  func brokenRules() throws(LedgerError) -> [LedgerProblem] { Self.brokenRules(try objects()) }

  static func brokenRules(_ objects: Objects) -> [LedgerProblem] {
    let found = objects.found
    return objects.own.filter { !$0.isOfSQLite }.compactMap { own in
      // What a table held, or holds, no statement brings back.
      let isTable = own.kind == "table"
      let place = isTable ? "table \(own.name)" : own.place
      guard let same = found.first(where: own.isOf) else {
        return LedgerProblem(
          place: place, problem: missing, remedy: isTable ? nil : own.text)
      }
      if own.isLike(same) { return nil }
      return LedgerProblem(
        place: place, problem: "it is not as the format has it", remedy: isTable ? nil : "\(same.drop); \(own.text)")
    }
  }

  private static let missing = "the ledger's own is missing"

  /// Whether a table is missing, which may be there by another name.
  public static func lacksTable(_ problems: [LedgerProblem]) -> Bool {
    problems.contains { $0.place.hasPrefix("table ") && $0.problem == missing }
  }

  /// What is in the file beyond its format and can change what is booked, or keep it from being booked.
  func foreignRules() throws(LedgerError) -> [LedgerProblem] { Self.foreignRules(try objects()) }

  static func foreignRules(_ objects: Objects) -> [LedgerProblem] {
    let tables = Set(objects.own.filter { $0.kind == "table" }.map(\.name))
    return objects.strangers.compactMap { object in
      // Of a trigger the name of its table is kept as it was written.
      guard tables.contains(object.table.lowercased()) else { return nil }
      let isIndex = object.kind == "index" && !object.isPlainIndex
      guard object.kind == "trigger" || isIndex else { return nil }
      return LedgerProblem(
        place: object.place,
        problem: "it is none of the ledger's, and can \(isIndex ? "keep calls from being" : "change what is") booked",
        remedy: object.drop)
    }
  }

  /// What is in the file beyond its format and changes nothing of what is booked: tables, views and plain indexes of somebody's own, and what
  /// belongs to those tables and views.
  public func additions() throws(LedgerError) -> [LedgerProblem] {
    let objects = try objects()
    let rules = Self.foreignRules(objects).map(\.place)
    return objects.strangers.filter { !rules.contains($0.place) }.map { object in
      LedgerProblem(
        place: object.kind == "index" || object.kind == "trigger" ? object.place : "\(object.kind) \(object.name)",
        problem: "it is none of the ledger's, and changes nothing of what is booked", remedy: object.drop)
    }
  }
}
