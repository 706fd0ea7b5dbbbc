/// Bytes written in base64, in either alphabet.
enum Base64Bytes {
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, letter) in letters.utf8.enumerated() { values[Int(letter)] = UInt8(value) }
    (values[Int(UInt8(ascii: "-"))], values[Int(UInt8(ascii: "_"))]) = (62, 63)
    return values
  }()

  /// Hands over each byte, until `body` has enough of them; what is no letter of base64 is left out.
  static func each(_ text: Substring.UTF8View, _ body: (UInt8) -> Bool) {
    var (bits, count): (UInt32, Int) = (0, 0)
    values.withUnsafeBufferPointer { values in
      for letter in text {
        let value = values[Int(letter)]
        if value == 0xFF { continue }
        (bits, count) = (bits << 6 | UInt32(value), count + 6)
        if count < 8 { continue }
        count -= 8
        if !body(UInt8(truncatingIfNeeded: bits >> UInt32(count))) { return }
      }
    }
  }

  /// The first bytes.
  static func decoded(_ text: Substring.UTF8View, atMost most: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    each(text) { byte in
      bytes.append(byte)
      return bytes.count < most
    }
    return bytes
  }
}
