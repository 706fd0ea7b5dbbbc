import Providers

/// The path of a base, as clients have it before their calls.
///
/// A variable has one value, and not all its clients want the same: one adds the path of the base itself, another expects it
/// there. No provider answers at the paths that come of a value that was meant for the other.
///
/// *Source:* the clients, each run against a recording server: `GROQ_API_BASE` is a base without a path to langchain-groq 1.x, and
/// with `/openai/v1` to LiteLLM; `FIREWORKS_API_BASE` has no `/v1` to langchain-fireworks 1.x, and has to LiteLLM;
/// `FIREWORKS_BASE_URL` is to Fireworks' own SDK 1.x a server that has calls at `/v1` (its own has them
/// at `/inference/v1`, and accounts at `/v1`); `CEREBRAS_BASE_URL` ends in `/v1` to CrewAI, and does not to Cerebras' own SDK.
struct BasePath: Hashable {
  /// The path, without a slash at its end; empty for none.
  private let path: String
  /// How it ends, the longest first: `/inference/v1`, `/v1`.
  private let ends: [Substring]

  /// The calls that are this base's where they stand right behind its server.
  private let bare: Set<String>

  /// - Parameters:
  ///   - isOwn: whether it is a path of one's own: below it anything may stand, and nothing of it is doubled.
  ///   - isKnown: whether it is a known provider's, wherever it is.
  init(_ path: String, isOwn: Bool = false, isKnown: Bool = true) {
    self.path = path
    bare = isKnown ? Self.bare : Self.bareEverywhere
    ends = isOwn ? [] : path.indices.filter { path[$0] == "/" }.map { path[$0...] }
  }

  /// Calls that may stand right behind a base.
  private static let bare = bareEverywhere.union(["/completions", "/embeddings"])
  /// Those of which no server has another form at its root. *Source:* llama.cpp's server, whose `/completions` and `/embeddings` are not
  /// what it has below `/v1`.
  private static let bareEverywhere: Set = ["/chat/completions", "/responses"]

  /// The target that a client means: the path of the base is there once, and all of it is before a call.
  ///
  /// - Parameter target: the path and the query as they came.
  func meant(_ target: String) -> String {
    if path.isEmpty { return target }
    if target.hasPrefix(path + "/") {
      let rest = target[target.utf8.index(target.startIndex, offsetBy: path.utf8.count)...]
      // Nearly all are as they should be.
      guard let twice = ends.first(where: { rest.hasPrefix($0 + "/") }) else { return target }
      return path + rest.dropFirst(twice.count)
    }
    let called = target.prefix { $0 != "?" }
    if bare.contains(String(called)) { return path + target }
    // What begins as the base ends: `/v1/chat/completions` behind `/inference/v1`.
    guard WireFormat.of(method: "POST", path: called) != nil,
      let end = ends.dropFirst().first(where: { target.hasPrefix($0 + "/") })
    else { return target }
    return path.dropLast(end.count) + target
  }
}
