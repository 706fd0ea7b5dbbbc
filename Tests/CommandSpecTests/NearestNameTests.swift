import Testing

@testable import CommandSpec

@Suite struct NearestNameTests {
  static let names = ["--user", "--usage", "--max-tokens", "--color", "-u", "run", "report"]

  @Test(arguments: [
    ("--usr", "--user"), ("--suer", "--user"), ("--max_tokens", "--max-tokens"), ("--colour", "--color"),
    ("--max", "--max-tokens"), ("rnu", "run"), ("runn", "run"), ("ru", "run"), ("repo", "report"),
    ("--us", nil), ("-x", nil), ("r", nil), ("", nil), ("--", nil), ("banana", nil), ("user", nil),
  ])
  func theNearestNameIsSuggested(typed: String, expected: String?) {
    #expect(NearestName.suggestion(for: typed, among: Self.names) == expected)
  }

  @Test(arguments: [
    ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "bca", 2),
    ("kitten", "sitting", 3), ("ca", "abc", 3),
  ])
  func distancesAreThoseOfTheBook(a: String, b: String, expected: Int) {
    #expect(NearestName.distance(Array(a), Array(b)) == expected)
    #expect(NearestName.distance(Array(b), Array(a)) == expected)
  }

  @Test func somethingVeryLongHasNoNearestName() {
    #expect(NearestName.suggestion(for: String(repeating: "x", count: 1_000_000), among: Self.names) == nil)
  }

  @Test func nothingIsNearestToNothing() {
    #expect(NearestName.suggestion(for: "run", among: []) == nil)
  }
}
