/// Names the kind of a route that nobody can meter. Paths may hold anything, keys and names included; of a kind there are few.
public enum RouteKind {
  private static let batches = "batches"
  private static let tuning = "fine_tuning"
  private static let bedrock = "bedrock"
  /// The kind of all others.
  public static let other = "other"

  /// Parts of paths and verbs that tell a kind. *Source:* the providers' references.
  private static let kinds: [String: String] = [
    "images": "images", "audio": "audio", "speech": "audio", "transcriptions": "audio", "video": "videos",
    "videos": "videos", "batches": batches, "batch": batches, "files": "files", "uploads": "files",
    "fine_tuning": tuning, "fine-tuning": tuning, "fine-tunes": tuning, "fine_tunes": tuning, "finetuning": tuning,
    "supervisedfinetuningjobs": tuning, "reinforcementfinetuningjobs": tuning, "tuningjobs": tuning,
    "tunedmodels": tuning, "trainings": tuning, "assistants": "assistants", "threads": "assistants",
    "vector_stores": "vector_stores", "moderations": "moderations", "rerank": "rerank", "realtime": "realtime",
    "ocr": "ocr", "evals": "evals", "containers": "containers", "conversations": "conversations",
    "cachedcontents": "cached_contents", "pull": "models", "push": "models", "create": "models", "copy": "models",
    "generateimages": "images", "predict": "predict", "predictions": "predict", "embed": "embeddings",
    "predictlongrunning": "predict", "rawpredict": "predict", "streamrawpredict": "predict",
    "serverstreamingpredict": "predict", "reasoningengines": "predict", "search": "search", "web_search": "search",
    "sessions": "sessions", "layout_parsing": "ocr", "embed-jobs": batches, "async": batches,
    "batchgeneratecontent": batches, "asyncbatchembedcontent": batches, "asyncbatchembedcontents": batches,
    "batchpredictionjobs": batches, "batchinferencejobs": batches, "model-invocation-job": batches,
    "skills": "skills", "libraries": "libraries", "datasets": "datasets",
    "converse": bedrock, "converse-stream": bedrock, "invoke": bedrock, "invoke-with-response-stream": bedrock,
    "invoke-with-bidirectional-stream": bedrock, "async-invoke": bedrock, "retrieveandgenerate": bedrock,
  ]

  /// Kinds of routes at which whatever is sent asks a model something, or has it asked later: their bodies may be forms, sounds, or
  /// the names of files that are at the provider already, and say nothing of it.
  private static let asking: Set = [
    batches, tuning, bedrock, "images", "audio", "videos", "realtime", "rerank", "ocr", "predict", "embeddings",
    "search",
    "sessions",
  ]

  /// Kinds of routes whose bodies are no calls, though they may look like some: what is uploaded, and what OpenAI checks for nothing.
  private static let keeping: Set = ["files", "moderations"]

  /// Whether whatever is sent to a route asks a model something, has it asked later, or costs money as that does.
  ///
  /// - Parameter path: its path without the query.
  public static func asks(path: some StringProtocol) -> Bool {
    asking.contains(name(path: path))
      || ([PathText.parts(path)] + PathText.otherReadings(of: String(path))).contains { asks($0.map(PathText.plain)) }
  }

  /// Some kinds are kept for nothing, and worked on by some of their routes. *Source:* OpenAI's reference: runs of assistants and evals;
  /// a container is paid for from its beginning, and a vector store's search.
  private static func asks(_ names: [String]) -> Bool {
    let before = names.dropLast()
    return switch names.last {
    case "runs": before.contains("threads") || before.contains("evals")
    case "submit_tool_outputs": before.contains("threads") && before.contains("runs")
    case "search": before.contains("vector_stores")
    case "containers": true
    default: false
    }
  }

  /// Whether whatever is sent to a route is only kept or checked there, though it may look like a call: in any reading of its path.
  public static func keeps(path: some StringProtocol) -> Bool {
    if keeping.contains(name(path: path)) { return true }
    return ([PathText.parts(path)] + PathText.otherReadings(of: String(path))).allSatisfy {
      $0.last.map(PathText.plain) == "threads"
    }
  }

  /// The kind of a route.
  ///
  /// - Parameter path: its path without the query.
  public static func name(path: some StringProtocol) -> String {
    for part in PathText.parts(path) {
      let verb = part.split(separator: ":").last.map { $0.lowercased() } ?? ""
      if let kind = kinds[part.lowercased()] ?? kinds[verb] { return kind }
    }
    return other
  }
}
