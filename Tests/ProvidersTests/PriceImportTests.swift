import GuardModel
import Providers
import Testing

/// Price lists of others, and the file that keeps them.
@Suite struct PriceImportTests {
  /// A number of dollars per token, and what a million tokens then cost in millionths of a dollar.
  static let prices: [(String, Int64?)] = [
    ("2.5e-06", 2_500_000), ("0.0000025", 2_500_000), ("0", 0), ("0.0", 0), ("1e-12", 1), ("1e-13", 1), ("1.1e-12", 2),
    ("9223372.036854775807", .max), ("9223372.0368547758071", nil), ("9223372.036854775808", nil), ("1e99", nil),
    ("1E-6", 1_000_000), ("-1e-6", nil), ("1e-9223372036854775808", nil), ("1e9223372036854775807", nil),
    ("1e-99999999999999999999", nil), ("1e-99", 1), ("0e-99", 0),
  ]

  @Test(arguments: prices) func aPriceIsExactOrNone(_ number: String, _ expected: Int64?) throws {
    let list =
      #"{"known": {"input_cost_per_token": 1e-6, "output_cost_per_token": 0}, "m": {"input_cost_per_token": \#(number), "output_cost_per_token": 0}}"#
    let read = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31")
    #expect(read.prices["m"]?.inputMicroUSDPerMillion == expected)
    #expect(read.skipped == (expected == nil ? 1 : 0))
  }

  @Test(arguments: [
    #"{"sample_spec": {"mode": "chat"}}"#, #"{"m": {"input_cost_per_token": "1"}}"#, "[]", "{", "",
    #"{"": {"input_cost_per_token": 1}}"#,
  ])
  func whatIsNoListIsRefused(_ text: String) {
    #expect(throws: PriceImport.Failure.self) {
      try PriceImport.liteLLM(Array(text.utf8), source: "list", asOf: "2025-01-31")
    }
  }

  /// An unknown price is unknown, and not zero; only what writes nothing needs none.
  @Test func aModelThatWritesNeedsAPriceForIt() throws {
    let list = #"""
      {"chat": {"input_cost_per_token": 1e-6, "mode": "chat"}, "unsaid": {"input_cost_per_token": 1e-6},
      "null": {"input_cost_per_token": 1e-6, "output_cost_per_token": null, "mode": "completion"},
      "bad": {"input_cost_per_token": 1e-6, "output_cost_per_token": -1, "mode": "embedding"},
      "free": {"input_cost_per_token": 0, "output_cost_per_token": 0, "mode": "chat"},
      "embed": {"input_cost_per_token": 1e-6, "mode": "embedding"}, "rank": {"input_cost_per_token": 1e-6, "mode": "rerank"}}
      """#
    let read = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31")
    #expect(read.prices.keys.sorted() == ["embed", "free", "rank"])
    #expect(read.skipped == 4)
  }

  @Test func theFileKeepsWhatWasImported() throws {
    let list =
      #"{"gpt": {"input_cost_per_token": 2.5e-6, "output_cost_per_token": 1e-5, "cache_read_input_token_cost": 1e-7}}"#
    let prices = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31").prices
    #expect(try PriceImport.decode(Array(PriceImport.encode(prices).utf8)) == prices)
  }

  @Test func whatIsPricedApartIsImportedAndKept() throws {
    let list = #"""
      {"m": {"input_cost_per_token": 3e-6, "output_cost_per_token": 1.5e-5, "cache_creation_input_token_cost": 3.75e-6,
      "cache_creation_input_token_cost_above_1hr": 6e-6, "output_cost_per_reasoning_token": 2e-5,
      "input_cost_per_audio_token": 4e-5, "output_cost_per_audio_token": 8e-5, "search_context_cost_per_query":
      {"search_context_size_low": 0.03, "search_context_size_medium": 0.035, "search_context_size_high": 0.05}},
      "n": {"input_cost_per_token": 3e-6, "output_cost_per_token": 3e-6}}
      """#
    let prices = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31").prices
    let price = try #require(prices["m"])
    #expect(price.cacheWriteHourMicroUSDPerMillion == 6_000_000)
    #expect(price.reasoningMicroUSDPerMillion == 20_000_000)
    #expect(price.audioInputMicroUSDPerMillion == 40_000_000)
    #expect(price.audioOutputMicroUSDPerMillion == 80_000_000)
    #expect(price.webSearchMicroUSD == 35_000)
    #expect(prices["n"]?.webSearchMicroUSD == nil)
    #expect(try PriceImport.decode(Array(PriceImport.encode(prices).utf8)) == prices)
  }

  @Test func theBuiltInListKnowsWhatIsPricedApart() {
    let claude = PriceTable().price(of: "claude-opus-4-5")
    #expect(claude?.cacheWriteMicroUSDPerMillion == 6_250_000)
    #expect(claude?.cacheWriteHourMicroUSDPerMillion == 10_000_000)
    #expect(claude?.webSearchMicroUSD == 10_000)
    #expect(PriceTable().price(of: "gemini-2.5-flash")?.audioInputMicroUSDPerMillion == 1_000_000)
    #expect(PriceTable().price(of: "gpt-4o")?.audioInputMicroUSDPerMillion == nil)
  }

  /// Nobody asks more than a dollar for a million tokens of embeddings, which answer nothing.
  @Test func noBuiltInPriceIsSlippedByDecimals() {
    #expect(BuiltInPrices.all.count > 100)
    for (model, price) in BuiltInPrices.all where price.outputMicroUSDPerMillion == 0 {
      #expect(price.inputMicroUSDPerMillion <= 1_000_000, "\(model)")
    }
  }

  /// What somebody wrote into the file by hand.
  @Test(arguments: [
    #"{"models": {"m": {"input_micro_usd_per_million": -1, "output_micro_usd_per_million": 0}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 0, "output_micro_usd_per_million": -1}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 1, "output_micro_usd_per_million": 1, "cached_input_micro_usd_per_million": -1}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 1, "output_micro_usd_per_million": 1, "cache_write_micro_usd_per_million": "1"}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 0.5, "output_micro_usd_per_million": 0}}}"#,
    #"{"models": {"m": {}}}"#, #"{"models": []}"#, #"{"schema": 1}"#,
  ])
  func aDamagedFileIsRefused(_ text: String) {
    #expect(throws: PriceImport.Failure.self) { try PriceImport.decode(Array(text.utf8)) }
  }
}
