import TextFormats

/// The least answer that a provider's clients accept, for calls that are looked at and not sent.
public struct CannedReply: Sendable {
  /// The type of its content.
  public let contentType: String
  /// Its body.
  public let body: [UInt8]

  /// Makes an answer.
  ///
  /// - Parameters:
  ///   - request: the call.
  ///   - text: what it says.
  public init(to request: ProviderRequest, saying text: String) {
    let parts = Self.parts(request, text)
    switch request.streaming {
    case nil:
      contentType = "application/json"
      body = Array(JSONWriter.compact(Self.whole(request, text)).utf8)
    case .events:
      contentType = "text/event-stream"
      var events = parts.map { "\($0.name.map { "event: \($0)\n" } ?? "")data: \(JSONWriter.compact($0.data))\n\n" }
      if request.format == .openAIChat || request.format == .openAICompletions { events.append("data: [DONE]\n\n") }
      body = Array(events.joined().utf8)
    case .lines:
      contentType = "application/x-ndjson"
      body = Array(parts.map { JSONWriter.compact($0.data) + "\n" }.joined().utf8)
    case .array:
      contentType = "application/json"
      body = Array(JSONWriter.compact(.array(parts.map(\.data))).utf8)
    }
  }

  private typealias Part = (name: String?, data: JSONValue)

  private static let id = "llmguard-dead-end"

  private static func whole(_ request: ProviderRequest, _ text: String) -> JSONValue {
    let model = JSONValue.string(request.model)
    switch request.format {
    case .openAIChat:
      return [
        "id": .string(id), "object": "chat.completion", "created": 0, "model": model,
        "choices": [
          ["index": 0, "message": ["role": "assistant", "content": .string(text)], "finish_reason": "stop"]
        ], "usage": ["prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0],
      ]
    case .openAICompletions:
      return [
        "id": .string(id), "object": "text_completion", "created": 0, "model": model,
        "choices": [["index": 0, "text": .string(text), "logprobs": nil, "finish_reason": "stop"]],
        "usage": ["prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0],
      ]
    case .openAIResponses: return response(request, text, "completed")
    case .openAIEmbeddings:
      return [
        "object": "list", "model": model, "usage": ["prompt_tokens": 0, "total_tokens": 0],
        "data": .array((0..<inputs(request)).map { ["object": "embedding", "index": .int($0), "embedding": [0, 0]] }),
      ]
    case .anthropicMessages: return message(request, [["type": "text", "text": .string(text)]], "end_turn")
    case .anthropicComplete: return completion(request, text)
    case .gemini:
      return [
        "candidates": [
          ["content": ["role": "model", "parts": [["text": .string(text)]]], "finishReason": "STOP", "index": 0]
        ], "modelVersion": model,
        "usageMetadata": ["promptTokenCount": 0, "candidatesTokenCount": 0, "totalTokenCount": 0],
      ]
    case .geminiEmbed:
      let values: JSONValue = ["values": [0, 0]]
      return request.target.contains(":batch")
        ? ["embeddings": .array((0..<inputs(request)).map { _ in values })] : ["embedding": values]
    case .cohereChat: return cohere(text)
    case .cohereEarlierChat: return cohereEarlier(text)
    case .cohereEmbed: return cohereEmbed(request)
    case .ollamaChat: return line(request, ["message": ["role": "assistant", "content": .string(text)]], isDone: true)
    case .ollamaGenerate: return line(request, ["response": .string(text)], isDone: true)
    case .ollamaEmbed:
      return ["model": model, "embeddings": .array((0..<inputs(request)).map { _ in [0, 0] }), "embedding": [0, 0]]
    }
  }

  /// *Source:* Anthropic's reference, "Create a Text Completion".
  private static func completion(_ request: ProviderRequest, _ text: String) -> JSONValue {
    [
      "type": "completion", "id": .string(id), "completion": .string(text), "stop_reason": "stop_sequence",
      "model": .string(request.model),
    ]
  }

  /// How many texts an embedding is asked for.
  private static func inputs(_ request: ProviderRequest) -> Int64 {
    let json = try? JSONParser.parse(request.body, options: .lenient)
    return Int64(
      (json?["input"] ?? json?["requests"] ?? json?["texts"] ?? json?["inputs"] ?? json?["images"])?.arrayValue?.count
        ?? 1)
  }

  private static func parts(_ request: ProviderRequest, _ text: String) -> [Part] {
    switch request.format {
    case .openAIChat:
      func chunk(_ delta: JSONValue, _ finish: JSONValue) -> Part {
        let choice: JSONValue = ["index": 0, "delta": delta, "finish_reason": finish]
        return (
          nil,
          [
            "id": .string(id), "object": "chat.completion.chunk", "created": 0, "model": .string(request.model),
            "choices": [choice],
          ]
        )
      }
      return [chunk(["role": "assistant", "content": .string(text)], nil), chunk([:], "stop")]
    case .openAIResponses: return responseEvents(request, text)
    case .anthropicMessages: return messageEvents(request, text)
    case .anthropicComplete: return [("completion", completion(request, text))]
    case .cohereChat: return cohereEvents(text)
    case .cohereEarlierChat: return cohereEarlierLines(text)
    case .ollamaChat, .ollamaGenerate:
      let said: JSONValue =
        request.format == .ollamaChat
        ? ["message": ["role": "assistant", "content": .string(text)]] : ["response": .string(text)]
      let silent: JSONValue =
        request.format == .ollamaChat ? ["message": ["role": "assistant", "content": ""]] : ["response": ""]
      return [(nil, line(request, said, isDone: false)), (nil, line(request, silent, isDone: true))]
    default: return [(nil, whole(request, text))]
    }
  }

  // MARK: - Shapes

  private static func line(_ request: ProviderRequest, _ said: JSONValue, isDone: Bool) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("model", .string(request.model)), ("created_at", "1970-01-01T00:00:00Z"),
    ]
    members += said.objectValue?.members.map { ($0.key, $0.value) } ?? []
    members.append(("done", .bool(isDone)))
    if isDone { members += [("done_reason", "stop"), ("prompt_eval_count", 0), ("eval_count", 0)] }
    return .object(JSONObject(members))
  }

