/// Reads JSON by RFC 8259, all of it and nothing more.
public struct JSONParser {
  /// What the RFC leaves open.
  public struct Options: Sendable {
    /// The deepest nesting of arrays and objects.
    public var maximumDepth = 256
    /// The most values that are made: each takes up to two hundred times the memory of its two bytes of text.
    public var maximumValues = Int.max
    /// Whether a key may stand twice in an object; the last value then counts, as most readers have it.
    public var allowsDuplicateKeys = false
    /// Whether half of a surrogate pair, written as an escape, is read as U+FFFD. Whoever cuts a text between the halves
    /// of a character writes such escapes, as do servers that send it in pieces.
    public var replacesLoneSurrogates = false
    /// Members of the outermost levels whose values nobody needs: they are read over by the same grammar, and stand as `null`.
    public var passedBy: [String] = []
    /// How many levels of objects and arrays are the outermost.
    public var passedByLevels = 2

    /// The strict options.
    public init() {}

    /// All that the RFC's grammar allows: for texts that other programs wrote. A million values are more than any call has.
    public static var lenient: Options {
      var options = Options()
      options.allowsDuplicateKeys = true
      options.replacesLoneSurrogates = true
      options.maximumValues = 1_000_000
      return options
    }
  }

  /// What is said of a text that has more values than are taken.
  public static let tooManyValues = "there are too many values"

  private let bytes: [UInt8]
  private let options: Options
  private var index = 0
  private var valueCount = 0

  private init(_ bytes: [UInt8], _ options: Options) {
    self.bytes = bytes
    self.options = options
  }

  /// Reads one value and nothing else.
  ///
  /// A byte order mark is refused, as are lone surrogates in `\u` escapes unless the options say otherwise: neither has a
  /// meaning every reader agrees on.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - options: what the RFC leaves open.
  /// - Throws: `TextFormatError` with the place of the first fault.
  public static func parse(_ bytes: [UInt8], options: Options = Options()) throws(TextFormatError) -> JSONValue {
    var parser = JSONParser(bytes, options)
    if let invalid = UTF8Check.firstInvalid(in: bytes) {
      throw parser.fail("this byte is not valid UTF-8", at: invalid)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw parser.fail("a byte order mark is not allowed", at: 0) }
    parser.skipSpace()
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    if parser.index < bytes.count { throw parser.fail("expected the end of the text") }
    return value
  }

  /// Reads one value from text.
  public static func parse(_ text: String, options: Options = Options()) throws(TextFormatError) -> JSONValue {
    try parse(Array(text.utf8), options: options)
  }

