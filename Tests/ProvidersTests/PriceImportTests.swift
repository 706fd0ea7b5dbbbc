import GuardModel
import Providers
import Testing

/// Price lists of others, and the file that keeps them.
@Suite struct PriceImportTests {
  /// A number of dollars per token, and what a million tokens then cost in millionths of a dollar.
  static let prices: [(String, Int64?)] = [
    ("2.5e-06", 2_500_000), ("0.0000025", 2_500_000), ("0", 0), ("0.0", 0), ("1e-12", 1), ("1e-13", 1), ("1.1e-12", 2),
    ("17.592186044416", 1 << 44), ("1E-6", 1_000_000), ("-1e-6", nil), ("-1e99", nil), ("1e-9223372036854775808", nil),
    ("1e-99999999999999999999", nil), ("1e-99", 1), ("0e-99", 0),
  ]

  @Test(arguments: prices) func aPriceIsExactOrNone(_ number: String, _ expected: Int64?) throws {
    let list =
      #"{"known": {"input_cost_per_token": 1e-6, "output_cost_per_token": 0}, "m": {"input_cost_per_token": \#(number), "output_cost_per_token": 0}}"#
    let read = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31")
    #expect(read.prices["m"]?.inputMicroUSDPerMillion == expected)
    #expect(read.skipped == (expected == nil ? 1 : 0))
  }

