import Configuration
import GuardModel
import Providers
import Testing

/// The rules in force: what is built in, what a file says, and what is shown of it.
@Suite struct SettingsTests {
  /// Other capitals are no other operation.
  @Test(arguments: [
    ("Review", "review"), ("review", "review"), ("REVIEW", "review"), ("Chat", "Chat"), ("a", "A"), ("ab", "Ab"),
  ]) func aStatedOperationIsTheConfigurations(stated: String, operation: String) {
    let toml = ["review", "A", "Ab"].map { "[operation.\($0)]\nweight = 2\n" }.joined()
    let settings = Reading.read(user: toml).settings
    #expect(settings.operation(stated: stated) == operation)
  }

  @Test func withoutAnyConfigurationEverybodyHasADailyBudget() throws {
    let settings = Settings()
    let (tier, budgets) = try settings.budgets(user: "me", ledgerTier: nil, ledgerBudgets: [], operation: nil)
    #expect(tier.name == "default")
    #expect(tier.thresholds == .standard)
    #expect(budgets.map(\.limit.description) == ["1M tokens/day"])
    #expect(!settings.failOpen)
    #expect(settings.abandonedHolds == .charge)
    #expect(settings.unknownPrice == nil)
  }

  /// No rung of the built-in ladder costs more than the one above it, wherever both prices are known.
  @Test func theBuiltInLadderLeadsDown() {
    let prices = PriceTable()
    let ladder = Settings.defaultLadder
    #expect(ladder.maxTokensCap == 1000)
    #expect(ladder.delayMs == 1000)
    for (model, cheaper) in ladder.cheaperModels {
      #expect(!ladder.chain(from: cheaper).contains(model), "\(model) comes back")
      guard let above = prices.price(of: model), let below = prices.price(of: cheaper) else {
        // The short names of the claude command have no price of their own.
        #expect(["opus", "sonnet"].contains(model), "\(model) → \(cheaper) has no price")
        continue
      }
      #expect(below.inputMicroUSDPerMillion < above.inputMicroUSDPerMillion, "\(model) → \(cheaper)")
      #expect(below.outputMicroUSDPerMillion < above.outputMicroUSDPerMillion, "\(model) → \(cheaper)")
    }
  }

  static let everything = """
    timezone = "Europe/Berlin"
    default_tier = "free"
    unknown_price = { input = 5.00, output = 15.00 }
    abandoned_holds = "void"
    lock_wait = "1.5s"
    [tier.free]
    budgets = ["200k tokens/day", "10k tokens/min burst 50k"]
    warn = 70
    hard = 100
    [tier.free.ladder]
    models = { "gpt-4o" = "gpt-4o-mini" }
    max_tokens = 500
    delay = "2s"
    [operation.analyze]
    weight = 1.50
    [operation.analyze.ladder]
    delay = "0s"
    [model."gpt-4.1"]
    weight = 2
    price = { input = 2.5, output = 10, cached_input = 0.25, cache_write = 3, as_of = 2026-01-02 }
    [client.mycli]
    model_options = ["-m"]
    usage_input = 'in: ([0-9]+)'
    usage_output = 'out: ([0-9]+)'
    usage_on_error = true
    [client."ollama run"]
    value_options = ["--think"]
    """

