import TextFormats

/// Anthropic's messages, whole and as a stream.
///
/// *Source:* Anthropic's documentation, "Streaming messages".
enum MessagesForm {
  /// The members of a block that come bit by bit, with the kinds of the bits.
  private static let bits = [
    (block: "text", name: "text", delta: "text_delta"), (block: "thinking", name: "thinking", delta: "thinking_delta"),
    (block: "thinking", name: "signature", delta: "signature_delta"),
  ]

  static func parts(of whole: JSONValue) -> [ReplyPart]? {
    guard var members = MembersLeft(whole), members.take("type") == "message",
      let content = members.take("content")?.arrayValue, let usage = members.take("usage")?.objectValue
    else { return nil }
    let reason = members.take("stop_reason") ?? .null
    let sequence = members.take("stop_sequence") ?? .null
    if !members.object.members.allSatisfy({ $0.value.isPlain }) { return nil }
    var begun = whole.setting("content", []).setting("stop_reason", .null).setting("stop_sequence", .null)
    if usage["output_tokens"] != nil { begun = begun.setting("usage", .object(usage).setting("output_tokens", 0)) }
    var parts: [ReplyPart] = []
    func add(_ type: String, _ members: [(String, JSONValue)]) {
      parts.append(ReplyPart(.object(JSONObject([("type", .string(type))] + members)), name: type))
    }
    add("message_start", [("message", begun)])
    for (index, block) in content.enumerated() {
      let index = ("index", JSONValue.int(Int64(index)))
      guard let (empty, deltas) = deltas(of: block) else { return nil }
      add("content_block_start", [index, ("content_block", empty)])
      for delta in deltas { add("content_block_delta", [index, ("delta", delta)]) }
      add("content_block_stop", [index])
    }
    add("message_delta", [("delta", ["stop_reason": reason, "stop_sequence": sequence]), ("usage", .object(usage))])
    add("message_stop", [])
    return parts
  }

  /// A block as it begins, and what is then added to it; `nil` where it is of another kind.
  private static func deltas(of block: JSONValue) -> (empty: JSONValue, deltas: [JSONValue])? {
    guard var members = MembersLeft(block), let type = members.take("type")?.stringValue else { return nil }
    // It comes at once.
    if type == "redacted_thinking" { return (block, []) }
    var (empty, deltas) = (block, [JSONValue]())
    for bit in bits where bit.block == type {
      guard let text = members.takeText(bit.name) else { return nil }
      if !text.isEmpty { deltas.append(["type": .string(bit.delta), .init(bit.name): .string(text)]) }
      if block[bit.name] != nil { empty = empty.setting(bit.name, "") }
    }
    return bits.contains { $0.block == type } && members.isDone ? (empty, deltas) : nil
  }

  static func whole(of parts: [ReplyPart]) -> JSONValue? {
    var message: JSONValue?
    var blocks: [Block] = []
    var isOver = false
    for part in parts {
      guard !isOver, var event = MembersLeft(part.data), let type = event.take("type")?.stringValue else { return nil }
      switch type {
      case "message_start":
        guard message == nil, let begun = event.take("message"), begun["content"]?.arrayValue?.isEmpty == true else {
          return nil
        }
        message = begun
      case "content_block_start":
        guard event.take("index")?.int64Value == Int64(blocks.count), let block = event.take("content_block"),
          let (_, deltas) = Self.deltas(of: block), deltas.isEmpty
        else { return nil }
        blocks.append(Block(begun: block))
      case "content_block_delta":
        guard let index = event.take("index")?.int64Value, index == Int64(blocks.count) - 1,
          blocks[Int(index)].add(event.take("delta"))
        else { return nil }
      case "message_delta":
        guard var delta = MembersLeft(event.take("delta")), let begun = message else { return nil }
        message = begun.setting("stop_reason", delta.take("stop_reason") ?? .null)
          .setting("stop_sequence", delta.take("stop_sequence") ?? .null)
        if !delta.isDone { return nil }
        // What it says of the usage counts from the beginning.
        for (name, value) in event.take("usage")?.objectValue?.members ?? [] where value != .null {
          message = message?.setting("usage", (message?["usage"] ?? [:]).setting(name, value))
        }
      case "message_stop": isOver = true
      case "content_block_stop": event.take("index")
      case "ping": break
      default: return nil
      }
      // What else an event says (which edits were made to the context) is said nowhere else.
      if !event.isDone { return nil }
    }
    if !isOver || message?["stop_reason"] == .null { return nil }
    return message?.setting("content", .array(blocks.map(\.whole)))
  }

  /// A block as it began, and what was then added to it.
  private struct Block {
    let begun: JSONValue
    /// By the names of `bits`: each grows in its place, as a long answer comes in tens of thousands of pieces.
    private var added: [String: String] = [:]

    init(begun: JSONValue) { self.begun = begun }

    /// - Returns: `false` for another kind of addition.
    mutating func add(_ delta: JSONValue?) -> Bool {
      guard var members = MembersLeft(delta), let type = members.take("type")?.stringValue,
        let bit = bits.first(where: { $0.delta == type }), begun["type"] == .string(bit.block),
        let text = members.takeText(bit.name), members.isDone
      else { return false }
      added[bit.name, default: ""] += text
      return true
    }

    var whole: JSONValue {
      bits.reduce(begun) { block, bit in
        added[bit.name].map { block.setting(bit.name, .string($0)) } ?? block
      }
    }
  }
}
