import Glibc
import Testing

@testable import GuardModel

@Suite struct ChargeTests {
  @Test(
    arguments: [
      (1000, [], 1000), (1000, [1000], 1000), (1000, [1500], 1500), (1, [1001], 2), (1, [250], 1), (0, [1500], 0),
      (3, [333, 333], 1), (1000, [0], 0), (7, [1500, 1500, 1500], 24), (8, [1500, 1500, 1500], 27),
      (.max, [1000], .max), (.max, [500], .max / 2 + 1), (.max, [500, 2000], .max),
      (10, [1_000_000, 1_000_000], 10_000_000),
    ] as [(Int64, [Int64], Int64)])
  func weighsAndRoundsUpOnce(_ tokens: Int64, _ thousandths: [Int64], _ charge: Int64) throws {
    #expect(try Charge.weighted(tokens: tokens, by: thousandths.compactMap(Multiplier.init(thousandths:))) == charge)
  }

  @Test func tooLargeAChargeThrows() {
    #expect(throws: AmountOverflow.self) { try Charge.weighted(tokens: .max, by: [Multiplier("1.001")!]) }
    #expect(throws: AmountOverflow.self) {
      try Charge.weighted(tokens: 1000, by: Array(repeating: Multiplier("1000")!, count: 6))
    }
  }
}

@Suite struct ModelPriceTests {
  private let price = ModelPrice(
    inputMicroUSDPerMillion: 2_500_000, outputMicroUSDPerMillion: 10_000_000, cachedInputMicroUSDPerMillion: 250_000,
    asOf: "2026-01-01", source: "built-in")

