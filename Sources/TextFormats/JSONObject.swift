/// The members of a JSON object, in the order of the text. Keys are told apart scalar by scalar.
public struct JSONObject: Hashable, Sendable {
  /// Keys and values.
  public private(set) var members: [(key: String, value: JSONValue)]
  private var index = KeyIndex()

  /// Makes an object; of members with one key the last value stands, in the first one's place.
  public init(_ members: [(String, JSONValue)] = []) {
    self.members = []
    for (key, value) in members { self[key] = value }
  }

  /// The value of a key. Setting `nil` removes the member.
  public subscript(key: String) -> JSONValue? {
    get { index[key].map { members[$0].value } }
    set {
      switch (index[key], newValue) {
      case (let place?, let value?): members[place].value = value
      case (nil, let value?):
        index.append(key)
        members.append((key, value))
      case (let place?, nil):
        members.remove(at: place)
        index = KeyIndex()
        for member in members { index.append(member.key) }
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
