import GuardModel
import Testing

/// Rules that say what calls are for.
@Suite struct OperationRuleTests {
  @Test(
    arguments: [
      ("", "", true), ("*", "", true), ("*", "abc", true), ("abc", "abc", true), ("abc", "ABC", false),
      ("a*", "abc", true), ("*c", "abc", true), ("a*c", "abc", true), ("a*b", "abc", false), ("**", "x", true),
      ("*/chat/*", "/v1/chat/completions", true), ("gpt-4o*", "gpt-4o-mini", true), ("gpt-4o", "gpt-4o-mini", false),
      ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false), ("?", "x", false), ("ü*", "über", true), ("", "x", false),
    ])
  func starsStandForAnything(pattern: String, name: String, fits: Bool) {
    #expect(NamePattern.fits(pattern, name) == fits)
  }

  @Test func aHostilePatternEnds() {
    let name = String(repeating: "a", count: 4000)
    #expect(!NamePattern.fits(String(repeating: "a*", count: 200) + "b", name))
  }

  static func rule(_ change: (inout OperationRule) -> Void) -> OperationRule {
    var rule = OperationRule(operation: "it")
    change(&rule)
    return rule
  }

  @Test func everyPartMustFit() {
    let rule = Self.rule {
      $0.model = "gpt-*"
      $0.client = "llm"
    }
    let holds: (String, String) -> Bool = { $1.contains($0) }
    #expect(rule.fits(CallTraits(model: "gpt-4o", client: "llm"), holds: holds))
    #expect(!rule.fits(CallTraits(model: "gpt-4o", client: "curl"), holds: holds))
    #expect(!rule.fits(CallTraits(client: "llm"), holds: holds), "an unknown model fits no pattern")
    let asks = Self.rule { $0.instruction = "review" }
    #expect(asks.fits(CallTraits(instruction: "please review"), holds: holds))
    #expect(!asks.fits(CallTraits(instruction: "translate"), holds: holds))
    #expect(!asks.fits(CallTraits(), holds: holds))
  }

  @Test func aScriptIsKnownByItsNameOrItsPath() {
    let traits = CallTraits(script: "/home/ana/bin/nightly-1.sh")
    func fits(_ pattern: String) -> Bool { Self.rule { $0.script = pattern }.fits(traits) { _, _ in false } }
    #expect(fits("nightly-*.sh"))
    #expect(fits("/home/ana/*"))
    #expect(!fits("/home/ben/*"))
    #expect(!fits("bin/nightly-1.sh"), "a path is a whole path")
  }
}
