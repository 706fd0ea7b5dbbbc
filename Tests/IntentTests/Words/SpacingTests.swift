import Intent
import Testing

/// Blanks that somebody may ask about.
@Suite struct SpacingTests {
  @Test(arguments: [
    ("how long is the string foo  bar", "how long is the string foo bar"),
    ("count the characters in hello  world", "count the characters in hello world"),
    ("does foo\tbar contain a tab", "does foo bar contain a tab"), ("reverse ab  cd", "reverse ab cd"),
    ("is a  b c the same", "is a b  c the same"), ("is this right:\n  a b", "is this right:\na b"),
  ])
  func otherBlanksAreAnotherRequest(a: String, b: String) {
    let pair = LabelledPair(a, b, isSame: false, kind: "blanks")
    let match = CacheTier.match(pair, threshold: 0.1)
    #expect(match == nil, "\(match.map(\.rawValue) ?? "")")
  }

  /// Two of them behind a sentence, and any at the ends, are how people type.
  @Test(arguments: [
    ("Summarise chapter 2.  Use bullet points.", "Summarise chapter 2. Use bullet points."),
    ("summarise chapter 2", "  summarise chapter 2 "), ("summarise chapter 2", "summarise chapter 2\t\n"),
  ])
  func habitsOfTypingAreNot(a: String, b: String) {
    let match = CacheTier.match(LabelledPair(a, b, isSame: true, kind: "blanks"), threshold: 1)
    #expect(match == .exact || match == .intent)
  }
}
