import Configuration
import Testing

/// What is wrong is said where it is wrong.
@Suite struct ConfigProblemTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let toml: String
    let problem: String
    let hint: String

    init(_ toml: String, _ problem: String, hint: String = "") {
      (self.toml, self.problem, self.hint) = (toml, problem, hint)
    }
    var testDescription: String { toml }
  }

  static let mistakes = [
    Mistake("timezon = \"UTC\"", "1:1: unknown key 'timezon'", hint: "did you mean 'timezone'?"),
    Mistake(
      "[tier.free]\nbuget = []", "2:1: unknown key 'tier.free.buget'",
      hint: "did you mean 'budgets'? 'man llmguard.toml'"),
    Mistake("[tier.default]\nladder = 5", "2:10: ", hint: "begin a table on a line of its own: [tier.default.ladder]"),
    Mistake("[operation.'a b']\nladder = 5", "2:10: ", hint: "[operation.\"a b\".ladder]"),
    Mistake("[tier.free.ladder]\n  dealy = '1s'", "2:3: unknown key 'tier.free.ladder.dealy'", hint: "'delay'"),
    Mistake("[tier.free]\nwran = 1", "2:1: unknown key 'tier.free.wran'", hint: "did you mean 'warn'?"),
    Mistake(
      "[model.gpt-4.1]\nweight = 2", "1:14: unknown key 'model.gpt-4.1'",
      hint: "a name with a dot stands in quotes: [model.\"gpt-4.1\"]; "),
    Mistake("[user.a.b.c]\ntier = 'x'", "1:9: unknown key 'user.a.b'", hint: "in quotes: [user.\"a.b.c\"]"),
    Mistake(
      "[tier.free.lader]\nmodel = {}", "1:12: unknown key 'tier.free.lader'",
      hint: "did you mean 'ladder'? 'man llmguard.toml' has all keys"),
    Mistake(
      "[[rule]]\nop = 'x'\noperation = 'r'\nroute = 'y'", "2:1: unknown key 'rule.op'",
      hint: "did you mean 'operation'?"),
    Mistake(
      "[provider.openai]\nbase_url = 'x'", "2:1: unknown key 'provider.openai.base_url'", hint: "did you mean 'base'?"),
    Mistake(
      "[provider.mine]\nbase = 'http://me:hunter2@host/v1'", "2:8: 'http://…@host/v1' is not the address of a provider",
      hint: "without a password"),
    Mistake(
      "[provider.mine]\nbase = 'hunter2@host'", "2:8: '…@host' is not the address of a provider",
      hint: "without a password"),
    Mistake(
      "[tier.free]\nwarn = 8\n[tier.free]\nsoft = 9", "3:7: 'free': the table is defined a second time, after line 1",
      hint: "move its lines under the first one"),
    Mistake(
      "[tier.free]\nhard = 100%", "2:11: expected the end of the line, found '%': a percentage is written without it"),
    Mistake("timezone = “UTC”", "1:12: expected a value: quotes are straight ones (\") here"),
    Mistake("timezone\u{A0}= 'UTC'", "1:9: expected '=' after the key: U+00A0 is no space here, write a usual one"),
    Mistake("timezone =\u{A0}'UTC'", "1:11: expected a value: U+00A0 is no space here, write a usual one"),
    Mistake("timezone\u{3000}= 'UTC'", "1:9: expected '=' after the key: U+3000 is no space here, write a usual one"),
    Mistake(
      "timezone = 'UTC'\u{200B}",
      "1:17: expected the end of the line: U+200B is no space here, and is not seen: take it out"),
    Mistake(
      "[operation.review]\n[operation.Review]\n", "2:12: the operations 'Review' and 'review' differ in nothing but"),
    Mistake("fail_open = yes", "1:13: expected a value: write true or false"),
    Mistake(
      "[tier.free]\nbudgets = ['unlimted']", "2:12: cannot read the budget 'unlimted': did you mean 'unlimited'?"),
    Mistake(
      "[tier.free]\nbudgets = ['100 req/day']", "2:12: cannot read the budget '100 req/day': 'req' are 'calls' here"),
    Mistake(
      "[tier.free]\nbudgets = ['5 dollars']",
      "2:12: cannot read the budget '5 dollars': '$' stands in front of the amount: $5"),
    Mistake("failopen = true", "1:1: unknown key 'failopen'", hint: "did you mean 'fail_open'?"),
    Mistake("colour = 1", "1:1: unknown key 'colour'", hint: "known here: timezone, default_tier"),
    Mistake("[tiers.free]", "1:2: unknown key 'tiers'", hint: "did you mean 'tier'?"),
    Mistake("[model.m]\nprice = { input = 1, outptu = 2, output = 2 }", "2:22: unknown key 'outptu' in a price"),
    Mistake("fail_open = \"yes\"", "1:13: 'fail_open' is a string, expected true or false"),
    Mistake("default_max_tokens = 1.5", "1:22: 'default_max_tokens' is a float, expected a whole number"),
    Mistake("default_max_tokens = -1", "1:22: 'default_max_tokens' is -1, expected 0 to 1000000000"),
    Mistake("timezone = 1979-05-27", "1:12: 'timezone' is a local date, expected a string"),
    Mistake("tier = 5", "1:8: 'tier' is an integer, expected a table"),
    Mistake("tier.free = 5", "1:13: 'tier.free' is an integer, expected a table"),
    Mistake("[tier.free]\nladder = true", "2:10: 'tier.free.ladder' is a boolean, expected a table"),
    Mistake("timezone = \"Europe/Berln\"", "1:12: the time zone 'Europe/Berln' does not exist"),
    Mistake("default_tier = \"gold\"", "1:16: the tier 'gold' does not exist", hint: "known tiers: default"),
    Mistake("[user.alice]\ntier = \"gold\"", "2:8: the tier 'gold' does not exist"),
    Mistake("abandoned_holds = \"drop\"", "1:19: 'drop' is not 'charge' or 'void'"),
    Mistake("unknown_price = \"allow\"", "1:17: 'allow' is not 'refuse' or a price"),
    Mistake("unknown_price = { input = 1 }", "1:17: a price needs 'input' and 'output'"),
    Mistake("[model.m]\nprice = { input = -1, output = 2 }", "2:19: 'input' is not a price in dollars"),
    Mistake(
      "[model.m]\nprice = { input = 2, output = 17592186.044417 }",
      "2:31: 'output' is 17592186.044417 dollars per million tokens: no call could be charged with that"),
    Mistake("[model.m]\nprice = { input = nan, output = 2 }", "2:19: 'input' is not a price in dollars"),
    Mistake(
      "[model.m]\nprice = { input = 1, output = 2, flex = { inptu = 1 } }", "2:43: unknown key 'inptu' in a price",
      hint: "did you mean 'input'?"),
    Mistake(
      "[model.m]\nprice = { input = 1, output = 2, flx = {} }", "2:34: unknown key 'flx' in a price", hint: "'flex'"),
    Mistake("[model.m]\nprice = { input = 1, output = 2, flex = 1 }", "2:41: 'flex' is not a table of prices"),
    Mistake("[model.m]\nprice = { input = 1, output = 2, above_0k = {} }", "2:34: unknown key 'above_0k' in a price"),
    Mistake(
      "[model.m]\nprice = { input = 1, output = 2, above_200k = { flex = {} } }",
      "2:49: unknown key 'flex' in a price"),
    Mistake("lock_wait = \"soon\"", "1:13: 'soon' is not a duration", hint: "500ms"),
    Mistake("lock_wait = \"9999999999d\"", "1:13: '9999999999d' is too long", hint: "at most 36525d"),
    Mistake("lock_wait = \"36525d1h\"", "1:13: '36525d1h' is too long"),
    Mistake("lock_wait = \"99999999999999999999h1d\"", "1:13: '99999999999999999999h1d' is not a duration"),
    Mistake("lock_wait = \"-1s\"", "1:13: '-1s' is not a duration"),
    Mistake("lock_wait = \"101w\u{7}\"", "1:18: "),
    Mistake(
      "[tier.free]\nbudgets = [\"1k tokens/day\",\n  \"200k/day\"]", "3:3: cannot read the budget '200k/day': ",
      hint: "write it like '200k tokens/day'"),
    Mistake("[tier.free]\nbudgets = \"1k tokens/day\"", "2:11: 'budgets' is a string, expected an array of budgets"),
    Mistake(
      "queue_wait = 10", "1:14: 'queue_wait' is an integer, expected a duration",
      hint: "write it with its unit, in quotes: queue_wait = \"10s\""),
    Mistake(
      "queue_wait = true", "1:14: 'queue_wait' is a boolean, expected a duration", hint: "like queue_wait = \"10min\""),
    Mistake(
      "[run]\nmax_duration = 60", "2:16: 'run.max_duration' is an integer, expected a duration",
      hint: "in quotes: max_duration = \"60s\""),
    Mistake("fail_open = \"true\"", "1:13: 'fail_open' is a string", hint: "take the quotes away: fail_open = true"),
    Mistake("[tier.free]\nwarn = \"80\"", "2:8: 'warn' is a string", hint: "take the quotes away: warn = 80"),
    Mistake(
      "[tier.free]\nbudgets = \"1k tokens/day\"", "2:11: 'budgets' is a string, expected an array of budgets",
      hint: "put it in brackets: budgets = [\"1k tokens/day\"]"),
    Mistake(
      "[notify]\ncommand = 'mail -s over me'", "2:11: 'command' is a string, expected an array of strings",
      hint: "put it in brackets: command = [\"mail\", \"-s\", \"over\", \"me\"]"),
    Mistake("[tier]\nbudgets = []", "2:11: 'tier.budgets' is an array, expected a table", hint: ": [tier.NAME]"),
    Mistake("[user]\nann = 'free'", "2:7: 'user.ann' is a string, expected a table", hint: ": [user.ann]"),
    Mistake("cache = 'off'", "1:9: 'cache' is a string, expected a table", hint: ": [cache]"),
    Mistake("[cache]\nmode = true", "2:8: 'mode' is a boolean, expected a string", hint: "mode = "),
    Mistake(
      "[tier.free]\ncache_ttl = 1", "2:13: 'cache_ttl' is an integer, expected a duration", hint: "cache_ttl = \"1s\""),
    Mistake("unknown_price = 5", "1:17: 'unknown_price' is an integer, expected a table of prices", hint: "input = "),
    Mistake(
      "[operation.o]\npriority = 'urgent'", "2:12: 'urgent' is not 'high', 'normal' or 'low'", hint: "head start"),
    Mistake("prefer = 'cost'", "1:10: 'cost' is not 'model', 'length' or 'delay'", hint: "gives up first"),
    Mistake("tokens = [", "1:10: ", hint: "lines of KEY = VALUE"),
    Mistake("[tier.free]\nbudgets = [1]", "2:12: 'budgets' is an integer, expected a string"),
    Mistake(
      "[tier.free]\nbudgets = [\"1k tokens/day\", \"2k tokens/day\"]", "2:29: there are two budgets in tokens per day"),
    Mistake(
      "[tier.free]\nbudgets = [\"1k tokens/day\", \"unlimited\"]", "2:29: 'unlimited' stands beside other budgets"),
    Mistake(
      "[user.bob]\nbudgets = [\"unlimited\"]", "2:12: 'unlimited' cannot be a user's own budget",
      hint: "give the user a tier without budgets"),
    Mistake(
      "[tier.free]\nwarn = 90\nsoft = 85",
      "3:8: the thresholds of tier 'free' are out of order: warn 90, soft 85, hard 120"
    ),
    Mistake("[tier.default]\nhard = 99", "2:8: the thresholds of tier 'default' are out of order"),
    Mistake("[tier.free]\nwarn = 0", "2:8: 'warn' is 0, expected 1 to 1000"),
    Mistake(
      "[tier.free.ladder]\nmodels = { a = \"b\", b = \"a\" }", "2:16: the ladder comes back to 'a'",
      hint: "each model leads to a cheaper one"),
    Mistake("[tier.free.ladder]\nmodels = { a = \"a\" }", "2:16: the ladder comes back to 'a'"),
    Mistake("[tier.free.ladder]\nmodels = { x = \"a\", a = \"b\", b = \"a\" }", "2:25: the ladder comes back to 'a'"),
    Mistake(
      "[tier.free.ladder]\nmodels = { a = \"-rf\" }", "2:16: this model name cannot be used: it begins with '-'"),
    Mistake("[tier.free.ladder]\nmax_tokens = 0", "2:14: 'max_tokens' is 0, expected 1 to 1000000000"),
    Mistake("[operation.x]\nweight = 0.0001", "2:10: the weight 0.0001 cannot be used", hint: "three decimals"),
    Mistake("[operation.x]\nweight = -1", "2:10: the weight -1 cannot be used"),
    Mistake("[operation.x]\nweight = inf", "2:10: the weight inf cannot be used"),
    Mistake("[user.\"a\\nb\"]\ntier = \"default\"", "1:7: this user name cannot be used: character 2 is U+000A"),
    Mistake("[tier.\"\"]", "1:7: this tier name cannot be used: it is empty"),
    Mistake(
      "[client.c]\nprogram = '/bin/c'", "2:11: '/bin/c' is not the name of a program", hint: "without its folder"),
    Mistake("[client.c]\nprogram = ''", "2:11: '' is not the name of a program"),
    Mistake(
      "[client.c]\nusage_input = '*'\nusage_output = '(x)'",
      "2:15: the expression '*' cannot be read: nothing to repeat"),
    Mistake(
      "[[rule]]\noperation = 'r'\ninstruction = '*'", "3:15: the expression '*' cannot be read: nothing to repeat",
      hint: "a sign such as ( or [ that means itself has a \\ before it, in single quotes"),
    Mistake(
      "[[rule]]\noperation = 'r'\ninstruction = 'dear'", "3:15: the expression 'dear' cannot be used: it is too dear",
      hint: "take a cheaper one"),
    Mistake(
      "[client.c]\nusage_input = 'dear(x)'\nusage_output = '(x)'",
      "2:15: the expression 'dear(x)' cannot be used: it is too dear", hint: "take a cheaper one"),
    Mistake("[client.c]\nusage_input = '(x)'\nusage_output = 'x'", "3:16: the expression 'x' has no group"),
    Mistake("[client.c]\nusage = \"maybe\"", "2:9: 'maybe' is not 'none' or 'reply'"),
    Mistake("[client.c]\nusage_input = '(x)'", "1:9: client 'c' needs both usage_input and usage_output"),
    Mistake("[client.c]\nmax_tokens_option = ['a', 'b', 'c']", "2:21: max_tokens_option has one or two words"),
    Mistake("[client.c]\nmodel_options = ['a', 1]", "2:23: 'model_options' is an integer, expected a string"),
    Mistake("[lock]\nkeys = ['fail_open']", "2:8: only the system file may lock keys"),
    Mistake("fail_open = ", "1:13: expected a value"),
    Mistake("fail_open = true\nfail_open = false", "2:1: 'fail_open': the key is defined a second time, after line 1"),
    Mistake(
      "[run]\nqueue_wait = '1s'", "2:1: unknown key 'run.queue_wait'", hint: "stands at the top, before the first"),
    Mistake("max_calls = 3", "1:1: unknown key 'max_calls'", hint: "'max_calls' belongs in [run]"),
    Mistake(
      "[run]\nmax_calls = 0", "2:13: 'run.max_calls' is 0: no run could make a call",
      hint:
        "give more than nothing, or take it out; one run that is to make no call: llmguard run --max-calls 0; a user: "),
    Mistake(
      "[run]\nbudget = '$0.00'", "2:10: 'run.budget' is '$0.00': no run could make a call", hint: "give more than"),
    Mistake("[run]\nmax_duration = '0s'", "2:16: 'run.max_duration' is 0: no run could make a call", hint: "give more"),
    Mistake("[run]\nmax_calls = -1", "2:13: 'run.max_calls' is -1", hint: "where '--max-calls' does not say"),
  ]

  /// What is defined twice hides no other mistake.
  @Test func whatIsDefinedTwiceIsReportedBesideTheRest() {
    let problems = Reading.read(
      user: """
        fail_open = true
        fail_open = 1
        [tier.default]
        budgets = []
        [tier.default]
        budgets = [1]
        [tier.default.ladder]
        models = { gpt-4o = 'gpt-4o', a = 'b', b = 'a', x = 'a' }
        default_max_tokens = 3
        """
    ).problems.map(\.description)
    #expect(
      problems == [
        "user.toml:2:1: 'fail_open': the key is defined a second time, after line 1",
        "user.toml:5:7: 'default': the table is defined a second time, after line 3",
        "user.toml:8:21: the ladder comes back to 'gpt-4o'", "user.toml:8:35: the ladder comes back to 'a'",
        "user.toml:9:1: unknown key 'tier.default.ladder.default_max_tokens'",
      ])
  }

  /// A line that is no TOML hides no other such line. What it may have meant is not guessed: nothing is called unknown by it.
  @Test func whatIsNoTOMLHidesNoOtherFault() {
    let problems = Reading.read(
      user: """
        default_tier = gold
        fail_open = maybe
        [tier.gold
        budgets = ['1k tokens/day'
        [run]
        max_calls = 3
        colour = 'red'
        max_calls = 4
        """, environment: ["LLMGUARD_DEFAULT_TIER": "gold"]
    ).problems
    #expect(
      problems.map { String($0.description.prefix(14)) } == [
        "user.toml:1:16", "user.toml:2:13", "user.toml:3:11", "user.toml:5:1:", "user.toml:8:1:",
      ], "\(problems.map(\.description))")
    #expect(problems.filter { $0.hint.contains("KEY = VALUE") }.count == 1, "said once")
  }

  /// Where reading ended at so many faults, that is said.
  @Test func whereReadingEndedIsSaid() {
    func hints(_ count: Int) -> [String] {
      Reading.read(user: String(repeating: "a = x\n", count: count)).problems.map(\.hint)
    }
    let hints = (some: hints(19), most: hints(20), more: hints(40))
    #expect(hints.some.count == 19 && hints.some.last == "")
    #expect(hints.most.count == 20 && hints.more.count == 20)
    #expect(hints.more.last == "what comes after it is read when these are mended")
  }

  @Test(arguments: mistakes)
  func isReportedWhereItStands(_ mistake: Mistake) {
    let problems = Reading.read(user: mistake.toml).problems
    #expect(problems.count == 1, "\(problems)")
    let text = problems.first?.description ?? ""
    #expect(text.hasPrefix("user.toml:" + mistake.problem), "\(text)")
    #expect(problems.first?.hint.isEmpty == false, "no remedy: \(problems)")
    #expect(mistake.hint.isEmpty || (problems.first?.hint ?? "").contains(mistake.hint), "\(problems)")
  }

  @Test func allMistakesOfAllFilesAreReportedInTheOrderOfTheText() {
    let (_, problems) = Reading.read(
      user: """
        default_tier = "gold"
        [tier.free]
        budgets = ["much"]
        colour = "red"
        """,
      system: "fail_open = 1", environment: ["LLMGUARD_LOCK_WAIT": "soon"])
    let places = problems.map { problem in problem.description.split(separator: " ")[0] }
    #expect(
      places == ["system.toml:1:13:", "user.toml:1:16:", "user.toml:3:12:", "user.toml:4:1:", "LLMGUARD_LOCK_WAIT:"])
  }

  /// Of a list each factor that cannot be used is told where it stands.
  @Test func eachFactorOfAnEscalationIsTold() {
    func problems(_ steps: String) -> [String] {
      Reading.read(user: "[tier.free]\nescalation = \(steps)").problems.map(\.description)
    }
    let unusable = "the escalation cannot be used:"
    #expect(
      problems("[0.5, 1, 2000, 'x', 1.00001, 3, 2]") == [
        "user.toml:2:15: \(unusable) 0.5 would make a retry cheaper than the first call",
        "user.toml:2:23: the factor 2000 cannot be used", "user.toml:2:29: 'escalation' is a string, expected a number",
        "user.toml:2:34: the factor 1.00001 cannot be used", "user.toml:2:46: \(unusable) 2 comes after 3",
      ])
    #expect(
      problems("[2, 1,\n 0.1]") == [
        "user.toml:2:18: \(unusable) 1 comes after 2",
        "user.toml:3:2: \(unusable) 0.1 would make a retry cheaper than the first call",
      ])
    #expect(problems("[]") == ["user.toml:2:14: \(unusable) it has no steps"])
    #expect(problems("['x']") == ["user.toml:2:15: 'escalation' is a string, expected a number"])
    #expect(problems("[1, 1.5]") == [])
  }

  @Test func aVariableIsNamedInPlaceOfAPosition() {
    let (_, problems) = Reading.read(environment: ["LLMGUARD_DEFAULT_MAX_TOKENS": "lots", "LLMGUARD_DEFAULT_TIER": "x"])
    #expect(
      problems.map(\.description) == [
        "LLMGUARD_DEFAULT_MAX_TOKENS: 'lots' is not a whole number",
        "LLMGUARD_DEFAULT_TIER: the tier 'x' does not exist",
      ])
  }

  /// The remedy is for a variable, which has no types and no quotes.
  @Test(arguments: [
    ("LLMGUARD_FAIL_OPEN", "maybe", "'maybe' is not yes or no", "LLMGUARD_FAIL_OPEN takes 1, true, yes or on, and 0,"),
    ("LLMGUARD_DEFAULT_MAX_TOKENS", "true", "'true' is not a whole number", "such as LLMGUARD_DEFAULT_MAX_TOKENS=1000"),
    ("LLMGUARD_QUEUE_WAIT", "5", "'5' is not a duration", "write it like "),
  ])
  func aVariableIsToldWhatItTakes(variable: String, value: String, message: String, hint: String) throws {
    let (_, problems) = Reading.read(environment: [variable: value])
    let problem = try #require(problems.first)
    #expect(problem.description == "\(variable): \(message)")
    #expect(problem.hint.contains(hint) && !problem.hint.contains("quotes"), "\(problem.hint)")
    #expect(problem.isOfVariable && problems.count == 1)
    let (_, ofFile) = Reading.read(user: "fail_open = \"maybe\"")
    #expect(ofFile.allSatisfy { !$0.isOfVariable } && ofFile.count == 1)
  }

  @Test func bytesThatAreNotTextAreAProblemNotACrash() {
    let source = ConfigSource(path: "x", bytes: [0x61, 0xFF], kind: .user)
    let (_, problems) = ConfigReader.read([source]) { _ in true }
    #expect(problems.map(\.position?.column) == [2])
  }
}
