import TextFormats

/// Anthropic's messages.
struct AnthropicShape: Shape {
  let asked: Asked
  let told: Told

  /// The input that is told leaves out what came from the cache.
  private func usage(output: Int64) -> JSONValue {
    [
      "input_tokens": told.told(told.input - told.cached), "cache_creation_input_tokens": 0,
      "cache_read_input_tokens": .int(told.cached), "output_tokens": told.told(output), "service_tier": "standard",
    ]
  }

  private var reason: JSONValue { asked.isCapped ? "max_tokens" : "end_turn" }

  private func message(_ content: [JSONValue], _ reason: JSONValue, output: Int64) -> JSONValue {
    [
      "id": .string("msg_" + asked.identity), "type": "message", "role": "assistant", "model": .string(asked.model),
      "content": .array(content), "stop_reason": reason, "stop_sequence": nil,
      "usage": told.isTold ? usage(output: output) : nil,
    ]
  }

  func whole(_ text: String) -> JSONValue {
    message([["type": "text", "text": .string(text)]], reason, output: told.output)
  }

  var opening: [Part] {
    [
      Part(["type": "message_start", "message": message([], nil, output: 1)], event: "message_start"),
      Part(
        ["type": "content_block_start", "index": 0, "content_block": ["type": "text", "text": ""]],
        event: "content_block_start"),
      Part(["type": "ping"], event: "ping"),
    ]
  }

  func piece(_ text: String, index: Int) -> Part {
    Part(
      ["type": "content_block_delta", "index": 0, "delta": ["type": "text_delta", "text": .string(text)]],
      event: "content_block_delta")
  }

  func closing(_ text: String) -> [Part] {
    [
      Part(["type": "content_block_stop", "index": 0], event: "content_block_stop"),
      Part(
        [
          "type": "message_delta", "delta": ["stop_reason": reason, "stop_sequence": nil],
          "usage": told.isTold ? ["output_tokens": told.told(told.output)] : nil,
        ], event: "message_delta"),
      Part(["type": "message_stop"], event: "message_stop"),
    ]
  }
}

/// Gemini's content. Each part of a stream tells what was used so far; the last one counts.
struct GeminiShape: Shape {
  let asked: Asked
  let told: Told

  private func content(_ text: String, isLast: Bool, output: Int64) -> JSONValue {
    let candidates = (0..<asked.answers).map { index -> JSONValue in
      let candidate: JSONValue = [
        "content": ["parts": [["text": .string(text)]], "role": "model"], "index": .int(index),
      ]
      return candidate.with("finishReason", isLast ? (asked.isCapped ? "MAX_TOKENS" : "STOP") : nil)
    }
    let thoughts = min(told.reasoning, output)
    let usage: JSONValue = [
      "promptTokenCount": told.told(told.input), "candidatesTokenCount": told.told(output - thoughts),
      "totalTokenCount": told.told(told.input + output),
      "promptTokensDetails": [["modality": "TEXT", "tokenCount": told.told(told.input)]],
    ]
    let whole: JSONValue = ["candidates": .array(candidates)]
    return whole.with(
      "usageMetadata",
      told.isTold
        ? usage.with("thoughtsTokenCount", thoughts > 0 ? .int(thoughts) : nil)
          .with("cachedContentTokenCount", told.cached > 0 ? .int(told.cached) : nil) : nil
    )
    .with("modelVersion", .string(asked.model)).with("responseId", .string(asked.identity))
  }

  func whole(_ text: String) -> JSONValue { content(text, isLast: true, output: told.output) }
  var opening: [Part] { [] }
  func piece(_ text: String, index: Int) -> Part { Part(content(text, isLast: false, output: Int64(index + 1))) }
  func closing(_ text: String) -> [Part] { [Part(content("", isLast: true, output: told.output))] }
}

/// Cohere's chat. What its model read is more than what is charged.
struct CohereShape: Shape {
  let asked: Asked
  let told: Told

  private static let wordsOfItsOwn: Int64 = 200

  fileprivate var usage: JSONValue? {
    guard told.isTold else { return nil }
    return [
      "billed_units": ["input_tokens": told.told(told.input), "output_tokens": told.told(told.output)],
      "tokens": [
        "input_tokens": told.told(told.input + Self.wordsOfItsOwn), "output_tokens": told.told(told.output),
      ],
      "cached_tokens": .int(told.cached),
    ]
  }

  private var reason: JSONValue { asked.isCapped ? "MAX_TOKENS" : "COMPLETE" }

  private func event(_ type: String, _ more: [(String, JSONValue)] = []) -> Part {
    Part(.object(JSONObject([("type", .string(type))] + more)), event: type)
  }

