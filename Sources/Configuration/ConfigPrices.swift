import GuardModel
import TextFormats

/// The prices of models, with those of service tiers and long inputs in tables of their own inside.
extension ConfigReader {
  /// What one of the tables says.
  private struct Part {
    var tier = ServiceTier.standard
    var above: Int64 = 0
    var amounts: [String: Int64] = [:]
    var asOf = ""
  }

  private static let amounts = [
    "input", "output", "cached_input", "cache_write", "cache_write_1h", "reasoning", "audio_input", "audio_output",
  ]
  private static let tiers: [ServiceTier] = [.flex, .priority, .ultrafast, .batch, .fast, .us, .fastInUS]
  private static let lengthMark = "above_"

  mutating func price(_ node: TOMLNode, _ key: String = "price") -> ModelPrice? {
    guard case .table(let body) = node.value else {
      wrongType(node, key, "a table of prices")
      return nil
    }
    var variants: [Part] = []
    let own = part(body, Part(), &variants)
    guard let input = own.amounts["input"], let output = own.amounts["output"] else {
      // An amount that cannot be read has been reported at its own place.
      if body["input"] != nil, body["output"] != nil { return nil }
      problem(
        node, "a price needs 'input' and 'output'",
        hint: "{ input = 2.50, output = 10.00 }, in dollars per million tokens")
      return nil
    }
    let amounts = own.amounts
    var price = ModelPrice(
      inputMicroUSDPerMillion: input, outputMicroUSDPerMillion: output,
      cachedInputMicroUSDPerMillion: amounts["cached_input"], cacheWriteMicroUSDPerMillion: amounts["cache_write"],
      cacheWriteHourMicroUSDPerMillion: amounts["cache_write_1h"], reasoningMicroUSDPerMillion: amounts["reasoning"],
      audioInputMicroUSDPerMillion: amounts["audio_input"], audioOutputMicroUSDPerMillion: amounts["audio_output"],
      webSearchMicroUSD: amounts["web_search"].flatMap { try? Amount.scaledUp($0, by: 1, over: 1000) },
      toolUseMicroUSD: amounts["tool_use"].flatMap { try? Amount.scaledUp($0, by: 1, over: 1000) }, asOf: own.asOf,
      source: "config")
    // Those of other tiers take from the standard one what they do not state, and longer ones from the shorter: in a table the
    // order says nothing.
    let standard = variants.filter { $0.tier == .standard }.sorted { $0.above < $1.above }
    for part in standard + variants.filter({ $0.tier != .standard }) {
      price.vary(
        part.tier, above: part.above, input: part.amounts["input"], output: part.amounts["output"],
        cachedInput: part.amounts["cached_input"], cacheWrite: part.amounts["cache_write"],
        cacheWriteHour: part.amounts["cache_write_1h"], reasoning: part.amounts["reasoning"],
        audioInput: part.amounts["audio_input"], audioOutput: part.amounts["audio_output"])
    }
    return price
  }

