/// A JSON text that is looked at where it stands, by whoever needs to know little of it: no value is made.
///
/// Only what `JSONParser` reads with lenient options is walked over. Of that it gives up where a text is unusual, and its caller
/// reads all of it: where a key has an escape or a letter beyond ASCII, or something is nested more than 32 deep.
public struct JSONWalk {
  /// The text is unusual or faulty.
  public struct GivenUp: Error {
    /// Gives up.
    public init() {}
  }

  /// A string as it stands.
  public struct Text {
    /// Its bytes, where they are what it says: it has no escape.
    public let plain: UnsafeBufferPointer<UInt8>?
    /// Whether it says anything but blanks and control characters.
    public let isVisible: Bool
  }

  private static let deepest = 32

  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0
  private var depth = 0

  /// Walks over one value and nothing else.
  ///
  /// - Parameter visit: walks over the value, to its end. What it is given is there until it returns.
  /// - Returns: whether all of the text was walked over.
  public static func over(_ bytes: [UInt8], _ visit: (inout JSONWalk) throws(GivenUp) -> Void) -> Bool {
    // A longer one might have more values than are taken.
    if bytes.count > JSONParser.Options.lenient.maximumValues { return false }
    if UTF8Check.firstInvalid(in: bytes) != nil { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      var walk = JSONWalk(bytes: bytes)
      do throws(GivenUp) {
        walk.skipSpace()
        try visit(&walk)
        walk.skipSpace()
        return walk.place == bytes.count
      } catch { return false }
    }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The first byte of the value that comes next.
  public var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  /// Walks over an object.
  ///
  /// - Parameter visit: is given each key, and walks over its value.
  public mutating func object(
    _ visit: (inout JSONWalk, _ key: UnsafeBufferPointer<UInt8>) throws(GivenUp) -> Void
  ) throws(GivenUp) {
    try open("{")
    if take("}") { return close() }
    while true {
      let key = try key()
      skipSpace()
      guard take(":") else { throw GivenUp() }
      skipSpace()
      try visit(&self, key)
      skipSpace()
      if take("}") { return close() }
      guard take(",") else { throw GivenUp() }
      skipSpace()
    }
  }

  /// Walks over an array.
  ///
  /// - Parameter visit: walks over an element.
  public mutating func array(_ visit: (inout JSONWalk) throws(GivenUp) -> Void) throws(GivenUp) {
    try open("[")
    if take("]") { return close() }
    while true {
      try visit(&self)
      skipSpace()
      if take("]") { return close() }
      guard take(",") else { throw GivenUp() }
      skipSpace()
    }
  }

  /// Walks over a string.
  public mutating func text() throws(GivenUp) -> Text {
    guard take("\"") else { throw GivenUp() }
    let start = place
    var (isPlain, isVisible) = (true, false)
    while let byte = next, byte != UInt8(ascii: "\"") {
      place += 1
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        if try escape() > 0x20 { isVisible = true }
      } else if byte < 0x20 {
        throw GivenUp()
      } else if byte > 0x20 {
        isVisible = true
      }
    }
    let plain = isPlain ? UnsafeBufferPointer(rebasing: bytes[start..<place]) : nil
    guard take("\"") else { throw GivenUp() }
    return Text(plain: plain, isVisible: isVisible)
  }

  /// Walks over `null`, if it comes next. - Returns: whether it does.
  public mutating func null() throws(GivenUp) -> Bool {
    guard next == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  /// Walks over a value of any kind.
  public mutating func pass() throws(GivenUp) {
    switch next {
    case UInt8(ascii: "{"): try object { (walk, _) throws(GivenUp) in try walk.pass() }
    case UInt8(ascii: "["): try array { (walk) throws(GivenUp) in try walk.pass() }
    case UInt8(ascii: "\""): _ = try text()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try number()
    }
  }

  // MARK: - Its parts

  private mutating func open(_ bracket: Unicode.Scalar) throws(GivenUp) {
    depth += 1
    guard depth <= Self.deepest, take(bracket) else { throw GivenUp() }
    skipSpace()
  }

  private mutating func close() { depth -= 1 }

  private mutating func key() throws(GivenUp) -> UnsafeBufferPointer<UInt8> {
    guard take("\"") else { throw GivenUp() }
    let start = place
    while let byte = next, byte != UInt8(ascii: "\"") {
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\\") { throw GivenUp() }
      place += 1
    }
    let key = UnsafeBufferPointer(rebasing: bytes[start..<place])
    guard take("\"") else { throw GivenUp() }
    return key
  }

  /// Walks over what stands behind a backslash. - Returns: what it stands for; of a pair each half by itself.
  private mutating func escape() throws(GivenUp) -> UInt32 {
    guard let byte = next else { throw GivenUp() }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(byte)
    case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): return 0
    case UInt8(ascii: "u"):
      var code: UInt32 = 0
      for _ in 0..<4 {
        guard let digit = next.flatMap(hexDigit) else { throw GivenUp() }
        code = code << 4 | digit
        place += 1
      }
      return code
    default: throw GivenUp()
    }
  }

  private mutating func word(_ word: StaticString) throws(GivenUp) {
    for offset in 0..<word.utf8CodeUnitCount {
      guard next == word.utf8Start[offset] else { throw GivenUp() }
      place += 1
    }
  }

  private mutating func number() throws(GivenUp) {
    _ = take("-")
    if take("0") {
      if let byte = next, isDigit(byte) { throw GivenUp() }
    } else {
      try digits()
    }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
  }

  private mutating func digits() throws(GivenUp) {
    guard let byte = next, isDigit(byte) else { throw GivenUp() }
    while let byte = next, isDigit(byte) { place += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
  }
}
