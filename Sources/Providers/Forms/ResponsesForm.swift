import TextFormats

/// OpenAI's responses, whole and as a stream.
///
/// *Source:* OpenAI's API reference, "Streaming events" of responses. A stream's last event holds the whole response; of servers
/// that leave its words out there, none is made of it.
enum ResponsesForm {
  static func whole(of parts: [ReplyPart]) -> JSONValue? {
    guard let last = parts.last(where: { $0.data != nil })?.data, let type = last["type"]?.stringValue,
      type == "response.completed" || type == "response.incomplete", let response = last["response"],
      response.objectValue?.hadRepeatedKey == false
    else { return nil }
    let told = parts.compactMap { part -> String? in
      part.data?["type"] == "response.output_text.delta" ? part.data?["delta"]?.stringValue : nil
    }
    let held = (response["output"]?.arrayValue ?? []).flatMap { $0["content"]?.arrayValue ?? [] }
      .compactMap { $0["type"] == "output_text" ? $0["text"]?.stringValue : nil }
    // Behind a question mark 'nil' would be JSON's.
    if told.joined() != held.joined() { return nil }
    return response
  }

  static func parts(of whole: JSONValue) -> [ReplyPart]? {
    guard let status = whole["status"]?.stringValue, status == "completed" || status == "incomplete",
      let output = whole["output"]?.arrayValue, whole.objectValue?.hadRepeatedKey == false
    else { return nil }
    var parts: [ReplyPart] = []
    func add(_ type: String, _ members: [(String, JSONValue)]) {
      let head: [(String, JSONValue)] = [("type", .string(type)), ("sequence_number", .int(Int64(parts.count)))]
      parts.append(ReplyPart(.object(JSONObject(head + members)), name: type))
    }
    let begun = whole.setting("status", "in_progress").setting("output", []).setting("usage", .null)
      .setting("incomplete_details", .null)
    add("response.created", [("response", begun)])
    add("response.in_progress", [("response", begun)])
    for (index, item) in output.enumerated() {
      let place = ("output_index", JSONValue.int(Int64(index)))
      switch item["type"]?.stringValue {
      case "message":
        guard let contents = item["content"]?.arrayValue, let id = item["id"] else { return nil }
        add(
          "response.output_item.added",
          [place, ("item", item.setting("status", "in_progress").setting("content", []))])
        for (index, content) in contents.enumerated() {
          guard let text = text(of: content) else { return nil }
          let here = [("item_id", id), place, ("content_index", .int(Int64(index)))]
          add("response.content_part.added", here + [("part", content.setting("text", ""))])
          if !text.isEmpty {
            add("response.output_text.delta", here + [("delta", .string(text)), ("logprobs", [])])
          }
          add("response.output_text.done", here + [("text", .string(text)), ("logprobs", [])])
          add("response.content_part.done", here + [("part", content)])
        }
      case "reasoning":
        // What it says of its thoughts comes by events of its own.
        if item["summary"]?.saysNothing == false || item["content"]?.saysNothing == false { return nil }
        add("response.output_item.added", [place, ("item", item)])
      default: return nil
      }
      add("response.output_item.done", [place, ("item", item)])
    }
    add("response.\(status)", [("response", whole)])
    return parts
  }

  /// The text of a part of a message; `nil` where it is not that alone.
  private static func text(of content: JSONValue) -> String? {
    guard var members = MembersLeft(content), members.take("type") == "output_text",
      case .string(let text)? = members.take("text")
    else { return nil }
    return members.isDone ? text : nil
  }
}