  private static func output(_ text: String) -> JSONValue {
    [
      "id": "msg_llmguard", "type": "message", "role": "assistant", "status": "completed",
      "content": [["type": "output_text", "text": .string(text), "annotations": []]],
    ]
  }

  private static func response(_ request: ProviderRequest, _ text: String?, _ status: String) -> JSONValue {
    [
      "id": "resp_llmguard", "object": "response", "created_at": 0, "status": .string(status), "error": nil,
      "model": .string(request.model), "output": text.map { [output($0)] } ?? [], "parallel_tool_calls": true,
      "tool_choice": "auto", "tools": [],
      "usage": [
        "input_tokens": 0, "input_tokens_details": ["cached_tokens": 0], "output_tokens": 0,
        "output_tokens_details": ["reasoning_tokens": 0], "total_tokens": 0,
      ],
    ]
  }

  private static func responseEvents(_ request: ProviderRequest, _ text: String) -> [Part] {
    let place: [(String, JSONValue)] = [("item_id", "msg_llmguard"), ("output_index", 0), ("content_index", 0)]
    let events: [(String, [(String, JSONValue)])] = [
      ("response.created", [("response", response(request, nil, "in_progress"))]),
      ("response.output_item.added", [("output_index", 0), ("item", output(""))]),
      (
        "response.content_part.added",
        place + [("part", ["type": "output_text", "text": "", "annotations": []])]
      ), ("response.output_text.delta", place + [("delta", .string(text))]),
      ("response.output_text.done", place + [("text", .string(text))]),
      ("response.output_item.done", [("output_index", 0), ("item", output(text))]),
      ("response.completed", [("response", response(request, text, "completed"))]),
    ]
    return events.enumerated().map { number, event in
      (
        event.0,
        .object(
          JSONObject([("type", .string(event.0)), ("sequence_number", .int(Int64(number)))] + event.1))
      )
    }
  }

