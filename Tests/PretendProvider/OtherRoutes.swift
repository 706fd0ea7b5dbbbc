import HTTPWire
import TextFormats

/// Requests that cost nothing: lists of models, files, counts of tokens.
struct OtherRoutes {
  let head: HTTPRequestHead
  let body: [UInt8]
  let uploaded: (count: Int64, sum: UInt64)
  let reply: Reply

  private static let models = ["gpt-4o", "gpt-4o-mini"]

  /// - Returns: whether the connection goes on.
  func answer() -> Bool {
    let path = head.path
    switch head.method {
    case "GET", "HEAD":
      if path == "/" { return reply.send(200, Array("Ollama is running".utf8), type: "text/plain") }
      if path.hasSuffix("/api/tags") { return reply.send(200, ["models": .array(Self.models.map(Self.tag))]) }
      if path.hasSuffix("/api/version") { return reply.send(200, ["version": "0.12.0"]) }
      if path.hasSuffix("/api/ps") { return reply.send(200, ["models": []]) }
      if path.hasSuffix("/v1beta/models") { return reply.send(200, ["models": .array(Self.models.map(Self.gemini))]) }
      if path.hasSuffix("/models") {
        return reply.send(200, ["object": "list", "data": .array(Self.models.map(Self.openAI))])
      }
      // A file of as many bytes as its name says: `/v1/files/1000000/content`.
      if path.contains("/files/"), path.hasSuffix("/content"),
        let length = Int64(path.split(separator: "/").dropLast().last ?? "")
      {
        return reply.send(length: length, [UInt8](repeating: UInt8(ascii: "x"), count: 65_536))
      }
    case "POST", "PUT":
      if path.hasSuffix("/api/show") { return reply.send(200, Self.shown) }
      if path.hasSuffix("/messages/count_tokens") { return reply.send(200, ["input_tokens": .int(words)]) }
      if path.hasSuffix(":countTokens") { return reply.send(200, ["totalTokens": .int(words)]) }
      if path.contains("/files") {
        return reply.send(
          200,
          [
            "id": "file-pretend", "object": "file", "bytes": .int(uploaded.count),
            "sum": .string(String(uploaded.sum, radix: 16)),
          ])
      }
    case "DELETE": return reply.send(200, ["id": "file-pretend", "object": "file", "deleted": true])
    case "OPTIONS": return reply.send(204, [], type: "text/plain")
    default: break
    }
    return reply.send(404, ["error": ["message": "There is no such route.", "type": "invalid_request_error"]])
  }

  private var words: Int64 { Int64(body.split { $0 == 0x20 || $0 == 0x0A }.count) }

  private static func tag(_ name: String) -> JSONValue {
    [
      "name": .string(name + ":latest"), "model": .string(name + ":latest"), "modified_at": "2025-11-24T16:00:00Z",
      "size": 1000, "digest": "0", "details": details,
    ]
  }

  private static let details: JSONValue = [
    "parent_model": "", "format": "gguf", "family": "pretend", "families": ["pretend"], "parameter_size": "1B",
    "quantization_level": "Q4_0",
  ]

  private static let shown: JSONValue = [
    "modelfile": "", "parameters": "", "template": "", "details": details, "model_info": [:],
    "capabilities": ["completion"], "modified_at": "2025-11-24T16:00:00Z",
  ]

  private static func gemini(_ name: String) -> JSONValue {
    ["name": .string("models/" + name), "supportedGenerationMethods": ["generateContent"]]
  }

  private static func openAI(_ name: String) -> JSONValue {
    ["id": .string(name), "object": "model", "created": .int(createdAt), "owned_by": "pretend"]
  }
}
