import Configuration
import GuardModel
import Testing

/// What the administrator's file locks cannot be raised: not by a file, not by the ledger, not by what users may book.
@Suite struct LockTests {
  private static let system = """
    default_tier = "free"
    [tier.free]
    budgets = ["100k tokens/day", "10k tokens/min burst 50k"]
    [tier.pro]
    budgets = ["1M tokens/day"]
    [operation.analyze]
    budgets = ["20 calls/day"]
    [user.vip]
    budgets = ["500k tokens/day"]
    [run]
    budget = ["50k tokens", "$0.50"]
    max_calls = 20
    """

  private func settings(lock: String, user: String = "") -> Settings {
    Reading.read(user: user, system: Self.system + "\n[lock]\nkeys = [\(lock)]").settings
  }

  private func budgets(
    _ settings: Settings, _ user: String, tier: String? = nil, _ ledger: [String] = [], lowered: [String] = []
  ) throws -> [String] {
    try settings.budgets(
      user: user, ledgerTier: tier, ledgerBudgets: BudgetsTests.limits(ledger), lowered: BudgetsTests.limits(lowered),
      operation: nil
    ).budgets.map { "\($0.limit) (\($0.origin))" }
  }

  @Test func withoutALockTheLedgerRaises() throws {
    #expect(try budgets(settings(lock: ""), "ana", ["9M tokens/day"]).first == "9M tokens/day (user ana)")
    #expect(try budgets(settings(lock: ""), "ana", tier: "pro") == ["1M tokens/day (tier pro)"])
  }

