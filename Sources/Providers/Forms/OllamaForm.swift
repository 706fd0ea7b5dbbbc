import TextFormats

/// Ollama's chat and generate, whole and as lines.
///
/// *Source:* Ollama's API documentation: the last line has what the call took, and each other one the next words.
struct OllamaForm {
  let isChat: Bool

  private var texts: [String] { isChat ? ["thinking", "content"] : ["thinking", "response"] }

  /// What each line names.
  private static let around = ["model", "created_at"]

  func parts(of whole: JSONValue) -> [ReplyPart]? {
    guard whole["done"] == true, let said = said(in: whole) else { return nil }
    var parts: [ReplyPart] = []
    for name in texts where !(said[name] ?? "").isEmpty {
      var line = JSONObject(Self.around.compactMap { name in whole[name].map { (name, $0) } })
      set(name, said[name] ?? "", in: &line, of: whole)
      line["done"] = false
      parts.append(ReplyPart(.object(line)))
    }
    var last = whole
    if isChat {
      var message = (whole["message"] ?? [:]).setting("content", "")
      message = message.setting("thinking", nil)
      last = last.setting("message", message)
    } else {
      last = last.setting("response", "").setting("thinking", nil)
    }
    return parts + [ReplyPart(last)]
  }

  private func set(_ name: String, _ text: String, in line: inout JSONObject, of whole: JSONValue) {
    if !isChat {
      line["response"] = ""
      line[name] = .string(text)
      return
    }
    line["message"] = JSONValue.object(
      JSONObject([("role", whole["message"]?["role"] ?? "assistant"), ("content", "")])
    )
    .setting(name, .string(text))
  }

  /// What a reply or a line says; `nil` where that is not all.
  private func said(in value: JSONValue) -> [String: String]? {
    guard var members = MembersLeft(value) else { return nil }
    if members.take("logprobs")?.saysNothing == false { return nil }
    var holder = members
    if isChat {
      guard let message = MembersLeft(members.take("message")) else { return nil }
      holder = message
    }
    var said: [String: String] = [:]
    for name in texts {
      guard let text = holder.takeText(name) else { return nil }
      said[name] = text
    }
    holder.take("role")
    return isChat && !holder.isDone ? nil : said
  }

  func whole(of parts: [ReplyPart]) -> JSONValue? {
    guard let last = parts.last?.data, last["done"] == true else { return nil }
    var all: [String: String] = [:]
    for (place, part) in parts.enumerated() {
      guard let line = part.data, let said = said(in: line) else { return nil }
      for name in texts { all[name, default: ""] += said[name] ?? "" }
      guard place < parts.count - 1, var members = MembersLeft(line) else { continue }
      for name in Self.around + texts + ["message", "done"] { members.take(name) }
      if line["done"] != false || !members.isDone { return nil }
    }
    var thought = all["thinking"]
    if thought?.isEmpty == true { thought = nil }
    guard isChat else {
      return last.setting("response", .string(all["response"] ?? "")).setting("thinking", thought.map(JSONValue.string))
    }
    let message = (last["message"] ?? [:]).setting("content", .string(all["content"] ?? ""))
      .setting("thinking", thought.map(JSONValue.string))
    return last.setting("message", message)
  }
}
