/// A server that is asked for the usage of a stream says `"usage": null` in every part before the last. For a client that did
/// not ask, the member is taken out again.
enum EmptyUsage {
  private static let name = Array(#""usage""#.utf8)
  private static let null = Array("null".utf8)

  /// An event without the member. Within a string the quotes would be escaped, so what is found is a member.
  static func removed(from event: [UInt8]) -> [UInt8] {
    // It stands at the end or at the beginning, and once.
    guard let found = placeOfName(event) else { return event }
    var end = skippingSpaces(event, from: found + name.count)
    guard end < event.count, event[end] == UInt8(ascii: ":") else { return event }
    end = skippingSpaces(event, from: end + 1)
    guard event[end...].starts(with: null) else { return event }
    end += null.count
    var start = found
    while start > 0, isSpace(event[start - 1]) { start -= 1 }
    if start > 0, event[start - 1] == UInt8(ascii: ",") { return Array(event[..<(start - 1)] + event[end...]) }
    let behind = skippingSpaces(event, from: end)
    guard behind < event.count, event[behind] == UInt8(ascii: ",") else { return event }
    return Array(event[..<start] + event[skippingSpaces(event, from: behind + 1)...])
  }

  /// Where the name stands. Every byte of a stream passes here: the general search of collections takes a hundred times as
  /// long.
  private static func placeOfName(_ event: [UInt8]) -> Int? {
    event.withUnsafeBufferPointer { event in
      name.withUnsafeBufferPointer { name in
        var place = 0
        while place + name.count <= event.count {
          if event[place] == name[0], (1..<name.count).allSatisfy({ event[place + $0] == name[$0] }) { return place }
          place += 1
        }
        return nil
      }
    }
  }

  private static func skippingSpaces(_ bytes: [UInt8], from start: Int) -> Int {
    var index = start
    while index < bytes.count, isSpace(bytes[index]) { index += 1 }
    return index
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
