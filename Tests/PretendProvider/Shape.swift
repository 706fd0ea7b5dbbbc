import TextFormats

/// An answer in a provider's own shape, whole and in parts.
protocol Shape {
  /// The whole answer.
  func whole(_ text: String) -> JSONValue
  /// What a stream sends before the text.
  var opening: [Part] { get }
  /// What a stream sends for a piece of the text.
  func piece(_ text: String, index: Int) -> Part
  /// What a stream sends behind the text.
  func closing(_ text: String) -> [Part]
}

/// A part of a stream: the event's name, where it has one, and its data.
struct Part {
  var event: String?
  var data: String

  init(_ value: JSONValue, event: String? = nil) {
    data = JSONWriter.compact(value)
    self.event = event
  }

  init(text: String) { data = text }
}

/// The tokens of one answer, true or not.
struct Told {
  let input: Int64
  let output: Int64
  let cached: Int64
  let reasoning: Int64
  let lie: Behaviour.Lie?

  /// A count as it is told.
  func told(_ count: Int64) -> JSONValue {
    switch lie {
    case .negative: .int(-count - 1)
    case .absurd: .int(4_611_686_018_427_387_904)
    case .text: .string("\(count)")
    case .null: .null
    case .fraction: (try? JSONParser.parse("\(count).5")) ?? .null
    case .huge: .int(999_999_999_999)
    case .zero: .int(0)
    default: .int(count)
    }
  }

  /// Whether any usage is told.
  var isTold: Bool { lie != Behaviour.Lie.none }
}

extension JSONValue {
  /// The object with another member, which is left out when there is none.
  func with(_ key: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(var object) = self, let value else { return self }
    object[key] = value
    return .object(object)
  }
}
