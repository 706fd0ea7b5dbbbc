import TextFormats

/// Names in a call's body that not all servers read alike: what one of them is asked is not what another one is.
enum AmbiguousNames {
  /// Members that say what a call takes.
  private static let deciding = PromptCounter.promptKeys.union([
    "model", "n", "best_of", "stream", "stream_options", "background", "service_tier", "options", "context",
    "max_tokens", "max_completion_tokens", "max_output_tokens", "max_tokens_to_sample",
  ])

  /// Members that hold some of what decides.
  private static let holders = ["options", "stream_options", "generationConfig", "generation_config"]

  /// What is wrong with a body, for a person; `nil` where all servers read it alike.
  ///
  /// - Parameters:
  ///   - object: the body, read.
  ///   - body: the same, as it came.
  static func fault(in object: JSONObject, _ body: [UInt8]) -> String? {
    for (name, _) in object.members where isDisguised(name) {
      return "some servers read its '\(name)' as '\(folded(name))', and others do not"
    }
    return hasRepeatedName(object, body) ? repeated(body) : nil
  }

  /// Whether a name is another one's than it says to servers that do not look at letter case. *Source:* the documentation of Go's
  /// `encoding/json`, with which Ollama reads.
  private static func isDisguised(_ name: String) -> Bool {
    if name.utf8.allSatisfy({ $0 < 0x80 && !(0x41...0x5A).contains($0) }) { return false }
    return deciding.contains(folded(name))
  }

  /// What differs in letter case alone is the same in capitals: so are `k` and the sign of kelvin, `s` and the long one.
  private static func folded(_ name: String) -> String { name.uppercased().lowercased() }

  /// Whether a name stands twice where names say what a call takes. *Source:* RFC 8259, section 4: which of the two counts differs
  /// from reader to reader.
  private static func hasRepeatedName(_ object: JSONObject, _ body: [UInt8]) -> Bool {
    if object.hadRepeatedKey, repeatsWhatDecides(body) { return true }
    for (name, value) in object.members where holders.contains(name) {
      if value.objectValue?.hadRepeatedKey == true { return true }
    }
    return false
  }

  /// Whether one of the names that stand twice decides; one that is written unusually may be any.
  private static func repeatsWhatDecides(_ body: [UInt8]) -> Bool {
    var (seen, isFound) = (Set<String>(), false)
    let isPlain = JSONWalk.over(body) { walk throws(JSONWalk.GivenUp) in
      try walk.object { walk, key throws(JSONWalk.GivenUp) in
        let name = String(decoding: key, as: UTF8.self)
        if deciding.contains(name) || holders.contains(name), !seen.insert(name).inserted { isFound = true }
        try walk.pass()
      }
    }
    return isFound || !isPlain
  }

  private static func repeated(_ body: [UInt8]) -> String {
    let said = "of two equal names in the body some servers read the first, and others the last"
    var options = JSONParser.Options.lenient
    options.allowsDuplicateKeys = false
    do throws(TextFormatError) { _ = try JSONParser.parse(body, options: options) } catch { return "\(said): \(error)" }
    return said
  }
}
