/// Rows under headings, written for people or for programs.
public struct Table: Sendable {
  /// A column.
  public struct Column: Sendable {
    /// Its heading for people.
    public var title: String
    /// Its heading for programs: snake_case with its unit.
    public var key: String
    /// Whether it is aligned to the right.
    public var isNumber: Bool
    /// Whether it may be cut to make the table fit.
    public var canShrink: Bool
    /// Which column goes first when a table does not fit: the one with the highest number. One with 0 goes only where
    /// the others, cut to a few letters, leave no room.
    public var dispensability: Int
    /// Whether its text goes on in lines below where it does not fit. Only the last column's does.
    public var canWrap: Bool
    /// Whether what is cut is the beginning: of a place, the file's name and the line tell more than the folders.
    public var keepsEnd: Bool
    /// Whether its numbers stand with their points one below the other.
    public var alignsPoints: Bool
    /// The width in which most of its texts can be told apart: columns that can be spared go before it is cut further.
    public var readableWidth: Int

    /// Makes a column.
    public init(
      _ title: String, key: String, isNumber: Bool = false, canShrink: Bool = false, dispensability: Int = 0,
      canWrap: Bool = false, keepsEnd: Bool = false, alignsPoints: Bool = false,
      readableWidth: Int = 16
    ) {
      self.title = title
      self.key = key
      self.isNumber = isNumber
      self.canShrink = canShrink
      self.dispensability = dispensability
      self.canWrap = canWrap
      self.keepsEnd = keepsEnd
      self.alignsPoints = alignsPoints
      self.readableWidth = readableWidth
    }
  }

  /// A value: for people, and exact.
  public struct Cell: Sendable {
    /// For people: `12.3k`.
    public var shown: String
    /// For programs: `12345`.
    public var exact: String
    /// How it looks in a terminal.
    public var look: Style.Look?

    /// Makes a cell; without an exact value it is what is shown.
    public init(_ shown: String, exact: String? = nil, look: Style.Look? = nil) {
      self.shown = shown
      self.exact = exact ?? shown
      self.look = look
    }
  }

  var columns: [Column]
  var rows: [[Cell]] = []
  /// Whether only the columns that have room are left.
  var isFitted = false
  /// Titles of columns that whoever made it left out for want of room.
  public var leftOut: [String] = []

  /// Makes an empty table.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Whether it has no rows.
  public var isEmpty: Bool { rows.isEmpty }

  /// Adds a row with one cell for each column.
  public mutating func add(_ row: [Cell]) {
    precondition(row.count == columns.count, "a row has one cell for each column")
    rows.append(row)
  }

  /// For a terminal: aligned under headings, cut to its width. For a pipe: tab-separated exact values, under the columns'
  /// names where that is wanted.
  public func text(_ style: Style) -> String { style.isTerminal ? aligned(style) : tabSeparated(style) }

  /// Exact values separated by tabs, a row a line; the names of the columns first where the style says so.
  public func tabSeparated(_ style: Style) -> String {
    (style.isHeaded ? columns.map(\.key).joined(separator: "\t") + "\n" : "") + tabSeparated()
  }

  /// Exact values separated by tabs, a row a line, without headings.
  public func tabSeparated() -> String {
    rows.map { $0.map { TerminalText.safe($0.exact) }.joined(separator: "\t") + "\n" }.joined()
  }

  /// Rows of exact values separated by tabs, under this table's headings: as many as there may be, none is kept.
  public func tabSeparated(_ style: Style, _ rows: some Sequence<[String]>) -> String {
    var text = tabSeparated(style)
    for row in rows {
      for (place, value) in row.enumerated() {
        if place > 0 { text += "\t" }
        text += TerminalText.safe(value)
      }
      text += "\n"
    }
    return text
  }

  /// A text with a mark put before each occurrence of a scalar.
  private static func marked(_ scalar: Unicode.Scalar, by mark: Unicode.Scalar, in text: String) -> String {
    var result = String.UnicodeScalarView()
    for next in text.unicodeScalars {
      if next == scalar { result.append(mark) }
      result.append(next)
    }
    return String(result)
  }

  /// Exact values by RFC 4180, with a header of keys.
  public func csv() -> String { csv(rows.lazy.map { $0.map(\.exact) }) }

  /// Rows of values by RFC 4180, with a header of this table's keys: as many as there may be, none is kept.
  public func csv(_ rows: some Sequence<[String]>) -> String {
    func field(_ text: String) -> String {
      let safe = (SpreadsheetText.isFormula(text.utf8) ? "'" : "") + text
      // By scalars: a quote with a combining mark is one character to Swift and still a quote to a reader of CSV.
      let needsQuotes = safe.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) }
      return needsQuotes ? "\"" + Self.marked("\"", by: "\"", in: safe) + "\"" : safe
    }
    var text = columns.map { field($0.key) }.joined(separator: ",") + "\r\n"
    for row in rows { text += row.map(field).joined(separator: ",") + "\r\n" }
    return text
  }

  /// A table in Markdown, with what is shown to people.
  public func markdown() -> String {
    func field(_ text: String) -> String {
      // A name is text: neither a cell's end, nor markup. Of a picture that a name is, a reader of mail would fetch the file.
      ["\\", "|", "<", "[", "*", "`"].reduce(TerminalText.safe(text)) { Self.marked($1, by: "\\", in: $0) }
    }
    func row(_ fields: [String]) -> String { "| " + fields.joined(separator: " | ") + " |\n" }
    return row(columns.map { field($0.title) }) + row(columns.map { $0.isNumber ? "---:" : "---" })
      + rows.map { row($0.map { field($0.shown) }) }.joined()
  }
}
