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
}