  private mutating func value(depth: Int) throws(TextFormatError) -> JSONValue {
    valueCount += 1
    if valueCount > options.maximumValues { throw fail(Self.tooManyValues) }
    guard let byte = peek else { throw fail("expected a value, found the end of the text") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), 0x30...0x39: return .number(try number())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw fail("expected a value")
    }
  }

  private mutating func object(depth: Int) throws(TextFormatError) -> JSONValue {
    if depth > options.maximumDepth { throw fail("nested more than \(options.maximumDepth) deep") }
    index += 1
    var object = JSONObject()
    skipSpace()
    if take("}") { return .object(object) }
    while true {
      guard peek == UInt8(ascii: "\"") else { throw fail("expected a key in double quotes") }
      let place = index
      let key = try string()
      if !options.allowsDuplicateKeys, object[key] != nil { throw fail("the key stands here a second time", at: place) }
      skipSpace()
      guard take(":") else { throw fail("expected ':' after the key") }
      skipSpace()
      let count = object.members.count
      if depth <= options.passedByLevels, isPassedBy(key) {
        try passBy(depth: depth)
        object[key] = .null
      } else {
        object[key] = try value(depth: depth)
      }
      if object.members.count == count { object.hadRepeatedKey = true }
      skipSpace()
      if take("}") { return .object(object) }
      guard take(",") else { throw fail("expected ',' or '}'") }
      skipSpace()
    }
  }

  private mutating func array(depth: Int) throws(TextFormatError) -> JSONValue {
    if depth > options.maximumDepth { throw fail("nested more than \(options.maximumDepth) deep") }
    index += 1
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw fail("expected ',' or ']'") }
      skipSpace()
    }
  }

  private func isPassedBy(_ key: String) -> Bool {
    let count = key.utf8.count
    for name in options.passedBy where name.utf8.count == count && name == key { return true }
    return false
  }

  /// Reads over a value.
  private mutating func passBy(depth: Int) throws(TextFormatError) {
    guard let open = peek else { throw fail("expected a value, found the end of the text") }
    switch open {
    case UInt8(ascii: "{"), UInt8(ascii: "["): break
    case UInt8(ascii: "\""): return try passString()
    case UInt8(ascii: "-"), 0x30...0x39: return try passNumber()
    default:
      _ = try value(depth: depth)
      return
    }
    if depth + 1 > options.maximumDepth { throw fail("nested more than \(options.maximumDepth) deep") }
    let isObject = open == UInt8(ascii: "{")
    index += 1
    skipSpace()
    if take(isObject ? "}" : "]") { return }
    while true {
      if isObject {
        guard peek == UInt8(ascii: "\"") else { throw fail("expected a key in double quotes") }
        try passString()
        skipSpace()
        guard take(":") else { throw fail("expected ':' after the key") }
        skipSpace()
      }
      try passBy(depth: depth + 1)
      skipSpace()
      if take(isObject ? "}" : "]") { return }
      guard take(",") else { throw fail(isObject ? "expected ',' or '}'" : "expected ',' or ']'") }
      skipSpace()
    }
  }

  private mutating func passString() throws(TextFormatError) {
    let start = index + 1
    let end = bytes.withUnsafeBufferPointer { bytes in
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 {
        end += 1
      }
      return end
    }
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      index = end + 1
    } else {
      _ = try string()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(TextFormatError) -> JSONValue {
    let count = word.utf8CodeUnitCount
    guard index + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[index + $0] == word.utf8Start[$0] })
    else { throw fail("expected '\(word)'") }
    index += count
    return value
  }

  private mutating func number() throws(TextFormatError) -> JSONNumber {
    let start = index
    try passNumber()
    return JSONNumber(checked: String(decoding: bytes[start..<index], as: UTF8.self))
  }

  private mutating func passNumber() throws(TextFormatError) {
    _ = take("-")
    if take("0") {
      if let byte = peek, isDigit(byte) { throw fail("a number does not begin with a superfluous 0") }
    } else {
      try digits()
    }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
  }

  private mutating func digits() throws(TextFormatError) {
    guard let byte = peek, isDigit(byte) else { throw fail("expected a digit") }
    while let byte = peek, isDigit(byte) { index += 1 }
  }

  private mutating func string() throws(TextFormatError) -> String {
    index += 1
    let start = index
    // The common string has no escapes and is taken in one piece.
    let plain = bytes.withUnsafeBufferPointer { bytes -> String? in
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20 {
        end += 1
      }
      index = end
      guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
      return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }
    if let plain {
      index += 1
      return plain
    }
    var text = Array(bytes[start..<index])
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw fail("a control character in a string must be escaped")
      default:
        text.append(byte)
        index += 1
      }
    }
    throw fail("the string is not closed", at: start - 1)
  }

  private mutating func escape(into text: inout [UInt8]) throws(TextFormatError) {
    let place = index
    index += 1
    guard let byte = peek else { throw fail("the string is not closed") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal(place)
      if (0xD800...0xDBFF).contains(code) {
        if let low = try lowSurrogate() {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        } else if !options.replacesLoneSurrogates {
          throw fail("a high surrogate needs a low one after it", at: place)
        }
      } else if (0xDC00...0xDFFF).contains(code), !options.replacesLoneSurrogates {
        throw fail("a low surrogate needs a high one before it", at: place)
      }
      text.append(contentsOf: UTF8.encode(Unicode.Scalar(code) ?? "\u{FFFD}").map(Array.init) ?? [])
    default: throw fail("'\\' is not followed by an escape that JSON knows", at: place)
    }
  }

  /// The second half of a pair, if it stands here; anything else is left to be read on its own.
  private mutating func lowSurrogate() throws(TextFormatError) -> UInt32? {
    let place = index
    if take("\\"), take("u") {
      let code = try hexadecimal(place)
      if (0xDC00...0xDFFF).contains(code) { return code }
    }
    index = place
    return nil
  }

  private mutating func hexadecimal(_ place: Int) throws(TextFormatError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = hexDigit(byte) else {
        throw fail("expected four hexadecimal digits after '\\u'", at: place)
      }
      code = code << 4 | digit
      index += 1
    }
    return code
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = peek, byte == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private func fail(_ message: String, at offset: Int? = nil) -> TextFormatError {
    TextFormatError(position: SourcePosition(offset: offset ?? index, in: bytes), message: message)
  }
}