  @Test func pricesEachPart() throws {
    let plain = TokenUsage(input: 1000, output: 100, exactness: .exact)
    #expect(try price.costMicroUSD(of: plain) == 2500 + 1000)
    let cached = TokenUsage(input: 1000, output: 100, cachedInput: 600, cacheWrite: 100, exactness: .exact)
    // Without a price of its own, writing to the cache costs as much as input.
    #expect(try price.costMicroUSD(of: cached) == 750 + 1000 + 150 + 250)
    #expect(try price.costMicroUSD(of: TokenUsage(input: 1, output: 0, exactness: .exact)) == 3)
    #expect(try price.costMicroUSD(of: TokenUsage(input: 0, output: 0, exactness: .exact)) == 0)
    #expect(throws: AmountOverflow.self) {
      try price.costMicroUSD(of: TokenUsage(input: .max, output: 0, exactness: .exact))
    }
  }

  /// A call of a few tokens costs less than a millionth a part: what is booked is more than it cost by less than one.
  @Test func aSmallCallIsRoundedUpOnce() throws {
    let small = ModelPrice(
      inputMicroUSDPerMillion: 150_000, outputMicroUSDPerMillion: 600_000, cachedInputMicroUSDPerMillion: 75_000,
      asOf: "2026-01-01", source: "built-in")
    #expect(try small.costMicroUSD(of: TokenUsage(input: 8, output: 11, exactness: .exact)) == 8, "1.2 and 6.6")
    let parts = TokenUsage(input: 30, output: 1, cachedInput: 10, exactness: .exact)
    #expect(try small.costMicroUSD(of: parts) == 5, "3, 0.75 and 0.6")
    let dear = ModelPrice(
      inputMicroUSDPerMillion: .max, outputMicroUSDPerMillion: .max, cachedInputMicroUSDPerMillion: .max,
      asOf: "2026-01-01", source: "built-in")
    #expect(try dear.costMicroUSD(of: TokenUsage(input: 900_000, output: 100_000, exactness: .exact)) == .max)
    for usage in [
      TokenUsage(input: 900_000, output: 100_001, exactness: .exact),
      TokenUsage(input: .max, output: .max, cachedInput: .max / 2, exactness: .exact),
    ] { #expect(throws: AmountOverflow.self) { try dear.costMicroUSD(of: usage) } }
  }

  /// What has a price of its own is counted with it, and never twice.
  @Test func whatIsPricedApartIsCountedOnce() throws {
    var own = price
    own.cacheWriteMicroUSDPerMillion = 3_000_000
    own.cacheWriteHourMicroUSDPerMillion = 5_000_000
    own.reasoningMicroUSDPerMillion = 8_000_000
    own.audioInputMicroUSDPerMillion = 40_000_000
    own.audioOutputMicroUSDPerMillion = 80_000_000
    own.webSearchMicroUSD = 10_000
    let usage = TokenUsage(
      input: 1000, output: 500, cachedInput: 300, cacheWrite: 200, reasoning: 100, cacheWriteHour: 50, audioInput: 100,
      audioOutput: 200, toolInput: 60, webSearches: 3, exactness: .exact)
    // 400 plain, 300 cached, 150 written, 50 for an hour, 100 heard; 200 plain, 100 thought, 200 said; 3 searches.
    let parts: [Int64] = [1000, 75, 450, 250, 4000, 2000, 800, 16_000, 30_000]
    #expect(try own.costMicroUSD(of: usage) == parts.reduce(0, +))
    #expect(own.unpriced(in: usage) == [])

    // Sound that was cached too: the dearer price counts, and the input is not counted twice.
    let overlap = TokenUsage(input: 1000, output: 0, cachedInput: 950, audioInput: 100, exactness: .exact)
    #expect(try own.costMicroUSD(of: overlap) == 4000 + 225)
  }

  /// Without prices of their own, parts count as what they are part of, and it is said that this is the least.
  @Test func whatHasNoKnownPriceIsSaidAndNeverNothing() throws {
    let usage = TokenUsage(
      input: 1000, output: 500, cacheWrite: 200, cacheWriteHour: 50, audioInput: 100, audioOutput: 200, toolInput: 60,
      webSearches: 3, exactness: .exact)
    #expect(try price.costMicroUSD(of: usage) == 2000 + 375 + 125 + 5000)
    #expect(price.unpriced(in: usage) == [.audioInput, .audioOutput, .webSearches])
    var written = price
    written.cacheWriteMicroUSDPerMillion = 3_000_000
    #expect(try written.costMicroUSD(of: usage) == 2000 + 450 + 150 + 5000)
    #expect(written.unpriced(in: usage).first == .cacheWriteHour)
    #expect(price.unpriced(in: TokenUsage(input: 9, output: 9, reasoning: 4, toolInput: 2, exactness: .exact)) == [])
    #expect(UsagePart.read(UsagePart.text(UsagePart.allCases)) == UsagePart.allCases)
    #expect(UsagePart.text([]) == nil)
  }

  /// gpt-5.4 as its provider has it: dearer above 272k, half of that later, twice that before others, but not in long calls.
  private var varied: ModelPrice {
    var varied = ModelPrice(
      inputMicroUSDPerMillion: 2_500_000, outputMicroUSDPerMillion: 15_000_000, cachedInputMicroUSDPerMillion: 250_000,
      asOf: "2026-11-24", source: "built-in")
    varied.vary(above: 272_000, input: 5_000_000, output: 22_500_000, cachedInput: 500_000)
    varied.vary(.flex, input: 1_250_000, output: 7_500_000, cachedInput: 130_000)
    varied.vary(.flex, above: 272_000, input: 2_500_000, output: 11_250_000, cachedInput: 250_000)
    varied.vary(.priority, input: 5_000_000, output: 30_000_000, cachedInput: 500_000)
    return varied
  }

  /// Tier and input tokens; what a call with 1000 tokens out costs, which variant that is, and whether it is known.
  static let calls: [(ServiceTier, Int64, cost: Int64, words: String, isKnown: Bool)] = [
    (.standard, 1000, 2500 + 15_000, "", true),
    (.standard, 272_000, 680_000 + 15_000, "", true),
    (.standard, 272_001, 1_360_005 + 22_500, " above 272k", true),
    (.flex, 1000, 1250 + 7500, " flex", true),
    (.flex, 272_000, 340_000 + 7500, " flex", true),
    (.flex, 300_000, 750_000 + 11_250, " flex above 272k", true),
    (.priority, 1000, 5000 + 30_000, " priority", true),
    // Nobody knows: the dearer of what is known.
    (.priority, 300_000, 1_500_000 + 30_000, " priority", false),
    (.batch, 1000, 2500 + 15_000, "", false),
    (.other, 300_000, 1_500_000 + 22_500, " above 272k", false),
  ]

  @Test(arguments: calls) func tiersAndLongCallsHaveTheirPrices(
    _ tier: ServiceTier, _ input: Int64, _ cost: Int64, _ words: String, _ isKnown: Bool
  ) throws {
    let usage = TokenUsage(input: input, output: 1000, exactness: .exact)
    #expect(try varied.costMicroUSD(of: usage, in: tier) == cost)
    #expect(try varied.applied(in: tier, inputTokens: input).costMicroUSD(of: usage) == cost)
    #expect(varied.stamp(in: tier, inputTokens: input) == "built-in 2026-11-24" + words)
    let unpriced = tier == .batch ? UsagePart.serviceDiscount : .serviceTier
    #expect(varied.unpriced(in: usage, of: tier) == (isKnown ? [] : [unpriced]))
  }

  /// Without variants only the standard tier's price is known.
  @Test func aTierWithoutAPriceCostsTheStandardAndSaysSo() throws {
    let usage = TokenUsage(input: 1_000_000, output: 0, audioInput: 1, exactness: .exact)
    #expect(try price.costMicroUSD(of: usage, in: .flex) == 2_500_000)
    #expect(price.unpriced(in: usage, of: .flex) == [.audioInput, .serviceDiscount])
    #expect(price.unpriced(in: usage) == [.audioInput])
    #expect(price.stamp(in: .flex, inputTokens: 1) == price.stamp)
  }

  /// What a variant does not state.
  @Test func whatAVariantLeavesOutIsTakenFromThePrice() throws {
    var own = price
    own.cacheWriteMicroUSDPerMillion = 3_000_000
    own.cacheWriteHourMicroUSDPerMillion = 5_000_000
    own.reasoningMicroUSDPerMillion = 10_000_000
    own.audioInputMicroUSDPerMillion = 40_000_000
    own.webSearchMicroUSD = 10_000
    own.vary(above: 200_000, input: 5_000_000, output: nil, cachedInput: 500_000)
    own.vary(.flex, input: 200_000, output: 5_000_000, cacheWrite: 1_500_000)
    own.vary(.flex, above: 200_000, input: 400_000, output: 6_000_000)
    let flex = own.applied(in: .flex, inputTokens: 1)
    #expect(flex.cachedInputMicroUSDPerMillion == 200_000, "not more than other input")
    #expect((flex.cacheWriteMicroUSDPerMillion, flex.cacheWriteHourMicroUSDPerMillion) == (1_500_000, nil))
    #expect(flex.reasoningMicroUSDPerMillion == nil, "as other output, as it is otherwise")
    #expect((flex.audioInputMicroUSDPerMillion, flex.webSearchMicroUSD) == (40_000_000, 10_000))
    let long = own.applied(in: .standard, inputTokens: 200_001)
    #expect((long.outputMicroUSDPerMillion, long.cacheWriteHourMicroUSDPerMillion) == (10_000_000, 5_000_000))
    let both = own.applied(in: .flex, inputTokens: 200_001)
    #expect((both.cachedInputMicroUSDPerMillion, both.cacheWriteMicroUSDPerMillion) == (400_000, 3_000_000))
  }

  @Test(
    arguments: [
      ("flex", .flex), ("priority", .priority), ("fast", .priority), ("batch", .batch), ("ultrafast", .ultrafast),
      ("default", .standard), ("standard", .standard), ("standard_only", .standard), ("on_demand", .standard),
      ("scale", .other), ("flex\u{0}", .other), ("auto", nil), ("", nil), ("SERVICE_TIER_FLEX", .flex),
      ("SERVICE_TIER_UNSPECIFIED", nil), ("ON_DEMAND", .standard), ("ON_DEMAND_PRIORITY", .priority),
      ("PROVISIONED_THROUGHPUT", .other), ("TRAFFIC_TYPE_UNSPECIFIED", nil), ("us", .other), ("fast_us", .other),
    ] as [(String, ServiceTier?)])
  func tiersAreReadFromWhatIsSaid(_ text: String, _ tier: ServiceTier?) { #expect(ServiceTier(said: text) == tier) }

  /// Where nobody knows what flex or a batch costs, the usual price stands for it: that is the most it can be, unless its own
  /// price for shorter calls is dearer.
  @Test func whatIsNoDearerIsAtMostTheUsualPrice() {
    var price = ModelPrice(
      inputMicroUSDPerMillion: 2_000_000, outputMicroUSDPerMillion: 8_000_000, asOf: "2026-11-01", source: "x")
    func unpriced(_ tier: ServiceTier, _ input: Int64 = 10) -> [UsagePart] {
      price.unpriced(in: TokenUsage(input: input, output: 10, exactness: .exact), of: tier)
    }
    for isVaried in [false, true] {
      if isVaried { price.vary(above: 200_000, input: 4_000_000, output: 9_000_000) }
      #expect(unpriced(.flex) == [.serviceDiscount] && unpriced(.batch) == [.serviceDiscount])
      #expect(unpriced(.priority) == [.serviceTier] && unpriced(.fast) == [.serviceTier])
      #expect(unpriced(.us) == [.serviceTier] && unpriced(.other) == [.serviceTier])
    }
    price.vary(.flex, input: 1_000_000, output: 4_000_000)
    #expect(unpriced(.flex) == [] && unpriced(.flex, 300_000) == [.serviceDiscount])
    price.vary(.flex, input: 5_000_000, output: 9_000_000)
    #expect(unpriced(.flex, 300_000) == [.serviceTier])
  }

  @Test(
    arguments: [
      ([], "", ""), ([.serviceTier], "at least ", "+"), ([.audioInput, .webSearches], "at least ", "+"),
      ([.serviceDiscount], "at most ", "-"), ([.audioInput, .serviceDiscount], "about ", "±"),
    ] as [([UsagePart], String, String)])
  func aCostIsBoundByWhatIsUnknown(_ parts: [UsagePart], _ words: String, _ mark: String) {
    let bound = UsagePart.bound(parts)
    #expect((bound.words, bound.mark) == (words, mark))
    // What is known of nothing is at least that, whatever would be taken off it.
    #expect(UsagePart.bound(parts, ofCostMicroUSD: nil) == .atLeast)
    #expect(UsagePart.bound(parts, ofCostMicroUSD: 0) == bound)
    #expect(UsagePart.read(UsagePart.text(parts)) == parts)
  }

  @Test func usagesKeepTheirParts() {
    let usage = TokenUsage(input: 10, output: -1, cachedInput: 8, cacheWrite: 8, reasoning: 3, exactness: .exact)
    #expect((usage.input, usage.output, usage.cachedInput, usage.cacheWrite, usage.reasoning) == (10, 0, 8, 2, 0))
    #expect(throws: AmountOverflow.self) { try TokenUsage(input: .max, output: 1, exactness: .exact).total() }
  }
}

@Suite struct LadderTests {
  private let ladder = Ladder(
    cheaperModels: ["big": "middle", "middle": "small", "a": "b", "b": "a", "self": "self"], maxTokensCap: 1000,
    delayMs: 500)

  @Test(
    arguments: [
      ("big", ["middle", "small"]), ("middle", ["small"]), ("small", []), ("a", ["b"]), ("b", ["a"]), ("self", []),
      (nil, []),
    ] as [(String?, [String])])
  func chains(_ model: String?, _ chain: [String]) { #expect(ladder.chain(from: model) == chain) }

  @Test func rungsGoFromMildToHarsh() {
    #expect(
      ladder.rungs(model: "big", maxTokens: 4000, canChangeModel: true, canCapTokens: true) == [
        Degradation(model: "middle", maxTokens: 1000, delayMs: 500),
        Degradation(model: "small", maxTokens: 1000, delayMs: 500),
      ])
  }

  @Test func aCallThatCannotChangeKeepsWhatItAsked() {
    #expect(
      ladder.rungs(model: "big", maxTokens: 4000, canChangeModel: false, canCapTokens: false)
        == [Degradation(model: "big", maxTokens: 4000, delayMs: 500)])
    #expect(
      ladder.rungs(model: "big", maxTokens: nil, canChangeModel: false, canCapTokens: false)
        == [Degradation(model: "big", maxTokens: nil, delayMs: 500)])
  }

  @Test func aCapNeverRaises() {
    func cap(_ maximum: Int64?, _ ladder: Ladder) -> Int64? {
      ladder.rungs(model: nil, maxTokens: maximum, canChangeModel: true, canCapTokens: true).first?.maxTokens
    }
    #expect(cap(200, ladder) == 200)
    #expect(cap(nil, ladder) == 1000)
    #expect(cap(4000, Ladder()) == 4000)
    #expect(cap(nil, Ladder()) == nil)
  }
}