  @Test(arguments: ["'tier'", "'tier.free'", "'tier.free.budgets'"])
  func aLockedBudgetIsLoweredByTheLedgerButNotRaised(lock: String) throws {
    let locked = settings(lock: lock)
    let burst = "10k tokens/min burst 50k (tier free)"
    #expect(try budgets(locked, "ana", ["9M tokens/day"]) == ["100k tokens/day (tier free)", burst])
    #expect(try budgets(locked, "ana", ["9k tokens/day"]) == ["9k tokens/day (user ana)", burst])
    // Slower but with a larger burst: each part can only go down.
    #expect(
      try budgets(locked, "ana", ["5k tokens/min burst 90k"]).first == "5k tokens/min burst 50k (tier free)")
    #expect(try budgets(locked, "ana", ["7 calls/hour"]).count == 3)
  }

  @Test func whatTheSystemFileGivesAUserStandsWhereOnlyTiersAreLocked() throws {
    #expect(try budgets(settings(lock: "'tier'"), "vip").first == "500k tokens/day (user vip)")
    #expect(try budgets(settings(lock: "'tier'"), "vip", ["9M tokens/day"]).first == "500k tokens/day (user vip)")
    // A user's own file does not count as the administrator's.
    let own = settings(
      lock: "'tier'", user: "[user.vip]\nbudgets = ['9M tokens/day']\n[user.ana]\nbudgets = ['9M tokens/day']")
    #expect(try budgets(own, "vip").first == "100k tokens/day (tier free)")
    #expect(try budgets(own, "ana").first == "100k tokens/day (tier free)")
  }

  @Test(arguments: ["'user'", "'default_tier'", "'user.ana.tier'"])
  func whoeverIsLockedIntoATierStaysThere(lock: String) throws {
    #expect(try budgets(settings(lock: lock), "ana", tier: "pro").first == "100k tokens/day (tier free)")
    let problems = Reading.read(
      user: "[user.ana]\ntier = 'pro'", system: Self.system + "\n[lock]\nkeys = [\(lock)]"
    ).problems
    #expect(try #require(problems.first).message.contains("is locked by system.toml:14"))
  }

  @Test(arguments: [
    ("'tier'", "[tier.free]\nself_grant = ['9M tokens/day']"),
    ("'tier.free.budgets'", "[tier.free]\nself_grant = ['9M tokens/day']"),
    ("'tier.free.budgets'", "[user.ana]\nself_grant = ['9M tokens/day']"),
    ("'user.ana.budgets'", "[user.ana]\nself_grant = ['9M tokens/day']"), ("'run'", "[run]\nmax_calls = 900"),
    ("'run.budget'", "[run]\nbudget = '$9'"), ("'tier'", "[operation.curl]\nweight = 0"),
    ("'tier.free.budgets'", "[operation.analyze]\nweight = 0.001"), ("'user'", "[model.'gpt-4o']\nweight = 0"),
    ("'user.ana.budgets'", "[operation.curl]\nescalation = [1]"), ("'operation'", "[operation.curl]\nweight = 0"),
    ("'model'", "[model.'gpt-4o']\nprice = { input = 0.01, output = 0.01 }"),
    ("'model'", "[provider.openai]\ndeployments = { 'gpt-4o' = 'gpt-4.1-nano' }"),
    ("'tier'", "[provider.openai]\ndeployments = { 'gpt-4o' = 'gpt-4.1-nano' }"),
    ("'user'", "abandoned_holds = 'void'"),
    ("'tier'", "unknown_price = { input = 0.1, output = 0.1 }"),
    ("'tier.free.budgets'", "[client.llm]\nusage_input = 'i: ([0-9]+)'\nusage_output = 'o: ([0-9]+)'"),
  ])
  func whoLocksABudgetLocksWhatCanBeBookedOnIt(lock: String, user: String) throws {
    let problems = Reading.read(user: user, system: Self.system + "\n[lock]\nkeys = [\(lock)]").problems
    #expect(try #require(problems.first).message.contains("is locked by system.toml:14"))
    #expect(Reading.read(user: user, system: Self.system).problems.isEmpty)
  }

  @Test func whereABudgetIsLockedIsTold() throws {
    let key = BudgetKey(scope: .user("ana"), limit: try #require(BudgetsTests.limits(["1 tokens/day"]).first))
    let tier = try #require(settings(lock: "").tiers["free"])
    #expect(settings(lock: "").lockPlace(of: key, tier: tier) == nil)
    #expect(settings(lock: "'tier'").lockPlace(of: key, tier: tier) == "system.toml:14")
    let other = BudgetKey(scope: .user("ana"), limit: try #require(BudgetsTests.limits(["1 tokens/week"]).first))
    #expect(settings(lock: "'tier'").lockPlace(of: other, tier: tier) == nil)
    let quota = BudgetKey(
      scope: .operation(user: "ana", operation: "analyze"),
      limit: try #require(BudgetsTests.limits(["1 calls/day"]).first))
    #expect(settings(lock: "'tier'").lockPlace(of: quota, tier: tier) == nil)
    #expect(settings(lock: "'operation'").lockPlace(of: quota, tier: tier) == "system.toml:14")
    #expect(settings(lock: "'cache.mode'").lockPlace(of: "cache", "mode") == "system.toml:14")
    #expect(settings(lock: "'cache.mode'").lockPlace(of: "cache", "ttl") == nil)
  }

  @Test func whatRunsMayTakeIsLockedPartByPart() {
    #expect(settings(lock: "").lockedRunLimits.areNone)
    #expect(settings(lock: "'run'").lockedRunLimits == RunLimits(tokens: 50_000, costMicroUSD: 500_000, calls: 20))
    #expect(settings(lock: "'run.max_calls'").lockedRunLimits == RunLimits(calls: 20))
    let timed = Reading.read(user: "", system: "[run]\nmax_duration = '2h'\n[lock]\nkeys = ['run.max_duration']")
      .settings
    #expect(timed.lockedRunLimits == RunLimits(durationMs: 7_200_000))
  }

  @Test func whatUsersLowerNeverRaises() throws {
    let open = settings(lock: "")
    #expect(
      try budgets(open, "ana", lowered: ["9k tokens/day", "$1/day"])
        == ["9k tokens/day (lowered for ana)", "10k tokens/min burst 50k (tier free)", "$1/day (lowered for ana)"])
    #expect(try budgets(open, "ana", lowered: ["9M tokens/day"]).first == "100k tokens/day (tier free)")
    #expect(
      try budgets(open, "ana", ["300k tokens/day"], lowered: ["200k tokens/day"]).first
        == "200k tokens/day (lowered for ana)")
  }

  @Test(arguments: [
    ("[tier.a]\nself_grant = ['10k tokens/min burst 50k']", "refills all the time"),
    ("[tier.a]\nself_grant = ['unlimited']", "no ceiling"),
    ("[tier.a]\nself_grant = '5 calls/day'", "array of budgets"),
    ("[run]\nbudget = '20 calls'", "not an amount of tokens or money"),
    ("[run]\nbudget = ['$1', '$2']", "two amounts in money"), ("[run]\nbudget = '5k tokens/day'", "not an amount"),
    ("[run]\nmax_duration = '0'", "no run could make a call"), ("prefer = 'speed'", "not 'model', 'length' or 'delay'"),
  ])
  func mistakesAreTold(text: String, problem: String) throws {
    #expect(try #require(Reading.read(user: text).problems.first).message.contains(problem))
  }
}
