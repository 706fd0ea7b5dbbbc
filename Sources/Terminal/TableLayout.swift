/// How a table finds room in a terminal: columns go, then texts are cut.
extension Table {
  /// Aligned under headings, whatever the stream; what there is no room for is named below.
  ///
  /// - Parameter remedy: how that can be had besides from a wider terminal; `nil` names nothing.
  public func aligned(_ style: Style, remedy: String? = "a pipe gets all") -> String {
    let (table, gone) = fitting(style)
    let shown = table.shownTexts
    let widths = table.widths(shown, style)
    let text = table.lines(shown, widths, style).map { $0 + "\n" }.joined()
    guard let remedy else { return text }
    let note = Self.note(leftOut: leftOut + gone, remedy: remedy, style)
    let isCut = table.columns.indices.contains { place in
      shown.contains { TerminalText.width($0[place]) > widths[place] && !table.wraps(place) }
    }
    if !note.isEmpty || !isCut { return text + note }
    return text + Self.remark("some texts are cut: a wider terminal has room for more, and \(remedy)", style)
  }

  /// What is said of columns that a terminal has no room for; nothing where it has room for all.
  ///
  /// - Parameter remedy: how they can be had besides.
  public static func note(leftOut: [String], remedy: String = "a pipe gets all", _ style: Style) -> String {
    let leftOut = leftOut.filter { !$0.isEmpty }
    if leftOut.isEmpty { return "" }
    return remark(
      "without \(leftOut.joined(separator: ", ")): a wider terminal has room for more columns, and \(remedy)", style)
  }

  private static func remark(_ text: String, _ style: Style) -> String {
    TerminalText.wrapped(text, to: min(style.columns, 110)).map { style.apply(.dim, $0) + "\n" }.joined()
  }

  // MARK: - Which columns stay

  /// The same without the columns that have no room.
  ///
  /// Columns that can be spared go as soon as another would be cut so far that it is hard to read: those without a
  /// value first, then by their number. The others go, from the right, where nothing is left to cut. The first one, which
  /// tells the rows apart, stays, and one besides.
  ///
  /// - Returns: the table, and the titles of what was left out.
  public func fitting(_ style: Style) -> (table: Table, leftOut: [String]) {
    if isFitted { return (self, []) }
    var table = self
    table.isFitted = true
    var kept = Array(columns.indices)
    // Whoever said what can be spared needs the rest more than the ends of names.
    let isRanked = columns.contains { $0.dispensability > 0 }
    func leave(_ place: Int) {
      kept.remove(at: place)
      table.columns.remove(at: place)
      for row in table.rows.indices { table.rows[row].remove(at: place) }
    }
    while kept.count > 2, table.needed(isReadable: true, isFirstReadable: true) > style.columns,
      let place = table.mostDispensable
    {
      leave(place)
    }
    while kept.count > 2, table.needed(isReadable: false, isFirstReadable: !isRanked) > style.columns,
      let place = table.columns.indices.dropFirst().last(where: { !table.wraps($0) })
    { leave(place) }
    return (table, columns.indices.filter { !kept.contains($0) }.map { columns[$0].title })
  }

  /// The column to go first, of those that can be spared.
  private var mostDispensable: Int? {
    let empty = columns.indices.filter(isEmpty)
    func rank(_ place: Int) -> (Int, Int, Int) { (empty.contains(place) ? 1 : 0, columns[place].dispensability, place) }
    return columns.indices.dropFirst().filter { columns[$0].dispensability > 0 || empty.contains($0) }
      .max { rank($0) < rank($1) }
  }

  /// Whether a column says nothing of any row; a nought says something, unless the column can be spared.
  private func isEmpty(_ place: Int) -> Bool {
    let nothing = ["", "-", "–"] + (columns[place].dispensability > 0 ? ["0"] : [])
    return rows.allSatisfy { nothing.contains($0[place].shown) }
  }

  // MARK: - How wide they are

  /// How many columns of a terminal the table takes at least.
  ///
  /// - Parameters:
  ///   - isReadable: whether each of its own can be read.
  ///   - isFirstReadable: whether the first one can.
  private func needed(isReadable: Bool, isFirstReadable: Bool) -> Int {
    let widths = fullWidths(shownTexts)
    return columns.indices.reduce(2 * (columns.count - 1)) {
      $0 + min(widths[$1], least($1, isReadable: $1 == 0 ? isFirstReadable : isReadable))
    }
  }

