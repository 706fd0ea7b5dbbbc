/// Reads TOML 1.0.0.
///
/// *Source:* the TOML 1.0.0 specification and its ABNF.
public struct TOMLParser {
  private static let maximumDepth = 128
  /// How many lines that are no TOML are told, until they are mended; and how many definitions where none may be.
  public static let mostFaults = 20

  let bytes: [UInt8]
  var index = 0
  private let builder = TOMLBuilder()
  /// What is defined where it may not be, and what is no TOML.
  private var problems: [TextFormatError] = []
  /// How many of them are no TOML.
  private var faults = 0
  /// How many of them are defined where they may not be.
  private var misplacedCount = 0
  private let textStart: Int
  private var mark: (offset: Int, position: SourcePosition)

  /// - Parameter start: where to begin; `nil` for the beginning.
  init(_ bytes: [UInt8], at start: Int? = nil) {
    self.bytes = bytes
    // A byte order mark is no column of the first line.
    textStart = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    index = start ?? textStart
    mark = (index, SourcePosition(line: 1, column: 1))
  }

  /// Reads a document.
  ///
  /// - Throws: `TextFormatError` with the place of the first fault.
  public static func parse(_ bytes: [UInt8]) throws(TextFormatError) -> TOMLTable {
    let (table, problems) = collecting(bytes)
    if let first = problems.first { throw first }
    return table ?? TOMLTable()
  }

  /// Reads a document without what is defined where it may not be; `nil` where some of it is no TOML. After such a fault reading
  /// goes on at the next line that begins a key or a table, as long as that can be told, to at most `mostFaults` of them; so
  /// many are told of what is defined where it may not be, too.
  public static func collecting(_ bytes: [UInt8]) -> (table: TOMLTable?, problems: [TextFormatError]) {
    var parser = TOMLParser(bytes)
    do throws(TextFormatError) {
      let table = try parser.all(bytes)
      return (parser.faults == 0 ? table : nil, parser.problems)
    } catch { return (nil, parser.problems + [error]) }
  }

  private mutating func all(_ bytes: [UInt8]) throws(TextFormatError) -> TOMLTable {
    if let invalid = UTF8Check.firstInvalid(in: bytes) { throw fail("this byte is not valid UTF-8", at: invalid) }
    return try document()
  }

  /// Reads a document from text.
  public static func parse(_ text: String) throws(TextFormatError) -> TOMLTable { try parse(Array(text.utf8)) }

  private mutating func document() throws(TextFormatError) -> TOMLTable {
    var table = builder.root
    var depth = 0
    var start = index
    while true {
      do throws(TextFormatError) {
        start = index
        try skipBlankLines()
        start = index
        guard let byte = peek else { return TOMLBuilder.finish(builder.root) }
        if byte == UInt8(ascii: "[") {
          // Where its name cannot be read, its keys have a place of their own all the same.
          (table, depth) = (TOMLBuilder.Table(.opened, place(index)), 1)
          (table, depth) = try header()
        } else {
          let path = try key()
          guard take("=") else { throw unexpected("expected '=' after the key") }
          skipSpace()
          let value = try value(depth: depth + path.count)
          do throws(TextFormatError) { try builder.set(path, value, in: table) } catch { misplaced(error) }
        }
        try endOfLine()
      } catch {
        faults += 1
        guard faults < Self.mostFaults, let next = resumption(afterFaultIn: start) else { throw error }
        problems.append(error)
        index = next
      }
    }
  }

  /// Tells what is defined where it may not be, as far as that is of use.
  private mutating func misplaced(_ error: TextFormatError) {
    misplacedCount += 1
    if misplacedCount <= Self.mostFaults { problems.append(error) }
  }

