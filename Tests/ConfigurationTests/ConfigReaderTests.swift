import Configuration
import GuardModel
import Testing
import TextFormats

@Suite struct ConfigReaderTests {
  static func read(
    _ text: String, system: String? = nil, environment: [String: String] = [:]
  ) -> (settings: Settings, problems: [ConfigProblem]) {
    var sources: [ConfigSource] = []
    if let system { sources.append(ConfigSource(path: "system.toml", bytes: Array(system.utf8), kind: .system)) }
    sources.append(ConfigSource(path: "user.toml", bytes: Array(text.utf8), kind: .user))
    return ConfigReader.read(sources, environment: environment) { $0 == "Europe/Berlin" || $0 == "UTC" }
  }

  @Test func aWholeConfigurationIsRead() throws {
    let (settings, problems) = Self.read(
      """
      timezone = "Europe/Berlin"
      default_tier = "free"
      fail_open = true
      unknown_price = { input = 5.00, output = 15 }
      lock_wait = "2.5s"
      [tier.free]
      budgets = ["200k tokens/day", "$1/month"]
      warn = 70
      [tier.free.ladder]
      models = { "gpt-4o" = "gpt-4o-mini" }
      max_tokens = 500
      delay = "250ms"
      [operation.summarize]
      weight = 1.5
      budgets = ["20 calls/day"]
      [user.alice]
      tier = "default"
      budgets = ["9 calls/hour"]
      [model."gpt-4o"]
      weight = 2
      price = { input = 2.50, output = 10.00, as_of = 2026-11-01 }
      [client.mycli]
      model_options = ["-m"]
      usage_input = 'in ([0-9]+)'
      usage_output = 'out ([0-9]+)'
      """)
    #expect(problems.isEmpty, "\(problems)")
    let tier = try #require(settings.tiers["free"])
    #expect(tier.budgets.map(\.description) == ["200k tokens/day", "$1/month"])
    #expect(tier.thresholds == PhaseThresholds(warnPercent: 70, softPercent: 100, hardPercent: 120))
    #expect(tier.ladder == Ladder(cheaperModels: ["gpt-4o": "gpt-4o-mini"], maxTokensCap: 500, delayMs: 250))
    #expect(settings.operations["summarize"]?.weight.description == "1.5")
    #expect(settings.prices["gpt-4o"]?.inputMicroUSDPerMillion == 2_500_000)
    #expect(settings.unknownPrice?.outputMicroUSDPerMillion == 15_000_000)
    #expect(settings.lockWaitMs == 2500)
    #expect(settings.clients.first?.name == "mycli")
    #expect(settings.origins["tier.free.budgets"] == "user.toml:7")
    #expect(settings.weights(operation: "summarize", model: "gpt-4o").map(\.description) == ["1.5", "2"])
  }

