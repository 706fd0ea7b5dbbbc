/// Encodings that replies need.
enum Packing {
  /// A gzip file of stored blocks. *Source:* RFC 1951 section 3.2.4, RFC 1952 section 2.3.
  static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    var rest = bytes[...]
    repeat {
      let block = rest.prefix(65_535)
      rest = rest.dropFirst(block.count)
      let size = UInt16(block.count)
      result += [rest.isEmpty ? 1 : 0, UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8)]
      result += block
    } while !rest.isEmpty
    return result + little(~crc32(bytes, 0xFFFF_FFFF)) + little(UInt32(truncatingIfNeeded: bytes.count))
  }

  /// A gzip file that is written piece by piece.
  struct File {
    private var crc: UInt32 = 0xFFFF_FFFF
    private var count: UInt32 = 0
    private var isBegun = false

    /// A piece of it. The last one ends it.
    mutating func piece(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
      precondition(bytes.count < 65_536)
      var result: [UInt8] = isBegun ? [] : [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
      isBegun = true
      let size = UInt16(bytes.count)
      result += [isLast ? 1 : 0, UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8)] + bytes
      crc = Packing.crc32(bytes, crc)
      count &+= UInt32(bytes.count)
      return isLast ? result + little(~crc) + little(count) : result
    }
  }

  private static func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func crc32(_ bytes: [UInt8], _ before: UInt32) -> UInt32 {
    var crc = before
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return crc
  }

  /// Numbers as OpenAI's clients ask for them: 32-bit floats, the lowest byte first, in base 64.
  static func base64(_ numbers: [Float]) -> String {
    let bytes = numbers.flatMap { little($0.bitPattern) }
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let group = bytes[index..<min(index + 3, bytes.count)]
      let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        text.append(place <= group.count ? digits[value >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }
}