  private mutating func header() throws(TextFormatError) -> (TOMLBuilder.Table, depth: Int) {
    index += 1
    let isArray = take("[")
    skipSpace()
    let path = try key()
    guard take("]"), !isArray || take("]") else {
      throw fail("expected '\(isArray ? "]]" : "]")' after the table's name")
    }
    do throws(TextFormatError) {
      return (isArray ? try builder.append(path) : try builder.open(path), path.count)
    } catch {
      misplaced(error)
      // Its keys have a place of their own, that of no table.
      return (TOMLBuilder.Table(.opened, error.position), path.count)
    }
  }

  /// A dotted key with the space after it.
  mutating func key() throws(TextFormatError) -> [TOMLBuilder.Key] {
    var path: [TOMLBuilder.Key] = []
    repeat {
      skipSpace()
      path.append(try simpleKey())
      if path.count > Self.maximumDepth { throw fail("the key has more than \(Self.maximumDepth) parts") }
      skipSpace()
    } while take(".")
    return path
  }

  private mutating func simpleKey() throws(TextFormatError) -> TOMLBuilder.Key {
    let start = index
    switch peek {
    case UInt8(ascii: "\""):
      if starts(with: "\"\"\"") { throw fail("a key cannot be a multi-line string") }
      return (try basicString(), place(start))
    case UInt8(ascii: "'"):
      if starts(with: "'''") { throw fail("a key cannot be a multi-line string") }
      return (try literalString(), place(start))
    default:
      while let byte = peek, isBareKey(byte) { index += 1 }
      if index == start { throw unexpected("expected a key") }
      return (text(start..<index), place(start))
    }
  }

  private mutating func value(depth: Int) throws(TextFormatError) -> TOMLNode {
    if depth > Self.maximumDepth { throw fail("nested more than \(Self.maximumDepth) deep") }
    let start = place(index)
    guard let byte = peek else { throw fail("expected a value, found the end of the text") }
    let value: TOMLValue
    switch byte {
    case UInt8(ascii: "\""):
      value = .string(starts(with: "\"\"\"") ? try multiLineBasicString() : try basicString())
    case UInt8(ascii: "'"):
      value = .string(starts(with: "'''") ? try multiLineLiteralString() : try literalString())
    case UInt8(ascii: "["): value = .array(try array(depth: depth + 1))
    case UInt8(ascii: "{"): value = .table(try inlineTable(depth: depth + 1))
    case 0x0A, 0x0D, UInt8(ascii: "#"): throw fail("expected a value, found the end of the line")
    default: value = try scalar()
    }
    return TOMLNode(value, at: start)
  }

  private mutating func array(depth: Int) throws(TextFormatError) -> [TOMLNode] {
    let start = index
    index += 1
    var elements: [TOMLNode] = []
    while true {
      try skipBlankLines()
      if peek == nil { throw fail("the array is not closed", at: start) }
      if take("]") { return elements }
      elements.append(try value(depth: depth))
      try skipBlankLines()
      if take("]") { return elements }
      if peek == nil { throw fail("the array is not closed", at: start) }
      guard take(",") else { throw fail("expected ',' or ']'") }
    }
  }

  private mutating func inlineTable(depth: Int) throws(TextFormatError) -> TOMLTable {
    index += 1
    let inner = TOMLBuilder.Table(.closed, place(index - 1))
    skipSpace()
    if take("}") { return TOMLTable() }
    while true {
      if peek == 0x0A || peek == 0x0D { throw fail("an inline table stands on one line") }
      if peek == UInt8(ascii: "}") { throw fail("an inline table has no ',' before its '}'") }
      let path = try key()
      guard take("=") else { throw unexpected("expected '=' after the key") }
      skipSpace()
      try builder.set(path, try value(depth: depth + path.count), in: inner)
      skipSpace()
      if take("}") { return TOMLBuilder.finish(inner) }
      if peek == 0x0A || peek == 0x0D { throw fail("an inline table stands on one line") }
      guard take(",") else { throw fail("expected ',' or '}'") }
      skipSpace()
    }
  }

  /// A boolean, a number or a date: everything that is written without quotes.
  private mutating func scalar() throws(TextFormatError) -> TOMLValue {
    let start = index
    while let byte = peek,
      isBareKey(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: ":")
    { index += 1 }
    // A date and a time may be joined by a space.
    if index - start == 10, peek == 0x20, index + 3 < bytes.count, isDigit(bytes[index + 1]), isDigit(bytes[index + 2]),
      bytes[index + 3] == UInt8(ascii: ":"), bytes[start + 4] == UInt8(ascii: "-")
    {
      index += 1
      while let byte = peek,
        isBareKey(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
          || byte == UInt8(ascii: ":")
      { index += 1 }
    }
    let word = text(start..<index)
    if word.isEmpty { throw unexpected("expected a value") }
    switch TOMLScalar.read(word) {
    case .success(let value): return value
    case .failure(let problem):
      index = start
      throw fail(problem.message)
    }
  }

  // MARK: - Space, comments and lines

  var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 { index += 1 }
  }

  /// Skips spaces, comments and line breaks.
  private mutating func skipBlankLines() throws(TextFormatError) {
    while true {
      skipSpace()
      if peek == UInt8(ascii: "#") { try comment() }
      guard try lineBreak() else { return }
    }
  }

  private mutating func comment() throws(TextFormatError) {
    while let byte = peek, byte != 0x0A {
      if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { return }
      if (byte < 0x20 && byte != 0x09) || byte == 0x7F { throw fail("a control character is not allowed in a comment") }
      index += 1
    }
  }

  private mutating func lineBreak() throws(TextFormatError) -> Bool {
    if take("\n") { return true }
    guard peek == 0x0D else { return false }
    guard index + 1 < bytes.count, bytes[index + 1] == 0x0A else {
      throw fail("a carriage return needs a line feed after it")
    }
    index += 2
    return true
  }

  mutating func endOfLine() throws(TextFormatError) {
    skipSpace()
    if peek == UInt8(ascii: "#") { try comment() }
    if peek == nil { return }
    guard try lineBreak() else { throw unexpected("expected the end of the line") }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = peek, byte == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  func starts(with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    return index + count <= bytes.count && (0..<count).allSatisfy { bytes[index + $0] == text.utf8Start[$0] }
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
  func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private func isBareKey(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// The position of an offset. Places are asked for in the order of the text, so each stretch is counted once.
  private mutating func place(_ offset: Int) -> SourcePosition {
    if offset < mark.offset { mark = (textStart, SourcePosition(line: 1, column: 1)) }
    for byte in bytes[mark.offset..<offset] {
      if byte == 0x0A {
        mark.position.line += 1
        mark.position.column = 1
      } else if byte & 0xC0 != 0x80 {
        mark.position.column += 1
      }
    }
    mark.offset = offset
    return mark.position
  }

  func fail(_ message: String, at offset: Int? = nil) -> TextFormatError {
    var copy = self
    return TextFormatError(position: copy.place(min(offset ?? index, bytes.count)), message: message)
  }
}