  /// Reads one of the tables, and those inside it.
  private mutating func part(_ body: TOMLTable, _ place: Part, _ variants: inout [Part]) -> Part {
    var part = place
    let isTop = place.tier == .standard && place.above == 0
    let known =
      Self.amounts + (isTop ? ["web_search", "tool_use", "as_of"] + Self.tiers.map(\.rawValue) : [])
      + (place.above == 0 ? ["above_200k"] : [])
    for entry in body.entries {
      if let inner = inner(entry.key, of: place) {
        guard case .table(let table) = entry.node.value else {
          problem(
            entry.node, "'\(entry.key)' is not a table of prices",
            hint: "write it like \(entry.key) = { input = 1.25, output = 5.00 }, in dollars per million tokens")
          continue
        }
        let read = self.part(table, inner, &variants)
        variants.append(read)
      } else if !known.contains(entry.key) {
        let nearest = Nearest.name(to: entry.key, among: known).map { "did you mean '\($0)'? " } ?? ""
        problem(
          TOMLNode(entry.node.value, at: entry.keyPosition), "unknown key '\(entry.key)' in a price",
          hint: nearest + "known here: \(known.joined(separator: ", "))")
      } else if entry.key == "as_of" {
        if case .dateTime(let date) = entry.node.value {
          part.asOf = date.description
        } else {
          part.asOf = string(entry.node, "as_of") ?? ""
        }
      } else if let text = decimal(entry.node), let amount = PriceText.microUSDPerMillion(text) {
        part.amounts[entry.key] = amount
        if amount > ModelPrice.mostMicroUSDPerMillion, Self.amounts.contains(entry.key) {
          problem(
            entry.node, "'\(entry.key)' is \(text) dollars per million tokens: no call could be charged with that",
            hint: "such as 2.50")
        }
      } else {
        let unit =
          ["web_search": "thousand searches", "tool_use": "thousand uses"][entry.key] ?? "million tokens"
        problem(entry.node, "'\(entry.key)' is not a price in dollars per \(unit)", hint: "such as 2.50")
      }
    }
    return part
  }

  /// What a table inside of another is for; `nil` where its key names none. A tier is divided by lengths, not the other way
  /// round: so there is one way to write it.
  private func inner(_ key: String, of place: Part) -> Part? {
    if place.above > 0 { return nil }
    if key.hasPrefix(Self.lengthMark) {
      let text = key.dropFirst(Self.lengthMark.count)
      let digits = text.hasSuffix("k") ? text.dropLast() : text
      guard digits.count < 12, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits),
        number > 0
      else { return nil }
      return Part(tier: place.tier, above: text.hasSuffix("k") ? number * 1000 : number)
    }
    guard place.tier == .standard, let tier = Self.tiers.first(where: { $0.rawValue == key }) else { return nil }
    return Part(tier: tier)
  }
}

extension Settings {
  /// A price as TOML writes it.
  static func text(_ price: ModelPrice) -> String {
    func long(_ tier: ServiceTier) -> [String] {
      price.variants.filter { $0.serviceTier == tier && $0.aboveInputTokens > 0 }
        .map { "above_\($0.lengthText) = { \(amounts($0.price).joined(separator: ", ")) }" }
    }
    var parts = amounts(price)
    if let search = price.webSearchMicroUSD.flatMap({ try? Amount.scaledUp($0, by: 1000, over: 1) }) {
      parts.append("web_search = \(Decimal.text(search, decimals: 6))")
    }
    if let use = price.toolUseMicroUSD.flatMap({ try? Amount.scaledUp($0, by: 1000, over: 1) }) {
      parts.append("tool_use = \(Decimal.text(use, decimals: 6))")
    }
    parts += long(.standard)
    for variant in price.variants where variant.aboveInputTokens == 0 {
      let own = amounts(variant.price) + long(variant.serviceTier)
      parts.append("\(variant.serviceTier.rawValue) = { \(own.joined(separator: ", ")) }")
    }
    if !price.asOf.isEmpty { parts.append("as_of = \(TOMLWriter.string(price.asOf))") }
    return "{ " + parts.joined(separator: ", ") + " }"
  }

  private static func amounts(_ price: ModelPrice) -> [String] {
    let amounts = [
      ("input", price.inputMicroUSDPerMillion), ("output", price.outputMicroUSDPerMillion),
      ("cached_input", price.cachedInputMicroUSDPerMillion), ("cache_write", price.cacheWriteMicroUSDPerMillion),
      ("cache_write_1h", price.cacheWriteHourMicroUSDPerMillion), ("reasoning", price.reasoningMicroUSDPerMillion),
      ("audio_input", price.audioInputMicroUSDPerMillion), ("audio_output", price.audioOutputMicroUSDPerMillion),
    ]
    return amounts.compactMap { name, amount in amount.map { "\(name) = \(Decimal.text($0, decimals: 6))" } }
  }
}
