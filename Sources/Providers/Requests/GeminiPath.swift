/// The model and the verb in a path of Gemini's.
struct GeminiPath {
  let model: String
  let verb: String

  /// Where the models are that somebody has tuned. *Source:* Google's reference of the Gemini interface,
  /// `tunedModels.generateContent`; where Vertex has them, `projects.locations.endpoints.generateContent`.
  static let tuned = "tunedModels"
  static let endpoints = "endpoints"

  /// Where models stand that are nobody's own, beside a folder of one's own.
  static let common = [tuned: "models", endpoints: "publishers/google/models"]

  /// Verbs that cost tokens.
  static let verbs: Set = ["generateContent", "streamGenerateContent", "embedContent", "batchEmbedContents"]

  init?(_ parts: [String]) {
    guard let last = parts.last.map(PathText.bare), let colon = last.lastIndex(of: ":"),
      let folder = parts.dropLast().last,
      folder == "models" || Self.common[folder] != nil
    else { return nil }
    let name = String(last[..<colon])
    model = folder == "models" ? name : "\(folder)/\(name)"
    verb = String(last[last.index(after: colon)...])
    guard Self.verbs.contains(verb), !name.isEmpty else { return nil }
  }
}
