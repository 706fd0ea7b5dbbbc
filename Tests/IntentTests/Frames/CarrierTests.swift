import Testing

@testable import Intent

/// Whom it is said to, and more words for what is done to a text.
@Suite struct CarrierTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("Hey ChatGPT, summarize this article", "summarize this article"),
    ("Task: write a poem about autumn", "write a poem about autumn"),
    ("You are a helpful assistant. List three planets.", "list three planets"),
    ("As an AI assistant, translate this into German", "translate this into German"),
    ("summarize this article, please and thank you", "summarize this article"),
    ("which deadline does this email mention?", "what deadline is mentioned in this email?"),
    ("put this in Spanish", "translate this into Spanish"),
    ("put this into Spanish", "translate this to Spanish"),
    ("render this letter in French", "translate this letter into French"),
    ("rewrite these notes as bullet points", "turn these notes into bullet points"),
    ("put these notes into bullet points", "convert these notes to bullet points"),
    ("days between March 3 and April 15", "how many days are between March 3 and April 15"),
    ("number of days between March 3 and April 15", "calculate the number of days between March 3 and April 15"),
    ("how many days are there between March 3 and April 15?", "how many days are between March 3 and April 15?"),
    ("check the spelling of this text", "spellcheck this text"),
    ("check this text for spelling errors", "check this text for spelling mistakes"),
    ("check this text for spelling mistakes", "spellcheck this text"),
    ("show me an example of a decorator in Python", "give me an example of a decorator in Python"),
    ("add unit tests for this function", "write unit tests for this function"),
    ("remind me what a closure is", "what is a closure?"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Their neighbours, which ask for something else.
  @Test(arguments: [
    ("As a lawyer, summarize this article", "As a teacher, summarize this article"),
    ("You are a helpful teacher. List three planets.", "list three planets"),
    ("You are an assistant. Write a letter to your boss.", "write a letter to your boss"),
    ("Question: is this a task?", "task: is this a question?"),
    ("Hey John, summarize this article", "Hey Anna, summarize this article"),
    ("which deadline does this email mention?", "which deadline does this email miss?"),
    ("which names does this text mention?", "which names does this text leave out?"),
    ("put this in the Spanish folder", "translate this into Spanish"),
    ("put the Spanish text in a table", "translate the text into Spanish"),
    ("put this in Spanish", "put this in Portuguese"),
    ("render this page in HTML", "translate this page into HTML"),
    ("write bullet points about these notes", "convert these notes to bullet points"),
    ("remove the bullet points from these notes", "convert these notes to bullet points"),
    ("days between March 3 and April 15", "days between March 3 and April 16"),
    ("days between March 3 and April 15", "weeks between March 3 and April 15"),
    ("working days between March 3 and April 15", "days between March 3 and April 15"),
    ("number the days between March 3 and April 15", "number of days between March 3 and April 15"),
    ("check the grammar of this text", "check the spelling of this text"),
    ("check this text for spelling errors", "correct the spelling errors in this text"),
    ("how do I spell-check it in git", "how do I spellcheck it in git"),
    ("show me the example of a decorator in this text", "give me an example of a decorator"),
    ("show me examples of decorators in Python", "show me an example of a decorator in Python"),
    ("add unit tests to the list", "write unit tests for the list"),
    ("add a unit test for this function", "add unit tests for this function"),
    ("remind me what to buy", "what is to buy"),
    ("remind me to explain closures", "explain closures"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
