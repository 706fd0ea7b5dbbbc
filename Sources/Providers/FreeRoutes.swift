/// Requests to providers that cost no tokens, such as lists of models.
public enum FreeRoutes {
  /// How the paths of such requests end. *Source:* the providers' references.
  private static let ends: Set = ["count_tokens", "input_tokens", "tokenize", "detokenize", "show"]
  private static let geminiEnds = [":countTokens", ":batchGet"]
  private static let methods: Set = ["GET", "HEAD", "OPTIONS", "DELETE"]

  /// Whether a request is known to cost nothing.
  ///
  /// - Parameters:
  ///   - method: its method.
  ///   - path: its path without the query.
  public static func contain(method: String, path: some StringProtocol) -> Bool {
    if methods.contains(method) { return true }
    guard method == "POST", let last = PathText.parts(path).last else { return false }
    return ends.contains(last) || geminiEnds.contains { last.hasSuffix($0) }
  }
}
