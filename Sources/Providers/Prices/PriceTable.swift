import GuardModel
import TextFormats

/// Prices of models from several sources; the first source that knows a model counts.
public struct PriceTable: Hashable, Sendable {
  /// Prices by model name, the most trusted source first.
  public var layers: [[String: ModelPrice]]

  /// Makes a table of layers over the built-in one.
  public init(_ layers: [[String: ModelPrice]] = []) { self.layers = layers }

  /// The price of a model by its whole name, or by its name without the provider before the slash (`openai/gpt-4o`).
  /// Never by a part of a name: `gpt-4o-future` is not `gpt-4o`. An unknown price is `nil`, not zero.
  public func price(of model: String) -> ModelPrice? {
    if let price = own(model) { return price }
    var name = model
    if let slash = model.utf8.firstIndex(of: UInt8(ascii: "/")) {
      name = String(model[model.utf8.index(after: slash)...])
      if let price = own(name) { return price }
    }
    return Self.makersSpelling(of: name).flatMap(own)
  }

  /// The whole name of Anthropic's models as their maker writes it, where others sell them by another spelling and at the same
  /// price; `nil` for all others.
  ///
  /// *Source:* Google's documentation of Claude on Vertex AI (`claude-sonnet-4-5@20250929`); OpenRouter's list of models
  /// (`anthropic/claude-sonnet-4.5`).
  private static func makersSpelling(of name: String) -> String? {
    guard name.hasPrefix("claude-"), name.utf8.contains(where: { $0 == 0x40 || $0 == 0x2E }) else { return nil }
    return String(decoding: name.utf8.map { $0 == 0x40 || $0 == 0x2E ? 0x2D : $0 }, as: UTF8.self)
  }

  private func own(_ name: String) -> ModelPrice? {
    for layer in layers { if let price = layer[name] { return price } }
    return BuiltInPrices.price(of: name)
  }

  /// All known models and their prices, by name.
  public var all: [(model: String, price: ModelPrice)] {
    let names = Set(layers.flatMap(\.keys) + BuiltInPrices.all.keys).sorted()
    return names.compactMap { name in price(of: name).map { (name, $0) } }
  }
}

