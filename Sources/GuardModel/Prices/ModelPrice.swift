/// What a model costs, in millionths of a dollar per million tokens: $2.50 per million is 2,500,000.
public struct ModelPrice: Hashable, Sendable {
  /// Uncached input.
  public var inputMicroUSDPerMillion: Int64
  /// Output, reasoning included.
  public var outputMicroUSDPerMillion: Int64
  /// Input read from the provider's prompt cache; `nil` when it costs as much as other input.
  public var cachedInputMicroUSDPerMillion: Int64?
  /// Input written to the provider's prompt cache; `nil` when it costs as much as other input.
  public var cacheWriteMicroUSDPerMillion: Int64?
  /// Input that the provider keeps in its prompt cache for an hour; `nil` when writing costs nothing apart, or when nobody
  /// knows.
  public var cacheWriteHourMicroUSDPerMillion: Int64?
  /// Reasoning; `nil` when it costs as much as other output.
  public var reasoningMicroUSDPerMillion: Int64?
  /// Sound that goes in; `nil` when nobody knows.
  public var audioInputMicroUSDPerMillion: Int64?
  /// Sound that comes out; `nil` when nobody knows.
  public var audioOutputMicroUSDPerMillion: Int64?
  /// One search of the web, in millionths of a dollar; `nil` when nobody knows.
  public var webSearchMicroUSD: Int64?
  /// One use of another tool of the provider's own, in millionths of a dollar; `nil` when nobody knows.
  public var toolUseMicroUSD: Int64?
  /// What calls of a service tier, or above a length, cost instead; none for most models.
  public internal(set) var variants: [PriceVariant] = []
  /// The day the price was read, `YYYY-MM-DD`; stamped on every call priced with it.
  public var asOf: String
  /// Who said so: `built-in`, `config`, or the name of an imported file.
  public var source: String

  /// Makes a price.
  public init(
    inputMicroUSDPerMillion: Int64, outputMicroUSDPerMillion: Int64, cachedInputMicroUSDPerMillion: Int64? = nil,
    cacheWriteMicroUSDPerMillion: Int64? = nil, cacheWriteHourMicroUSDPerMillion: Int64? = nil,
    reasoningMicroUSDPerMillion: Int64? = nil, audioInputMicroUSDPerMillion: Int64? = nil,
    audioOutputMicroUSDPerMillion: Int64? = nil, webSearchMicroUSD: Int64? = nil, toolUseMicroUSD: Int64? = nil,
    asOf: String, source: String
  ) {
    self.inputMicroUSDPerMillion = inputMicroUSDPerMillion
    self.outputMicroUSDPerMillion = outputMicroUSDPerMillion
    self.cachedInputMicroUSDPerMillion = cachedInputMicroUSDPerMillion
    self.cacheWriteMicroUSDPerMillion = cacheWriteMicroUSDPerMillion
    self.cacheWriteHourMicroUSDPerMillion = cacheWriteHourMicroUSDPerMillion
    self.reasoningMicroUSDPerMillion = reasoningMicroUSDPerMillion
    self.audioInputMicroUSDPerMillion = audioInputMicroUSDPerMillion
    self.audioOutputMicroUSDPerMillion = audioOutputMicroUSDPerMillion
    self.webSearchMicroUSD = webSearchMicroUSD
    self.toolUseMicroUSD = toolUseMicroUSD
    self.asOf = asOf
    self.source = source
  }

  /// The most that a million tokens may cost: what the ledger records of one call is held to as much. No model comes near it.
  public static let mostMicroUSDPerMillion: Int64 = 1 << 44

  /// Where the price is from, and of which day where that is known: `built-in 2026-11-24`.
  public var stamp: String { asOf.isEmpty ? source : "\(source) \(asOf)" }