  @Test(arguments: [
    ("tiemzone = 'x'", 1, 1, "unknown key 'tiemzone'", "timezone"),
    ("fail_open = 1", 1, 13, "'fail_open' is an integer", ""),
    ("timezone = 'Mars/Base'", 1, 12, "does not exist", "Europe/Berlin"),
    ("[tier.a]\nbudgets = ['x']", 2, 12, "'x'", "200k"),
    ("[tier.a]\nbudget = []", 2, 1, "unknown key 'tier.a.budget'", "budgets"),
    ("[tier.a]\nwarn = 0", 2, 8, "expected 1 to 1000", ""),
    ("[tier.a]\nwarn = 110", 2, 8, "out of order", "80"),
    ("default_tier = 'gold'", 1, 16, "'gold' does not exist", "known tiers: default"),
    ("[user.a]\ntier = 'gold'", 2, 8, "'gold' does not exist", ""),
    ("[tier.a]\nbudgets = ['1 calls/day', '2 calls/day']", 2, 27, "two budgets", ""),
    ("[tier.a.ladder]\nmodels = {a = 'b', b = 'a'}", 2, 15, "comes back to 'a'", ""),
    ("[tier.a.ladder]\ndelay = 'soon'", 2, 9, "not a duration", ""),
    ("[model.x]\nprice = { input = 1.0 }", 2, 9, "needs 'input' and 'output'", ""),
    ("[model.x]\nweight = -1", 2, 10, "weight -1", ""),
    ("[operation.x]\nweight = 'big'", 2, 10, "is a string", ""), ("[client.x]\nusage_input = 'a'", 1, 9, "both", ""),
    ("[lock]\nkeys = ['tier']", 2, 8, "only the system file", ""), ("tier = 5", 1, 8, "expected a table", ""),
    ("a = [1", 1, 5, "not closed", ""), ("[tier.\"a\\nb\"]", 1, 7, "U+000A", ""),
    ("unknown_price = 'free'", 1, 17, "'free'", "refuse"),
  ])
  func eachMistakeIsNamedWithItsPlace(text: String, line: Int, column: Int, message: String, hint: String) throws {
    let problem = try #require(Self.read(text).problems.first)
    #expect(problem.position == SourcePosition(line: line, column: column), "\(problem)")
    #expect(problem.message.contains(message), "\(problem)")
    #expect(problem.hint.contains(hint), "\(problem.hint)")
    #expect(problem.description.hasPrefix("user.toml:\(line):\(column): "))
  }

  @Test func threeMistakesAreThreeProblems() {
    let (_, problems) = Self.read("fail_opn = true\n[tier.free]\nbudgets = [\"200k apples/day\"]\nhard = \"x\"\n")
    #expect(problems.map { $0.position?.line } == [1, 3, 4])
  }

  @Test func theUsersFileComesBeforeTheSystems() {
    let (settings, problems) = Self.read(
      "fail_open = false\n[tier.free]\nwarn = 50", system: "fail_open = true\n[tier.free]\nbudgets = ['1 calls/day']")
    #expect(problems.isEmpty)
    #expect(!settings.failOpen)
    #expect(settings.tiers["free"]?.budgets.count == 1)
    #expect(settings.tiers["free"]?.thresholds.warnPercent == 50)
  }

  @Test(arguments: ["fail_open = true", "[tier.free]\nwarn = 50", "[tier.other]\nwarn = 50"])
  func lockedKeysCannotBeChanged(text: String) throws {
    let problem = try #require(Self.read(text, system: "[lock]\nkeys = ['fail_open', 'tier']").problems.first)
    #expect(problem.message.contains("locked by system.toml:2"))
  }

  @Test func theEnvironmentComesLastAndIsLockedToo() throws {
    #expect(Self.read("fail_open = false", environment: ["LLMGUARD_FAIL_OPEN": "1"]).settings.failOpen)
    let locked = Self.read("", system: "[lock]\nkeys = ['fail_open']", environment: ["LLMGUARD_FAIL_OPEN": "1"])
    #expect(try #require(locked.problems.first).path == "LLMGUARD_FAIL_OPEN")
    #expect(!Self.read("", environment: ["LLMGUARD_FAIL_OPEN": "maybe"]).problems.isEmpty)
  }

