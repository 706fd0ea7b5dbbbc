import Intent
import IntentCache
import Providers
import TextFormats

/// A provider's request body as the cache compares it: the last thing the user said is what is asked; everything else must
/// be equal.
public enum HTTPQuestion {
  /// Says up to where the provider keeps a prompt, at the top or in a part; clients move it on from turn to turn.
  private static let mark = "cache_control"

  /// Members that do not change an answer.
  private static let withoutEffect: Set = [
    "user", "metadata", "service_tier", "prompt_cache_key", "safety_identifier", "prompt_cache_retention", mark,
  ]

  /// Members of which one must be there: what else has a body in JSON is no call of a model.
  private static let asking: Set = ["messages", "contents", "input", "prompt"]

  /// Tells a request body apart.
  ///
  /// How the reply is streamed stays among what must be equal where nobody gives a stored reply in another form.
  ///
  /// - Parameters:
  ///   - body: the body.
  ///   - surroundings: what must be equal beside it: the path, the server.
  ///   - isWorded: whether another wording of the same may have the same answer; an embedding is of its very words.
  /// - Returns: `nil` for what is no call of a model, and for one whose answer depends on what the provider keeps and changes.
  public static func question(
    body: [UInt8], surroundings: CacheQuestion.Surroundings, isWorded: Bool = true
  ) -> CacheQuestion? {
    guard let body = try? JSONParser.parse(body, options: .lenient) else { return nil }
    return question(of: body, surroundings: surroundings, isWorded: isWorded)
  }

  /// Tells a request body apart that was read.
  ///
  /// - Parameters:
  ///   - inAnyForm: whether a stored reply is given in the form that is asked for, whichever it came in.
  ///   - known: what was read of the same body, where somebody has done so.
  public static func question(
    of body: JSONValue, surroundings: CacheQuestion.Surroundings, isWorded: Bool = true, inAnyForm: Bool = false,
    known: Question? = nil
  ) -> CacheQuestion? {
    guard case .object(let object) = body, object.members.contains(where: { asking.contains($0.0) }),
      !RequestBody.goesOn(object), !doesMore(object), !holdsRepeatedKey(body)
    else { return nil }
    var surroundings = surroundings
    let isWorded = isWorded && !isContinued(object)
    var asked: String?
    var kept = JSONObject()
    for (name, value) in object.members where !withoutEffect.contains(name) {
      if inAnyForm, saysForm(name, value) { continue }
      guard isWorded else {
        kept[name] = value
        continue
      }
      switch name {
      case "messages", "contents", "input": kept[name] = asked == nil ? RequestBody.taking(&asked, from: value) : value
      case "prompt":
        if asked == nil, case .string(let text) = value {
          asked = text
          kept[name] = .null
        } else {
          kept[name] = value
        }
      default: kept[name] = value
      }
    }
    let (rest, text) = (JSONWriter.compactBytes(.object(usual(kept))), Array((asked ?? "").utf8))
    if Self.holdsRepair(text) || Self.holdsRepair(rest) { return nil }
    surroundings.add(rest)
    let question = CacheQuestion(surroundings: surroundings, asked: text, parts: known?.parts(of: asked))
    if question.isFleeting { return nil }
    guard asked != nil, isTextOfATask(object) else { return question }
    // In these very words, for they are what is worked on.
    surroundings.add(text)
    return CacheQuestion(surroundings: surroundings, asked: [])
  }

  /// With its members, and those of its turns and of their parts, in one order, and without marks for what the provider
  /// keeps: neither changes an answer. Elsewhere an order may: an answer follows the properties of a schema.
  private static func usual(_ object: JSONObject) -> JSONObject {
    sorted(object) { name, value in turnHolders.contains(name) ? inTurns(value) : value }
  }

  private static func inTurns(_ value: JSONValue) -> JSONValue {
    guard case .array(let turns) = value else { return value }
    return .array(
      turns.map { turn in
        guard case .object(let turn) = turn else { return turn }
        return .object(
          sorted(turn) { name, value in
            guard partHolders.contains(name), case .array(let parts) = value else { return value }
            return .array(
              parts.map { part in
                if case .object(let part) = part { .object(sorted(part) { $1 }) } else { part }
              })
          })
      })
  }

  private static func sorted(_ object: JSONObject, _ change: (String, JSONValue) -> JSONValue) -> JSONObject {
    JSONObject(
      object.members.filter { $0.key != mark }.sorted { $0.key < $1.key }.map { ($0.key, change($0.key, $0.value)) })
  }

  private static let turnHolders: Set = ["messages", "contents", "input", "system"]
  private static let partHolders: Set = ["content", "parts"]

