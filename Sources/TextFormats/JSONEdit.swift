/// Changes values inside a JSON text and leaves every other byte as it was.
public enum JSONEdit {
  /// Replaces the values of members of the outermost object.
  ///
  /// - Parameters:
  ///   - members: the new values by key; a key that is not there is left out.
  ///   - text: a JSON object.
  /// - Returns: the changed text; `nil` when the text is not a JSON object.
  public static func replacing(_ members: [String: JSONValue], in text: String) -> String? {
    guard case .object? = try? JSONParser.parse(text, options: .lenient) else { return nil }
    let values = Dictionary(uniqueKeysWithValues: members.map { (ExactKey(text: $0.key), $0.value) })
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var copied = 0
    var depth = 0
    var index = 0
    var key: String?
    var expectsKey = false
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        expectsKey = depth == 1
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        index += 1
      case UInt8(ascii: ","):
        expectsKey = depth == 1
        index += 1
      case UInt8(ascii: "\""):
        let end = endOfString(bytes, index)
        if expectsKey {
          key = (try? JSONParser.parse(Array(bytes[index..<end])))?.stringValue
          expectsKey = false
        }
        index = end
      case UInt8(ascii: ":") where depth == 1:
        index += 1
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
        guard let name = key, let value = values[ExactKey(text: name)] else { continue }
        let end = endOfValue(bytes, index)
        result += bytes[copied..<index] + Array(JSONWriter.compact(value).utf8)
        (index, copied) = (end, end)
      default: index += 1
      }
    }
    return String(decoding: result + bytes[copied...], as: UTF8.self)
  }

  static func endOfString(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, bytes.count)
  }

  static func endOfValue(_ bytes: [UInt8], _ start: Int) -> Int {
    var depth = 0
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index = endOfString(bytes, index)
        if depth == 0 { return index }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return index }
        depth -= 1
        if depth == 0 { return index + 1 }
      case UInt8(ascii: ","), 0x20, 0x0A, 0x0D, 0x09: if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    return index
  }
}
