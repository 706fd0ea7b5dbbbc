import Testing

@testable import LLMGuardCLI

/// What is asked, as `cache explain` shows it.
@Suite struct ShownPartTests {
  @Test(arguments: [
    ("'emma chapter #4", "emma chapter 4"), ("'emma chapter `#4`", "emma chapter `#4`"),
    ("[#50] percent", "50 percent"),
    ("#2 ~+ #2", "2 + 2"), ("'cat+ & 'dog+", "cat (plural) & dog (plural)"),
    ("\"Pride 'and' #1\" 'emma", "\"Pride 'and' #1\" emma"),
    ("`a b+` line+", "`a b+` line (plural)"), ("", ""), ("'", "'"), ("+", "+"), ("\"open", "\"open"), ("@", "@"),
  ])
  func marksAreLeftOut(value: String, shown: String) { #expect(ShownPart.words(value) == shown) }

  /// What would look alike keeps its marks.
  @Test func whatDiffersLooksDifferent() {
    #expect(ShownPart.pair("'4", "#4") == ("'4", "#4"))
    #expect(ShownPart.pair("#4", "#5") == ("4", "5"))
    #expect(ShownPart.pair("#4", "#4") == ("4", "4"))
  }
}
