import Testing

@testable import Intent

/// Languages and formats of what is there, and those it shall be in.
@Suite struct SlotPlacesTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  /// What is pointed at is in it already; what is written about it need not be in it.
  @Test(arguments: [
    ("convert this JSON", "convert this to JSON"),
    ("convert this XML", "convert this to XML"),
    ("turn this JSON", "turn this into JSON"),
    ("return this JSON", "return this as JSON"),
    ("print this JSON", "print this as JSON"),
    ("rewrite this Python code", "rewrite this code in Python"),
    ("rewrite this SQL", "rewrite this in SQL"),
    ("rewrite this Python script", "rewrite this script in Python"),
    ("translate this French text", "translate this text to French"),
    ("write an essay on the passive voice", "write an essay in the passive voice"),
    ("write a lesson about the past tense", "write a lesson in the past tense"),
    ("write a poem about simple words", "write a poem in simple words"),
    ("write a JSON schema for users", "write a schema for users as JSON"),
    ("write an XML schema for orders", "write a schema for orders as XML"),
  ])
  func whatIsThereIsNotWhatShallBe(a: String, b: String) { #expect(!isServed(a, b)) }

  /// Where both say which.
  @Test(arguments: [
    ("convert this JSON to YAML", "turn this JSON into YAML"),
    ("in Go, rewrite this Python code", "rewrite this Python code in Go"),
    ("translate this French text into English", "translate the French text below into English"),
    ("explain this SQL query", "explain the SQL query"),
    ("write an essay in the passive voice", "in the passive voice, write an essay"),
    ("write a JSON schema for users", "create a JSON schema for users"),
    ("convert this to JSON", "turn this into JSON"),
  ])
  func theirNeighboursAreOne(a: String, b: String) { #expect(isServed(a, b)) }
}
