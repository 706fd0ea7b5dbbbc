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
