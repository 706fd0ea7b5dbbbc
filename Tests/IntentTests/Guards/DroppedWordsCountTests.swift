import Testing

@testable import Intent

/// Words that reading leaves out or takes for others, and that count in some places.
@Suite struct DroppedWordsCountTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  /// Who is removed is not deleted, a good leader not every leader, what one does not what one is, what is mine not for me.
  @Test(arguments: [
    ("remove a user from the group", "delete a user from the group"),
    ("remove the member from the team", "delete the member from the team"),
    ("remove the tag from the post", "delete the tag from the post"),
    ("remove the filter from the view", "delete the filter from the view"),
    ("write a function that removes a user from a group", "write a function that deletes a user from a group"),
    ("how do I remove a photo from an album", "how do I delete a photo from an album"),
    ("go over the budget", "look over the budget"),
    ("explain the following day", "explain the day"),
    ("describe the following week", "describe the week"),
    ("what happened the following year", "what happened the year"),
    ("explain good design", "explain design"),
    ("describe a good leader", "describe a leader"),
    ("how do I become a good leader", "how do I become a leader"),
    ("how to be a good father", "how to be a father"),
    ("is a good diet enough", "is a diet enough"),
    ("what does a nurse do", "explain a nurse"),
    ("what does a product manager do", "what is a product manager"),
    ("what do lawyers do", "explain lawyers"),
    ("what does the liver do", "explain the liver"),
    ("explain what a nurse does", "explain what a nurse is"),
    ("translate my mother's recipe", "translate a recipe for my mother"),
    ("my company's name", "a name for my company"),
    ("let me explain the bug", "explain the bug"),
    ("let me write a poem", "write a poem"),
    ("let me translate this", "translate this"),
  ])
  func theyCount(a: String, b: String) { #expect(!isServed(a, b)) }

  /// In texts, and of what is to be written.
  @Test(arguments: [
    ("remove the duplicates from the list", "delete the duplicates from the list"),
    ("remove all comments from this code", "delete all comments from this code"),
    (
      "write a function that removes whitespace from a string",
      "write a function that deletes whitespace from a string"
    ),
    ("summarize the following chapter", "summarize the chapter"),
    ("what does this function do", "explain this function"),
    ("what does the script below do", "explain the script below"),
    ("write a good essay about dogs", "write an essay about dogs"),
    ("what would be a good title for this essay", "suggest a title for this essay"),
    ("what does a nurse do", "explain what a nurse does"),
    ("take a look at this email", "look over this email"),
    ("explain my friend's theory", "explain the theory of my friend"),
    ("let us write a story", "write a story"),
  ])
  func elsewhereTheyDoNot(a: String, b: String) { #expect(isServed(a, b)) }
}
