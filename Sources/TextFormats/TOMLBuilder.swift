/// The tree that grows while a TOML document is read, and the rules about what may be defined twice.
///
/// A table is *opened* by a header, *made* by being named on the way to another, or *dotted* when a dotted key made it.
/// Inline tables and arrays written as values are closed.
final class TOMLBuilder {
  enum Kind { case made, opened, dotted, closed }

  final class Table {
    var kind: Kind
    var order: [(key: String, position: SourcePosition)] = []
    var items: [String: Item] = [:]
    let position: SourcePosition
    init(_ kind: Kind, _ position: SourcePosition) {
      self.kind = kind
      self.position = position
    }
  }

  enum Item {
    case value(TOMLNode)
    case table(Table)
    case tables([Table])
  }

  typealias Key = (text: String, position: SourcePosition)

  let root = Table(.opened, SourcePosition(line: 1, column: 1))

  /// Opens the table of a `[header]`.
  func open(_ path: [Key]) throws(TextFormatError) -> Table {
    let parent = try walk(path.dropLast(), from: root)
    guard let last = path.last else { return root }
    switch parent.items[last.text] {
    case nil: return add(Table(.opened, last.position), to: parent, last)
    case .table(let table) where table.kind == .made:
      table.kind = .opened
      return table
    case .table: throw fail(last, "the table is defined a second time")
    case .tables: throw fail(last, "it is an array of tables already: write [[…]]")
    case .value: throw fail(last, "it has a value already and cannot be a table")
    }
  }

  /// Adds a table to the array of a `[[header]]`.
  func append(_ path: [Key]) throws(TextFormatError) -> Table {
    let parent = try walk(path.dropLast(), from: root)
    guard let last = path.last else { return root }
    let table = Table(.opened, last.position)
    switch parent.items[last.text] {
    case nil:
      parent.order.append((last.text, last.position))
      parent.items[last.text] = .tables([table])
    case .tables(let tables): parent.items[last.text] = .tables(tables + [table])
    case .table: throw fail(last, "it is a table already and cannot be an array of tables")
    case .value: throw fail(last, "it has a value already and cannot be an array of tables")
    }
    return table
  }

  /// Sets a value under a possibly dotted key.
  func set(_ path: [Key], _ node: TOMLNode, in table: Table) throws(TextFormatError) {
    var current = table
    for key in path.dropLast() {
      switch current.items[key.text] {
      case nil: current = add(Table(.dotted, key.position), to: current, key)
      case .table(let next) where next.kind == .dotted: current = next
      case .table: throw fail(key, "the table is defined elsewhere and cannot be extended by a dotted key")
      case .tables: throw fail(key, "an array of tables cannot be extended by a dotted key")
      case .value: throw fail(key, "it has a value already and cannot be a table")
      }
    }
    guard let last = path.last else { return }
    guard current.items[last.text] == nil else { throw fail(last, "the key is defined a second time") }
    current.order.append((last.text, last.position))
    current.items[last.text] = .value(node)
  }

  private func walk(_ path: ArraySlice<Key>, from start: Table) throws(TextFormatError) -> Table {
    var current = start
    for key in path {
      switch current.items[key.text] {
      case nil: current = add(Table(.made, key.position), to: current, key)
      case .table(let table): current = table
      case .tables(let tables): current = tables[tables.count - 1]
      case .value: throw fail(key, "it has a value already and cannot be a table")
      }
    }
    return current
  }

  private func add(_ table: Table, to parent: Table, _ key: Key) -> Table {
    parent.order.append((key.text, key.position))
    parent.items[key.text] = .table(table)
    return table
  }

  private func fail(_ key: Key, _ problem: String) -> TextFormatError {
    TextFormatError(position: key.position, message: "'\(key.text)': \(problem)")
  }

  /// The finished tree.
  static func finish(_ table: Table) -> TOMLTable {
    var result = TOMLTable()
    for (key, position) in table.order {
      let node: TOMLNode
      switch table.items[key] {
      case .value(let value): node = value
      case .table(let inner): node = TOMLNode(.table(finish(inner)), at: inner.position)
      case .tables(let inner):
        node = TOMLNode(.array(inner.map { TOMLNode(.table(finish($0)), at: $0.position) }), at: position)
      case nil: continue
      }
      result.set(key, node, keyPosition: position)
    }
    return result
  }
}
