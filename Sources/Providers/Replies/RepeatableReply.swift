import Posix
import TextFormats

/// Whether a reply is a whole answer, so that it can be given again to whoever asks for the same.
///
/// What was broken off, filtered or refused is none, nor is what calls a tool, for it is acted upon, or what says nothing. An
/// ending that nobody knows is none either: a wrong answer is worse than a call.
public struct RepeatableReply {
  /// How answers end that are whole, in small letters. *Source:* the providers' references.
  private static let whole: Set = [
    "stop", "end_turn", "stop_sequence", "completed", "complete", "eos", "eos_token", "finish",
  ]
  /// How answers end that reached their maximum.
  private static let full: Set = ["length", "max_tokens", "max_output_tokens", "model_length"]

  private let statesMaximum: Bool
  private var isStream = false
  private var isOver = false
  /// Whether a stream of events said that it was its last one, and nothing more.
  private var isDone = false
  var saysSomething = false
  private var isRefused = false
  private var begun: Set<Int64> = []
  /// Those that say in each of their parts how they ended, or that they have not yet.
  private var telling: Set<Int64> = []
  private var ended: Set<Int64> = []

  /// Whether a reply can be given again.
  ///
  /// - Parameters:
  ///   - body: the reply as the client gets it: whole, or a stream of events or lines.
  ///   - statesMaximum: whether the request says how long its answer may be: then one of that length is what it wants.
  public static func holds(_ body: [UInt8], statesMaximum: Bool) -> Bool {
    isPlainAnswer(body, statesMaximum: statesMaximum) ?? isAnswer(body, statesMaximum: statesMaximum)
  }

  /// The same of a reply of any form, all of which is read.
  static func isAnswer(_ body: [UInt8], statesMaximum: Bool) -> Bool {
    var reading = RepeatableReply(statesMaximum: statesMaximum)
    return reading.read(body) && reading.isAnswer
  }

  init(statesMaximum: Bool) { self.statesMaximum = statesMaximum }

  var isAnswer: Bool {
    if isRefused || !saysSomething { return false }
    if !isStream || isOver || !ended.isEmpty && begun.isSubset(of: ended) { return true }
    // A server that never tells how an answer ends has no such member in its parts. Where one has, and it stays null, the answer was
    // cut off by somebody who closed the stream in order, as servers between do.
    return isDone && telling.isSubset(of: ended)
  }

  // MARK: - Its parts

