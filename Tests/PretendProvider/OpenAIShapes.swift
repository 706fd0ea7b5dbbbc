import TextFormats

/// When all answers were made: a fixed moment, so that two runs can be compared.
let createdAt: Int64 = 1_764_000_000

/// Chat and legacy completions.
struct ChatShape: Shape {
  let asked: Asked
  let told: Told
  let isLegacy: Bool

  private var finish: JSONValue { asked.isCapped ? "length" : "stop" }

  private func envelope(_ object: String, _ choices: [JSONValue]) -> JSONValue {
    let reply: JSONValue = [
      "id": .string((isLegacy ? "cmpl-" : "chatcmpl-") + asked.identity), "object": .string(object),
      "created": .int(createdAt), "model": .string(asked.model), "choices": .array(choices),
      "system_fingerprint": "fp_pretend",
    ]
    return reply.with("service_tier", asked.serviceTier)
  }

  private var usage: JSONValue {
    [
      "prompt_tokens": told.told(told.input), "completion_tokens": told.told(told.output),
      "total_tokens": told.told(told.input + told.output),
      "prompt_tokens_details": ["cached_tokens": .int(told.cached), "audio_tokens": 0],
      "completion_tokens_details": [
        "reasoning_tokens": .int(told.reasoning), "audio_tokens": 0, "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
      ],
    ]
  }

  func whole(_ text: String) -> JSONValue {
    let choices = (0..<asked.answers).map { index -> JSONValue in
      isLegacy
        ? ["text": .string(text), "index": .int(index), "logprobs": nil, "finish_reason": finish]
        : [
          "index": .int(index), "logprobs": nil, "finish_reason": finish,
          "message": ["role": "assistant", "content": .string(text), "refusal": nil, "annotations": []],
        ]
    }
    return envelope(isLegacy ? "text_completion" : "chat.completion", choices)
      .with("usage", told.isTold ? usage : nil)
  }

  private func chunk(_ delta: JSONValue, _ finish: JSONValue = nil, answer: Int64) -> Part {
    let choice: JSONValue =
      isLegacy
      ? ["text": delta["content"] ?? "", "index": .int(answer), "logprobs": nil, "finish_reason": finish]
      : ["index": .int(answer), "delta": delta, "logprobs": nil, "finish_reason": finish]
    // As OpenAI does: who asks for the usage sees it as null until the last chunk.
    return Part(
      envelope(isLegacy ? "text_completion" : "chat.completion.chunk", [choice])
        .with("usage", asked.asksForUsage ? .null : nil))
  }

  var opening: [Part] {
    if isLegacy { return [] }
    return (0..<asked.answers).map { chunk(["role": "assistant", "content": "", "refusal": nil], answer: $0) }
  }

  func piece(_ text: String, index: Int) -> Part {
    chunk(["content": .string(text)], answer: Int64(index) % asked.answers)
  }

  func closing(_ text: String) -> [Part] {
    var parts = (0..<asked.answers).map { chunk([:], finish, answer: $0) }
    if asked.asksForUsage, told.isTold {
      parts.append(
        Part(envelope(isLegacy ? "text_completion" : "chat.completion.chunk", []).with("usage", usage)))
    }
    return parts + [Part(text: "[DONE]")]
  }
}

/// Responses.
struct ResponsesShape: Shape {
  let asked: Asked
  let told: Told

  private func response(_ status: String, _ output: [JSONValue], isEnded: Bool) -> JSONValue {
    let usage: JSONValue = [
      "input_tokens": told.told(told.input), "input_tokens_details": ["cached_tokens": .int(told.cached)],
      "output_tokens": told.told(told.output), "output_tokens_details": ["reasoning_tokens": .int(told.reasoning)],
      "total_tokens": told.told(told.input + told.output),
    ]
    let reply: JSONValue = [
      "id": .string("resp_" + asked.identity), "object": "response", "created_at": .int(createdAt),
      "status": .string(status), "error": nil,
      "incomplete_details": status == "incomplete" ? ["reason": "max_output_tokens"] : nil, "instructions": nil,
      "max_output_tokens": .int(asked.maximum), "model": .string(asked.model), "output": .array(output),
      "parallel_tool_calls": true, "previous_response_id": nil, "temperature": 1, "tool_choice": "auto", "tools": [],
      "top_p": 1, "usage": isEnded && told.isTold ? usage : nil, "metadata": [:],
    ]
    return reply.with("service_tier", asked.serviceTier)
  }