  /// The width to which a column may be cut: so that it can be read, or as far as it goes; its heading stays whole.
  private func least(_ place: Int, isReadable: Bool) -> Int {
    guard canBeCut(place) else { return .max }
    return max(isReadable ? columns[place].readableWidth : 8, TerminalText.width(columns[place].title))
  }

  private func canBeCut(_ place: Int) -> Bool { columns[place].canShrink || wraps(place) }

  private func wraps(_ place: Int) -> Bool { columns[place].canWrap && place == columns.count - 1 }

  private func fullWidths(_ shown: [[String]]) -> [Int] {
    columns.indices.map { place in
      shown.reduce(TerminalText.width(columns[place].title)) { max($0, TerminalText.width($1[place])) }
    }
  }

  /// The widths that fit the terminal, as far as texts may be cut.
  private func widths(_ shown: [[String]], _ style: Style) -> [Int] {
    var widths = fullWidths(shown)
    func excess() -> Int { widths.reduce(2 * (columns.count - 1), +) - style.columns }
    for place in columns.indices where canBeCut(place) {
      widths[place] = min(widths[place], max(style.columns, least(place, isReadable: true)))
    }
    // Each as far as it can be read, then further. The first column tells the rows apart: it is cut after the others. Of
    // those the widest is cut first, to the next one's width, then both: each keeps as much as it can.
    for isReadable in [true, false] {
      for places in [Array(columns.indices.dropFirst()), [0]] {
        let places = places.filter(canBeCut)
        while excess() > 0,
          let place = places.filter({ widths[$0] > least($0, isReadable: isReadable) }).max(by: {
            widths[$0] < widths[$1]
          })
        { widths[place] -= 1 }
      }
    }
    return widths
  }

  // MARK: - Lines

  /// What is shown, made safe; where numbers stand by their points, with blanks behind the shorter ones.
  private var shownTexts: [[String]] {
    var texts = rows.map { $0.map { TerminalText.safe($0.shown) } }
    for place in columns.indices where columns[place].alignsPoints {
      func tail(_ text: String) -> Int? { text.lastIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) } }
      let longest = texts.reduce(0) { max($0, tail($1[place]) ?? 0) }
      for row in texts.indices {
        guard let tail = tail(texts[row][place]) else { continue }
        texts[row][place] += String(repeating: " ", count: longest - tail)
      }
    }
    return texts
  }

  private func lines(_ shown: [[String]], _ widths: [Int], _ style: Style) -> [String] {
    var lines = [line(columns.map(\.title), widths) { _, text in style.apply(.bold, text) }]
    for (row, texts) in zip(rows, shown) {
      var texts = texts
      var below: ArraySlice<String> = []
      if let last = columns.indices.last, wraps(last) {
        let parts = TerminalText.wrapped(texts[last], to: widths[last]).flatMap { broken($0, widths[last]) }
        texts[last] = parts[0]
        below = parts[1...]
      }
      func decorated(_ place: Int, _ text: String) -> String { row[place].look.map { style.apply($0, text) } ?? text }
      lines.append(line(texts, widths, decorated))
      let indent = widths.dropLast().reduce(2 * (columns.count - 1), +)
      for text in below {
        lines.append(String(repeating: " ", count: indent) + decorated(columns.count - 1, text))
      }
    }
    return lines
  }

  /// A word that is wider than its column goes on below, too.
  private func broken(_ text: String, _ width: Int) -> [String] {
    var lines = [""]
    for character in text {
      if TerminalText.width(lines[lines.count - 1] + String(character)) > width, lines.last != "" { lines.append("") }
      lines[lines.count - 1].append(character)
    }
    return lines
  }

  private func line(_ texts: [String], _ widths: [Int], _ decorate: (Int, String) -> String) -> String {
    var line = ""
    // Blanks are written when something follows them.
    var blanks = 0
    for (place, text) in texts.enumerated() {
      let (column, width) = (columns[place], widths[place])
      let cut =
        column.keepsEnd ? TerminalText.truncatedInFront(text, to: width) : TerminalText.truncated(text, to: width)
      let padding = width - TerminalText.width(cut)
      if column.isNumber { blanks += padding }
      if !cut.isEmpty {
        line += String(repeating: " ", count: blanks) + decorate(place, cut)
        blanks = 0
      }
      blanks += (column.isNumber ? 0 : padding) + 2
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
