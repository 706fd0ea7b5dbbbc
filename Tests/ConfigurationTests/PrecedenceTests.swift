import Configuration
import GuardModel
import Testing

/// Who wins, and who may not try.
@Suite struct PrecedenceTests {
  @Test func theEnvironmentComesBeforeTheUsersFileBeforeTheSystems() {
    let (settings, problems) = Reading.read(
      user: "lock_wait = '2s'\ndefault_max_tokens = 2",
      system: "lock_wait = '1s'\ndefault_max_tokens = 1\nfail_open = true",
      environment: ["LLMGUARD_DEFAULT_MAX_TOKENS": "3", "LLMGUARD_RESULTS_TTL": "2h"])
    #expect(problems.isEmpty)
    #expect(settings.resultsTTLMs == 7_200_000)
    #expect(settings.failOpen)
    #expect(settings.lockWaitMs == 2000)
    #expect(settings.defaultMaxOutputTokens == 3)
    #expect(settings.origins["fail_open"] == "system.toml:3")
    #expect(settings.origins["lock_wait"] == "user.toml:1")
    #expect(settings.origins["default_max_tokens"] == "LLMGUARD_DEFAULT_MAX_TOKENS")
  }

  /// What the manual says: each key that stands in no table has a variable, but for `unknown_price`, which may be a table itself.
  @Test func eachKeyWithoutATableHasAVariable() {
    let keys = ConfigKey.all.map(\.path).filter { !$0.contains(".") && $0 != "unknown_price" }
    #expect(Set(ConfigReader.variables) == Set(keys.map { "LLMGUARD_" + $0.uppercased() }))
  }

  @Test func anEmptyVariableSaysNothing() {
    #expect(Reading.read(environment: ["LLMGUARD_FAIL_OPEN": ""]).problems.isEmpty)
  }

  @Test(arguments: [
    ("1", true), ("true", true), ("TRUE", true), ("yes", true), ("On", true), ("0", false), ("false", false),
    ("No", false), ("OFF", false),
  ])
  func aSwitchInTheEnvironment(_ text: String, _ value: Bool) {
    let (settings, problems) = Reading.read(
      user: "fail_open = \(!value)", environment: ["LLMGUARD_FAIL_OPEN": text])
    #expect(problems.isEmpty)
    #expect(settings.failOpen == value)
  }

  @Test func filesAddToOneTierKeyByKey() throws {
    let (settings, problems) = Reading.read(
      user: "[tier.free]\nwarn = 50", system: "[tier.free]\nbudgets = ['1k tokens/day']\nsoft = 90")
    #expect(problems.isEmpty)
    let tier = try #require(settings.tiers["free"])
    #expect(tier.budgets.map(\.description) == ["1k tokens/day"])
    #expect(tier.thresholds == PhaseThresholds(warnPercent: 50, softPercent: 90, hardPercent: 120))
  }

  struct Lock: Sendable, CustomTestStringConvertible {
    let keys: String
    let user: String
    let refused: String?
    var testDescription: String { "\(keys) / \(user)" }
  }

  static let locks = [
    Lock(keys: "'fail_open'", user: "fail_open = true", refused: "fail_open"),
    Lock(keys: "'fail_open'", user: "lock_wait = '1s'", refused: nil),
    Lock(keys: "'tier'", user: "[tier.free]\nwarn = 50", refused: "tier"),
    Lock(keys: "'tier.free'", user: "[tier.free]\nwarn = 50", refused: "tier.free.warn"),
    Lock(keys: "'tier.free'", user: "[tier.freedom]\nwarn = 50", refused: nil),
    Lock(keys: "'tier.free'", user: "[tier.\"free.er\"]\nwarn = 50", refused: nil),
    Lock(keys: "'tier.free.budgets'", user: "[tier.free]\nbudgets = []", refused: "tier.free.budgets"),
    Lock(keys: "'tier.free.budgets'", user: "[tier.free]\nwarn = 50", refused: nil),
    Lock(
      keys: "'tier.free.ladder.max_tokens'", user: "[tier.free.ladder]\nmax_tokens = 9",
      refused: "tier.free.ladder.max_tokens"),
    Lock(keys: "'tier.free.ladder.max_tokens'", user: "[tier.free.ladder]\ndelay = '2s'", refused: nil),
    Lock(keys: "'tier.NAME.budgets'", user: "[tier.free]\nbudgets = []", refused: "tier.free.budgets"),
    Lock(keys: "'model.\"gpt-4.1\".price'", user: "[model.\"gpt-4.1\"]\nweight = 2", refused: nil),
    Lock(
      keys: "'model.\"gpt-4.1\".price'", user: "[model.\"gpt-4.1\"]\nprice = { input = 0, output = 0 }",
      refused: "model.\"gpt-4.1\".price"),
  ]

  @Test(arguments: locks)
  func aLockedKeyIsRefusedNamingBothPlaces(_ lock: Lock) {
    let (_, problems) = Reading.read(user: lock.user, system: "[lock]\nkeys = [\(lock.keys)]")
    if let refused = lock.refused {
      #expect(problems.count == 1)
      let text = problems.first?.description ?? ""
      #expect(text.hasPrefix("user.toml:"))
      #expect(text.hasSuffix("'\(refused)' is locked by system.toml:2"), "\(text)")
    } else {
      #expect(problems.isEmpty, "\(problems)")
    }
  }

  @Test func aLockHoldsForTheEnvironmentToo() {
    let (settings, problems) = Reading.read(
      system: "[lock]\nkeys = ['fail_open']", environment: ["LLMGUARD_FAIL_OPEN": "1"])
    #expect(!settings.failOpen)
    #expect(problems.map(\.description) == ["LLMGUARD_FAIL_OPEN: 'fail_open' is locked by system.toml:2"])
  }

  @Test func theSystemFileItselfMaySetWhatItLocks() {
    let (settings, problems) = Reading.read(system: "fail_open = true\n[lock]\nkeys = ['fail_open']")
    #expect(problems.isEmpty)
    #expect(settings.failOpen)
    #expect(settings.lockPlace(of: "fail_open") == "system.toml:3")
    #expect(settings.lockPlace(of: "lock_wait") == nil)
  }

  @Test func aKeyInATableCanBeLookedUpAmongTheLocks() {
    for keys in ["cache", "cache.mode"] {
      let (settings, problems) = Reading.read(system: "[lock]\nkeys = ['\(keys)']")
      #expect(problems.isEmpty)
      #expect(settings.lockPlace(ofKey: "cache.mode") == "system.toml:2")
      #expect(!settings.allowsSimilar)
    }
    #expect(Reading.read(system: "[lock]\nkeys = ['cache.scope']").settings.allowsSimilar)
    #expect(Reading.read(system: "[cache]\nmode = 'similar'\n[lock]\nkeys = ['cache']").settings.allowsSimilar)
  }

  @Test(arguments: ["failopen", "tier.free.budget", "tier.free.ladder.dely", "", "tier..x", "fail_open.x"])
  func aLockOnAKeyThatDoesNotExistIsAMistake(_ key: String) {
    let (_, problems) = Reading.read(system: "[lock]\nkeys = ['lock_wait', '\(key)']")
    #expect(problems.map(\.description) == ["system.toml:2:22: there is no key '\(key)' to lock"])
  }
}
