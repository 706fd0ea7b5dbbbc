/// A TOML value and where it stands.
public struct TOMLNode: Sendable {
  /// The value.
  public var value: TOMLValue
  /// Its first character.
  public var position: SourcePosition

  /// Makes a node.
  public init(_ value: TOMLValue, at position: SourcePosition = SourcePosition(line: 1, column: 1)) {
    self.value = value
    self.position = position
  }
}

/// A TOML value.
public enum TOMLValue: Sendable, Equatable {
  /// A string of any of the four kinds.
  case string(String)
  /// A whole number.
  case integer(Int64)
  /// A floating-point number, `inf` and `nan` included.
  case float(Double)
  /// `true` or `false`.
  case boolean(Bool)
  /// A date, a time, or both, as RFC 3339 writes them.
  case dateTime(TOMLDateTime)
  /// An array.
  case array([TOMLNode])
  /// A table.
  case table(TOMLTable)

  /// What the value is, in the words of the specification.
  public var typeName: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .float: "float"
    case .boolean: "boolean"
    case .dateTime(let value): value.kindName
    case .array: "array"
    case .table: "table"
    }
  }

  /// Values are equal when they read the same; positions do not count, and `nan` equals itself.
  public static func == (a: TOMLValue, b: TOMLValue) -> Bool {
    switch (a, b) {
    case (.string(let a), .string(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.float(let a), .float(let b)): a == b || (a.isNaN && b.isNaN)
    case (.boolean(let a), .boolean(let b)): a == b
    case (.dateTime(let a), .dateTime(let b)): a == b
    case (.array(let a), .array(let b)): a.map(\.value) == b.map(\.value)
    case (.table(let a), .table(let b)): a == b
    default: false
    }
  }
}

/// A date, a time or both; `nil` parts are not there.
public struct TOMLDateTime: Hashable, Sendable, CustomStringConvertible {
  /// Year, month, day.
  public var date: String?
  /// Hours, minutes, seconds and fractions.
  public var time: String?
  /// `Z` or `+hh:mm`.
  public var offset: String?

  /// As RFC 3339 writes it.
  public var description: String {
    (date ?? "") + (date != nil && time != nil ? "T" : "") + (time ?? "") + (offset ?? "")
  }

  var kindName: String {
    switch (date, time, offset) {
    case (_?, _?, _?): "offset date-time"
    case (_?, _?, nil): "local date-time"
    case (_?, nil, _): "local date"
    default: "local time"
    }
  }
}

/// The entries of a TOML table, in the order of the text. Keys are told apart scalar by scalar.
public struct TOMLTable: Sendable, Equatable {
  /// A key with its place and its value.
  public struct Entry: Sendable {
    /// The key, without quotes.
    public var key: String
    /// Where the key stands.
    public var keyPosition: SourcePosition
    /// The value.
    public var node: TOMLNode

    /// Makes an entry.
    public init(key: String, keyPosition: SourcePosition, node: TOMLNode) {
      self.key = key
      self.keyPosition = keyPosition
      self.node = node
    }
  }

  /// The entries.
  public internal(set) var entries: [Entry] = []
  private var index = KeyIndex()

  /// An empty table.
  public init() {}

  /// The node of a key.
  public subscript(key: String) -> TOMLNode? { index[key].map { entries[$0].node } }

  /// Where a key stands in the order of entries.
  func place(of key: String) -> Int? { index[key] }

  /// Adds an entry, or replaces the value of an existing key.
  public mutating func set(
    _ key: String, _ node: TOMLNode, keyPosition: SourcePosition = SourcePosition(line: 1, column: 1)
  ) {
    if let place = index[key] {
      entries[place].node = node
    } else {
      index.append(key)
      entries.append(Entry(key: key, keyPosition: keyPosition, node: node))
    }
  }

  /// Tables are equal when the same keys have equal values, in any order.
  public static func == (a: TOMLTable, b: TOMLTable) -> Bool {
    a.entries.count == b.entries.count && a.entries.allSatisfy { entry in b[entry.key]?.value == entry.node.value }
  }
}
