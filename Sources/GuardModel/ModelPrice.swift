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
  /// The day the price was read, `YYYY-MM-DD`; stamped on every call priced with it.
  public var asOf: String
  /// Who said so: `built-in`, `config`, or the name of an imported file.
  public var source: String

  /// Makes a price.
  public init(
    inputMicroUSDPerMillion: Int64, outputMicroUSDPerMillion: Int64, cachedInputMicroUSDPerMillion: Int64? = nil,
    cacheWriteMicroUSDPerMillion: Int64? = nil, asOf: String, source: String
  ) {
    self.inputMicroUSDPerMillion = inputMicroUSDPerMillion
    self.outputMicroUSDPerMillion = outputMicroUSDPerMillion
    self.cachedInputMicroUSDPerMillion = cachedInputMicroUSDPerMillion
    self.cacheWriteMicroUSDPerMillion = cacheWriteMicroUSDPerMillion
    self.asOf = asOf
    self.source = source
  }

  /// Where the price is from, and of which day where that is known: `built-in 2026-11-24`.
  public var stamp: String { asOf.isEmpty ? source : "\(source) \(asOf)" }

  /// The cost of a usage in millionths of a dollar, each part rounded up.
  ///
  /// - Throws: `AmountOverflow` when it does not fit.
  public func costMicroUSD(of usage: TokenUsage) throws(AmountOverflow) -> Int64 {
    let plain = usage.input - usage.cachedInput - usage.cacheWrite
    let parts: [(Int64, Int64)] = [
      (plain, inputMicroUSDPerMillion), (usage.output, outputMicroUSDPerMillion),
      (usage.cachedInput, cachedInputMicroUSDPerMillion ?? inputMicroUSDPerMillion),
      (usage.cacheWrite, cacheWriteMicroUSDPerMillion ?? inputMicroUSDPerMillion),
    ]
    var cost: Int64 = 0
    for (tokens, price) in parts {
      cost = try Amount.sum(cost, try Amount.scaledUp(tokens, by: price, over: 1_000_000))
    }
    return cost
  }
}