  /// The cost of a usage in millionths of a dollar, rounded up once.
  ///
  /// A part whose own price nobody knows counts as what it is part of, and searches and tools as nothing: `unpriced` tells of both,
  /// and then this is the least that the call cost. Where parts overlap (sound that was cached), the dearer price counts.
  ///
  /// - Parameter tier: how it was served.
  /// - Throws: `AmountOverflow` when it does not fit.
  public func costMicroUSD(of usage: TokenUsage, in tier: ServiceTier = .standard) throws(AmountOverflow) -> Int64 {
    guard let place = choice(tier, usage.input).place else { return try ownCostMicroUSD(of: usage) }
    return try variants[place].price.ownCostMicroUSD(of: usage)
  }

  private func ownCostMicroUSD(of usage: TokenUsage) throws(AmountOverflow) -> Int64 {
    let written = usage.cacheWrite - usage.cacheWriteHour
    let heard = audioInputMicroUSDPerMillion == nil ? 0 : min(usage.audioInput, usage.input - usage.cacheWrite)
    let cached = min(usage.cachedInput, usage.input - usage.cacheWrite - heard)
    let said = audioOutputMicroUSDPerMillion == nil ? 0 : usage.audioOutput
    let thought = reasoningMicroUSDPerMillion == nil ? 0 : min(usage.reasoning, usage.output - said)
    let write = cacheWriteMicroUSDPerMillion ?? inputMicroUSDPerMillion
    let parts: [(Int64, Int64)] = [
      (usage.input - usage.cacheWrite - heard - cached, inputMicroUSDPerMillion),
      (cached, cachedInputMicroUSDPerMillion ?? inputMicroUSDPerMillion), (written, write),
      (usage.cacheWriteHour, cacheWriteHourMicroUSDPerMillion ?? write), (heard, audioInputMicroUSDPerMillion ?? 0),
      (usage.output - said - thought, outputMicroUSDPerMillion), (thought, reasoningMicroUSDPerMillion ?? 0),
      (said, audioOutputMicroUSDPerMillion ?? 0),
    ]
    // In millionths of millionths, which hold every part exactly.
    var exact: UInt128 = 0
    for (tokens, price) in parts {
      guard tokens >= 0, price >= 0 else { throw AmountOverflow() }
      let (sum, isTooMuch) = exact.addingReportingOverflow(UInt128(tokens) * UInt128(price))
      if isTooMuch { throw AmountOverflow() }
      exact = sum
    }
    let (whole, rest) = exact.quotientAndRemainder(dividingBy: 1_000_000)
    guard let cost = Int64(exactly: rest == 0 ? whole : whole + 1) else { throw AmountOverflow() }
    let searches = try Amount.scaledUp(usage.webSearches, by: webSearchMicroUSD ?? 0, over: 1)
    let tools = try Amount.scaledUp(usage.otherTools, by: toolUseMicroUSD ?? 0, over: 1)
    return try Amount.sum(cost, try Amount.sum(searches, tools))
  }

  /// The parts of a usage that have a price of their own which nobody knows, and its service tier where that has.
  public func unpriced(in usage: TokenUsage, of tier: ServiceTier = .standard) -> [UsagePart] {
    let (place, isKnown) = choice(tier, usage.input)
    let parts = place.map { variants[$0].price.ownUnpriced(in: usage) } ?? ownUnpriced(in: usage)
    if isKnown { return parts }
    return parts + [isNoDearer(tier, than: place) ? .serviceDiscount : .serviceTier]
  }

  private func ownUnpriced(in usage: TokenUsage) -> [UsagePart] {
    var parts: [UsagePart] = []
    // Where writing costs nothing apart, the time that it is kept changes nothing.
    if usage.cacheWriteHour > 0, cacheWriteMicroUSDPerMillion != nil, cacheWriteHourMicroUSDPerMillion == nil {
      parts.append(.cacheWriteHour)
    }
    if usage.audioInput > 0, audioInputMicroUSDPerMillion == nil { parts.append(.audioInput) }
    if usage.audioOutput > 0, audioOutputMicroUSDPerMillion == nil { parts.append(.audioOutput) }
    if usage.webSearches > 0, webSearchMicroUSD == nil { parts.append(.webSearches) }
    if usage.otherTools > 0, toolUseMicroUSD == nil { parts.append(.tools) }
    return parts
  }
}