  private static func message(_ request: ProviderRequest, _ content: JSONValue, _ reason: JSONValue) -> JSONValue {
    [
      "id": "msg_llmguard", "type": "message", "role": "assistant", "model": .string(request.model), "content": content,
      "stop_reason": reason, "stop_sequence": nil, "usage": ["input_tokens": 0, "output_tokens": 0],
    ]
  }

  private static func messageEvents(_ request: ProviderRequest, _ text: String) -> [Part] {
    let events: [(String, [(String, JSONValue)])] = [
      ("message_start", [("message", message(request, [], nil))]),
      ("content_block_start", [("index", 0), ("content_block", ["type": "text", "text": ""])]),
      ("content_block_delta", [("index", 0), ("delta", ["type": "text_delta", "text": .string(text)])]),
      ("content_block_stop", [("index", 0)]),
      (
        "message_delta",
        [("delta", ["stop_reason": "end_turn", "stop_sequence": nil]), ("usage", ["output_tokens": 0])]
      ), ("message_stop", []),
    ]
    return events.map { name, members in (name, .object(JSONObject([("type", .string(name))] + members))) }
  }

  /// *Source:* Cohere's reference, "Chat (V2)" and "Chat with streaming".
  private static func cohere(_ text: String) -> JSONValue {
    [
      "id": .string(id), "message": ["role": "assistant", "content": [["type": "text", "text": .string(text)]]],
      "finish_reason": "COMPLETE", "usage": cohereUsage,
    ]
  }

  private static let cohereUsage: JSONValue = [
    "billed_units": ["input_tokens": 0, "output_tokens": 0], "tokens": ["input_tokens": 0, "output_tokens": 0],
  ]

  private static func cohereEvents(_ text: String) -> [Part] {
    let content: JSONValue = ["type": "text", "text": ""]
    let events: [(String, [(String, JSONValue)])] = [
      ("message-start", [("id", .string(id)), ("delta", ["message": ["role": "assistant", "content": []]])]),
      ("content-start", [("index", 0), ("delta", ["message": ["content": content]])]),
      ("content-delta", [("index", 0), ("delta", ["message": ["content": ["text": .string(text)]]])]),
      ("content-end", [("index", 0)]),
      ("message-end", [("delta", ["finish_reason": "COMPLETE", "usage": cohereUsage])]),
    ]
    return events.map { name, members in (name, .object(JSONObject([("type", .string(name))] + members))) }
  }

  /// *Source:* Cohere's reference, "Chat (V1)".
  private static func cohereEarlier(_ text: String) -> JSONValue {
    [
      "generation_id": .string(id), "text": .string(text), "finish_reason": "COMPLETE", "chat_history": [],
      "meta": cohereUsage,
    ]
  }

  private static func cohereEarlierLines(_ text: String) -> [Part] {
    let lines: [JSONValue] = [
      ["is_finished": false, "event_type": "stream-start", "generation_id": .string(id)],
      ["is_finished": false, "event_type": "text-generation", "text": .string(text)],
      [
        "is_finished": true, "event_type": "stream-end", "finish_reason": "COMPLETE", "response": cohereEarlier(text),
      ],
    ]
    return lines.map { (nil, $0) }
  }

  /// *Source:* Cohere's reference, "Embed (V1)" and "Embed (V2)": by their types where types are asked for, and always in the second.
  private static func cohereEmbed(_ request: ProviderRequest) -> JSONValue {
    let isByType = request.json["embedding_types"] != nil || request.target.contains("/v2/")
    let numbers = JSONValue.array((0..<inputs(request)).map { _ in [0, 0] })
    return [
      "id": .string(id), "response_type": isByType ? "embeddings_by_type" : "embeddings_floats",
      "embeddings": isByType ? ["float": numbers] : numbers, "texts": [], "meta": ["billed_units": ["input_tokens": 0]],
    ]
  }
}
