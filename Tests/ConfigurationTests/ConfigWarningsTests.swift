import Configuration
import Testing

/// What may stand and is hardly meant.
@Suite struct ConfigWarningsTests {
  @Test(arguments: [
    ("\n[provider.mine]\nconcurrency = 2", "provider.mine", "user.toml:2", "has no base"),
    ("\n\n[provider.mine]", "provider.mine", "user.toml:3", "has no base"),
    (
      "[tier.free.ladder]\nmodels = { gpt-4o-mini = \"gpt-4o\" }", "tier.free.ladder.models", "user.toml:2",
      "'gpt-4o' costs more than 'gpt-4o-mini'"
    ),
    (
      "[operation.o.ladder]\nmodels = { a = \"b\" }\n[model.a]\nprice = { input = 1, output = 1 }\n"
        + "[model.b]\nprice = { input = 1, output = 1.5 }", "operation.o.ladder.models", "user.toml:2",
      "'b' costs more than 'a'"
    ),
    (
      "[user.u]\nbudgets = [\"10k tokens/min burst 5k\"]", "user.u.budgets", "user.toml:2",
      "the burst of '10k tokens/min burst 5k' is smaller"
    ),
    (
      "[tier.free]\nbudgets = [\"$5/month\"]\nladder = { models = { gpt-4o = \"gpt4o-mini\" } }",
      "tier.free.ladder.models",
      "user.toml:3", "the price of 'gpt4o-mini' is unknown, and no call that a budget in money limits is sent to it"
    ),
    (
      "[operation.o]\nbudgets = [\"$5/month\"]\n[operation.o.ladder]\nmodels = { gpt-4o = \"mine\" }",
      "operation.o.ladder.models", "user.toml:4", "the price of 'mine' is unknown"
    ),
    (
      "[tier.free]\nbudgets = [\"1000 tokens/day\"]\nladder = { models = { gpt-4o = \"gpt-4o-minni\" } }",
      "tier.free.ladder.models", "user.toml:3", "no model 'gpt-4o-minni' is known, and 'gpt-4o-mini' is"
    ),
    (
      "[operation.o.ladder]\nmodels = { gpt4o = \"gpt-4o-mini\" }", "operation.o.ladder.models", "user.toml:2",
      "no model 'gpt4o' is known"
    ),
    ("[model.\"gpt-4O\"]\nweight = 2", "model.gpt-4O", "user.toml:2", "'gpt-4O' is nearly 'gpt-4o'"),
    (
      "[model.\"gpt-4o-minni\"]\nprice = { input = 1, output = 1 }", "model.gpt-4o-minni", "user.toml:2",
      "is nearly 'gpt-4o-mini'"
    ),
    (
      "[[rule]]\noperation = \"review\"\nmodel = \"gpt4o*\"", "rule", "user.toml:2",
      "no known model fits model = \"gpt4o*\""
    ),
    (
      "[operation.revew]\nbudgets = [\"20 calls/day\"]\n[[rule]]\noperation = \"review\"\nmodel = \"gpt-4o*\"",
      "operation.revew", "user.toml:2", "no rule names the operation 'revew', and one names 'review'"
    ),
    (
      "[model.mine]\nprice = { input = 2500000, output = 1 }", "model.mine.price", "user.toml:2",
      "'mine' costs more than $10,000 for a million tokens"
    ),
    (
      "[tier.free]\nbudgets = [\"1000000000000000000 tokens/day\"]", "tier.free.budgets", "user.toml:2",
      "'1000000000B tokens/day' is so much that it limits nothing"
    ),
    (
      "[user.u]\nbudgets = [\"10k tokens/min burst 1000001B\"]", "user.u.budgets", "user.toml:2",
      "is so much that it limits nothing"
    ),
    (
      "[operation.o]\nbudgets = [\"$1000000001/month\"]", "operation.o.budgets", "user.toml:2",
      "'$1000000001/month' is so much"
    ),
    ("[operation.o]\nweight = 0", "operation.o.weight", "user.toml:2", "calls for 'o' are charged no tokens"),
    ("[model.\"m.1\"]\nweight = 0", "model.\"m.1\".weight", "user.toml:2", "calls of 'm.1' are charged no tokens"),
  ])
  func isNamedWithItsPlace(toml: String, key: String, origin: String, message: String) throws {
    let warnings = try Reading.settings(toml).warnings
    #expect(warnings.count == 1, "\(warnings)")
    #expect(warnings.first?.key == key)
    #expect(warnings.first?.origin == origin)
    #expect(warnings.first?.message.contains(message) == true, "\(warnings)")
    #expect(warnings.first?.hint.isEmpty == false)
  }

  @Test(arguments: [
    "", "[provider.azure]\ndeployments = { chat = \"gpt-4o\" }", "[provider.mine]\nbase = \"http://127.0.0.1:1/v1\"",
    "[tier.free.ladder]\nmodels = { gpt-4o = \"gpt-4o-mini\", x = \"y\" }",
    "[tier.free]\nbudgets = [\"$5/month\"]\nladder = { models = { gpt-4o = \"gpt-4o-mini\" } }",
    "unknown_price = { input = 1, output = 1 }\n[tier.free]\nbudgets = [\"$5/month\"]\nladder = { models = { a = \"b\" } }",
    "[tier.free]\nbudgets = [\"$5/month\"]\nladder = { models = { a = \"b\" } }\n[model.b]\nprice = { input = 1, output = 1 }",
    "[tier.free]\nbudgets = [\"10k tokens/min burst 10k\"]", "[operation.o]\nweight = 0.001",
    "[tier.free.ladder]\nmodels = { \"llama3.1\" = \"llama3.2\", \"gpt-4.2-mini\" = \"gpt-4o-mini\" }",
    "[tier.free.ladder]\nmodels = { my-model = \"phi\" }",
    "[provider.azure]\ndeployments = { gpt4o = \"gpt-4o\" }\n[tier.free.ladder]\nmodels = { gpt4o = \"gpt-4o-mini\" }",
    "[[rule]]\noperation = \"review\"\nmodel = \"gpt-4o*\"\n[operation.review]\nweight = 2\n[operation.reviews]\nweight = 3",
    "[[rule]]\noperation = \"review\"\nmodel = \"*\"", "[[rule]]\noperation = \"review\"\nmodel = \"g*t4o\"",
    "[model.\"gpt-4o\"]\nprice = { input = 1, output = 1 }",
    "[model.\"claude-haiku-9\"]\nprice = { input = 1, output = 1 }",
    "[tier.free]\nbudgets = [\"1000000B tokens/day\", \"$1000000000/month\", \"1000B calls/hour\"]",
    "[tier.free]\nbudgets = [\"$5/month\"]", "[operation.o]\nbudgets = [\"$5/month\"]",
  ])
  func whatIsMeantIsNot(toml: String) throws { #expect(try Reading.settings(toml).warnings == []) }

  @Test func aModelThatIsWrittenNearlyAsAKnownOneIsAskedAfter() throws {
    let toml = "[tier.free]\nbudgets = [\"$5/month\"]\nladder = { models = { gpt-4o = \"gpt4o-mini\" } }"
    let hint = try #require(try Reading.settings(toml).warnings.first?.hint)
    #expect(
      hint
        == "did you mean 'gpt-4o-mini'? put a model there whose price is known, or state it: [model.gpt4o-mini] price = …"
    )
  }
}