  /// - Returns: whether all of it was understood.
  private mutating func read(_ body: [UInt8]) -> Bool {
    if let value = try? JSONParser.parse(body, options: Self.reading) {
      // Gemini streams an array where events are not asked for.
      if case .array(let parts) = value {
        isStream = true
        for part in parts { add(part) }
      } else {
        add(value)
      }
      return true
    }
    isStream = true
    var event: [UInt8] = []
    for line in body.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty {
        if !take(&event) { return false }
      } else if line.starts(with: Self.data) {
        if !event.isEmpty { event.append(0x0A) }
        event += line.dropFirst(Self.data.count)
      } else if line.first == UInt8(ascii: "{") {
        // Lines of JSON.
        event += line
        if !take(&event) { return false }
      }
    }
    return take(&event)
  }

  private static let data = Array("data:".utf8)
  private static let done = Array("[DONE]".utf8)

  private mutating func take(_ event: inout [UInt8]) -> Bool {
    let text = event.drop { $0 == 0x20 }
    event = []
    if text.isEmpty { return true }
    if text.elementsEqual(Self.done) {
      isDone = true
      return true
    }
    guard let value = try? JSONParser.parse(Array(text), options: Self.reading) else { return false }
    add(value)
    return true
  }

  // MARK: - What they say

  private mutating func add(_ value: JSONValue) {
    if let error = value["error"], error != .null { isRefused = true }
    if let reason = value["promptFeedback"]?["blockReason"], reason != .null { isRefused = true }
    for choice in (value["choices"]?.arrayValue ?? []) + (value["candidates"]?.arrayValue ?? []) {
      let index = choice["index"]?.int64Value ?? 0
      begun.insert(index)
      // The last part says it: null that it goes on, and an empty word, as some servers have it, that nothing is to be said.
      switch choice["finish_reason"] ?? choice["finishReason"] {
      case .null?: telling.insert(index)
      case nil: break
      default: telling.remove(index)
      }
      if note(choice["finish_reason"]) || note(choice["finishReason"]) { ended.insert(index) }
    }
    if note(value["stop_reason"]) || note(value["delta"]?["stop_reason"]) || note(value["done_reason"]) {
      ended.insert(0)
    }
    // Cohere's, whole and in the last of its events.
    if note(value["finish_reason"]) || note(value["delta"]?["finish_reason"]) { ended.insert(0) }
    // Before it said why it ended, Ollama said that.
    if let isDone = value["done"]?.boolValue { (isStream, isOver) = (true, isOver || isDone) }
    addResponse(value)
    look(value, as: nil)
  }

  /// OpenAI's responses: whole, or told of by their last event.
  private mutating func addResponse(_ value: JSONValue) {
    let type = value["type"]?.stringValue
    let response = value["object"]?.stringValue == "response" ? value : value["response"]
    guard let response, let status = response["status"]?.stringValue, type != "response.created",
      type != "response.in_progress", type != "response.queued"
    else { return }
    if note(status == "incomplete" ? response["incomplete_details"]?["reason"] ?? "incomplete" : .string(status)) {
      isOver = true
    }
  }

  /// Notes how something ended. - Returns: whether it has.
  private mutating func note(_ ending: JSONValue?) -> Bool {
    ending?.stringValue.map { note(ending: $0) } ?? false
  }

  /// The same of what it says.
  mutating func note(ending word: String) -> Bool {
    if word.isEmpty { return false }
    let ending = word.lowercased()
    if !Self.whole.contains(ending), !(statesMaximum && Self.full.contains(ending)) { isRefused = true }
    return true
  }

  /// What a member is to whoever looks for an answer.
  private enum Member {
    /// It holds words or data of an answer.
    case holder
    /// It says that there is none.
    case refusal
    /// It calls a tool.
    case call
    /// It says nothing of the answer: what was asked, how likely its words were, how it was thought out.
    case other
  }

  static let others: [StaticString] = [
    "logprobs", "logprobsResult", "usage", "metadata", "instructions", "tools", "reasoning", "reasoning_content",
    "thinking", "groundingMetadata", "citations", "annotations",
  ]

  static let holders: [StaticString] = [
    "content", "text", "response", "completion", "delta", "output_text", "embedding", "embeddings", "values", "data",
    "b64_json", "transcript",
  ]
  static let calls: [StaticString] = ["tool_calls", "tool_call", "function_call", "functionCall", "executableCode"]

  /// What says nothing of the answer is read over where that can be.
  private static let reading: JSONParser.Options = {
    var options = JSONParser.Options.lenient
    options.passedBy = others.map(\.description)
    return options
  }()

  /// One table, so that a name is looked up once: by its length, of which there are few with the same. To hash it takes longer.
  private static let kinds: [[(name: String, kind: Member)]] = {
    let lists: [([StaticString], Member)] = [
      (["refusal"], .refusal), (holders, .holder), (calls, .call), (others, .other),
    ]
    let all = lists.map { ($0.map(\.description), $1) }
    let longest = all.flatMap(\.0).map(\.utf8.count).max() ?? 0
    var kinds = [[(name: String, kind: Member)]](repeating: [], count: longest + 1)
    for (names, kind) in all {
      for name in names { kinds[name.utf8.count].append((name, kind)) }
    }
    return kinds
  }()

  private static func kind(_ name: String) -> Member? {
    let length = name.utf8.count
    return length < kinds.count ? kinds[length].first { $0.name == name }?.kind : nil
  }

  private mutating func look(_ value: JSONValue, as kind: Member?) {
    switch value {
    case .string(let text):
      if kind == .refusal, !text.isEmpty { isRefused = true }
      if kind == .holder, text.utf8.contains(where: { $0 > 0x20 }) { saysSomething = true }
    case .number: if kind == .holder { saysSomething = true }
    case .array(let elements): for element in elements { look(element, as: kind) }
    case .object(let object):
      if object["thought"]?.boolValue == true { return }
      if let type = object["type"]?.stringValue {
        if type == "refusal" || type.hasSuffix("tool_use") || type.hasSuffix("_call") { isRefused = true }
        // What was thought is no answer.
        if ByteSearch.holds("reasoning", in: type) || ByteSearch.holds("thinking", in: type) { return }
      }
      for (name, member) in object.members {
        let kind = Self.kind(name)
        if kind == .other { continue }
        if kind == .call, member != .null, member.arrayValue?.isEmpty != true { isRefused = true }
        look(member, as: kind)
      }
    case .null, .bool: break
    }
  }
}
