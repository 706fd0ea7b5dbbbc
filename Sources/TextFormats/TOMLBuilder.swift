/// The tree that grows while a TOML document is read, and the rules about what may be defined twice.
///
/// A table is *opened* by a header, *made* by being named on the way to another, or *dotted* when a dotted key defined it.
/// Inline tables and arrays written as values are closed.
final class TOMLBuilder {
  enum Kind { case made, opened, dotted, closed }

  final class Table {
    var kind: Kind
    var order: [Key] = []
    private var items: [ExactKey: Item] = [:]
    let position: SourcePosition
    init(_ kind: Kind, _ position: SourcePosition) {
      self.kind = kind
      self.position = position
    }

    subscript(key: String) -> Item? { items[ExactKey(text: key)] }

    func add(_ item: Item, _ key: Key) {
      order.append(key)
      items[ExactKey(text: key.text)] = item
    }
  }

  /// The tables of `[[header]]`s of one name, shared so that adding one does not copy the others.
  final class Tables {
    var all: [Table]
    init(_ first: Table) { all = [first] }
  }

  enum Item {
    case value(TOMLNode)
    case table(Table)
    case tables(Tables)
  }

  typealias Key = (text: String, position: SourcePosition)

  let root = Table(.opened, SourcePosition(line: 1, column: 1))

  /// Opens the table of a `[header]`.
  func open(_ path: [Key]) throws(TextFormatError) -> Table {
    let parent = try walk(path.dropLast(), from: root)
    guard let last = path.last else { return root }
    switch parent[last.text] {
    case nil: return add(Table(.opened, last.position), to: parent, last)
    case .table(let table) where table.kind == .made:
      table.kind = .opened
      return table
    case .table(let table):
      throw fail(last, "the table is defined a second time, after line \(table.position.line)")
    case .tables: throw fail(last, "it is an array of tables already: write [[…]]")
    case .value: throw fail(last, "it has a value already and cannot be a table")
    }
  }

  /// Adds a table to the array of a `[[header]]`.
  func append(_ path: [Key]) throws(TextFormatError) -> Table {
    let parent = try walk(path.dropLast(), from: root)
    guard let last = path.last else { return root }
    let table = Table(.opened, last.position)
    switch parent[last.text] {
    case nil: parent.add(.tables(Tables(table)), last)
    case .tables(let tables): tables.all.append(table)
    case .table: throw fail(last, "it is a table already and cannot be an array of tables")
    case .value: throw fail(last, "it has a value already and cannot be an array of tables")
    }
    return table
  }

  /// Sets a value under a possibly dotted key.
  func set(_ path: [Key], _ node: TOMLNode, in table: Table) throws(TextFormatError) {
    var current = table
    for key in path.dropLast() {
      switch current[key.text] {
      case nil: current = add(Table(.dotted, key.position), to: current, key)
      case .table(let next) where next.kind == .dotted || next.kind == .made:
        next.kind = .dotted
        current = next
      case .table: throw fail(key, "the table is defined elsewhere and cannot be extended by a dotted key")
      case .tables: throw fail(key, "an array of tables cannot be extended by a dotted key")
      case .value: throw fail(key, "it has a value already and cannot be a table")
      }
    }
    guard let last = path.last else { return }
    guard current[last.text] == nil else {
      let line = current.order.first { $0.text == last.text }?.position.line ?? 0
      throw fail(last, "the key is defined a second time, after line \(line)")
    }
    current.add(.value(node), last)
  }

  private func walk(_ path: ArraySlice<Key>, from start: Table) throws(TextFormatError) -> Table {
    var current = start
    for key in path {
      switch current[key.text] {
      case nil: current = add(Table(.made, key.position), to: current, key)
      case .table(let table): current = table
      case .tables(let tables): current = tables.all[tables.all.count - 1]
      case .value: throw fail(key, "it has a value already and cannot be a table")
      }
    }
    return current
  }

  private func add(_ table: Table, to parent: Table, _ key: Key) -> Table {
    parent.add(.table(table), key)
    return table
  }

  private func fail(_ key: Key, _ problem: String) -> TextFormatError {
    TextFormatError(position: key.position, message: "'\(Self.shown(key.text))': \(problem)")
  }

  /// A key as a message may show it: short, and without characters that a terminal would obey.
  private static func shown(_ key: String) -> String {
    let most = 40
    let scalars = key.unicodeScalars.prefix(most).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: Unicode.Scalar(0xFFFD) ?? scalar
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(scalars)) + (key.unicodeScalars.count > most ? "…" : "")
  }

  /// The finished tree.
  static func finish(_ table: Table) -> TOMLTable {
    var result = TOMLTable()
    for (key, position) in table.order {
      let node: TOMLNode
      switch table[key] {
      case .value(let value): node = value
      case .table(let inner): node = TOMLNode(.table(finish(inner)), at: inner.position)
      case .tables(let inner):
        node = TOMLNode(.array(inner.all.map { TOMLNode(.table(finish($0)), at: $0.position) }), at: position)
      case nil: continue
      }
      result.set(key, node, keyPosition: position)
    }
    return result
  }
}
