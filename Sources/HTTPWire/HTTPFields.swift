/// A field of a head or of trailers.
public struct HTTPField: Hashable, Sendable {
  /// Its name, spelled as it was sent. Names are compared without regard to the case of letters.
  public let name: String
  /// Its value without the spaces around it; bytes, because not every sender uses one encoding.
  public let value: [UInt8]

  /// Whether it has a name, in whatever case.
  public func isNamed(_ other: String) -> Bool {
    name.utf8.count == other.utf8.count && HTTPSyntax.same(name.utf8, other.utf8)
  }

  /// Whether it has one of some names.
  public func isNamed(oneOf names: [String]) -> Bool {
    let count = name.utf8.count
    for other in names where other.utf8.count == count && HTTPSyntax.same(name.utf8, other.utf8) { return true }
    return false
  }

  /// The value as text; what is not UTF-8 is repaired.
  public var text: String { String(decoding: value, as: UTF8.self) }
}

/// The fields of a head or of trailers, in their order. A name may stand several times.
public struct HTTPFields: Hashable, Sendable, Sequence, ExpressibleByDictionaryLiteral {
  private var fields: [HTTPField] = []

  /// No fields.
  public init() {}

  /// Fields from names and values; see `append`.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { append(name, value) }
  }

  /// The fields one by one.
  public func makeIterator() -> some IteratorProtocol<HTTPField> { fields.makeIterator() }

  /// How many there are.
  public var count: Int { fields.count }

  /// Adds a field.
  ///
  /// - Parameters:
  ///   - name: a token.
  ///   - value: any text; each byte that may not stand in a value becomes `?`, so that no value can end its line.
  public mutating func append(_ name: String, _ value: String) {
    precondition(HTTPSyntax.isToken(name.utf8), "a field's name is a token")
    var value = value
    let bytes = value.withUTF8 { value in
      // Most values can stand as they are.
      for byte in value where !HTTPSyntax.isValueByte(byte) {
        return value.map { HTTPSyntax.isValueByte($0) ? $0 : UInt8(ascii: "?") }
      }
      return Array(value)
    }
    append(HTTPField(name: name, value: bytes))
  }

  /// Adds a field that was read.
  public mutating func append(_ field: HTTPField) {
    // Room for what most heads have, once: growing step by step would copy it several times.
    if fields.isEmpty { fields.reserveCapacity(16) }
    fields.append(field)
  }

  /// Adds all fields of others.
  public mutating func append(all others: HTTPFields) { fields += others.fields }

  /// How many bytes their lines are.
  var lineBytes: Int {
    var count = 0
    for place in fields.indices { count += fields[place].name.utf8.count + fields[place].value.count + 4 }
    return count
  }

  /// Visits names and values where they stand: as any sequence of bytes a text is asked for its length and its place, part by part.
  ///
  /// - Parameter names: which fields are left out.
  func forEachInPlace(
    besides names: [String] = [], _ visit: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    for place in fields.indices where names.isEmpty || !fields[place].isNamed(oneOf: names) {
      var name = fields[place].name
      name.withUTF8 { name in fields[place].value.withUnsafeBufferPointer { visit(name, $0) } }
    }
  }

  /// Takes out every field of a name.
  public mutating func remove(_ name: String) { remove([name]) }

  /// Takes out every field of some names.
  public mutating func remove(_ names: [String]) {
    // Most heads have none of them: looking does not copy.
    let hasOne = fields.indices.contains { place in names.contains { fields[place].isNamed($0) } }
    if hasOne { fields.removeAll { $0.isNamed(oneOf: names) } }
  }

  /// Puts one field in the place of all of its name.
  public mutating func set(_ name: String, _ value: String) {
    remove(name)
    append(name, value)
  }

  /// The values of a name, in order.
  public func values(of name: String) -> [[UInt8]] {
    var values: [[UInt8]] = []
    for place in fields.indices where fields[place].isNamed(name) { values.append(fields[place].value) }
    return values
  }

  /// Whether one field alone states a length, as nearly all do: in a few digits.
  var hasPlainLength: Bool {
    var isPlain = false
    for place in fields.indices where fields[place].isNamed("Content-Length") {
      let count = fields[place].value.count
      // As many fit a number, whichever they are.
      if isPlain || count == 0 || count > 18 { return false }
      for byte in fields[place].value where !HTTPSyntax.isDigit(byte) { return false }
      isPlain = true
    }
    return isPlain
  }

  /// The first value of a name, as text.
  public subscript(_ name: String) -> String? {
    for place in fields.indices where fields[place].isNamed(name) { return fields[place].text }
    return nil
  }

  /// The elements of a comma-separated list over all fields of a name, in lower case, without empty ones.
  public func elements(of name: String) -> [String] {
    values(of: name).flatMap { value in
      value.split(separator: UInt8(ascii: ",")).map { HTTPSyntax.trimmed($0) }.filter { !$0.isEmpty }
        .map { String(decoding: $0.map(HTTPSyntax.lowered), as: UTF8.self) }
    }
  }

  /// Reads one field line, without its CRLF.
  ///
  /// - Throws: `HTTPFault` 400 for a line that is folded, has a space before the colon, no colon, a name that is no token, or
  ///   a control character in its value.
  static func field(line: ArraySlice<UInt8>) throws(HTTPFault) -> HTTPField {
    let read = line.withUnsafeBufferPointer { line in Result { () throws(HTTPFault) in try field(line) } }
    return try read.get()
  }

  /// The same where the line stands: a slice looks at its bounds for each byte.
  private static func field(_ line: UnsafeBufferPointer<UInt8>) throws(HTTPFault) -> HTTPField {
    if let first = line.first, HTTPSyntax.isSpace(first) {
      throw HTTPFault(400, "a field line begins with a space: folded lines are not taken")
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw HTTPFault(400, "a field line has no colon") }
    let name = UnsafeBufferPointer(rebasing: line[..<colon])
    guard HTTPSyntax.isToken(name) else {
      throw HTTPFault(
        400,
        name.last.map(HTTPSyntax.isSpace) == true
          ? "a space stands before the colon of a field" : "a field's name is not a token")
    }
    var (start, end) = (colon + 1, line.count)
    while start < end, HTTPSyntax.isSpace(line[start]) { start += 1 }
    while end > start, HTTPSyntax.isSpace(line[end - 1]) { end -= 1 }
    for place in start..<end where !HTTPSyntax.isValueByte(line[place]) {
      throw HTTPFault(400, "a field's value holds a control character")
    }
    return HTTPField(name: String(decoding: name, as: UTF8.self), value: Array(line[start..<end]))
  }
}
