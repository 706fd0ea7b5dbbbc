import CSQLite

/// The row that a query stands at: its values are read where they stand, without a copy of the others, and are gone after the
/// visit.
public struct RowInPlace {
  private let statement: Statement

  init(_ statement: Statement) { self.statement = statement }

  /// A whole number; 0 for NULL.
  public func integer(_ index: Int) -> Int64 { sqlite3_column_int64(statement.handle, Int32(index)) }

  /// Whether there is nothing.
  public func isNull(_ index: Int) -> Bool { sqlite3_column_type(statement.handle, Int32(index)) == SQLITE_NULL }

  /// A text, a number in decimal; empty for NULL.
  public func text(_ index: Int) -> String { String(decoding: bytes(index), as: UTF8.self) }

  /// Whether a text is this one; NULL is none.
  public func isText(_ index: Int, _ text: StaticString) -> Bool {
    let bytes = bytes(index)
    return bytes.count == text.utf8CodeUnitCount
      && bytes.elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: bytes.count))
  }

  /// Whether a text, or nothing, is read as this one.
  public func reads(_ index: Int, as text: String) -> Bool {
    let bytes = bytes(index)
    return text.utf8.withContiguousStorageIfAvailable { bytes.elementsEqual($0) } ?? (text == self.text(index))
  }

  private func bytes(_ index: Int) -> UnsafeRawBufferPointer {
    let start = UnsafeRawPointer(sqlite3_column_text(statement.handle, Int32(index)))
    return UnsafeRawBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(statement.handle, Int32(index))))
  }
}

extension Connection {
  /// Visits the rows of a query one by one, where they stand; the visitor says whether to go on.
  public func forEachRowInPlace(
    _ sql: String, _ values: [SQLiteValue] = [], _ visit: (RowInPlace) -> Bool
  ) throws(SQLiteError) {
    try step(sql, values) { visit(RowInPlace($0)) }
  }
}
