/// A row of a query.
public struct Row: Sendable {
  /// The columns' values, in order.
  public let values: [SQLiteValue]

  /// A whole number; 0 for anything else.
  public func integer(_ index: Int) -> Int64 {
    if case .integer(let number) = values[index] { return number }
    return 0
  }

  /// A whole number; `nil` for anything else.
  public func optionalInteger(_ index: Int) -> Int64? {
    if case .integer(let number) = values[index] { return number }
    return nil
  }

  /// A text; empty for anything else.
  public func text(_ index: Int) -> String { optionalText(index) ?? "" }

  /// A text; `nil` for anything else.
  public func optionalText(_ index: Int) -> String? {
    if case .text(let text) = values[index] { return text }
    return nil
  }

  /// Bytes; none for anything else.
  public func blob(_ index: Int) -> [UInt8] {
    if case .blob(let bytes) = values[index] { return bytes }
    return []
  }
}