  private func content(_ content: JSONValue) -> [(String, JSONValue)] {
    [("index", 0), ("delta", ["message": ["content": content]])]
  }

  func whole(_ text: String) -> JSONValue {
    let message: JSONValue = ["role": "assistant", "content": [["type": "text", "text": .string(text)]]]
    let reply: JSONValue = ["id": .string(asked.identity), "message": message, "finish_reason": reason]
    return reply.with("usage", usage)
  }

  var opening: [Part] {
    let message: JSONValue = ["role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []]
    return [
      event("message-start", [("id", .string(asked.identity)), ("delta", ["message": message])]),
      event("content-start", content(["type": "text", "text": ""])),
    ]
  }

  func piece(_ text: String, index: Int) -> Part { event("content-delta", content(["text": .string(text)])) }

  func closing(_ text: String) -> [Part] {
    let delta: JSONValue = ["finish_reason": reason]
    return [event("content-end", [("index", 0)]), event("message-end", [("delta", delta.with("usage", usage))])]
  }
}

/// Cohere's chat before that: lines, of which the last has the whole answer.
struct CohereEarlierShape: Shape {
  let asked: Asked
  let told: Told

  private func line(_ type: String, _ more: [(String, JSONValue)] = [], isLast: Bool = false) -> Part {
    Part(.object(JSONObject([("is_finished", .bool(isLast)), ("event_type", .string(type))] + more)))
  }

  private var reason: JSONValue { asked.isCapped ? "MAX_TOKENS" : "COMPLETE" }

  func whole(_ text: String) -> JSONValue {
    let reply: JSONValue = [
      "text": .string(text), "generation_id": .string(asked.identity), "chat_history": [], "finish_reason": reason,
    ]
    return reply.with("meta", CohereShape(asked: asked, told: told).usage)
  }

  var opening: [Part] { [line("stream-start", [("generation_id", .string(asked.identity))])] }
  func piece(_ text: String, index: Int) -> Part { line("text-generation", [("text", .string(text))]) }

  func closing(_ text: String) -> [Part] {
    [line("stream-end", [("finish_reason", reason), ("response", whole(text))], isLast: true)]
  }
}

/// Ollama's chat and generate: lines.
struct OllamaShape: Shape {
  let asked: Asked
  let told: Told

  private func line(_ text: String, isDone: Bool) -> JSONValue {
    let head: JSONValue = ["model": .string(asked.model), "created_at": "2025-11-24T16:00:00Z"]
    let said =
      asked.form == .ollamaChat
      ? head.with("message", ["role": "assistant", "content": .string(text)]) : head.with("response", .string(text))
    guard isDone else { return said.with("done", false) }
    let done = said.with("done", true).with("done_reason", asked.isCapped ? "length" : "stop")
      .with("total_duration", 2_000_000).with("load_duration", 1000)
    if !told.isTold { return done }
    return done.with("prompt_eval_count", told.told(told.input)).with("prompt_eval_duration", 1000)
      .with("eval_count", told.told(told.output)).with("eval_duration", 1_000_000)
  }

  func whole(_ text: String) -> JSONValue { line(text, isDone: true) }
  var opening: [Part] { [] }
  func piece(_ text: String, index: Int) -> Part { Part(line(text, isDone: false)) }
  func closing(_ text: String) -> [Part] { [Part(line("", isDone: true))] }
}

/// Errors in each provider's shape.
enum ErrorShape {
  static func json(_ status: Int, _ form: Form?) -> JSONValue {
    let message = "The pretend provider was told to fail with \(status)."
    switch form {
    case .anthropic:
      let type = status == 429 ? "rate_limit_error" : status == 529 ? "overloaded_error" : "api_error"
      return [
        "type": "error", "error": ["type": .string(type), "message": .string(message)], "request_id": "req_pretend",
      ]
    case .gemini, .geminiEmbed:
      let name = status == 429 ? "RESOURCE_EXHAUSTED" : status == 503 ? "UNAVAILABLE" : "INTERNAL"
      return ["error": ["code": .int(Int64(status)), "message": .string(message), "status": .string(name)]]
    case .cohere, .cohereEarlier, .cohereEmbed: return ["message": .string(message)]
    case .ollamaChat, .ollamaGenerate, .ollamaEmbed, .ollamaEmbedding: return ["error": .string(message)]
    default:
      let code = status == 429 ? "rate_limit_exceeded" : status == 400 ? "invalid_request" : "server_error"
      return [
        "error": ["message": .string(message), "type": .string(code), "param": nil, "code": .string(code)]
      ]
    }
  }
}
