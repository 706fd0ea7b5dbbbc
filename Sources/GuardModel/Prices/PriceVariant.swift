/// What a model costs instead, in a service tier or above a length of the input.
public struct PriceVariant: Hashable, Sendable {
  /// The tier that it is for.
  public let serviceTier: ServiceTier
  /// It holds for the whole of a call that has more input tokens than this; 0 for any.
  public let aboveInputTokens: Int64
  /// The price, which has no variants itself.
  public let price: ModelPrice

  /// Its name for people: `flex`, `above 272k`, `flex above 272k`.
  public var words: String {
    if aboveInputTokens == 0 { return serviceTier.rawValue }
    let length = "above \(lengthText)"
    return serviceTier == .standard ? length : "\(serviceTier.rawValue) \(length)"
  }

  /// The length in short: `272k`, `131072`.
  public var lengthText: String {
    aboveInputTokens % 1000 == 0 ? "\(aboveInputTokens / 1000)k" : String(aboveInputTokens)
  }
}

extension ModelPrice {
  /// Adds a variant, or replaces that of the same tier and length. Those of the standard tier are added first: the others
  /// take from them what they do not state.
  ///
  /// A part that is not stated costs what it costs otherwise, but not more than what it is part of; what an hour in the cache
  /// costs is unknown where writing to it has another price.
  public mutating func vary(
    _ tier: ServiceTier = .standard, above: Int64 = 0, input: Int64?, output: Int64?, cachedInput: Int64? = nil,
    cacheWrite: Int64? = nil, cacheWriteHour: Int64? = nil, reasoning: Int64? = nil, audioInput: Int64? = nil,
    audioOutput: Int64? = nil
  ) {
    var own = variant(of: .standard, inputTokens: above == .max ? above : above + 1).map { variants[$0].price } ?? self
    own.variants = []
    own.inputMicroUSDPerMillion = input ?? own.inputMicroUSDPerMillion
    if own.reasoningMicroUSDPerMillion == own.outputMicroUSDPerMillion { own.reasoningMicroUSDPerMillion = nil }
    own.outputMicroUSDPerMillion = output ?? own.outputMicroUSDPerMillion
    own.cachedInputMicroUSDPerMillion =
      cachedInput ?? own.cachedInputMicroUSDPerMillion.map { min($0, own.inputMicroUSDPerMillion) }
    own.cacheWriteHourMicroUSDPerMillion =
      cacheWriteHour ?? (cacheWrite == nil ? own.cacheWriteHourMicroUSDPerMillion : nil)
    own.cacheWriteMicroUSDPerMillion = cacheWrite ?? own.cacheWriteMicroUSDPerMillion
    own.reasoningMicroUSDPerMillion = reasoning ?? own.reasoningMicroUSDPerMillion
    own.audioInputMicroUSDPerMillion = audioInput ?? own.audioInputMicroUSDPerMillion
    own.audioOutputMicroUSDPerMillion = audioOutput ?? own.audioOutputMicroUSDPerMillion
    variants.removeAll { $0.serviceTier == tier && $0.aboveInputTokens == above }
    variants.append(PriceVariant(serviceTier: tier, aboveInputTokens: above, price: own))
  }

