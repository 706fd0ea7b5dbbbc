import GuardModel
import TextFormats

/// OpenAI's chat completions and legacy completions, whole and as a stream.
///
/// *Source:* OpenAI's API reference, "The chat completion object" and "The chat completion chunk object"; `reasoning_content`
/// and `reasoning` are of DeepSeek's, vLLM's and OpenRouter's, in the same places.
struct ChatForm {
  let isLegacy: Bool

  private static let texts = ["reasoning_content", "reasoning", "content"]

  /// Members of a choice that are told with its ending. *Source:* OpenRouter's reference; vLLM's and SGLang's servers.
  private static let endings = ["native_finish_reason", "stop_reason", "matched_stop"]
  /// Objects around the answers that are told with the last ending, and in a whole reply beside the usage. *Source:* llama.cpp's
  /// server; Groq's reference, whose object holds the usage again where it is streamed.
  private static let around = ["timings", groq]
  private static let groq = "x_groq"

  private var wholeName: String { isLegacy ? "text_completion" : "chat.completion" }
  private var partName: String { isLegacy ? "text_completion" : "chat.completion.chunk" }

  /// One answer of a reply.
  private struct Answer {
    var index: Int64 = 0
    var role: JSONValue?
    /// What it says, by the names of `texts`.
    var said: [String: String] = [:]
    var ending: JSONValue = .null
    /// What is told with it, by the names of `endings`.
    var more = JSONObject()

    /// Takes out what is told with an ending. - Returns: whether it is of the kind that is known.
    mutating func takeMore(_ members: inout MembersLeft) -> Bool {
      for name in endings {
        guard let value = members.take(name), value != .null else { continue }
        if !value.isPlain { return false }
        more[name] = value
      }
      return true
    }

    /// A choice with what is told with its ending.
    func adding(to choice: JSONValue) -> JSONValue {
      more.members.reduce(choice) { $0.setting($1.key, $1.value) }
    }
  }

  /// Takes out the objects around the answers that are told once.
  private static func takeAround(_ members: inout MembersLeft, into all: inout JSONObject) {
    for name in around {
      guard let value = members.take(name), value != .null else { continue }
      all[name] = name == groq ? value.setting("usage", nil) : value
    }
  }

  // MARK: - A whole one as a stream

  func parts(of whole: JSONValue, tellingUsage usage: TokenUsage?) -> [ReplyPart]? {
    guard var members = MembersLeft(whole), let choices = members.take("choices")?.arrayValue, !choices.isEmpty else {
      return nil
    }
    let told = members.take("usage")
    var around = JSONObject()
    Self.takeAround(&members, into: &around)
    var answers: [Answer] = []
    for choice in choices {
      // Two of one number would be told as one.
      guard let answer = answer(choice), !answers.contains(where: { $0.index == answer.index }) else { return nil }
      answers.append(answer)
    }
    guard let envelope = envelope(members.object, named: partName) else { return nil }
    var parts: [ReplyPart] = []
    func add(_ answer: Answer, _ delta: [(String, JSONValue)], _ ending: JSONValue = .null) {
      let index = JSONValue.int(answer.index)
      let choice: JSONValue =
        isLegacy
        ? ["text": delta.first?.1 ?? "", "index": index, "logprobs": nil, "finish_reason": ending]
        : ["index": index, "delta": .object(JSONObject(delta)), "logprobs": nil, "finish_reason": ending]
      parts.append(ReplyPart(envelope.setting("choices", [ending == .null ? choice : answer.adding(to: choice)])))
    }
    if !isLegacy {
      for answer in answers { add(answer, [("role", answer.role ?? "assistant"), ("content", "")]) }
    }
    for answer in answers {
      for name in Self.texts {
        if let text = answer.said[name], !text.isEmpty { add(answer, [(name, .string(text))]) }
      }
    }
    for answer in answers { add(answer, [], answer.ending) }
    for (name, value) in around.members {
      // It tells the usage there to everybody.
      let value = name == Self.groq && told != nil ? value.setting("usage", told) : value
      parts[parts.count - 1].data = parts[parts.count - 1].data?.setting(name, value)
    }
    if let usage {
      let told = told?.objectValue.map(JSONValue.object) ?? Self.told(usage)
      parts.append(ReplyPart(envelope.setting("choices", []).setting("usage", told)))
    }
    return parts + [.done]
  }

  /// One answer of a whole reply; `nil` where something of it would be lost.
  private func answer(_ choice: JSONValue) -> Answer? {
    guard var members = MembersLeft(choice), let index = members.takeIndex() else { return nil }
    var answer = Answer(index: index)
    answer.ending = members.take("finish_reason") ?? .null
    if !answer.takeMore(&members) { return nil }
    if isLegacy {
      guard let text = members.takeText("text") else { return nil }
      answer.said["content"] = text
    } else {
      guard var message = MembersLeft(members.take("message")) else { return nil }
      answer.role = message.take("role")
      for name in Self.texts {
        guard let text = message.takeText(name) else { return nil }
        answer.said[name] = text
      }
      if !message.isDone { return nil }
    }
    return members.isDone ? answer : nil
  }

  /// What stands around the answers; `nil` where it holds more than names and numbers.
  private func envelope(_ object: JSONObject, named name: String) -> JSONValue? {
    var envelope = object
    // Only there to hide how long a part is.
    envelope["obfuscation"] = nil
    if !envelope.members.allSatisfy({ $0.value.isPlain }) { return nil }
    if envelope["object"] != nil { envelope["object"] = .string(name) }
    return .object(envelope)
  }

