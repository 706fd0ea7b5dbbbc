/// Names the kind of a route that nobody can meter. Paths may hold anything, keys and names included; of a kind there are few.
public enum RouteKind {
  private static let batches = "batches"
  /// The kind of all others.
  public static let other = "other"

  /// Parts of paths and verbs that tell a kind. *Source:* the providers' references.
  private static let kinds: [String: String] = [
    "images": "images", "audio": "audio", "speech": "audio", "transcriptions": "audio", "video": "videos",
    "videos": "videos", "batches": batches, "batch": batches, "files": "files", "uploads": "files",
    "fine_tuning": "fine_tuning",
    "fine-tuning": "fine_tuning", "fine-tunes": "fine_tuning", "assistants": "assistants", "threads": "assistants",
    "vector_stores": "vector_stores", "moderations": "moderations", "rerank": "rerank", "realtime": "realtime",
    "ocr": "ocr", "evals": "evals", "containers": "containers", "conversations": "conversations",
    "cachedcontents": "cached_contents", "pull": "models", "push": "models", "create": "models", "copy": "models",
    "generateimages": "images", "predict": "predict", "predictions": "predict", "embed": "embeddings",
    "predictlongrunning": "predict",
    "batchgeneratecontent": batches, "asyncbatchembedcontent": batches, "asyncbatchembedcontents": batches,
    "batchpredictionjobs": batches, "batchinferencejobs": batches, "model-invocation-job": batches,
    "converse": "bedrock",
    "converse-stream": "bedrock", "invoke": "bedrock",
  ]

  /// Kinds of routes at which whatever is sent asks a model something, or has it asked later: their bodies may be forms, sounds, or
  /// the names of files that are at the provider already, and say nothing of it.
  public static let asking: Set = [
    batches, "images", "audio", "videos", "realtime", "rerank", "ocr", "predict", "bedrock", "embeddings",
  ]

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
