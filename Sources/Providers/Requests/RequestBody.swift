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

  /// The members of which one must be there for something to be asked.
  private static let asks = [
    "messages", "contents", "input", "prompt", "system", "systemInstruction", "system_instruction", "instructions",
    "suffix",
    "tools", "previous_response_id", "context", "message", "texts", "inputs",
  ]

  /// The members that only vary an answer, or say who asks and how the reply comes. All others say what is asked for.
  private static let variations: Set = [
    "model", "seed", "temperature", "top_p", "top_k", "min_p", "top_a", "typical_p", "n", "best_of", "stream",
    "stream_options", "max_tokens", "max_completion_tokens", "max_output_tokens", "max_tokens_to_sample",
    "frequency_penalty", "presence_penalty", "repetition_penalty", "logit_bias", "logprobs", "top_logprobs", "stop",
    "stop_sequences", "user", "metadata", "store", "service_tier", "prompt_cache_key", "prompt_cache_retention",
    "safety_identifier", "reasoning", "reasoning_effort", "thinking", "verbosity", "parallel_tool_calls", "keep_alive",
    "options", "think", "include", "background", "truncation", "safetySettings", "safety_settings", "fallbacks",
    "models",
  ]

  /// The same inside of Gemini's `generationConfig`.
  private static let variationsOfGeneration: Set = [
    "temperature", "topP", "topK", "seed", "maxOutputTokens", "candidateCount", "stopSequences", "presencePenalty",
    "frequencyPenalty", "responseLogprobs", "logprobs", "thinkingConfig",
  ]

  /// Whether a request goes on with what the provider keeps and adds to: the same words then ask for something new.
  public static func goesOn(_ object: JSONObject) -> Bool {
    guard let conversation = object["conversation"] else { return false }
    return conversation != .null
  }

  /// What a body asks for, without the parameters that vary an answer, such as a seed or a temperature.
  public struct Question: Hashable, Sendable {
    /// Everything but what the user says last: earlier turns, the system's words, tools.
    public var surroundings = ""
    /// What the user says last, where that is one text; `nil` where it is among the surroundings.
    public var asked: String?

    /// Nothing but a text.
    public init(asked: String) { self.asked = asked }

    /// What a request asks for; `nil` for what is none.
    ///
    /// - Parameter isWorded: whether other words may ask for the same; an embedding is of its very words.
    public init?(_ body: JSONValue, isWorded: Bool = true) {
      guard case .object(let object) = body, asks.contains(where: { object[$0] != nil }), !goesOn(object) else {
        return nil
      }
      var parts: [(String, JSONValue)] = []
      // In whatever order they come.
      for (key, value) in object.members.sorted(by: { $0.0 < $1.0 }) where !variations.contains(key) {
        if key == "generationConfig", case .object(let generation) = value {
          let rest = generation.members.filter { !variationsOfGeneration.contains($0.0) }
          if !rest.isEmpty { parts.append((key, .object(JSONObject(rest)))) }
          continue
        }
        let isLast = isWorded && asked == nil && asking.contains(key)
        parts.append((key, isLast ? RequestBody.taking(&asked, from: value) : value))
      }
      surroundings = parts.isEmpty ? "" : JSONWriter.compact(.object(JSONObject(parts)))
    }
  }

  /// The members in which the user speaks.
  private static let asking: Set = ["messages", "contents", "input", "prompt", "message"]

  /// What a body asks for; the whole text when it is not a request.
  public static func question(in text: String) -> Question {
    (try? JSONParser.parse(text, options: .lenient)).flatMap { Question($0) } ?? Question(asked: text)
  }

  /// Whether a body goes on with what the provider keeps and adds to.
  static func goesOn(in text: String) -> Bool {
    guard case .object(let object)? = try? JSONParser.parse(text, options: .lenient) else { return false }
    return goesOn(object)
  }

  /// Takes the text of the last message out, where that is one text of the user's.
  ///
  /// - Returns: the messages without it.
  public static func taking(_ asked: inout String?, from value: JSONValue) -> JSONValue {
    if case .string(let text) = value {
      asked = text
      return .null
    }
    guard case .array(var turns) = value, case .object(var last)? = turns.last else { return value }
    // Gemini's only turn may leave the role out.
    guard last["role"]?.stringValue == "user" || (last["role"] == nil && last["parts"] != nil) else { return value }
    for name in ["content", "parts"] {
      guard let content = last[name] else { continue }
      if case .string(let text) = content {
        asked = text
        last[name] = .null
      } else if case .array(var parts) = content {
        guard let asking = partThatAsks(parts), case .object(var part) = parts[asking] else { return value }
        asked = part["text"]?.stringValue
        part["text"] = .null
        parts[asking] = .object(part)
        last[name] = .array(parts)
      } else {
        return value
      }
      turns[turns.count - 1] = .object(last)
      return .array(turns)
    }
    return value
  }

  /// A longer line is text to work on, as in the text of one message.
  private static let longestAskingLine = 400

  /// Which part of a message asks: the only text, or of several the one short line among texts of several lines or a long one, at
  /// either end of them. Of others nobody can tell.
  private static func partThatAsks(_ parts: [JSONValue]) -> Int? {
    let texts = parts.indices.filter { parts[$0]["text"]?.stringValue != nil }
    guard texts.count > 1 else { return texts.first }
    let short = texts.filter { index in
      guard let text = parts[index]["text"]?.stringValue, text.utf8.count <= longestAskingLine else { return false }
      // An end of the line behind it makes no second line.
      return text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).count == 1
    }
    guard short.count == 1, short == [texts[0]] || short == [texts[texts.count - 1]] else { return nil }
    return short[0]
  }

  /// The words of the last message of the user, as far as they are text; `nil` for anything but a request.
  public static func instruction(in text: String) -> String? {
    (try? JSONParser.parse(text, options: .lenient)).flatMap(instruction)
  }

  /// The same of a body that has been read.
  public static func instruction(in body: JSONValue) -> String? {
    guard case .object = body else { return nil }
    func words(_ value: JSONValue?) -> String? {
      if let text = value?.stringValue { return text }
      let parts = value?.arrayValue?.compactMap { $0.stringValue ?? $0["text"]?.stringValue } ?? []
      return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }
    for key in ["messages", "contents", "input"] {
      let mine = body[key]?.arrayValue?.last { $0["role"]?.stringValue ?? "user" == "user" && $0["role"] != nil }
      if let mine, let text = words(mine["content"] ?? mine["parts"]) { return text }
    }
    return words(body["prompt"]) ?? words(body["input"]) ?? words(body["message"])
      ?? words(body["contents"]?.arrayValue?.last?["parts"])
  }

  /// The body with another model and another maximum where it has them; every other byte stays.
  static func rewrite(_ text: String, model: String?, maxOutputTokens: Int64?) -> String {
    var changes: [String: JSONValue] = [:]
    if let model { changes["model"] = .string(model) }
    if let maxOutputTokens {
      let body = try? JSONParser.parse(text, options: .lenient)
      for key in maximumKeys {
        // Of two the one that a provider obeys may be the smaller one: none is raised.
        if let own = body?[key]?.int64Value, (1..<maxOutputTokens).contains(own) { continue }
        changes[key] = .int(maxOutputTokens)
      }
    }
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

  /// The places in the arguments for which there is no value.
  public static func empty(_ arguments: [String], model: String?, maxOutputTokens: Int64?) -> [Place] {
    (model == nil && holdsModel(arguments) ? [.model] : [])
      + (maxOutputTokens == nil && holdsMaxTokens(arguments) ? [.maxTokens] : [])
  }

  /// A place in the arguments.
  public enum Place: String, Sendable {
    /// For the model.
    case model = "{model}"
    /// For the most output tokens.
    case maxTokens = "{max_tokens}"
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
