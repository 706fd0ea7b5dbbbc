/// The model in a path of Vertex's that takes a call in the form of the model's own maker:
/// `…/publishers/PUBLISHER/models/MODEL:rawPredict`.
///
/// *Source:* Google's references of Claude and of Mistral on Vertex AI.
struct VertexPath {
  let model: String
  /// The form of a call.
  let format: WireFormat

  private static let formats = ["anthropic": WireFormat.anthropicMessages, "mistralai": .openAIChat]
  private static let verbs: Set = ["rawPredict", "streamRawPredict"]
  /// A model of Claude's that only counts, and takes nothing.
  static let counter = "count-tokens"

  init?(_ parts: [String]) {
    guard parts.count >= 4, parts[parts.count - 2] == "models", parts[parts.count - 4] == "publishers",
      let format = Self.formats[parts[parts.count - 3]], let last = parts.last.map(PathText.bare),
      let colon = last.lastIndex(of: ":")
    else { return nil }
    model = String(last[..<colon])
    self.format = format
    guard Self.verbs.contains(String(last[last.index(after: colon)...])), !model.isEmpty, model != Self.counter else {
      return nil
    }
  }
}
