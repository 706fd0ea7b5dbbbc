/// Edits of members of inner objects.
extension JSONEdit {
  /// Sets a member of the outermost object, or of an object inside it, and leaves every byte of other values as it was.
  ///
  /// A member that is there has its value replaced, each time it is there. One that is missing is put at the beginning of
  /// its object, and so are missing objects on the way to it; one that is null makes room for them.
  ///
  /// - Parameters:
  ///   - path: the keys from the outermost object on; at least one.
  ///   - value: the new value.
  ///   - bytes: a JSON object.
  /// - Returns: the changed bytes; `nil` when they are not a JSON object, or the path leads through something that is none.
  public static func setting(_ path: [String], to value: JSONValue, in bytes: [UInt8]) -> [UInt8]? {
    guard case .object? = try? JSONParser.parse(bytes, options: .lenient),
      let start = bytes.firstIndex(of: UInt8(ascii: "{"))
    else { return nil }
    var edits: [Edit] = []
    guard collect(path[...], value, bytes, objectAt: start, &edits) else { return nil }
    // All in one go: a member may be there a million times.
    var result: [UInt8] = []
    var copied = 0
    for edit in edits {
      result += bytes[copied..<edit.place.lowerBound]
      result += edit.bytes
      copied = edit.place.upperBound
    }
    return result + bytes[copied...]
  }

  /// What is put in the place of some bytes.
  private typealias Edit = (place: Range<Int>, bytes: [UInt8])

  /// Collects the edits of one object, in the order of their places. - Returns: whether the path leads nowhere else than through
  /// objects.
  private static func collect(
    _ path: ArraySlice<String>, _ value: JSONValue, _ bytes: [UInt8], objectAt start: Int, _ edits: inout [Edit]
  ) -> Bool {
    guard let key = path.first else { return false }
    let rest = path.dropFirst()
    let places = members(in: bytes, objectAt: start)
    let found = places.filter { ExactKey(text: $0.key) == ExactKey(text: key) }
    if found.isEmpty {
      let member =
        JSONWriter.compact(.string(key)) + ":" + JSONWriter.compact(whole(rest, value)) + (places.isEmpty ? "" : ",")
      edits.append((start + 1..<start + 1, Array(member.utf8)))
    }
    for place in found {
      // Null is as good as missing.
      if rest.isEmpty || bytes[place.value].elementsEqual("null".utf8) {
        edits.append((place.value, Array(JSONWriter.compact(whole(rest, value)).utf8)))
      } else if bytes[place.value.lowerBound] != UInt8(ascii: "{")
        || !collect(rest, value, bytes, objectAt: place.value.lowerBound, &edits)
      {
        return false
      }
    }
    return true
  }

  /// A value inside of as many objects as a path has keys.
  private static func whole(_ path: ArraySlice<String>, _ value: JSONValue) -> JSONValue {
    path.reversed().reduce(value) { .object(JSONObject([($1, $0)])) }
  }

  /// The members of an object in text that is known to be JSON.
  private static func members(in bytes: [UInt8], objectAt start: Int) -> [(key: String, value: Range<Int>)] {
    var members: [(key: String, value: Range<Int>)] = []
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "}") {
      guard bytes[index] == UInt8(ascii: "\"") else {
        index += 1
        continue
      }
      let keyEnd = endOfString(bytes, index)
      let key = (try? JSONParser.parse(Array(bytes[index..<keyEnd])))?.stringValue ?? ""
      index = keyEnd
      while index < bytes.count, bytes[index] != UInt8(ascii: ":") { index += 1 }
      index += 1
      while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
      let end = endOfValue(bytes, index)
      members.append((key, index..<end))
      index = end
    }
    return members
  }
}
