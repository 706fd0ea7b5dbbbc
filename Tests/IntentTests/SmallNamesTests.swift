import Testing

@testable import Intent

/// Names without their capital.
@Suite struct SmallNamesTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("What is the capital of Australia?", "What is the capital of australia"),
    ("find flights from Boston to Denver", "find flights from boston to denver"),
    ("Generate a .gitignore for a Python project", "generate a .gitignore for a python project"),
    ("write a haiku about Paris", "write a haiku about paris"),
  ])
  func theyAreTheSame(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// What is another word without a capital, and texts in which it counts.
  @Test(arguments: [
    ("write a haiku about Turkey", "write a haiku about turkey"),
    ("what is the currency of China", "what is the currency of china"),
    ("list facts about Jordan", "list facts about jordan"),
    ("what is a Python", "what is a python"),
    ("search for Boston in the log", "search for boston in the log"),
    ("write a regex for Boston", "write a regex for boston"),
    ("replace Boston with boston", "replace boston with Boston"),
    ("write a Python script that prints Boston", "write a Python script that prints boston"),
  ])
  func theyAreNot(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
