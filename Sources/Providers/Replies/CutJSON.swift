import TextFormats

/// JSON of which a part is missing.
enum CutJSON {
  /// The last member of a name that holds an object, in JSON of which a part is missing. A quotation mark inside of a text has a
  /// backslash before it, so no text of an answer is taken for a member.
  static func lastObject(named name: String, in bytes: [UInt8]) -> JSONValue? {
    let key = Array("\"\(name)\"".utf8)
    func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
    var end = bytes.count
    while end >= key.count {
      guard let start = lastRange(of: key, in: bytes[..<end]) else { return nil }
      end = start + key.count - 1
      if start > 0, bytes[start - 1] == UInt8(ascii: "\\") { continue }
      var place = start + key.count
      while place < bytes.count, isBlank(bytes[place]) { place += 1 }
      guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { continue }
      place += 1
      while place < bytes.count, isBlank(bytes[place]) { place += 1 }
      guard let last = endOfObject(in: bytes, from: place),
        let value = try? JSONParser.parse(Array(bytes[place...last]), options: .lenient), case .object = value
      else { continue }
      return value
    }
    return nil
  }

  private static func lastRange(of key: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= key.count else { return nil }
    return stride(from: bytes.endIndex - key.count, through: bytes.startIndex, by: -1).first {
      bytes[$0] == key[0] && bytes[$0..<($0 + key.count)].elementsEqual(key)
    }
  }

  /// Where an object ends that begins at a place; an object of usage is small.
  private static func endOfObject(in bytes: [UInt8], from start: Int) -> Int? {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "{") else { return nil }
    var (depth, isText, isEscaped) = (0, false, false)
    for index in start..<min(bytes.count, start + 65_536) {
      let byte = bytes[index]
      if isText {
        if !isEscaped, byte == UInt8(ascii: "\"") { isText = false }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return nil
  }
}