  @Test func theTemplateIsValidWithEveryLineInForce() {
    let lines = ConfigKey.template.split(separator: "\n", omittingEmptySubsequences: false)
    let active = lines.map { line in
      line.hasPrefix("#") && !line.hasPrefix("# ") ? String(line.dropFirst()) : String(line)
    }.filter { !$0.hasPrefix("keys = ") && $0 != "[lock]" }
    let (_, problems) = Self.read(active.joined(separator: "\n"))
    #expect(problems.isEmpty, "\(problems)")
    #expect(Self.read(ConfigKey.template).problems.isEmpty)
    for key in ConfigKey.all { #expect(ConfigKey.template.contains(key.path.split(separator: ".").last ?? "?")) }
  }

  @Test func budgetsOfTheUserReplaceThoseOfTheTier() throws {
    let (settings, _) = Self.read(
      """
      [tier.default]
      budgets = ["1k tokens/day", "5 calls/hour"]
      [operation.review]
      budgets = ["3 calls/day"]
      [user.ana]
      budgets = ["9k tokens/day"]
      """)
    func budgets(_ user: String, _ ledger: [String] = [], tier: String? = nil, op: String? = nil) throws -> [String] {
      let limits = ledger.compactMap { text -> BudgetLimit? in
        if case .limit(let limit) = try? BudgetSpec(text) { limit } else { nil }
      }
      return try settings.budgets(user: user, ledgerTier: tier, ledgerBudgets: limits, operation: op).budgets.map {
        "\($0.limit) (\($0.origin))"
      }
    }
    #expect(try budgets("ben") == ["1k tokens/day (tier default)", "5 calls/hour (tier default)"])
    #expect(try budgets("ana") == ["9k tokens/day (user ana)", "5 calls/hour (tier default)"])
    #expect(try budgets("ana", ["7k tokens/day"]) == ["7k tokens/day (user ana)", "5 calls/hour (tier default)"])
    #expect(try budgets("ben", op: "review").last == "3 calls/day (operation review)")
    #expect(throws: SettingsError.self) { try budgets("ben", tier: "gone") }
  }

  /// The price of a thousand is rounded up to that of one: also where nothing larger can be counted.
  @Test(
    arguments: [
      ("10", 10_000), ("0.001", 1), ("0.001001", 2), ("9223372036854.775", 9_223_372_036_854_775),
    ] as [(String, Int64)])
  func thePriceOfASearchIsRoundedUp(stated: String, microUSD: Int64) throws {
    let (settings, problems) = Self.read("[model.m]\nprice = { input = 1, output = 2, web_search = \(stated) }")
    #expect(problems.isEmpty, "\(problems)")
    #expect(try #require(settings.price(of: "m")).webSearchMicroUSD == microUSD)
  }

  /// As prices are written, without an exponent or with one.
  @Test(arguments: [("0.00005", 50), ("5e-5", 50), ("0.000123", 123), ("1.5e-3", 1500)] as [(String, Int64)])
  func aSmallPriceIsRead(stated: String, microUSD: Int64) throws {
    let (settings, problems) = Self.read("[model.m]\nprice = { input = \(stated), output = 2 }")
    #expect(problems.isEmpty, "\(problems)")
    #expect(try #require(settings.price(of: "m")).inputMicroUSDPerMillion == microUSD)
    for wrong in ["-\(stated)", "1e-7", "1e-30", "1e30"] {
      let problem = Self.read("[model.m]\nprice = { input = \(wrong), output = 2 }").problems.first
      #expect(problem?.message == "'input' is not a price in dollars per million tokens", "\(wrong)")
    }
  }

  /// A list of ten thousand models is followed once, and not once for each of them.
  @Test func aLongLadderIsReadAtOnce() throws {
    let count = 10_000
    let chain = (0..<count).map { "m\($0) = 'm\($0 + 1)'" }.joined(separator: ", ")
    let (settings, problems) = Self.read("[tier.a.ladder]\nmodels = {\(chain)}")
    #expect(problems.isEmpty, "\(problems)")
    #expect(settings.tiers["a"]?.ladder.cheaperModels.count == count)
    let loop = Self.read("[tier.a.ladder]\nmodels = {\(chain), m\(count) = 'm1'}").problems
    #expect(loop.map(\.message) == ["the ladder comes back to 'm1'"])
  }

  @Test func anUnknownPriceIsUnknown() {
    #expect(Settings().price(of: "no-such-model") == nil)
    #expect(Settings().price(of: "gpt-4o-no-such-suffix") == nil)
    #expect(Settings().price(of: "openai/gpt-4o")?.inputMicroUSDPerMillion == 2_500_000)
  }

  @Test func everyRuleIsListedWithItsOrigin() {
    let listing = Self.read("fail_open = true").settings.listing
    #expect(listing.first { $0.key == "fail_open" }?.origin == "user.toml:1")
    #expect(listing.first { $0.key == "lock_wait" }?.origin == "built-in")
  }
}
