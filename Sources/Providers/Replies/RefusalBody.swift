import TextFormats

/// Errors in the form that a provider's own clients understand.
public enum RefusalBody {
  /// What kind of error it is.
  public enum Kind: Hashable, Sendable {
    /// A limit is reached: 429.
    case limit
    /// Only calls under way are in the way, and the same may go out soon: 429.
    case crowd
    /// The request cannot be read, or asks for what cannot be: 400. The word `refused` among the details is its code.
    case request
    /// It is not allowed: 403.
    case ban
    /// The provider cannot be reached, or the guard failed: 502 or 503.
    case failure
  }

  /// A body.
  ///
  /// - Parameters:
  ///   - format: whose client asks; `nil` for a request that is no call.
  ///   - kind: what kind of error it is.
  ///   - status: the reply's status.
  ///   - message: what happened, for a person.
  ///   - details: more, for programs.
  public static func json(
    _ format: WireFormat?, _ kind: Kind, status: Int, message: String, details: JSONValue
  ) -> String {
    let error: JSONValue
    switch format {
    case .anthropicMessages, .anthropicComplete:
      return JSONWriter.compact([
        "type": "error", "error": ["type": .string(anthropicType(kind)), "message": .string(message)],
        "llmguard": details,
      ])
    // *Source:* Cohere's reference, "Errors": a message, and nothing around it.
    case .cohereChat, .cohereEarlierChat, .cohereEmbed:
      return JSONWriter.compact(["message": .string(message), "llmguard": details])
    case .gemini, .geminiEmbed:
      error = ["code": .int(Int64(status)), "message": .string(message), "status": .string(geminiStatus(kind))]
    case .ollamaChat, .ollamaGenerate, .ollamaEmbed: error = .string(message)
    default:
      error = [
        "message": .string(message), "type": .string(openAIType(kind)), "param": nil,
        "code": .string(openAICode(kind, details)),
      ]
    }
    return JSONWriter.compact(["error": error, "llmguard": details])
  }

  private static func anthropicType(_ kind: Kind) -> String {
    switch kind {
    case .limit, .crowd: "rate_limit_error"
    case .request: "invalid_request_error"
    case .ban: "permission_error"
    case .failure: "api_error"
    }
  }

  private static func geminiStatus(_ kind: Kind) -> String {
    switch kind {
    case .limit, .crowd: "RESOURCE_EXHAUSTED"
    case .request: "INVALID_ARGUMENT"
    case .ban: "PERMISSION_DENIED"
    case .failure: "UNAVAILABLE"
    }
  }

  private static func openAIType(_ kind: Kind) -> String {
    switch kind {
    case .limit: "insufficient_quota"
    case .crowd: "requests"
    case .request, .ban: "invalid_request_error"
    case .failure: "server_error"
    }
  }

  private static func openAICode(_ kind: Kind, _ details: JSONValue) -> String {
    switch kind {
    case .limit: "insufficient_quota"
    // Clients that know the codes take the other one for an account without money.
    case .crowd: "rate_limit_exceeded"
    // What is wrong has a word of its own.
    case .request, .ban: "llmguard_" + (details["refused"]?.stringValue ?? "unreadable")
    case .failure: "llmguard_failed"
    }
  }
}
