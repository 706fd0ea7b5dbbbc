import TextFormats

/// A part of a streamed reply: an event, a line or an element.
struct ReplyPart {
  /// The event's name, where it has one.
  var name: String?
  /// What it says; `nil` for the word that ends OpenAI's streams.
  var data: JSONValue?

  init(_ data: JSONValue?, name: String? = nil) { (self.data, self.name) = (data, name) }

  /// The last part of OpenAI's streams.
  static let done = ReplyPart(nil)
}

/// The bytes of a streamed reply.
enum StreamBody {
  private static let done = "[DONE]"

  /// The parts of a stream that came to its end; `nil` where something of it cannot be read.
  static func parts(of body: [UInt8], _ streaming: WireFormat.Streaming) -> [ReplyPart]? {
    switch streaming {
    case .events: events(of: body)
    case .lines: lines(of: body)
    case .array: (try? JSONParser.parse(body))?.arrayValue?.map { ReplyPart($0) }
    }
  }

  private static func lines(of body: [UInt8]) -> [ReplyPart]? {
    var parts: [ReplyPart] = []
    for line in body.split(separator: 0x0A) where line.contains(where: { $0 > 0x20 }) {
      guard let value = try? JSONParser.parse(Array(line)) else { return nil }
      parts.append(ReplyPart(value))
    }
    return parts
  }

  /// *Source:* the HTML standard, "Interpreting an event stream". A line may end in either way or both.
  private static func events(of body: [UInt8]) -> [ReplyPart]? {
    var parts: [ReplyPart] = []
    var (name, data): (String?, [UInt8]?) = (nil, nil)
    func end() -> Bool {
      defer { (name, data) = (nil, nil) }
      guard let text = data else { return true }
      if text.elementsEqual(done.utf8) {
        parts.append(.done)
        return true
      }
      guard let value = try? JSONParser.parse(text) else { return false }
      parts.append(ReplyPart(value, name: name))
      return true
    }
    // A byte order mark at the beginning is no part of the first line.
    var start = body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < body.count {
      let stop = body[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? body.count
      let line = body[start..<stop]
      let isPair = stop + 1 < body.count && body[stop] == 0x0D && body[stop + 1] == 0x0A
      start = stop + (isPair ? 2 : 1)
      if line.isEmpty {
        if !end() { return nil }
        continue
      }
      let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
      var value = line[min(colon + 1, line.endIndex)...]
      if value.first == 0x20 { value = value.dropFirst() }
      switch String(decoding: line[..<colon], as: UTF8.self) {
      case "data": data = data.map { $0 + [0x0A] + value } ?? Array(value)
      case "event": name = String(decoding: value, as: UTF8.self)
      default: break
      }
    }
    // One without the empty line behind it has not come to its end, but for servers that leave out the last one.
    return end() ? parts : nil
  }

  /// A stream of parts.
  static func bytes(_ parts: [ReplyPart], _ streaming: WireFormat.Streaming) -> [UInt8] {
    var bytes: [UInt8] = []
    switch streaming {
    case .events:
      for part in parts {
        if let name = part.name { bytes += Array("event: \(name)\n".utf8) }
        bytes += Array("data: ".utf8)
        bytes += part.data.map(JSONWriter.compactBytes) ?? Array(done.utf8)
        bytes += [0x0A, 0x0A]
      }
    case .lines:
      for case let data? in parts.map(\.data) {
        bytes += JSONWriter.compactBytes(data)
        bytes.append(0x0A)
      }
    case .array: bytes = JSONWriter.compactBytes(.array(parts.compactMap(\.data)))
    }
    return bytes
  }
}

/// The members of an object, of which each is to be accounted for.
struct MembersLeft {
  private(set) var object: JSONObject

  /// `nil` for what is no object, or has a key twice.
  init?(_ value: JSONValue?) {
    guard case .object(let object)? = value, !object.hadRepeatedKey else { return nil }
    self.object = object
  }

  /// Takes a member out.
  @discardableResult mutating func take(_ name: String) -> JSONValue? {
    defer { object[name] = nil }
    return object[name]
  }

  /// Takes out which of several answers it is; the first where it does not say. - Returns: `nil` for what is no number.
  mutating func takeIndex() -> Int64? {
    guard let value = take("index"), value != .null else { return 0 }
    return value.int64Value
  }

  /// Takes a text out; empty where there is none. - Returns: `nil` for what is no text.
  mutating func takeText(_ name: String) -> String? {
    switch take(name) {
    case nil, .null?: ""
    case .string(let text)?: text
    default: nil
    }
  }

  /// Whether nothing is left that says anything.
  var isDone: Bool { object.members.allSatisfy { $0.value.saysNothing } }
}

extension JSONValue {
  /// Whether it is nothing, or has nothing in it.
  var saysNothing: Bool {
    switch self {
    case .null: true
    case .array(let elements): elements.isEmpty
    case .object(let object): object.members.isEmpty
    default: false
    }
  }

  /// Whether it holds nothing further.
  var isPlain: Bool {
    switch self {
    case .array, .object: saysNothing
    default: true
    }
  }

  /// The object with another member, in the same place where it has one of that name.
  func setting(_ name: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(var object) = self else { return self }
    object[name] = value
    return .object(object)
  }
}
