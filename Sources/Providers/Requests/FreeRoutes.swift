/// Requests to providers that cost no tokens, such as lists of models.
public enum FreeRoutes {
  /// How the paths of such requests end, and the parts that may stand before. *Source:* the providers' references.
  private static let ends: [String: Set<String>] = [
    "tokenize-text": ["v1"], "check-api-key": ["v1"], "count_tokens": ["messages"], "input_tokens": ["responses"],
    "show": ["api"],
    "tokenize": ["", "v1", "v2", "api", "extras"], "detokenize": ["", "v1", "v2", "api", "extras"],
  ]
  private static let geminiEnds = [
    ":countTokens", ":computeTokens", ":batchGet", ":fetchPredictOperation", "\(VertexPath.counter):rawPredict",
  ]
  private static let methods: Set = ["GET", "HEAD", "OPTIONS", "DELETE"]

  /// Parts of paths under which reading, and deleting, costs nothing: what is kept at a provider, what it offers, and how the
  /// account stands. *Source:* the providers' references; Ollama's, llama.cpp's and vLLM's of their servers.
  private static let collections: Set = [
    "models", "files", "uploads", "batches", "responses", "completions", "messages", "embeddings", "conversations",
    "assistants", "threads", "vector_stores", "fine_tuning", "fine-tuning", "fine-tunes", "fine_tunes", "evals",
    "containers", "videos", "voices", "tunedmodels", "cachedcontents", "operations", "corpora", "deployments", "agents",
    "skills", "organization", "organizations", "workspaces", "usage", "credits", "key", "keys", "auth", "generation",
    "providers", "endpoints", "libraries", "datasets", "lora-adapters", "batch", "batchpredictionjobs",
    "batchinferencejobs", "predictions", "interactions", "async-result", "deferred-completion",
  ]

  /// The same of parts that stand last. Those of Ollama's stand behind `api`; before they begin, Claude Code asks for `hello`, and
  /// Cerebras' SDK for `tcp_warming`.
  private static let lasts: Set = [
    "health", "healthz", "ready", "ping", "version", "metrics", "props", "slots", "load", "hello", "tcp_warming",
  ]
  private static let ofOllama: Set = ["tags", "version", "ps", "delete", "blobs", "chat", "generate", "embed"]

  /// What runs at a provider and can be stopped, by a call that ends in `cancel`.
  private static let cancelled: Set = [
    "responses", "batches", "predictions", "jobs", "uploads", "runs", "file_batches",
  ]

  /// The same by a verb. *Source:* Google's reference of the Gemini interface, `batches.cancel`; Vertex's, `batchPredictionJobs.cancel`
  /// and `operations.cancel`.
  private static let cancelledByVerb: Set = ["batches", "batchpredictionjobs", "operations"]

  /// Whether a request is known to cost nothing.
  ///
  /// - Parameters:
  ///   - method: its method.
  ///   - path: its path without the query.
  public static func contain(method: String, path: some StringProtocol) -> Bool {
    let parts = PathText.parts(path)
    if methods.contains(method) { return isKept(parts) || method == "OPTIONS" && isKnown(path) }
    guard method == "POST" else { return false }
    // What some server may take for something else is not free.
    return isFreeToSend(parts) && PathText.otherReadings(of: String(path)).allSatisfy(isFreeToSend)
  }

  /// The same of what is sent to a path of these parts.
  private static func isFreeToSend(_ parts: [String]) -> Bool {
    guard let last = parts.last else { return false }
    let names = parts.map(PathText.plain)
    let before = names.dropLast().last ?? ""
    if ends[names[names.count - 1]]?.contains(before) == true || geminiEnds.contains(where: { last.hasSuffix($0) }) {
      return true
    }
    if names.last == "cancel" { return names.count > 2 && cancelled.contains(names[names.count - 3]) }
    // *Source:* Amazon's reference of the Bedrock runtime, `CountTokens`.
    if names.last == "count-tokens" { return names.count > 2 && names[names.count - 3] == "model" }
    // *Source:* OpenAI's reference, "Realtime": what ends a conversation.
    if names.last == "hangup" { return names.count > 2 && names[names.count - 3] == "calls" }
    return last.hasSuffix(":cancel") && cancelledByVerb.contains(before)
  }

  /// Whether a path leads to what is only read or deleted there. The root says that a server is up.
  private static func isKept(_ parts: [String]) -> Bool {
    let names = parts.map(PathText.plain)
    guard let last = names.last else { return true }
    if lasts.contains(last) || names.contains(where: collections.contains) { return true }
    return names.indices.dropFirst().contains { names[$0 - 1] == "api" && ofOllama.contains(names[$0]) }
  }

  /// A browser asks first whether it may ask: that takes nothing wherever it may lead.
  private static func isKnown(_ path: some StringProtocol) -> Bool {
    WireFormat.of(method: "POST", path: path) != nil || RouteKind.name(path: path) != RouteKind.other
  }
}
