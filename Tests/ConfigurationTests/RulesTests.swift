import Configuration
import GuardModel
import Testing

/// `[[rule]]` and what an operation allows one call.
@Suite struct RulesTests {
  static let rules = """
    [[rule]]
    operation = "review"
    instruction = 'review'
    [[rule]]
    operation = "chat"
    route = "*/chat/completions"
    model = "gpt-*"
    """

  static func operation(_ settings: Settings, _ traits: CallTraits, endpoint: String? = nil) -> String {
    let choice = settings.operation(for: traits, endpoint: endpoint) { $1.contains($0) }
    switch choice.basis {
    case .rule(let place): return "\(choice.name) by \(place)"
    case .endpoint: return "\(choice.name) by its endpoint"
    case .stated, .standard: return choice.name
    }
  }

  @Test func theFirstRuleThatFitsCounts() throws {
    let settings = try Reading.settings(Self.rules)
    let both = CallTraits(route: "/v1/chat/completions", model: "gpt-4o", instruction: "review it")
    #expect(Self.operation(settings, both) == "review by user.toml:2")
    var other = both
    other.instruction = "translate it"
    #expect(Self.operation(settings, other) == "chat by user.toml:5")
    other.model = "claude"
    #expect(Self.operation(settings, other, endpoint: "messages") == "messages by its endpoint")
    #expect(Self.operation(settings, other) == "default")
  }

  @Test func theAdministratorsRulesComeFirst() {
    let (settings, problems) = Reading.read(
      user: "[[rule]]\noperation = 'mine'\nmodel = '*'", system: "[[rule]]\noperation = 'theirs'\nmodel = 'a'")
    #expect(problems.isEmpty)
    #expect(Self.operation(settings, CallTraits(model: "a")) == "theirs by system.toml:2")
    #expect(Self.operation(settings, CallTraits(model: "b")) == "mine by user.toml:2")
    let locked = Reading.read(user: "[[rule]]\noperation = 'x'\nmodel = '*'", system: "[lock]\nkeys = ['rule']")
    #expect(locked.problems.first?.message.contains("locked by system.toml:2") == true)
    #expect(locked.settings.rules.isEmpty)
  }

  @Test(
    arguments: [
      ("[rule]\noperation = 'x'", "not a list of tables"), ("[[rule]]\nmodel = 'x'", "names no operation"),
      ("[[rule]]\noperation = 'x'", "says nothing of the calls"), ("[[rule]]\noperation = ''\nmodel = 'x'", "empty"),
      ("[[rule]]\noperation = 'x'\ninstruction = '*'", "nothing to repeat"),
      ("[[rule]]\noperation = 'x'\nmodle = 'y'", "unknown key 'rule.modle'"),
      ("[[rule]]\noperation = 'x'\nmodel = 1", "expected a string"),
      ("[operation.x]\nmax_tokens_per_call = 0", "expected 1 to"),
      ("[operation.x]\nmax_cost_per_call = '5'", "not an amount of money"),
      ("[operation.x]\nmax_cost_per_call = '$0'", "not an amount of money"),
      ("[operation.x]\nmax_cost_per_call = 5", "expected an amount of money"),
    ])
  func mistakesAreNamed(text: String, problem: String) {
    let problems = Reading.read(user: text).problems
    #expect(problems.contains { $0.message.contains(problem) }, "\(problems)")
    #expect(problems.allSatisfy { $0.position != nil })
  }

  /// Older programs took such a rule: it stops nothing, gives no call that name, and is told.
  @Test func aRuleForTheJudgeIsLeftOutAndTold() throws {
    let text = "[[rule]]\nmodel = '*'\noperation = 'Cache-Judge'\n\n" + Self.rules
    let settings = try Reading.settings(text)
    #expect(settings.rules.map(\.operation) == ["review", "chat"])
    #expect(
      settings.warnings.map(\.description) == [
        "user.toml:3:13: rule: 'Cache-Judge' is what only the cache's own judge is asked for, so the rule is left out"
      ])
    #expect(settings.warnings.first?.hint == "give calls of your own another name, or take the rule out")
    #expect(settings.warnings.first?.file == "user.toml")
  }

  @Test func theListingShowsThem() throws {
    let text = Self.rules + "\n[operation.review]\nmax_tokens_per_call = 800\nmax_cost_per_call = '$0.5'"
    let rows = Dictionary(
      uniqueKeysWithValues: try Reading.settings(text).listing.map { ($0.key, "\($0.value) | \($0.origin)") })
    #expect(rows["rule[1]"] == "{ operation = \"review\", instruction = \"review\" } | user.toml:2")
    #expect(rows["operation.review.max_tokens_per_call"] == "800 | user.toml:9")
    #expect(rows["operation.review.max_cost_per_call"] == "\"$0.50\" | user.toml:10")
  }
}
