/// Where a number of tokens comes from.
public enum Exactness: String, Hashable, Sendable {
  /// The provider said so.
  case exact
  /// llmguard counted text.
  case estimated
}

/// The tokens of one call, as they are priced.
///
/// Invariants: all ≥ 0; `cachedInput + cacheWrite ≤ input`; `reasoning ≤ output`.
public struct TokenUsage: Hashable, Sendable {
  /// All tokens that went in, cached ones included.
  public var input: Int64
  /// All tokens that came out, reasoning included.
  public var output: Int64
  /// The part of the input that the provider read from its prompt cache.
  public var cachedInput: Int64
  /// The part of the input that the provider wrote to its prompt cache.
  public var cacheWrite: Int64
  /// The part of the output that was reasoning.
  public var reasoning: Int64
  /// Whether the provider or llmguard counted.
  public var exactness: Exactness

  /// Makes a usage; negative counts become zero and parts are cut to their wholes.
  public init(
    input: Int64, output: Int64, cachedInput: Int64 = 0, cacheWrite: Int64 = 0, reasoning: Int64 = 0,
    exactness: Exactness
  ) {
    self.input = max(0, input)
    self.output = max(0, output)
    self.cachedInput = min(max(0, cachedInput), self.input)
    self.cacheWrite = min(max(0, cacheWrite), self.input - self.cachedInput)
    self.reasoning = min(max(0, reasoning), self.output)
    self.exactness = exactness
  }

  /// Input plus output.
  ///
  /// - Throws: `AmountOverflow` when the sum does not fit.
  public func total() throws(AmountOverflow) -> Int64 { try Amount.sum(input, output) }
}