/// Reads the price list that LiteLLM ships, and writes and reads the file that keeps imported prices.
public enum PriceImport {
  /// Why a file cannot be imported.
  public struct Failure: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let description: String
  }

  /// What writes nothing, and so needs no price for it. *Source:* the `mode` of LiteLLM's list.
  private static let silentModes: Set = ["embedding", "rerank", "moderation"]

  /// The tiers and what the list's keys end in, the standard one first.
  private static let tiers: [(ServiceTier, suffix: String)] = [
    (.standard, ""), (.flex, "_flex"), (.priority, "_priority"), (.ultrafast, "_ultrafast"), (.batch, "_batches"),
  ]

  /// The 200,000 of `input_cost_per_token_above_200k_tokens` and all that end in it and a tier.
  private static func length(in key: String) -> Int64? {
    guard
      let rest = ["input", "output"].lazy.compactMap({ rest(of: key, behind: "\($0)_cost_per_token_above_") }).first
    else { return nil }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard rest.dropFirst(digits.count).hasPrefix("k_tokens"), digits.count < 7 else { return nil }
    return Int64(digits).flatMap { $0 > 0 ? $0 * 1000 : nil }
  }

  private static func rest(of key: String, behind prefix: String) -> Substring? {
    key.hasPrefix(prefix) ? key.dropFirst(prefix.count) : nil
  }

  /// The text models of a LiteLLM price list. Models without a price for tokens (images, audio by the minute) are
  /// skipped, as are entries that cannot be read, and models that write at a price that is not stated.
  ///
  /// - Parameters:
  ///   - bytes: the JSON file.
  ///   - source: what the prices are marked with.
  ///   - asOf: the day they are of.
  /// - Throws: `Failure` when the file is not such a list, or a price in it cannot be one.
  public static func liteLLM(
    _ bytes: [UInt8], source: String, asOf: String
  ) throws(Failure) -> (prices: [String: ModelPrice], skipped: Int) {
    let members = try object(bytes).members
    var prices: [String: ModelPrice] = [:]
    for (name, entry) in members {
      if let fault = absurdPrice(of: name, entry) { throw Failure(description: fault) }
      func price(_ key: String) -> Int64? {
        // Dollars per token to millionths of a dollar per million tokens: twelve decimals.
        entry[key]?.numberValue.flatMap { MoneyText.scaled($0.text, decimals: 12) }
      }
      let written = entry["output_cost_per_token"]
      let isSilent = (written ?? .null) == .null && silentModes.contains(entry["mode"]?.stringValue ?? "")
      guard let input = price("input_cost_per_token"), let output = isSilent ? 0 : price("output_cost_per_token"),
        (try? Name.check("model", name)) != nil
      else { continue }
      var known = ModelPrice(
        inputMicroUSDPerMillion: input, outputMicroUSDPerMillion: output,
        cachedInputMicroUSDPerMillion: price("cache_read_input_token_cost"),
        cacheWriteMicroUSDPerMillion: price("cache_creation_input_token_cost"),
        cacheWriteHourMicroUSDPerMillion: price("cache_creation_input_token_cost_above_1hr"),
        reasoningMicroUSDPerMillion: price("output_cost_per_reasoning_token"),
        audioInputMicroUSDPerMillion: price("input_cost_per_audio_token"),
        audioOutputMicroUSDPerMillion: price("output_cost_per_audio_token"),
        // Searches have sizes; the middle one is made when none is stated.
        webSearchMicroUSD: entry["search_context_cost_per_query"]?["search_context_size_medium"]?.numberValue.flatMap {
          MoneyText.microUSD($0.text)
        }, asOf: asOf, source: source)
      let lengths = Set((entry.objectValue?.members ?? []).compactMap { length(in: $0.0) }).sorted()
      for (tier, suffix) in tiers {
        for above in [0] + lengths {
          let end = (above == 0 ? "" : "_above_\(above / 1000)k_tokens") + suffix
          let (input, output) = (price("input_cost_per_token" + end), price("output_cost_per_token" + end))
          if end.isEmpty || input == nil && output == nil { continue }
          // What costs nothing apart otherwise has no price of its own here: where the list says so, it is a slip.
          let write =
            known.cacheWriteMicroUSDPerMillion == nil ? nil : price("cache_creation_input_token_cost" + end)
          known.vary(
            tier, above: above, input: input, output: output, cachedInput: price("cache_read_input_token_cost" + end),
            cacheWrite: write, cacheWriteHour: price("cache_creation_input_token_cost_above_1hr" + end),
            reasoning: price("output_cost_per_reasoning_token" + end),
            audioInput: price("input_cost_per_audio_token" + end),
            audioOutput: price("output_cost_per_audio_token" + end))
        }
      }
      if let times = entry["provider_specific_entry"]?.objectValue {
        func thousandths(_ key: String) -> Int64? {
          times[key]?.numberValue.flatMap { MoneyText.scaled($0.text, decimals: 3) }
        }
        known.vary(fast: thousandths("fast"), us: thousandths("us"))
      }
      prices[name] = known
    }
    if prices.isEmpty { throw Failure(description: "it holds no model with 'input_cost_per_token'") }
    return (prices, members.count - prices.count)
  }

  /// What is wrong with an entry one of whose prices per token no call could be charged with; `nil` where that is none.
  private static func absurdPrice(of name: String, _ entry: JSONValue) -> String? {
    for (key, value) in entry.objectValue?.members ?? [] where key.contains("cost") && key.contains("token") {
      guard let text = value.numberValue?.text else { continue }
      let exact = MoneyText.scaled(text, decimals: 12)
      // What does not fit is too much, or too little, or less than nothing.
      guard exact.map({ $0 > ModelPrice.mostMicroUSDPerMillion }) ?? ((Double(text) ?? 0) > 1) else { continue }
      return "'\(key)' of '\(name)' is \(text) dollars for each token: no call could be charged with that"
    }
    return nil
  }

  /// Prices as JSON, as the file that keeps imported ones has them.
  ///
  /// - Parameter isShort: whether what is unknown is left out, and not `null`. Every run reads the file.
  public static func encode(_ prices: [String: ModelPrice], isShort: Bool = false) -> String {
    var models = JSONObject()
    for (name, price) in prices.sorted(by: { $0.key < $1.key }) {
      var model = amounts(of: price)
      model["web_search_micro_usd"] = .int(price.webSearchMicroUSD)
      if let use = price.toolUseMicroUSD { model["tool_use_micro_usd"] = .int(use) }
      model["as_of"] = .string(price.asOf)
      model["source"] = .string(price.source)
      if !price.variants.isEmpty {
        model["variants"] = .array(
          price.variants.map { variant in
            var entry = stated(amounts(of: variant.price))
            entry["service_tier"] = .string(variant.serviceTier.rawValue)
            entry["above_input_tokens"] = .int(variant.aboveInputTokens)
            return .object(entry)
          })
      }
      models[name] = .object(isShort ? stated(model) : model)
    }
    return JSONWriter.pretty(["schema": 1, "models": .object(models)])
  }

  private static func stated(_ object: JSONObject) -> JSONObject {
    JSONObject(object.members.filter { $0.value != .null }.map { ($0.key, $0.value) })
  }

  private static func amounts(of price: ModelPrice) -> JSONObject {
    JSONObject([
      ("input_micro_usd_per_million", .int(price.inputMicroUSDPerMillion)),
      ("output_micro_usd_per_million", .int(price.outputMicroUSDPerMillion)),
      ("cached_input_micro_usd_per_million", .int(price.cachedInputMicroUSDPerMillion)),
      ("cache_write_micro_usd_per_million", .int(price.cacheWriteMicroUSDPerMillion)),
      ("cache_write_1h_micro_usd_per_million", .int(price.cacheWriteHourMicroUSDPerMillion)),
      ("reasoning_micro_usd_per_million", .int(price.reasoningMicroUSDPerMillion)),
      ("audio_input_micro_usd_per_million", .int(price.audioInputMicroUSDPerMillion)),
      ("audio_output_micro_usd_per_million", .int(price.audioOutputMicroUSDPerMillion)),
    ])
  }

  /// Reads the file that keeps imported prices.
  ///
  /// - Throws: `Failure` when the file is damaged.
  public static func decode(_ bytes: [UInt8]) throws(Failure) -> [String: ModelPrice] {
    guard let models = try object(bytes)["models"]?.objectValue else {
      throw Failure(description: "it has no 'models'")
    }
    var prices: [String: ModelPrice] = [:]
    for (name, entry) in models.members {
      func price(_ key: String, _ entry: JSONValue) throws(Failure) -> Int64? {
        guard let value = entry[key], value != .null else { return nil }
        guard let price = value.int64Value, price >= 0 else {
          throw Failure(description: "'\(key)' of '\(name)' is not a price")
        }
        // Earlier versions took any from a list.
        if price > ModelPrice.mostMicroUSDPerMillion, key != "above_input_tokens" {
          throw Failure(description: "'\(key)' of '\(name)' is \(price): no call could be charged with that")
        }
        return price
      }
      guard let input = try price("input_micro_usd_per_million", entry),
        let output = try price("output_micro_usd_per_million", entry)
      else { throw Failure(description: "a price of '\(name)' is missing") }
      var known = ModelPrice(
        inputMicroUSDPerMillion: input, outputMicroUSDPerMillion: output,
        cachedInputMicroUSDPerMillion: try price("cached_input_micro_usd_per_million", entry),
        cacheWriteMicroUSDPerMillion: try price("cache_write_micro_usd_per_million", entry),
        cacheWriteHourMicroUSDPerMillion: try price("cache_write_1h_micro_usd_per_million", entry),
        reasoningMicroUSDPerMillion: try price("reasoning_micro_usd_per_million", entry),
        audioInputMicroUSDPerMillion: try price("audio_input_micro_usd_per_million", entry),
        audioOutputMicroUSDPerMillion: try price("audio_output_micro_usd_per_million", entry),
        webSearchMicroUSD: try price("web_search_micro_usd", entry),
        toolUseMicroUSD: try price("tool_use_micro_usd", entry),
        asOf: entry["as_of"]?.stringValue ?? "", source: entry["source"]?.stringValue ?? "")
      for variant in entry["variants"]?.arrayValue ?? [] {
        // A tier that another version knows is none of this one's.
        guard let tier = variant["service_tier"]?.stringValue.flatMap(ServiceTier.init(rawValue:)) else { continue }
        known.vary(
          tier, above: try price("above_input_tokens", variant) ?? 0,
          input: try price("input_micro_usd_per_million", variant),
          output: try price("output_micro_usd_per_million", variant),
          cachedInput: try price("cached_input_micro_usd_per_million", variant),
          cacheWrite: try price("cache_write_micro_usd_per_million", variant),
          cacheWriteHour: try price("cache_write_1h_micro_usd_per_million", variant),
          reasoning: try price("reasoning_micro_usd_per_million", variant),
          audioInput: try price("audio_input_micro_usd_per_million", variant),
          audioOutput: try price("audio_output_micro_usd_per_million", variant))
      }
      prices[name] = known
    }
    return prices
  }

  private static func object(_ bytes: [UInt8]) throws(Failure) -> JSONObject {
    do {
      guard let object = try JSONParser.parse(bytes, options: .lenient).objectValue else {
        throw Failure(description: "it is not a JSON object")
      }
      return object
    } catch let error as TextFormatError {
      throw Failure(description: error.description)
    } catch { throw Failure(description: "it is not a JSON object") }
  }
}
