/// A JSON value.
public enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, kept as it was written.
  case number(JSONNumber)
  /// A string.
  case string(String)
  /// An array.
  case array([JSONValue])
  /// An object.
  case object(JSONObject)

  /// The string, if it is one.
  public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  /// The truth value, if it is one.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The number, if it is one.
  public var numberValue: JSONNumber? { if case .number(let number) = self { number } else { nil } }
  /// The number as a whole number, if it is one exactly.
  public var int64Value: Int64? { numberValue?.int64 }
  /// The elements, if it is an array.
  public var arrayValue: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
  /// The members, if it is an object.
  public var objectValue: JSONObject? { if case .object(let object) = self { object } else { nil } }
  /// A member, if it is an object that has it.
  public subscript(key: String) -> JSONValue? { objectValue?[key] }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; the order of the literal is kept.
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
  /// A whole number.
  public static func int(_ value: Int64) -> JSONValue { .number(JSONNumber(value)) }
  /// A whole number or `null`.
  public static func int(_ value: Int64?) -> JSONValue { value.map { .number(JSONNumber($0)) } ?? .null }
  /// A string or `null`.
  public static func string(orNull value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
}

/// A JSON number, exact: its source text.
public struct JSONNumber: Hashable, Sendable {
  /// The number as it stands in the text.
  public let text: String

  /// A whole number.
  public init(_ value: Int64) { text = String(value) }

  /// Text that the parser has checked.
  init(checked text: String) { self.text = text }

  /// The value, if it is a whole number that fits. `1e3` and `10.0` are whole numbers; `0.5` and `1e40` are not.
  public var int64: Int64? {
    if let value = Int64(text) { return value }
    var digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    var exponent = 0
    if let mark = digits.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      guard let value = Int(digits[digits.index(after: mark)...]), abs(value) < 1000 else { return nil }
      exponent = value
      digits = digits[..<mark]
    }
    var whole = String(digits)
    if let point = digits.firstIndex(of: ".") {
      let fraction = digits[digits.index(after: point)...]
      whole = String(digits[..<point]) + fraction
      exponent -= fraction.count
    }
    while exponent < 0, whole.count > 1, whole.hasSuffix("0") {
      whole.removeLast()
      exponent += 1
    }
    if whole.allSatisfy({ $0 == "0" }) { return 0 }
    guard (0...19).contains(exponent) else { return nil }
    return Int64((text.hasPrefix("-") ? "-" : "") + whole + String(repeating: "0", count: exponent))
  }

  /// The nearest `Double`, which may be infinite.
  public var double: Double { Double(text) ?? .nan }
}

/// The members of a JSON object, in the order of the text.
public struct JSONObject: Hashable, Sendable {
  /// Keys and values.
  public private(set) var members: [(key: String, value: JSONValue)]
  private var index: [String: Int]

  /// Makes an object; of members with one key the last value stands, in the first one's place.
  public init(_ members: [(String, JSONValue)] = []) {
    self.members = []
    index = [:]
    for (key, value) in members { self[key] = value }
  }

  /// The value of a key. Setting `nil` removes the member.
  public subscript(key: String) -> JSONValue? {
    get { index[key].map { members[$0].value } }
    set {
      switch (index[key], newValue) {
      case (let place?, let value?): members[place].value = value
      case (nil, let value?):
        index[key] = members.count
        members.append((key, value))
      case (let place?, nil):
        members.remove(at: place)
        index = [:]
        for (place, member) in members.enumerated() { index[member.key] = place }
      case (nil, nil): break
      }
    }
  }

  /// Two objects are equal when they have equal members in the same order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.members.count == b.members.count && zip(a.members, b.members).allSatisfy { $0 == $1 }
  }

  /// Feeds the members.
  public func hash(into hasher: inout Hasher) {
    for member in members {
      hasher.combine(member.key)
      hasher.combine(member.value)
    }
  }
}
