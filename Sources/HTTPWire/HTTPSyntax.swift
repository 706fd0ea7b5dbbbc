/// Which bytes may stand where. *Source:* RFC 9110 section 5.6.2 (tokens) and 5.5 (field values).
enum HTTPSyntax {
  /// Whether the bytes are a token: at least one, each a letter, a digit or one of ``!#$%&'*+-.^_`|~``.
  static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    if bytes.isEmpty { return false }
    return bytes.withContiguousStorageIfAvailable { bytes in
      for byte in bytes where !isTokenByte(byte) { return false }
      return true
    } ?? bytes.allSatisfy(isTokenByte)
  }

  static func isTokenByte(_ byte: UInt8) -> Bool {
    if byte >= 0x80 { return false }
    return (byte < 0x40 ? firstTokenBytes : lastTokenBytes) >> UInt64(byte & 0x3F) & 1 == 1
  }

  /// A bit for each byte of a token: of those below 64, and of those from there on. One by one they are constants; two that
  /// are taken from a tuple are looked after at each use.
  private static let firstTokenBytes: UInt64 = 0x03ff_6cfa_0000_0000
  private static let lastTokenBytes: UInt64 = 0x57ff_ffff_c7ff_fffe

  /// Whether a byte may stand in a field's value: visible, space, tab, or above ASCII.
  static func isValueByte(_ byte: UInt8) -> Bool { byte == 0x09 || byte >= 0x20 && byte != 0x7F }

  /// Whether a byte may stand in a host with its port. *Source:* RFC 3986 section 3.2.2.
  static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._~!$&'()*+,;=%:[]".utf8.contains(byte)
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// A slice without the spaces and tabs around it.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let start = bytes.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start.prefix(0) }
    return start[...last]
  }

  /// Lower case for ASCII letters alone.
  static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// Whether two texts are equal but for the case of ASCII letters.
  static func same(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    let isSame = a.withContiguousStorageIfAvailable { a in
      b.withContiguousStorageIfAvailable { b in
        for index in a.indices where a[index] != b[index] && lowered(a[index]) != lowered(b[index]) { return false }
        return true
      }
    }
    return (isSame ?? nil) ?? zip(a, b).allSatisfy { lowered($0) == lowered($1) }
  }

  /// The value of a hexadecimal digit.
  static func hexadecimal(_ byte: UInt8) -> Int64? {
    switch byte {
    case 0x30...0x39: Int64(byte - 0x30)
    case 0x41...0x46: Int64(byte - 0x37)
    case 0x61...0x66: Int64(byte - 0x57)
    default: nil
    }
  }
}
