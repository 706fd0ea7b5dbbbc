import TextFormats

/// What a request body of any provider says of its call.
public struct RequestBody: Hashable, Sendable {
  /// The model; `nil` when the body does not name one.
  public let model: String?
  /// The most output tokens; of two conflicting maxima the one the provider obeys.
  public let maxOutputTokens: Int64?

  /// The names of the maximum, the newer (which providers obey where both stand) first.
  static let maximumKeys = ["max_completion_tokens", "max_output_tokens", "max_tokens"]

  /// Reads a JSON body; `nil` for anything else.
  public init?(_ text: String) {
    guard let body = try? JSONParser.parse(text, options: .lenient), case .object = body else { return nil }
    model = body["model"]?.stringValue
    maxOutputTokens =
      Self.maximumKeys.lazy.compactMap { body[$0]?.int64Value }.first
      ?? body["options"]?["num_predict"]?.int64Value
      ?? body["generationConfig"]?["maxOutputTokens"]?.int64Value
  }

  /// The members that say what is asked for, at any provider.
  private static let questionKeys = [
    "system", "systemInstruction", "system_instruction", "instructions", "messages", "contents", "input", "prompt",
    "suffix", "tools", "previous_response_id", "conversation", "context",
  ]

  /// What a body asks for, without the parameters that vary an answer, such as a seed or a temperature; the whole text
  /// when it is not a request.
  public static func question(in text: String) -> String {
    guard let body = try? JSONParser.parse(text, options: .lenient) else { return text }
    return question(in: body) ?? text
  }

  /// The same of a body that was read; `nil` when it is not a request.
  static func question(in body: JSONValue) -> String? {
    guard case .object(let body) = body else { return nil }
    let parts = questionKeys.compactMap { key in body[key].map { (key, $0) } }
    return parts.isEmpty ? nil : JSONWriter.compact(.object(JSONObject(parts)))
  }

  /// The words of the last message of the user, as far as they are text; `nil` for anything but a request.
  public static func instruction(in text: String) -> String? {
    guard let body = try? JSONParser.parse(text, options: .lenient), case .object = body else { return nil }
    func words(_ value: JSONValue?) -> String? {
      if let text = value?.stringValue { return text }
      let parts = value?.arrayValue?.compactMap { $0.stringValue ?? $0["text"]?.stringValue } ?? []
      return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }
    for key in ["messages", "contents", "input"] {
      let mine = body[key]?.arrayValue?.last { $0["role"]?.stringValue ?? "user" == "user" && $0["role"] != nil }
      if let mine, let text = words(mine["content"] ?? mine["parts"]) { return text }
    }
    return words(body["prompt"]) ?? words(body["input"]) ?? words(body["contents"]?.arrayValue?.last?["parts"])
  }

  /// The body with another model and another maximum where it has them; every other byte stays.
  static func rewrite(_ text: String, model: String?, maxOutputTokens: Int64?) -> String {
    var changes: [String: JSONValue] = [:]
    if let model { changes["model"] = .string(model) }
    if let maxOutputTokens { for key in maximumKeys { changes[key] = .int(maxOutputTokens) } }
    return JSONEdit.replacing(changes, in: text) ?? text
  }
}

/// `{model}` and `{max_tokens}` in the arguments of any command.
public enum Placeholders {
  /// Whether some argument has a place for the model.
  public static func holdsModel(_ arguments: [String]) -> Bool {
    arguments.contains { place("{model}", in: $0[...]) != nil }
  }

  /// Whether some argument has a place for the maximum.
  public static func holdsMaxTokens(_ arguments: [String]) -> Bool {
    arguments.contains { place("{max_tokens}", in: $0[...]) != nil }
  }

  /// The arguments with values in their places; a place without a value stays as it is.
  public static func filled(_ arguments: [String], model: String?, maxOutputTokens: Int64?) -> [String] {
    arguments.map { argument in
      var text = argument
      if let model { text = replace("{model}", by: model, in: text) }
      if let maxOutputTokens { text = replace("{max_tokens}", by: String(maxOutputTokens), in: text) }
      return text
    }
  }

  private static func replace(_ place: String, by value: String, in text: String) -> String {
    var result = ""
    var rest = text[...]
    while let range = Self.place(place, in: rest) {
      result += rest[..<range.lowerBound] + value
      rest = rest[range.upperBound...]
    }
    return result + rest
  }

  /// Where a name stands. By bytes: the standard library's search takes longer to get ready than all else here.
  private static func place(_ name: String, in text: Substring) -> Range<Substring.Index>? {
    var start = text.startIndex
    while let first = text.utf8[start...].firstIndex(of: UInt8(ascii: "{")) {
      if text.utf8[first...].starts(with: name.utf8) {
        return first..<text.utf8.index(first, offsetBy: name.utf8.count)
      }
      start = text.utf8.index(after: first)
    }
    return nil
  }
}