  // MARK: - A stream whole

  func whole(of parts: [ReplyPart], _ usage: TokenUsage) -> JSONValue? {
    var answers: [Answer] = []
    var envelope: JSONValue?
    var told: JSONValue?
    var once = JSONObject()
    for part in parts {
      guard let data = part.data else { continue }
      guard var members = MembersLeft(data), let choices = members.take("choices")?.arrayValue else { return nil }
      if let usage = members.take("usage"), usage != .null { told = usage }
      Self.takeAround(&members, into: &once)
      guard let around = self.envelope(members.object, named: wholeName) else { return nil }
      // Some servers tell each part's own moment.
      if let envelope, envelope.setting("created", nil) != around.setting("created", nil) { return nil }
      envelope = envelope ?? around
      if choices.count > 1, Set(choices.map { $0["index"]?.int64Value ?? 0 }).count < choices.count { return nil }
      for choice in choices where !add(choice, to: &answers) { return nil }
    }
    guard let envelope, !answers.isEmpty, answers.allSatisfy({ $0.ending != .null }) else { return nil }
    let choices = answers.sorted { $0.index < $1.index }.map(whole(of:))
    let whole = envelope.setting("choices", .array(choices)).setting("usage", told ?? Self.told(usage))
    return once.members.reduce(whole) { $0.setting($1.key, $1.value) }
  }

  private func whole(of answer: Answer) -> JSONValue {
    let content = JSONValue.string(answer.said["content"] ?? "")
    if isLegacy {
      return answer.adding(
        to: ["text": content, "index": .int(answer.index), "logprobs": nil, "finish_reason": answer.ending])
    }
    var message: JSONValue = ["role": answer.role ?? "assistant", "content": content, "refusal": nil]
    for name in Self.texts.dropLast() {
      if let text = answer.said[name], !text.isEmpty { message = message.setting(name, .string(text)) }
    }
    return answer.adding(
      to: ["index": .int(answer.index), "message": message, "logprobs": nil, "finish_reason": answer.ending])
  }

  /// Adds what a part says to one of the answers. - Returns: whether all of it was understood.
  private func add(_ choice: JSONValue, to answers: inout [Answer]) -> Bool {
    guard var members = MembersLeft(choice), let index = members.takeIndex() else { return false }
    let place = answers.firstIndex { $0.index == index } ?? answers.count
    if place == answers.count { answers.append(Answer(index: index)) }
    if let ending = members.take("finish_reason"), ending != .null { answers[place].ending = ending }
    if !answers[place].takeMore(&members) { return false }
    if isLegacy {
      guard let text = members.takeText("text") else { return false }
      answers[place].said["content", default: ""] += text
    } else if let delta = members.take("delta"), delta != .null {
      guard var delta = MembersLeft(delta) else { return false }
      if let role = delta.take("role"), role != .null, answers[place].role == nil { answers[place].role = role }
      for name in Self.texts {
        guard let text = delta.takeText(name) else { return false }
        answers[place].said[name, default: ""] += text
      }
      if !delta.isDone { return false }
    }
    return members.isDone
  }

  // MARK: - The usage

  /// Whether a part tells the usage alone, as one does for those who asked for it.
  private static func isUsageAlone(_ part: ReplyPart) -> Bool {
    part.data?["choices"]?.arrayValue?.isEmpty == true && part.data?["usage"]?.objectValue != nil
  }

  /// A stream with its usage, or without.
  ///
  /// - Parameter usage: the usage, for a client that wants it told.
  /// - Returns: `nil` where it is as it is wanted.
  static func parts(_ parts: [ReplyPart], tellingUsage usage: TokenUsage?) -> [ReplyPart]? {
    let isTold = parts.contains(where: isUsageAlone)
    if isTold == (usage != nil) { return nil }
    guard let usage else {
      return parts.filter { !isUsageAlone($0) }.map { part in
        part.data?["usage"] == .null ? ReplyPart(part.data?.setting("usage", nil), name: part.name) : part
      }
    }
    // Some tell it with the last words, whether they are asked for it or not.
    guard let last = parts.last(where: { $0.data != nil })?.data, last["usage"]?.objectValue == nil else { return nil }
    let told = ReplyPart(last.setting("choices", []).setting("usage", told(usage)))
    let end = parts.lastIndex { $0.data == nil } ?? parts.endIndex
    return parts[..<end] + [told] + parts[end...]
  }

  /// A usage in OpenAI's words. Of its parts, which are not kept with an answer, only those are told that are known.
  private static func told(_ usage: TokenUsage) -> JSONValue {
    let all: JSONValue = [
      "prompt_tokens": .int(usage.input), "completion_tokens": .int(usage.output),
      "total_tokens": .int(usage.input &+ usage.output),
    ]
    func adding(_ name: String, _ parts: [(String, Int64)], to all: JSONValue) -> JSONValue {
      let known = parts.filter { $0.1 > 0 }.map { ($0.0, JSONValue.int($0.1)) }
      return known.isEmpty ? all : all.setting(name, .object(JSONObject(known)))
    }
    return adding(
      "completion_tokens_details",
      [("reasoning_tokens", usage.reasoning), ("audio_tokens", usage.audioOutput)],
      to: adding(
        "prompt_tokens_details", [("cached_tokens", usage.cachedInput), ("audio_tokens", usage.audioInput)], to: all))
  }
}
