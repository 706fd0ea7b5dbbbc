import GuardModel
import Testing

@Suite struct TokenUsageTests {
  /// Less output takes nothing from what went in, and its parts are no more than it.
  @Test func lessOutputLeavesTheRestAsItIs() {
    let usage = TokenUsage(
      input: 100, output: 90, cachedInput: 20, cacheWrite: 30, reasoning: 80, cacheWriteHour: 10, audioInput: 5,
      audioOutput: 60, toolInput: 7, webSearches: 2, otherTools: 3, exactness: .exact)
    let cut = TokenUsage(
      input: 100, output: 50, cachedInput: 20, cacheWrite: 30, reasoning: 50, cacheWriteHour: 10, audioInput: 5,
      audioOutput: 50, toolInput: 7, webSearches: 2, otherTools: 3, exactness: .exact)
    #expect(usage.cut(toOutput: 50) == cut)
    #expect(usage.cut(toOutput: 90) == usage && usage.cut(toOutput: .max) == usage)
  }

  /// Tools and searches cost by their number, whatever the tokens.
  @Test func everyUseOfAToolHasItsPrice() throws {
    let price = ModelPrice(
      inputMicroUSDPerMillion: 1_000_000, outputMicroUSDPerMillion: 1_000_000, webSearchMicroUSD: 10_000,
      toolUseMicroUSD: 2500, asOf: "", source: "test")
    let usage = TokenUsage(input: 3, output: 4, webSearches: 2, otherTools: 3, exactness: .exact)
    #expect(try price.costMicroUSD(of: usage) == 7 + 20_000 + 7500)
    #expect(price.unpriced(in: usage) == [])
  }

  /// What the fast mode and a place cost together with another tier nobody knows.
  @Test(
    arguments: [
      (.standard, "fast", nil, .fast), (.standard, "Fast", "us", .fastInUS), (.standard, nil, "US", .us),
      (.standard, "standard", "global", .standard), (.standard, nil, "eu", .other), (.batch, nil, nil, .batch),
      (.batch, "standard", "not_available", .batch), (.batch, "fast", nil, .other), (.priority, nil, "us", .other),
      (.priority, nil, "global", .priority), (.batch, nil, "eu", .other),
    ] as [(ServiceTier, String?, String?, ServiceTier)])
  func speedAndPlaceMakeTiersOfTheirOwn(_ said: ServiceTier, _ speed: String?, _ place: String?, _ tier: ServiceTier) {
    #expect(ServiceTier(said, speed: speed, place: place) == tier)
  }
}
