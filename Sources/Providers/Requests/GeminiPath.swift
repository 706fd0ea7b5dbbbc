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

  private static let folders: Set = ["models", tuned, endpoints]

  /// A word of these, however it is written.
  private static func known(_ word: String, _ words: Set<String>) -> String? {
    if words.contains(word) { return word }
    let plain = PathText.plain(word)
    return words.first { $0.lowercased() == plain }
  }

  init?(_ parts: [String]) {
    guard let last = parts.last.map(PathText.bare), let colon = last.lastIndex(of: ":"),
      let folder = parts.dropLast().last.flatMap({ Self.known($0, Self.folders) }),
      let verb = Self.known(String(last[last.index(after: colon)...]), Self.verbs)
    else { return nil }
    let name = String(last[..<colon])
    if name.isEmpty { return nil }
    model = folder == "models" ? name : "\(folder)/\(name)"
    self.verb = verb
  }
}
