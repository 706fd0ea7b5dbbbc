/// Requests to providers that cost no tokens, such as lists of models.
public enum FreeRoutes {
  /// How the paths of such requests end, and the parts that may stand before. *Source:* the providers' references.
  private static let ends: [String: Set<String>] = [
    "count_tokens": ["messages"], "input_tokens": ["responses"], "show": ["api"],
    "tokenize": ["", "v1", "v2", "api", "extras"], "detokenize": ["", "v1", "v2", "api", "extras"],
  ]
  private static let geminiEnds = [":countTokens", ":batchGet"]
  private static let methods: Set = ["GET", "HEAD", "OPTIONS", "DELETE"]

  /// Whether a request is known to cost nothing.
  ///
  /// - Parameters:
  ///   - method: its method.
  ///   - path: its path without the query.
  public static func contain(method: String, path: some StringProtocol) -> Bool {
    if methods.contains(method) { return true }
    let parts = PathText.parts(path)
    guard method == "POST", let last = parts.last else { return false }
    let before = parts.dropLast().last.map(PathText.plain) ?? ""
    return ends[PathText.plain(last)]?.contains(before) == true || geminiEnds.contains { last.hasSuffix($0) }
  }
}
