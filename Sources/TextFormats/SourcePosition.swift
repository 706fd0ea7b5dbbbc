/// A place in a text: line and column, both from 1. A column is a Unicode scalar.
public struct SourcePosition: Hashable, Sendable, Comparable {
  /// The line.
  public var line: Int
  /// The column.
  public var column: Int

  /// Makes a position.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The position of a byte offset in UTF-8 text. CR LF ends one line.
  init(offset: Int, in bytes: [UInt8]) {
    let end = min(offset, bytes.count)
    let lineStart = bytes[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    line = 1 + bytes[..<end].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    // Continuation bytes (10xxxxxx) belong to the scalar before them.
    column = 1 + bytes[lineStart..<end].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
  }

  /// Orders positions from the start of the text.
  public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
    (a.line, a.column) < (b.line, b.column)
  }
}

/// A text that breaks the rules of its format.
public struct TextFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where.
  public let position: SourcePosition
  /// What is wrong, and what was expected.
  public let message: String

  /// Makes an error.
  public init(position: SourcePosition, message: String) {
    self.position = position
    self.message = message
  }

  /// `line 3, column 8: expected '='`.
  public var description: String { "line \(position.line), column \(position.column): \(message)" }
}

/// Strict UTF-8.
enum UTF8Check {
  /// The offset of the first byte that is not well-formed UTF-8 (overlong forms, surrogates and values above U+10FFFF
  /// included); `nil` when all are.
  static func firstInvalid(in bytes: [UInt8]) -> Int? { bytes.withUnsafeBytes { firstInvalid(in: $0) } }

  private static func firstInvalid(in bytes: UnsafeRawBufferPointer) -> Int? {
    var index = 0
    let count = bytes.count
    while index < count {
      // Most texts are ASCII: eight bytes at a time have no highest bit.
      while index + 8 <= count,
        bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        index += 8
      }
      if index == count { break }
      let lead = bytes[index]
      if lead < 0x80 {
        index += 1
        continue
      }
      let (length, low, high): (Int, UInt8, UInt8)
      switch lead {
      case 0xC2...0xDF: (length, low, high) = (2, 0x80, 0xBF)
      case 0xE0: (length, low, high) = (3, 0xA0, 0xBF)
      case 0xE1...0xEC, 0xEE...0xEF: (length, low, high) = (3, 0x80, 0xBF)
      case 0xED: (length, low, high) = (3, 0x80, 0x9F)
      case 0xF0: (length, low, high) = (4, 0x90, 0xBF)
      case 0xF1...0xF3: (length, low, high) = (4, 0x80, 0xBF)
      case 0xF4: (length, low, high) = (4, 0x80, 0x8F)
      default: return index
      }
      guard index + length <= count, (low...high).contains(bytes[index + 1]) else { return index }
      for offset in 2..<max(2, length) where bytes[index + offset] & 0xC0 != 0x80 { return index }
      index += length
    }
    return nil
  }
}

/// The value of an ASCII hexadecimal digit.
func hexDigit(_ byte: UInt8) -> UInt32? {
  switch byte {
  case 0x30...0x39: UInt32(byte - 0x30)
  case 0x41...0x46: UInt32(byte - 0x41 + 10)
  case 0x61...0x66: UInt32(byte - 0x61 + 10)
  default: nil
  }
}
