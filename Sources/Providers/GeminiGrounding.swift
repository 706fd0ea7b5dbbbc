import TextFormats

/// What a reply of Gemini's shows of its searches of the web and of Google's map, in one piece or part by part.
///
/// *Source:* its documentation, "Grounding with Google Search" and "Grounding with Google Maps", and its pricing: models of the
/// generations 1 and 2 are charged once for a prompt, later ones for each query, the empty ones and those asked before left out.
struct GeminiGrounding {
  /// Searches of the web.
  var searches: Int64 { charged(billed.map { $0.searches } ?? (isOfMapAlone ? 0 : asked)) }

  /// Other tools that are charged. A map that says no query was used once at least.
  var others: Int64 {
    if let billed { return charged(billed.maps) &+ billed.others }
    return usesMap ? charged(isOfMapAlone ? max(1, asked) : 1) : 0
  }

  private var queries: Set<String> = []
  private var asked: Int64 { Int64(queries.count) }
  private var usesMap = false
  private var usesWeb = false
  private var model: String?
  /// What the usage says is billed, where it does.
  private var billed: (searches: Int64, maps: Int64, others: Int64)?

  /// The queries of an answer that only a map stands behind are the map's: they stand where those of the web do.
  private var isOfMapAlone: Bool { usesMap && !usesWeb }

  private func charged(_ uses: Int64) -> Int64 { uses > 1 && isOnce ? 1 : uses }

  private var isOnce: Bool {
    let name = model?.split(separator: "/").last ?? ""
    return name.hasPrefix("gemini-1") || name.hasPrefix("gemini-2")
  }

  /// Takes in a part of a reply; in a stream the same may be told again.
  mutating func read(_ part: JSONValue, model: String?) {
    let (candidates, usage) = (part["candidates"], part["usageMetadata"])
    if candidates == nil, usage == nil { return }
    self.model = model
    if let calls = usage?["billedToolCalls"]?.arrayValue { read(billed: calls) }
    for candidate in candidates?.arrayValue ?? [] {
      guard let grounding = candidate["groundingMetadata"] else { continue }
      for query in grounding["webSearchQueries"]?.arrayValue ?? [] {
        if let text = query.stringValue, text.contains(where: { !$0.isWhitespace }) { queries.insert(text) }
      }
      let chunks = grounding["groundingChunks"]?.arrayValue ?? []
      if grounding["googleMapsWidgetContextToken"]?.stringValue != nil || chunks.contains(where: { $0["maps"] != nil })
      {
        usesMap = true
      }
      if grounding["searchEntryPoint"] != nil || chunks.contains(where: { $0["web"] != nil }) { usesWeb = true }
    }
  }

  private mutating func read(billed calls: [JSONValue]) {
    var sums: (searches: Int64, maps: Int64, others: Int64) = (0, 0, 0)
    for call in calls {
      // What is no count is left out, and more than any call has is not believed.
      guard let count = call["successfulToolCallCount"]?.int64Value, UsageCounts.possibleUses.contains(count) else {
        continue
      }
      let tool = call["tool"]?.stringValue?.uppercased() ?? ""
      if tool.contains("MAPS") {
        sums.maps &+= count
      } else if tool.contains("GOOGLE_SEARCH") || tool.contains("WEB_SEARCH") {
        sums.searches &+= count
      } else {
        sums.others &+= count
      }
    }
    billed = sums
  }
}