  @Test func aFileIsReadIntoValues() throws {
    let settings = try Reading.settings(Self.everything)
    #expect(settings.timezone == "Europe/Berlin")
    #expect(settings.unknownPrice?.outputMicroUSDPerMillion == 15_000_000)
    #expect(settings.abandonedHolds == .void)
    #expect(settings.lockWaitMs == 1500)
    let tier = try #require(settings.tiers["free"])
    #expect(tier.budgets.map(\.description) == ["200k tokens/day", "10k tokens/min burst 50k"])
    #expect(tier.thresholds == PhaseThresholds(warnPercent: 70, softPercent: 100, hardPercent: 100))
    #expect(tier.ladder == Ladder(cheaperModels: ["gpt-4o": "gpt-4o-mini"], maxTokensCap: 500, delayMs: 2000))
    #expect(settings.operations["analyze"]?.ladder == Ladder())
    #expect(settings.weights(operation: "analyze", model: "gpt-4.1").map(\.thousandths) == [1500, 2000])
    #expect(
      settings.price(of: "gpt-4.1")
        == ModelPrice(
          inputMicroUSDPerMillion: 2_500_000, outputMicroUSDPerMillion: 10_000_000,
          cachedInputMicroUSDPerMillion: 250_000, cacheWriteMicroUSDPerMillion: 3_000_000, asOf: "2026-01-02",
          source: "config"))
    #expect(settings.price(of: "no-such-model") == settings.unknownPrice)
  }

  @Test func aClientOfTheFileComesFirstAndABuiltInOneIsChangedInPlace() throws {
    let clients = try Reading.settings(Self.everything).clients
    #expect(clients.map(\.name) == ["mycli"] + BuiltInClients.all.map(\.name))
    #expect(clients[0].program == "mycli")
    #expect(clients[0].usage == .patterns(input: "in: ([0-9]+)", output: "out: ([0-9]+)", onError: true))
    let ollama = try #require(clients.first { $0.name == "ollama run" })
    #expect(ollama.program == "ollama")
    #expect(ollama.requiredWords == ["run"])
    #expect(ollama.valueOptions == ["--think"])
  }

  @Test func theListingShowsEveryValueWithItsPlace() throws {
    let listing = try Reading.settings(Self.everything).listing
    let rows = Dictionary(uniqueKeysWithValues: listing.map { ($0.key, "\($0.value) | \($0.origin)") })
    #expect(rows["timezone"] == "\"Europe/Berlin\" | user.toml:1")
    #expect(rows["unknown_price"] == "{ input = 5, output = 15 } | user.toml:3")
    #expect(rows["lock_wait"] == "\"1500ms\" | user.toml:5")
    #expect(rows["fail_open"] == "false | built-in")
    #expect(rows["tier.free.soft"] == "100 | built-in")
    #expect(rows["tier.free.hard"] == "100 | user.toml:9")
    #expect(rows["tier.free.ladder.max_tokens"] == "500 | user.toml:12")
    #expect(
      rows["model.\"gpt-4.1\".price"]
        == "{ input = 2.5, output = 10, cached_input = 0.25, cache_write = 3, as_of = \"2026-01-02\" } | user.toml:20")
    #expect(rows["client.mycli.program"] == "\"mycli\" | built-in")
  }

  /// In a table the order says nothing: a longer input costs what a shorter one does, where its own table does not say.
  @Test func theOrderOfLengthsChangesNoPrice() throws {
    let tables = ["above_1k = { output = 3 }", "above_200 = { input = 2, output = 4 }", "flex = { output = 1 }"]
    let prices = try [tables, tables.reversed()].map { tables in
      try Reading.settings(
        "[model.m]\nprice = { input = 1, output = 2, \(tables.joined(separator: ", ")) }"
      ).price(of: "m")
    }
    let usage = TokenUsage(input: 1_000_000, output: 1_000_000, exactness: .exact)
    #expect(try prices.map { try $0?.costMicroUSD(of: usage) } == [5_000_000, 5_000_000])
    #expect(try prices.map { try $0?.costMicroUSD(of: usage, in: .flex) } == [5_000_000, 5_000_000])
  }

  /// Tables inside of a price: what they leave out is as it is otherwise. The listing says it in a way that is read again.
  @Test func aPriceHasTiersAndLengths() throws {
    let settings = try Reading.settings(
      """
      [model.m.price]
      input = 2.5
      output = 15
      cached_input = 0.25
      [model.m.price.flex]
      input = 1.25
      output = 7.5
      above_272k = { input = 2.5, output = 11.25 }
      [model.m.price.above_272k]
      input = 5
      output = 22.5
      cached_input = 0.5
      [model.groq]
      price = { input = 1, output = 2, flex = {}, above_131072 = { output = 3 } }
      """)
    let price = try #require(settings.price(of: "m"))
    #expect(price.variants.map(\.words) == ["above 272k", "flex above 272k", "flex"])
    #expect(price.applied(in: .flex, inputTokens: 1).cachedInputMicroUSDPerMillion == 250_000)
    #expect(price.applied(in: .flex, inputTokens: 272_001).cachedInputMicroUSDPerMillion == 500_000)
    let groq = try #require(settings.price(of: "groq"))
    #expect(groq.unpriced(in: TokenUsage(input: 1, output: 1, exactness: .exact), of: .flex) == [])
    #expect(groq.applied(in: .standard, inputTokens: 131_073).outputMicroUSDPerMillion == 3_000_000)
    let rows = Dictionary(uniqueKeysWithValues: settings.listing.map { ($0.key, $0.value) })
    #expect(
      rows["model.m.price"]
        == "{ input = 2.5, output = 15, cached_input = 0.25, above_272k = { input = 5, output = 22.5, cached_input = 0.5 }, "
        + "flex = { input = 1.25, output = 7.5, cached_input = 0.25, above_272k = { input = 2.5, output = 11.25, "
        + "cached_input = 0.5 } } }")
    let again = try Reading.settings("model.m.price = \(rows["model.m.price"] ?? "")")
    #expect(Set(again.price(of: "m")?.variants ?? []) == Set(price.variants))
  }

  @Test(
    arguments: [
      ("500ms", 500), ("1.5s", 1500), ("2min", 120_000), ("2m", 120_000), ("1h", 3_600_000), ("30d", 2_592_000_000),
      ("0s", 0), ("1w", 604_800_000), ("", nil), ("5", nil), ("s", nil), ("-1s", nil), ("1 s", nil), ("1e3s", nil),
      ("9223372036854775807s", nil), ("5219w", nil), ("0.0001s", nil), ("1h30m", 5_400_000), ("1h30min", 5_400_000),
      ("1d 12h", 129_600_000), ("1w2d3h4m5s6ms", 788_645_006), ("1h90m", 9_000_000), ("1.5h30m", 7_200_000),
      ("30m1h", nil), ("1h1h", nil), ("1h30", nil), ("1h 30", nil), ("1h ", nil), (" 1h", nil), ("1h  30m", nil),
      ("1m1min", nil), ("100w5218w", nil), ("5217w7d", nil), ("1٣s", nil), ("1h-30m", nil),
    ] as [(String, Int64?)])
  func durations(_ text: String, _ milliseconds: Int64?) {
    #expect(DurationText.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [0, 1, 999, 1000, 1500, 60_000, 61_000, 3_600_000, 86_400_000, 90_000_000] as [Int64])
  func aDurationReadsBack(_ milliseconds: Int64) {
    #expect(DurationText.milliseconds(DurationText.text(milliseconds: milliseconds)) == milliseconds)
  }
}
