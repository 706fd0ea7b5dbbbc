import Configuration
import GuardModel
import Testing

/// Which budgets apply to a call.
@Suite struct BudgetsTests {
  static let toml = """
    default_tier = "free"
    [tier.free]
    budgets = ["100k tokens/day", "$1/month"]
    warn = 70
    [tier.pro]
    budgets = ["1M tokens/day"]
    [operation.analyze]
    budgets = ["20 calls/day"]
    [user.alice]
    tier = "pro"
    [user.bob]
    budgets = ["200k tokens/day", "10 calls/hour"]
    """

  static func limits(_ texts: [String]) -> [BudgetLimit] {
    texts.compactMap { if case .limit(let limit)? = try? BudgetSpec($0) { limit } else { nil } }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let user: String
    var tier: String?
    var ledger: [String] = []
    var operation: String?
    let expected: [String]
    var testDescription: String { "\(user) \(tier ?? "-") \(ledger) \(operation ?? "-")" }
  }

  static let cases = [
    Case(user: "eve", expected: ["tier free: 100k tokens/day", "tier free: $1/month"]),
    Case(user: "alice", expected: ["tier pro: 1M tokens/day"]),
    Case(user: "alice", tier: "free", expected: ["tier free: 100k tokens/day", "tier free: $1/month"]),
    Case(user: "bob", expected: ["user bob: 200k tokens/day", "user bob: 10 calls/hour", "tier free: $1/month"]),
    Case(
      user: "bob", ledger: ["5 calls/hour"],
      expected: ["user bob: 5 calls/hour", "user bob: 200k tokens/day", "tier free: $1/month"]),
    Case(
      user: "eve", ledger: ["$9/month", "$1/day"],
      expected: ["user eve: $9/month", "user eve: $1/day", "tier free: 100k tokens/day"]),
    Case(
      user: "alice", operation: "analyze", expected: ["tier pro: 1M tokens/day", "operation analyze: 20 calls/day"]),
    Case(user: "alice", operation: "other", expected: ["tier pro: 1M tokens/day"]),
  ]

  @Test(arguments: cases)
  func ownBudgetsReplaceTheTiersOfTheSameUnitAndWindow(_ row: Case) throws {
    let settings = try Reading.settings(Self.toml)
    let (tier, budgets) = try settings.budgets(
      user: row.user, ledgerTier: row.tier, ledgerBudgets: Self.limits(row.ledger), operation: row.operation)
    #expect(budgets.map { "\($0.origin): \($0.limit)" } == row.expected)
    #expect(
      budgets.allSatisfy {
        $0.thresholds == ($0.limit.unit == .calls ? tier.thresholds.ofCalls : tier.thresholds)
          && $0.key.user == row.user
      })
    #expect(Set(budgets.map(\.key)).count == budgets.count)
  }

  @Test func anAssignedTierThatIsGoneIsNamed() throws {
    let settings = try Reading.settings(Self.toml)
    let error = #expect(throws: SettingsError.self) {
      try settings.budgets(user: "eve", ledgerTier: "gold", ledgerBudgets: [], operation: nil)
    }
    #expect(error?.description == "the tier 'gold' of eve does not exist")
    #expect(error?.hint.contains("default, free, pro") == true)
  }
}