  private func message(_ text: String?) -> JSONValue {
    [
      "type": "message", "id": .string("msg_" + asked.identity), "status": text == nil ? "in_progress" : "completed",
      "role": "assistant", "content": text.map { [Self.content($0)] } ?? [],
    ]
  }

  private static func content(_ text: String) -> JSONValue {
    ["type": "output_text", "text": .string(text), "annotations": []]
  }

  private var ending: String { asked.isCapped ? "incomplete" : "completed" }

  func whole(_ text: String) -> JSONValue { response(ending, [message(text)], isEnded: true) }

  private func event(_ type: String, _ number: Int, _ members: JSONValue) -> Part {
    let head: JSONValue = ["type": .string(type), "sequence_number": .int(Int64(number))]
    guard case .object(let object) = members else { return Part(head, event: type) }
    return Part(object.members.reduce(head) { $0.with($1.key, $1.value) }, event: type)
  }

  private var place: JSONValue { ["item_id": .string("msg_" + asked.identity), "output_index": 0, "content_index": 0] }

  var opening: [Part] {
    let begun = response("in_progress", [], isEnded: false)
    return [
      event("response.created", 0, ["response": begun]), event("response.in_progress", 1, ["response": begun]),
      event("response.output_item.added", 2, ["output_index": 0, "item": message(nil)]),
      event("response.content_part.added", 3, place.with("part", Self.content(""))),
    ]
  }

  func piece(_ text: String, index: Int) -> Part {
    event("response.output_text.delta", 4 + index, place.with("delta", .string(text)).with("logprobs", []))
  }

  func closing(_ text: String) -> [Part] {
    let number = 4 + asked.words.count
    return [
      event("response.output_text.done", number, place.with("text", .string(text)).with("logprobs", [])),
      event("response.content_part.done", number + 1, place.with("part", Self.content(text))),
      event("response.output_item.done", number + 2, ["output_index": 0, "item": message(text)]),
      event("response.\(ending)", number + 3, ["response": whole(text)]),
    ]
  }
}

/// Embeddings of OpenAI, Gemini and Ollama: numbers, never streamed.
struct EmbeddingShape {
  let asked: Asked
  let told: Told

  private static func numbers(_ text: String) -> [Float] {
    (0..<8).map { place in
      Float(text.utf8.enumerated().reduce(0) { $0 + ($1.offset % 8 == place ? Int($1.element) : 0) } % 64) / 64
    }
  }

  private static func json(_ numbers: [Float]) -> JSONValue {
    // Sixty-fourths have six decimal digits at most.
    .array(numbers.map { (try? JSONParser.parse("\($0)")) ?? 0 })
  }

  var json: JSONValue {
    let texts = asked.texts.isEmpty ? [""] : asked.texts
    switch asked.form {
    case .geminiEmbed:
      let values = texts.map { JSONValue.object(JSONObject([("values", Self.json(Self.numbers($0)))])) }
      return asked.body["requests"] == nil ? ["embedding": values[0]] : ["embeddings": .array(values)]
    case .cohereEmbed:
      let lists = JSONValue.array(texts.map { Self.json(Self.numbers($0)) })
      let isByType = asked.body["embedding_types"] != nil
      return [
        "id": .string(asked.identity), "texts": .array(texts.map { .string($0) }),
        "response_type": isByType ? "embeddings_by_type" : "embeddings_floats",
        "embeddings": isByType ? ["float": lists] : lists,
        "meta": ["api_version": ["version": "1"], "billed_units": ["input_tokens": told.told(told.input)]],
      ]
    case .ollamaEmbed:
      return [
        "model": .string(asked.model), "embeddings": .array(texts.map { Self.json(Self.numbers($0)) }),
        "total_duration": 1_000_000, "load_duration": 1000, "prompt_eval_count": told.told(told.input),
      ]
    case .ollamaEmbedding: return ["embedding": Self.json(Self.numbers(texts[0]))]
    default:
      let isPacked = asked.body["encoding_format"]?.stringValue == "base64"
      let data = texts.enumerated().map { index, text -> JSONValue in
        let numbers = Self.numbers(text)
        return [
          "object": "embedding", "index": .int(Int64(index)),
          "embedding": isPacked ? .string(Packing.base64(numbers)) : Self.json(numbers),
        ]
      }
      return [
        "object": "list", "data": .array(data), "model": .string(asked.model),
        "usage": ["prompt_tokens": told.told(told.input), "total_tokens": told.told(told.input)],
      ]
    }
  }
}
