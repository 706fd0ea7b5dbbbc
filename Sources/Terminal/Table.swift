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
    /// Which column goes first when a table does not fit: the one with the highest number. 0 for one that stays.
    public var dispensability: Int
    /// Whether its text goes on in lines below where it does not fit. Only the last column's does.
    public var canWrap: Bool

    /// Makes a column.
    public init(
      _ title: String, key: String, isNumber: Bool = false, canShrink: Bool = false, dispensability: Int = 0,
      canWrap: Bool = false
    ) {
      self.title = title
      self.key = key
      self.isNumber = isNumber
      self.canShrink = canShrink
      self.dispensability = dispensability
      self.canWrap = canWrap
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

  private var columns: [Column]
  private var rows: [[Cell]] = []
  /// Whether the columns that are left are those that shall stay.
  private var isFitted = false
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

  /// The same without the columns that have no room.
  ///
  /// - Returns: the table, and the titles of what was left out.
  public func fitting(_ style: Style) -> (table: Table, leftOut: [String]) {
    var table = self
    table.isFitted = true
    var leftOut: [String] = []
    while table.leastColumns > style.columns,
      let index = table.columns.indices.max(by: {
        (table.columns[$0].dispensability, $1) < (table.columns[$1].dispensability, $0)
      }), table.columns[index].dispensability > 0
    {
      leftOut.append(table.columns.remove(at: index).title)
      for row in table.rows.indices { table.rows[row].remove(at: index) }
    }
    return (table, leftOut)
  }

  /// How many columns of a terminal it takes at least.
  private var leastColumns: Int {
    let least = zip(columns, fullWidths(shownTexts)).map { column, width in
      column.canWrap || column.canShrink ? min(width, Self.leastWidth(column)) : width
    }
    return least.reduce(0, +) + 2 * (columns.count - 1)
  }

  /// The width in which most names can be told apart.
  private static let readableWidth = 16

  private static func leastWidth(_ column: Column) -> Int { max(8, TerminalText.width(column.title)) }

  private var shownTexts: [[String]] { rows.map { $0.map { TerminalText.safe($0.shown) } } }

  private func fullWidths(_ shown: [[String]]) -> [Int] {
    columns.indices.map { index in
      shown.reduce(TerminalText.width(columns[index].title)) { max($0, TerminalText.width($1[index])) }
    }
  }

  /// For a terminal: aligned under headings, cut to its width. For a pipe: tab-separated exact values, under the columns'
  /// names where that is wanted.
  public func text(_ style: Style) -> String { style.isTerminal ? aligned(style) : tabSeparated(style) }

  /// What is said of columns that a terminal has no room for; nothing where it has room for all.
  ///
  /// - Parameter remedy: how they can be had besides.
  public static func note(leftOut: [String], remedy: String = "a pipe gets all", _ style: Style) -> String {
    let leftOut = leftOut.filter { !$0.isEmpty }
    if leftOut.isEmpty { return "" }
    let text = "without \(leftOut.joined(separator: ", ")): a wider terminal has room for more columns, and \(remedy)"
    return TerminalText.wrapped(text, to: min(style.columns, 110)).map { style.apply(.dim, $0) + "\n" }.joined()
  }

  /// Aligned under headings, whatever the stream; what there is no room for is named below.
  ///
  /// - Parameter remedy: how that can be had besides from a wider terminal; `nil` names nothing.
  public func aligned(_ style: Style, remedy: String? = "a pipe gets all") -> String {
    let (text, leftOut) = cut(style)
    return text + (remedy.map { Self.note(leftOut: self.leftOut + leftOut, remedy: $0, style) } ?? "")
  }

  /// - Returns: the aligned rows, and the titles of the columns that had no room.
  private func cut(_ style: Style) -> (text: String, leftOut: [String]) {
    let shown = shownTexts
    var widths = fullWidths(shown)
    if let last = columns.last, last.canWrap {
      let others = widths.dropLast().reduce(0, +) + 2 * (columns.count - 1)
      widths[widths.count - 1] = min(widths[widths.count - 1], max(Self.leastWidth(last), style.columns - others))
    }
    var count = columns.count
    // Where columns are left out, a mark stands in their place.
    func excess() -> Int {
      widths[..<count].reduce(0, +) + 2 * (count - 1) + (count < columns.count ? 3 : 0) - style.columns
    }
    func shrink(_ index: Int, to least: Int? = nil) {
      widths[index] -= min(max(0, excess()), max(0, widths[index] - (least ?? Self.leastWidth(columns[index]))))
    }
    // The first column tells the rows apart: it is cut after the others, and to what cannot be read only when those on the
    // right have gone.
    // Of the others the widest is cut first, to the next one's width, then both: each keeps as much as it can.
    let others = columns.indices.dropFirst().filter { columns[$0].canShrink }
    for index in others { widths[index] = min(widths[index], max(style.columns, Self.leastWidth(columns[index]))) }
    while excess() > 0,
      let index = others.filter({ widths[$0] > Self.leastWidth(columns[$0]) }).max(by: { widths[$0] < widths[$1] })
    { widths[index] -= 1 }
    let readable = isFitted ? columns.first.map(Self.leastWidth) : Self.readableWidth
    if columns.first?.canShrink == true, let readable, excess() <= widths[0] - readable { shrink(0, to: readable) }
    if columns.last?.canWrap != true { while excess() > 0, count > 2 { count -= 1 } }
    if columns.first?.canShrink == true, excess() > 0 { shrink(0) }
    let isCut = count < columns.count
    func cut(_ texts: [String]) -> [String] { Array(texts[..<count]) }
    var lines = [
      line(cut(columns.map(\.title)), widths) { _, text in style.apply(.bold, text) } + (isCut ? "  …" : "")
    ]
    for (row, texts) in zip(rows, shown) {
      var texts = texts
      var below: ArraySlice<String> = []
      if columns.last?.canWrap == true, let text = texts.popLast() {
        let parts = TerminalText.wrapped(text, to: widths[widths.count - 1])
        texts.append(parts[0])
        below = parts[1...]
      }
      func decorated(_ index: Int, _ text: String) -> String { row[index].look.map { style.apply($0, text) } ?? text }
      lines.append(line(cut(texts), widths, decorated))
      let indent = widths.dropLast().reduce(0, +) + 2 * (columns.count - 1)
      for text in below {
        lines.append(String(repeating: " ", count: indent) + decorated(columns.count - 1, text))
      }
    }
    return (lines.joined(separator: "\n") + "\n", columns[count...].map(\.title))
  }

  private func line(_ texts: [String], _ widths: [Int], _ decorate: (Int, String) -> String) -> String {
    var parts: [String] = []
    for (index, text) in texts.enumerated() {
      let cut = TerminalText.truncated(text, to: widths[index])
      let padding = String(repeating: " ", count: widths[index] - TerminalText.width(cut))
      let isLast = index == texts.count - 1
      parts.append(
        columns[index].isNumber ? padding + decorate(index, cut) : decorate(index, cut) + (isLast ? "" : padding))
    }
    return parts.joined(separator: "  ")
  }

  /// Exact values separated by tabs, a row a line; the names of the columns first where the style says so.
  public func tabSeparated(_ style: Style) -> String {
    (style.isHeaded ? columns.map(\.key).joined(separator: "\t") + "\n" : "") + tabSeparated()
  }

  /// Exact values separated by tabs, a row a line, without headings.
  public func tabSeparated() -> String {
    rows.map { $0.map { TerminalText.safe($0.exact) }.joined(separator: "\t") + "\n" }.joined()
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
  public func csv() -> String {
    func field(_ text: String) -> String {
      // A leading =, + , - or @ would be a formula to a spreadsheet; names may begin with them, numbers may not be harmed.
      let isFormula = text.first.map { "=+@".contains($0) } ?? false
      let safe = isFormula ? "'" + text : text
      // By scalars: a quote with a combining mark is one character to Swift and still a quote to a reader of CSV.
      let needsQuotes = safe.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) }
      return needsQuotes ? "\"" + Self.marked("\"", by: "\"", in: safe) + "\"" : safe
    }
    let lines = [columns.map { field($0.key) }] + rows.map { $0.map { field($0.exact) } }
    return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  /// A table in Markdown, with what is shown to people.
  public func markdown() -> String {
    func field(_ text: String) -> String {
      // A name is text: neither a cell's end, nor markup.
      ["\\", "|", "<"].reduce(TerminalText.safe(text)) { Self.marked($1, by: "\\", in: $0) }
    }
    func row(_ fields: [String]) -> String { "| " + fields.joined(separator: " | ") + " |\n" }
    return row(columns.map { field($0.title) }) + row(columns.map { $0.isNumber ? "---:" : "---" })
      + rows.map { row($0.map { field($0.shown) }) }.joined()
  }
}