  /// A price with which no call could be charged is none, and whoever imports the list is told which it is.
  @Test(arguments: [
    ("input_cost_per_token", "17.5922"), ("input_cost_per_token", "9223372.036854775807"),
    ("output_cost_per_token", "5e6"),
    ("cache_read_input_token_cost", "1e99"), ("output_cost_per_token", "1e308"),
    ("input_cost_per_token_above_200k_tokens", "1e9223372036854775807"),
  ]) func anAbsurdPriceIsNamed(key: String, price: String) throws {
    let members = ["input_cost_per_token": "1e-6", "output_cost_per_token": "1e-6"].merging([key: price]) { $1 }
      .map { "\"\($0)\": \($1)" }.joined(separator: ", ")
    let list = #"{"known": {"input_cost_per_token": 1e-6, "output_cost_per_token": 0}, "gold": {\#(members)}}"#
    let error = #expect(throws: PriceImport.Failure.self) {
      try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31")
    }
    #expect(
      error?.description == "'\(key)' of 'gold' is \(price) dollars for each token: no call could be charged with that")
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

  /// Tiers and lengths. What has no price of its own otherwise has none there.
  @Test func tiersAndLengthsAreImportedAndKept() throws {
    let list = #"""
      {"m": {"input_cost_per_token": 2e-6, "output_cost_per_token": 1e-5, "cache_read_input_token_cost": 2e-7,
      "output_cost_per_reasoning_token": 1e-5, "cache_creation_input_token_cost_above_200k_tokens": 2e-7,
      "input_cost_per_token_above_200k_tokens": 4e-6, "output_cost_per_token_above_200k_tokens": 1.5e-5,
      "cache_read_input_token_cost_above_200k_tokens": 4e-7, "input_cost_per_token_flex": 1e-6,
      "output_cost_per_token_flex": 5e-6, "input_cost_per_token_above_200k_tokens_flex": 2e-6,
      "output_cost_per_token_above_200k_tokens_flex": 7.5e-6, "input_cost_per_token_batches": 1e-6,
      "input_cost_per_token_priority": null, "input_cost_per_image_above_128k_tokens": 1e-6,
      "input_cost_per_token_above_x_tokens": 1, "input_cost_per_token_above_9999999999999999999k_tokens": 1},
      "two": {"input_cost_per_token": 1e-6, "output_cost_per_token": 1e-6, "input_cost_per_token_above_128k_tokens": 2e-6,
      "input_cost_per_token_above_256k_tokens": 3e-6}}
      """#
    let prices = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31").prices
    let price = try #require(prices["m"])
    #expect(price.variants.map(\.words) == ["above 200k", "flex", "flex above 200k", "batch"])
    let long = price.applied(in: .standard, inputTokens: 200_001)
    #expect((long.inputMicroUSDPerMillion, long.outputMicroUSDPerMillion) == (4_000_000, 15_000_000))
    #expect((long.cachedInputMicroUSDPerMillion, long.cacheWriteMicroUSDPerMillion) == (400_000, nil))
    let flex = price.applied(in: .flex, inputTokens: 200_001)
    #expect((flex.inputMicroUSDPerMillion, flex.cachedInputMicroUSDPerMillion) == (2_000_000, 400_000))
    #expect(price.applied(in: .flex, inputTokens: 1).reasoningMicroUSDPerMillion == nil, "it is as other output")
    #expect(price.applied(in: .batch, inputTokens: 1).outputMicroUSDPerMillion == 10_000_000)
    let two = try #require(prices["two"])
    #expect(
      [128_000, 256_000, 256_001].map { two.applied(in: .standard, inputTokens: $0).inputMicroUSDPerMillion }
        == [1_000_000, 2_000_000, 3_000_000])
    #expect(try PriceImport.decode(Array(PriceImport.encode(prices).utf8)) == prices)
    #expect(try PriceImport.decode(Array(PriceImport.encode(BuiltInPrices.all).utf8)) == BuiltInPrices.all)
    let short = PriceImport.encode(prices, isShort: true)
    #expect(try PriceImport.decode(Array(short.utf8)) == prices)
    #expect(!short.contains("null"))
  }

  /// Anthropic's fast mode and the United States are multiples of all prices, also of those above a length.
  @Test func multiplesAreImportedAndKept() throws {
    let list = #"""
      {"m": {"input_cost_per_token": 2e-6, "output_cost_per_token": 1e-5, "cache_read_input_token_cost": 2e-7,
      "cache_creation_input_token_cost": 2.5e-6, "cache_creation_input_token_cost_above_1hr": 4e-6,
      "input_cost_per_token_above_200k_tokens": 4e-6, "output_cost_per_token_above_200k_tokens": 1.5e-5,
      "provider_specific_entry": {"us": 1.1, "fast": 6.0}},
      "n": {"input_cost_per_token": 2e-6, "output_cost_per_token": 1e-5, "provider_specific_entry": {"us": 1.1, "x": "y"}},
      "o": {"input_cost_per_token": 2e-6, "output_cost_per_token": 1e-5, "provider_specific_entry": {"fast": "2", "us": -1}}}
      """#
    let prices = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31").prices
    let price = try #require(prices["m"])
    #expect(
      price.variants.map(\.words) == [
        "above 200k", "fast", "fast above 200k", "us", "us above 200k", "fast_us", "fast_us above 200k",
      ])
    let both = price.applied(in: .fastInUS, inputTokens: 1)
    #expect((both.inputMicroUSDPerMillion, both.outputMicroUSDPerMillion) == (13_200_000, 66_000_000))
    #expect((both.cachedInputMicroUSDPerMillion, both.cacheWriteMicroUSDPerMillion) == (1_320_000, 16_500_000))
    #expect(both.cacheWriteHourMicroUSDPerMillion == 26_400_000)
    let long = price.applied(in: .us, inputTokens: 200_001)
    #expect((long.inputMicroUSDPerMillion, long.outputMicroUSDPerMillion) == (4_400_000, 16_500_000))
    #expect(prices["n"]?.variants.map(\.words) == ["us"])
    #expect(prices["o"]?.variants.isEmpty == true, "what is no multiple")
    #expect(try PriceImport.decode(Array(PriceImport.encode(prices).utf8)) == prices)
  }

  /// Model, tier, input tokens, and the price of input and output in millionths of a dollar.
  @Test(
    arguments: [
      ("gpt-5.4", .flex, 1, 1_250_000, 7_500_000), ("gpt-5.4-2026-03-05", .priority, 1, 5_000_000, 30_000_000),
      ("gpt-5.4", .standard, 272_001, 5_000_000, 22_500_000), ("gpt-5.4", .batch, 272_001, 2_500_000, 11_250_000),
      ("gemini-2.5-pro", .standard, 200_000, 1_250_000, 10_000_000),
      ("gemini-2.5-pro", .standard, 200_001, 2_500_000, 15_000_000),
      ("gemini-2.5-pro", .priority, 200_001, 4_500_000, 27_000_000),
      ("claude-haiku-5-5", .standard, 100_001, 500_000, 2_500_000),
      ("claude-opus-5", .batch, 1, 2_500_000, 12_500_000), ("claude-opus-5", .fast, 1, 10_000_000, 50_000_000),
      ("claude-opus-5", .fastInUS, 1, 11_000_000, 55_000_000), ("claude-sonnet-4-6", .us, 1, 3_300_000, 16_500_000),
      ("claude-haiku-5-5", .us, 100_001, 550_000, 2_750_000), ("claude-opus-5-5", .fast, 1, 8_000_000, 40_000_000),
      ("grok-4.3-latest", .standard, 200_001, 2_500_000, 5_000_000),
      ("gpt-6-astra", .ultrafast, 272_001, 120_000_000, 450_000_000),
      ("text-embedding-ada-002-v2", .batch, 1, 50_000, 0),
    ] as [(String, ServiceTier, Int64, Int64, Int64)])
  func theBuiltInListKnowsTiersAndLengths(
    _ model: String, _ tier: ServiceTier, _ tokens: Int64, _ input: Int64, _ output: Int64
  ) throws {
    let price = try #require(PriceTable().price(of: model)).applied(in: tier, inputTokens: tokens)
    #expect((price.inputMicroUSDPerMillion, price.outputMicroUSDPerMillion) == (input, output))
    #expect((price.asOf, price.source) == (BuiltInPrices.asOf, "built-in"))
  }

  /// No line of the table of variants is lost, and none is dearer below its threshold, or as flex.
  @Test func theBuiltInVariantsAreWhole() {
    let varied = BuiltInPrices.all.filter { !$0.value.variants.isEmpty }
    #expect(varied.count == 115)
    #expect(varied.reduce(0) { $0 + $1.value.variants.count } == 323)
    for (model, price) in varied {
      for variant in price.variants {
        let usual = price.applied(in: .standard, inputTokens: variant.aboveInputTokens + 1)
        let (own, input) = (variant.price.inputMicroUSDPerMillion, usual.inputMicroUSDPerMillion)
        switch variant.serviceTier {
        case .standard: #expect(own > price.inputMicroUSDPerMillion, "\(model)")
        case .flex, .batch: #expect(own <= input, "\(model)")
        case .priority, .ultrafast, .fast, .us, .fastInUS: #expect(own > input, "\(model)")
        case .other: Issue.record("\(model)")
        }
      }
    }
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
    #"{"models": {"m": {"input_micro_usd_per_million": 1, "output_micro_usd_per_million": 1, "variants": [{"service_tier": "flex", "input_micro_usd_per_million": -1}]}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 1, "output_micro_usd_per_million": 1, "variants": [{"service_tier": "flex", "above_input_tokens": "x"}]}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 17592186044417, "output_micro_usd_per_million": 1}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 1, "output_micro_usd_per_million": 1, "variants": [{"service_tier": "flex", "output_micro_usd_per_million": 17592186044417}]}}}"#,
    #"{"models": {"m": {}}}"#, #"{"models": []}"#, #"{"schema": 1}"#,
  ])
  func aDamagedFileIsRefused(_ text: String) {
    #expect(throws: PriceImport.Failure.self) { try PriceImport.decode(Array(text.utf8)) }
  }
}
