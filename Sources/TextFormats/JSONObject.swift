/// The members of a JSON object, in the order of the text. Keys are told apart scalar by scalar.
public struct JSONObject: Hashable, Sendable {
  /// Keys and values.
  public private(set) var members: [(key: String, value: JSONValue)]
  /// Whether the text that it was read from had a key twice: readers do not agree on which value then counts.
  public internal(set) var hadRepeatedKey = false
  /// A bit for each length that a key has, or had: most keys that are asked for are not there, and most of those differ from all
  /// that are in their lengths.
  private var lengths: UInt32 = 0
  /// Where each key stands, once there are more than are quickly looked through.
  private var places: [ExactKey: Int] = [:]
  private static let mostLookedThrough = 8

  /// Makes an object; of members with one key the last value stands, in the first one's place.
  public init(_ members: [(String, JSONValue)] = []) {
    self.members = []
    // An empty one takes no memory: a text of many would become a hundred times as long.
    if !members.isEmpty { self.members.reserveCapacity(max(members.count, 4)) }
    for (key, value) in members { self[key] = value }
  }

  private static func bit(_ count: Int) -> UInt32 { 1 << UInt32(truncatingIfNeeded: count & 31) }

  private func place(of key: String) -> Int? {
    let count = key.utf8.count
    if lengths & Self.bit(count) == 0 { return nil }
    if members.count > Self.mostLookedThrough { return places[ExactKey(text: key)] }
    for place in members.indices where members[place].key.utf8.count == count {
      if ExactKey(text: members[place].key) == ExactKey(text: key) { return place }
    }
    return nil
  }

  private mutating func index() {
    places = [:]
    if members.count <= Self.mostLookedThrough { return }
    for place in members.indices { places[ExactKey(text: members[place].key)] = place }
  }

  /// The value of a key. Setting `nil` removes the member.
  public subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): members[place].value = value
      case (nil, let value?):
        if members.isEmpty { members.reserveCapacity(4) }
        members.append((key, value))
        lengths |= Self.bit(key.utf8.count)
        if members.count == Self.mostLookedThrough + 1 {
          index()
        } else if members.count > Self.mostLookedThrough {
          places[ExactKey(text: key)] = members.count - 1
        }
      case (let place?, nil):
        members.remove(at: place)
        index()
      case (nil, nil): break
      }
    }
  }

  /// Two objects are equal when they have equal members in the same order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.members.count == b.members.count
      && zip(a.members, b.members).allSatisfy {
        ExactKey(text: $0.key) == ExactKey(text: $1.key) && $0.value == $1.value
      }
  }

  /// Feeds the members.
  public func hash(into hasher: inout Hasher) {
    for member in members {
      hasher.combine(member.key)
      hasher.combine(member.value)
    }
  }
}
