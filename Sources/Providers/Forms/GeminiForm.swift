import TextFormats

/// Gemini's content. A whole reply is a stream of one part.
///
/// *Source:* Google's API reference, `GenerateContentResponse`.
enum GeminiForm {
  /// Members of which the last one counts.
  private static let last = ["finishReason", "finishMessage", "safetyRatings", "avgLogprobs", "tokenCount"]

  private struct Candidate {
    var index: Int64
    var role: JSONValue?
    var parts: [JSONValue] = []
    var others = JSONObject()
  }

  static func whole(of parts: [ReplyPart]) -> JSONValue? {
    var candidates: [Candidate] = []
    var around = JSONObject()
    for part in parts {
      guard var members = MembersLeft(part.data) else { return nil }
      for candidate in members.take("candidates")?.arrayValue ?? [] where !add(candidate, to: &candidates) {
        return nil
      }
      if let usage = members.take("usageMetadata") { around["usageMetadata"] = usage }
      if !members.object.members.allSatisfy({ $0.value.isPlain }) { return nil }
      for (name, value) in members.object.members where around[name] == nil { around[name] = value }
    }
    guard !candidates.isEmpty, candidates.allSatisfy({ $0.others["finishReason"] != nil }) else { return nil }
    let all = candidates.sorted { $0.index < $1.index }.map { candidate -> JSONValue in
      var content: [(String, JSONValue)] = [("parts", .array(candidate.parts))]
      if let role = candidate.role { content.append(("role", role)) }
      let members = [("content", JSONValue.object(JSONObject(content)))]
      return .object(JSONObject(members + candidate.others.members.map { ($0.key, $0.value) }))
        .setting("index", .int(candidate.index))
    }
    return .object(JSONObject([("candidates", .array(all))] + around.members.map { ($0.key, $0.value) }))
  }

  /// Adds what a part says to one of the answers. - Returns: whether all of it was understood.
  private static func add(_ value: JSONValue, to candidates: inout [Candidate]) -> Bool {
    guard var members = MembersLeft(value) else { return false }
    let index = members.take("index")?.int64Value ?? 0
    let place = candidates.firstIndex { $0.index == index } ?? candidates.count
    if place == candidates.count { candidates.append(Candidate(index: index)) }
    if let content = members.take("content"), content != .null {
      guard var content = MembersLeft(content) else { return false }
      if let role = content.take("role"), role != .null { candidates[place].role = role }
      for part in content.take("parts")?.arrayValue ?? [] {
        guard let parts = joined(candidates[place].parts, part) else { return false }
        candidates[place].parts = parts
      }
      if !content.isDone { return false }
    }
    for name in last {
      if let value = members.take(name), value != .null { candidates[place].others[name] = value }
    }
    return members.isDone
  }

  /// The parts of an answer with another one: text goes on where it is of the same kind. `nil` for what is no text.
  private static func joined(_ parts: [JSONValue], _ part: JSONValue) -> [JSONValue]? {
    guard var members = MembersLeft(part), case .string(let text)? = members.take("text") else { return nil }
    let thought = members.take("thought")
    // It stands with the words that it signs.
    if let signature = members.take("thoughtSignature"), signature != .null {
      return members.isDone ? parts + [part] : nil
    }
    if !members.isDone { return nil }
    if text.isEmpty { return parts }
    guard let before = parts.last, before["thought"] == thought, before["thoughtSignature"] == nil,
      let begun = before["text"]?.stringValue
    else { return parts + [part] }
    return parts.dropLast() + [before.setting("text", .string(begun + text))]
  }
}
