import TextFormats

/// Whether an answer depends on what the provider looks up while it answers, and nobody here has seen: the same call may have
/// another answer tomorrow.
enum LookedUp {
  /// Members with which a provider searches. *Source:* OpenRouter's documentation, "Web Search" (`plugins`); xAI's, "Live Search"
  /// (`search_parameters`); Alibaba's, "Web search" (`enable_search`); Azure's, "On your data" (`data_sources`); Cohere's
  /// (`connectors`).
  static let members: Set = ["plugins", "search_parameters", "enable_search", "data_sources", "connectors"]

  /// Words of the names of models that search by themselves. *Source:* OpenAI's documentation, "Web search" and "Deep research";
  /// Perplexity's, "Sonar"; Groq's, "Compound"; OpenRouter's, "Web Search" (`:online`).
  private static let searching: Set = ["search", "research", "sonar", "compound", "online"]

  /// Whether a model looks up by itself what it answers.
  static func isBy(model: String) -> Bool {
    model.lowercased().utf8.split { [0x2D, 0x2F, 0x3A, 0x5F].contains($0) }.contains { word in
      searching.contains { $0.utf8.elementsEqual(word) }
    }
  }

  /// Whether something stands in a call as an address, behind which it may be another one now.
  static func holdsAddress(_ value: JSONValue) -> Bool {
    switch value {
    case .object(let object):
      object.members.contains { name, value in
        guard case .string(let text) = value else { return holdsAddress(value) }
        switch name {
        case "role", "type", "text", "content", "thinking": return false
        default: return names(name) ? isElsewhere(text) : isWeb(text)
        }
      }
    case .array(let elements): elements.contains(where: holdsAddress)
    default: false
    }
  }

  /// `url`, `image_url`, `file_url`, `fileUri`, `file_uri`, in whichever capitals. *Source:* the providers' references.
  private static func names(_ name: String) -> Bool {
    let end = name.utf8.suffix(3).map { $0 | 0x20 }
    return end.elementsEqual("url".utf8) || end.elementsEqual("uri".utf8)
  }

  /// Whether a value is an address of the web, by whichever name but a text's: OpenRouter takes one as `file_data`.
  private static func isWeb(_ text: String) -> Bool {
    let beginning = text.utf8.prefix(8).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return beginning.starts(with: "https://".utf8) || beginning.starts(with: "http://".utf8)
  }

  /// Whether an address leads away: what stands in `data:` is there.
  private static func isElsewhere(_ text: String) -> Bool {
    !text.isEmpty && !text.utf8.prefix(5).map { $0 | 0x20 }.elementsEqual("data:".utf8)
  }
}