  /// Whether a member says how the reply is streamed, and nothing else.
  private static func saysForm(_ name: String, _ value: JSONValue) -> Bool {
    switch (name, value) {
    case ("stream", .bool), ("stream", .null), ("stream_options", .null): true
    case ("stream_options", .object(let options)): options.members.allSatisfy { formOptions.contains($0.key) }
    default: false
    }
  }

  /// *Source:* OpenAI's API reference, `stream_options`; the other one is there to hide how long each part is.
  private static let formOptions: Set = ["include_usage", "include_obfuscation"]

  /// Whether what the user says last may be a text that something is done to: the system's words give a task, or there are earlier
  /// turns, which may be examples of one.
  private static func isTextOfATask(_ object: JSONObject) -> Bool {
    for name in ["system", "instructions", "systemInstruction", "system_instruction"] {
      if let value = object[name], holdsTask(value) { return true }
    }
    if let template = object["template"], template != .null { return true }
    for name in ["messages", "contents", "input"] {
      for turn in object[name]?.arrayValue?.dropLast() ?? [] {
        switch turn["role"]?.stringValue {
        case "system", "developer": if holdsTask(turn["content"] ?? .null) { return true }
        default: return true
        }
      }
    }
    return false
  }

  /// Whether a body's prompt is a text that goes on: to its end, or to what follows it. Then each blank counts.
  private static func isContinued(_ object: JSONObject) -> Bool {
    if case .bool(true)? = object["raw"] { return true }
    return [nil, .null, .string("")].contains(object["suffix"]) == false
  }

  /// Whether the system's words, as a text or in parts, say more than who answers and how.
  private static func holdsTask(_ value: JSONValue) -> Bool {
    switch value {
    case .null: false
    case .string(let text): !SystemManner.isAll(text)
    case .array(let parts): parts.contains(where: holdsTask)
    case .object(let object):
      if let text = object["text"] { holdsTask(text) } else { object["parts"].map(holdsTask) ?? true }
    default: true
    }
  }

  /// Members with which a call may do more than answer, or is answered from what changes: tools and what searches, runs or
  /// remembers at the provider's. *Source:* the providers' references.
  private static let doing: Set = [
    "tools", "functions", "tool_config", "toolConfig", "mcp_servers", "web_search_options", "container", "conversation",
    "previous_response_id", "cachedContent", "background",
  ]

  /// Whether a call may do more than answer, goes on with what tools have done, or asks about what is elsewhere.
  private static func doesMore(_ object: JSONObject) -> Bool {
    for (name, value) in object.members where doing.contains(name) || LookedUp.members.contains(name) {
      switch value {
      case .null, .bool(false): continue
      case .array(let elements) where elements.isEmpty: continue
      default: return true
      }
    }
    // A prompt that the provider keeps may be another one now.
    if case .object? = object["prompt"] { return true }
    // OpenRouter may take each of several.
    let models = [object["model"] ?? .null] + (object["models"]?.arrayValue ?? [])
    if models.contains(where: { $0.stringValue.map(LookedUp.isBy) ?? false }) { return true }
    return ["messages", "contents", "input"].contains { name in
      object[name]?.arrayValue?.contains { isOfTool($0) || LookedUp.holdsAddress($0) } == true
    }
  }

  /// Whether some object has a key twice: which value the provider takes, nobody here can tell.
  private static func holdsRepeatedKey(_ value: JSONValue) -> Bool {
    switch value {
    case .object(let object): object.hadRepeatedKey || object.members.contains { holdsRepeatedKey($0.value) }
    case .array(let elements): elements.contains(where: holdsRepeatedKey)
    default: false
    }
  }

  /// Whether a turn is a tool's, or calls one.
  private static func isOfTool(_ turn: JSONValue) -> Bool {
    if let role = turn["role"]?.stringValue, role == "tool" || role == "function" { return true }
    if isCall(turn) { return true }
    return ["content", "parts"].contains { turn[$0]?.arrayValue?.contains(where: isCall) == true }
  }

  private static func isCall(_ part: JSONValue) -> Bool {
    for name in ["tool_calls", "function_call", "functionCall", "functionResponse"] {
      if let value = part[name], value != .null { return true }
    }
    guard let type = part["type"]?.stringValue else { return false }
    return type == "tool_use" || type == "tool_result" || type.hasSuffix("_call") || type.hasSuffix("_call_output")
  }

  /// Whether U+FFFD stands in a text, by its bytes: walking through its characters would take far longer.
  private static func holdsRepair(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { bytes in
      bytes.indices.dropLast(2).contains { bytes[$0] == 0xEF && bytes[$0 + 1] == 0xBF && bytes[$0 + 2] == 0xBD }
    }
  }
}
