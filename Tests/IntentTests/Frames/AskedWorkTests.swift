import Testing

@testable import Intent

/// Questions for what can only be written.
@Suite struct AskedWorkTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    (
      "Which SQL query lists the ten customers with the most orders in 2023?",
      "Write a SQL query that lists the ten customers with the most orders in 2023."
    ),
    ("which sed command replaces tabs with spaces", "write a sed command that replaces tabs with spaces"),
    (
      "what would a dockerfile look like for a flask app running as a non-root user?",
      "write a dockerfile for a flask app running as a non-root user"
    ),
    (
      "how would a bash function retry look that runs a command up to 5 times",
      "write a bash function retry that runs a command up to 5 times"
    ),
  ])
  func itIsAnOrder(asked: String, ordered: String) { #expect(isServed(asked, ordered) && isServed(ordered, asked)) }

  /// What is there already is chosen from; what is no code is not written.
  @Test(arguments: [
    ("which query in this file deletes the users", "write a query that deletes the users"),
    ("which git command deletes the branch below", "write a git command that deletes the branch below"),
    ("which command do I use", "write a command that I use"),
    ("which script deletes the logs", "write a script that deletes the logs"),
    ("what would a house look like for a family", "write a house for a family"),
    ("what would the function look like for this file", "write a function for this file"),
  ])
  func itIsAQuestion(asked: String, ordered: String) { #expect(!isServed(asked, ordered)) }
}