@Suite struct NameTests {
  @Test(arguments: [
    "alice", "ci-bot", "a", "José", "日本", "team a", "gpt-4o", "user@host", String(repeating: "x", count: 128),
    "Nguyễn Đức", "Ελλάδα", "Йо", "ไม่", "क्षि", "한글", "がぎ", "שָׁלוֹם", "مُحَمَّد", "q\u{301}", "🇩🇪",
    "\u{92B}\u{93C}\u{93F}\u{930}\u{94B}\u{91C}\u{93C}", "\u{9A1}\u{9BC}", "\u{5E9}\u{5C1}", "a\u{34F}\u{301}",
  ])
  func accepts(_ name: String) { #expect(throws: Never.self) { try Name.check("user", name) } }

  @Test(arguments: [
    ("", "empty"), ("a\nb", "character 2 is U+000A"), ("a\u{1B}[31m", "U+001B"), ("a\u{202E}b", "U+202E"),
    ("\u{0}", "U+0000"), ("a\u{2028}b", "U+2028"), ("a\u{200B}b", "U+200B"), ("a\u{E000}", "U+E000"),
    ("a\u{9B}b", "U+009B"), ("-rf", "begins with '-'"), (" a", "space"), ("a ", "space"), ("a\n", "space"),
    (String(repeating: "x", count: 129), "longer than 128 bytes"), (String(repeating: "é", count: 65), "longer than"),
  ])
  func refuses(_ name: String, _ problem: String) {
    let error = #expect(throws: NameError.self) { try Name.check("user", name) }
    #expect(error?.description.contains(problem) == true, "\(error?.problem ?? "")")
    #expect(error?.description.contains("this user name") == true)
    // A name of one or two characters may occur in the message by chance.
    #expect(name.count < 4 || error?.description.contains(name) == false, "the message must not repeat the name")
  }

  /// Two spellings of one text are equal to Swift and not to the ledger: there is one of them.
  @Test(arguments: [
    ("Jose\u{301}", "José"), ("a\u{323}\u{302}", "ậ"), ("a\u{302}\u{323}", "ậ"), ("\u{212B}", "Å"), ("и\u{306}", "й"),
    ("か\u{3099}", "が"), ("\u{1112}\u{1161}\u{11AB}", "한"), ("하\u{11AB}", "한"), ("α\u{345}\u{301}", "ᾴ"),
    ("\u{627}\u{654}", "أ"), ("=\u{338}", "≠"), ("a\u{301}\u{323}", "ạ\u{301}"),
    ("\u{995}\u{9C7}\u{9BE}", "\u{995}\u{9CB}"), ("\u{B95}\u{BC6}\u{BBE}", "\u{B95}\u{BCA}"),
    ("\u{95E}", "\u{92B}\u{93C}"), ("ʒ\u{30C}", "ǯ"), ("¨\u{301}", "\u{385}"),
  ])
  func aTextHasOneSpelling(long: String, short: String) {
    #expect(long == short && Array(long.utf8) != Array(short.utf8), "\(long)")
    #expect(throws: NameError.self) { try Name.check("user", long) }
    #expect(throws: Never.self) { try Name.check("user", short) }
  }

  /// Names come with requests: none may keep a gateway busy. What counts is the processor's time, and not how long others had it.
  @Test(arguments: [("\u{1100}", "\u{11A8}"), ("q", "\u{327}"), ("\u{AC00}", "\u{1161}")])
  func manyPartsAreReadAtOnce(base: String, part: String) {
    let name = base + String(repeating: part, count: 160)
    let startNs = Self.processorNs
    try? Name.check("model", name, maximumBytes: 512)
    #expect(Self.processorNs - startNs < 200_000_000)
  }

  private static var processorNs: Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
