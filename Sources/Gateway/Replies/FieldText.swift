/// Text of any kind in a field's value.
enum FieldText {
  /// The most bytes of a text that are told.
  private static let mostBytes = 200

  /// The beginning of a text; what a field cannot hold, and `%`, is escaped as in addresses.
  static func short(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for character in text.prefix(mostBytes) {
      var piece: [UInt8] = []
      for byte in character.utf8 {
        if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
          piece.append(byte)
        } else {
          piece += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
      }
      if bytes.count + piece.count > mostBytes { break }
      bytes += piece
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
