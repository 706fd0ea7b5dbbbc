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
    var parts: [Words] = []
    var others = JSONObject()
  }

  /// A part of an answer, whose text may go on: it grows in its place.
  private struct Words {
    let part: JSONValue
    var text: String
    var whole: JSONValue { part.setting("text", .string(text)) }
  }

  static func whole(of parts: [ReplyPart]) -> JSONValue? {
    var candidates: [Candidate] = []
    var around = JSONObject()
    for part in parts {
      guard var members = MembersLeft(part.data) else { return nil }
      let told = members.take("candidates")?.arrayValue ?? []
      if told.count > 1, Set(told.map { $0["index"]?.int64Value ?? 0 }).count < told.count { return nil }
      for candidate in told where !add(candidate, to: &candidates) { return nil }
      if let usage = members.take("usageMetadata") { around["usageMetadata"] = usage }
      if !members.object.members.allSatisfy({ $0.value.isPlain }) { return nil }
      for (name, value) in members.object.members {
        // Some tell each part's own moment.
        if let before = around[name], before != value, name != "createTime" { return nil }
        if around[name] == nil { around[name] = value }
      }
    }
    guard !candidates.isEmpty, candidates.allSatisfy({ $0.others["finishReason"] != nil }) else { return nil }
    let all = candidates.sorted { $0.index < $1.index }.map { candidate -> JSONValue in
      var content: [(String, JSONValue)] = [("parts", .array(candidate.parts.map(\.whole)))]
      if let role = candidate.role { content.append(("role", role)) }
      let members = [("content", JSONValue.object(JSONObject(content)))]
      return .object(JSONObject(members + candidate.others.members.map { ($0.key, $0.value) }))
        .setting("index", .int(candidate.index))
    }
    return .object(JSONObject([("candidates", .array(all))] + around.members.map { ($0.key, $0.value) }))
  }

  /// Adds what a part says to one of the answers. - Returns: whether all of it was understood.
  private static func add(_ value: JSONValue, to candidates: inout [Candidate]) -> Bool {
    guard var members = MembersLeft(value), let index = members.takeIndex() else { return false }
    let place = candidates.firstIndex { $0.index == index } ?? candidates.count
    if place == candidates.count { candidates.append(Candidate(index: index)) }
    if let content = members.take("content"), content != .null {
      guard var content = MembersLeft(content) else { return false }
      if let role = content.take("role"), role != .null { candidates[place].role = role }
      for part in content.take("parts")?.arrayValue ?? [] where !join(part, to: &candidates[place].parts) {
        return false
      }
      if !content.isDone { return false }
    }
    for name in last {
      if let value = members.take(name), value != .null { candidates[place].others[name] = value }
    }
    return members.isDone
  }

  /// Adds another part to those of an answer: text goes on where it is of the same kind. - Returns: `false` for what is no text.
  private static func join(_ part: JSONValue, to parts: inout [Words]) -> Bool {
    guard var members = MembersLeft(part), case .string(let text)? = members.take("text") else { return false }
    let thought = members.take("thought")
    let signature = members.take("thoughtSignature") ?? .null
    if !members.isDone { return false }
    if signature == .null {
      if text.isEmpty { return true }
      let goesOn = parts.last.map { last in
        last.part["thought"] == thought && last.part["thoughtSignature"] ?? .null == .null
      }
      if goesOn == true {
        parts[parts.count - 1].text += text
        return true
      }
    }
    // What is signed stands with its signature.
    parts.append(Words(part: part, text: text))
    return true
  }
}