  /// Adds variants of a tier that costs a multiple of the standard one in all its parts, at every length.
  ///
  /// - Parameter thousandths: the multiple, in thousandths.
  /// - Throws: `AmountOverflow` when it does not fit; then nothing is added.
  public mutating func vary(_ tier: ServiceTier, times thousandths: Int64) throws(AmountOverflow) {
    var varied = self
    for above in [0] + variants.filter({ $0.serviceTier == .standard }).map(\.aboveInputTokens) {
      let own = applied(in: .standard, inputTokens: above == .max ? above : above + (above == 0 ? 0 : 1))
      func scaled(_ amount: Int64?) throws(AmountOverflow) -> Int64? {
        try amount.map { amount throws(AmountOverflow) in try Amount.scaledUp(amount, by: thousandths, over: 1000) }
      }
      varied.vary(
        tier, above: above, input: try scaled(own.inputMicroUSDPerMillion),
        output: try scaled(own.outputMicroUSDPerMillion), cachedInput: try scaled(own.cachedInputMicroUSDPerMillion),
        cacheWrite: try scaled(own.cacheWriteMicroUSDPerMillion),
        cacheWriteHour: try scaled(own.cacheWriteHourMicroUSDPerMillion),
        reasoning: try scaled(own.reasoningMicroUSDPerMillion),
        audioInput: try scaled(own.audioInputMicroUSDPerMillion),
        audioOutput: try scaled(own.audioOutputMicroUSDPerMillion))
    }
    self = varied
  }

  /// Adds what Anthropic's fast mode costs, and what a call in the United States alone does: multiples of all prices, and
  /// both at once the product.
  ///
  /// - Parameters:
  ///   - fast: the fast mode's multiple, in thousandths; `nil` for none.
  ///   - us: the other one; `nil` for none.
  public mutating func vary(fast: Int64?, us: Int64?) {
    // What does not fit is no price.
    if let fast { try? vary(.fast, times: fast) }
    if let us { try? vary(.us, times: us) }
    if let fast, let us, let both = try? Amount.scaledUp(fast, by: us, over: 1000) { try? vary(.fastInUS, times: both) }
  }

  /// The price that holds for a call of a tier and a length.
  public func applied(in tier: ServiceTier, inputTokens: Int64) -> ModelPrice {
    choice(tier, inputTokens).place.map { variants[$0].price } ?? self
  }

  /// Where the price of such a call is from, of which day, and which variant it is: `built-in 2026-11-24 flex`.
  public func stamp(in tier: ServiceTier, inputTokens: Int64) -> String {
    choice(tier, inputTokens).place.map { "\(stamp) \(variants[$0].words)" } ?? stamp
  }

  /// The variant that holds; `nil` for the price itself. Where nobody knows what the tier costs, or costs at that length, the
  /// dearer of those that are known stands for it.
  func choice(_ tier: ServiceTier, _ inputTokens: Int64) -> (place: Int?, isKnown: Bool) {
    if variants.isEmpty { return (nil, tier == .standard) }
    let long = variant(of: .standard, inputTokens: inputTokens)
    if tier == .standard { return (long, true) }
    guard let own = variant(of: tier, inputTokens: inputTokens) else { return (long, false) }
    guard let long, variants[long].aboveInputTokens > variants[own].aboveInputTokens else { return (own, true) }
    let (a, b) = (variants[own].price, variants[long].price)
    let isDearer =
      (a.inputMicroUSDPerMillion, a.outputMicroUSDPerMillion) >= (b.inputMicroUSDPerMillion, b.outputMicroUSDPerMillion)
    return (isDearer ? own : long, false)
  }

  /// Whether a tier whose price nobody knows costs no more than what stands for it.
  ///
  /// *Source:* OpenAI's documentation of flex processing, and of batches: half of the usual price; Gemini's of both; Groq's of
  /// flex: the usual one.
  func isNoDearer(_ tier: ServiceTier, than place: Int?) -> Bool {
    guard tier == .flex || tier == .batch else { return false }
    // Where its own price for shorter calls stands, the longer ones may cost more.
    return place.map { variants[$0].serviceTier == .standard } ?? true
  }

  /// The variant of a tier with the highest threshold that a call is above.
  private func variant(of tier: ServiceTier, inputTokens: Int64) -> Int? {
    var found: Int?
    // By their places: to take one out would copy it.
    for place in variants.indices where variants[place].serviceTier == tier {
      let above = variants[place].aboveInputTokens
      if above == 0 || inputTokens > above, above >= found.map({ variants[$0].aboveInputTokens }) ?? 0 { found = place }
    }
    return found
  }
}
