import Testing

@testable import Intent

/// What is done to a text that is there, in words that say no more than others.
@Suite struct TextTaskTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("Condense this report into three bullets", "summarize this report in three bullets"),
    ("boil this article down to one sentence", "summarize this article in one sentence"),
    ("this article in one sentence, please", "summarize this article in one sentence"),
    ("this table as JSON", "convert this table to JSON"),
    ("I need this table in JSON", "convert this table to JSON"),
    ("output the table below as json", "convert the table below to JSON"),
    ("change this table to json", "convert this table to JSON"),
    ("fix the grammar in this text", "correct the grammar in this text"),
    ("correct the grammar of this text", "correct the grammar in this text"),
    ("fix the grammatical errors in this text", "correct the grammatical mistakes in this text"),
    ("replace every comma in this text with a semicolon", "replace all commas in this text with semicolons"),
    ("replace each \"foo\" with \"bar\"", "replace every \"foo\" with \"bar\""),
    ("order this list alphabetically", "sort this list alphabetically"),
    ("arrange this list in alphabetical order", "sort this list in alphabetical order"),
    ("this list in alphabetical order", "sort this list alphabetically"),
    ("which names appear in this text?", "list the names in this text"),
    ("tell me if this review is positive or negative", "is this review positive or negative?"),
    ("tell me whether this number is prime", "is this number prime?"),
    ("how many calories are in a banana", "how many calories in a banana"),
    ("how many words are there in this text?", "count the words in this text"),
    ("meaning of HTTP 409", "what does HTTP 409 mean"),
    ("one-sentence tldr of this article", "summarize this article in one sentence"),
    ("make this email politer", "make this email more polite"),
    ("rewrite this email more politely", "rewrite this email to be more polite"),
    ("summarize this email in max 50 words", "summarize this email in at most 50 words"),
    ("summarize this email in no more than 50 words", "summary of this email, no longer than 50 words"),
    ("in what year did the war end", "what year did the war end"),
    ("in which year did the war end", "what year did the war end"),
    ("write a Python function that reverses a string", "Python function to reverse a string"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Their neighbours, which ask for something else.
  @Test(arguments: [
    ("condense milk into three bottles", "summarize milk in three bottles"),
    ("split this report into three sentences", "summarize this report in three sentences"),
    ("condense this report to 100 words", "summarize this report in 100 words"),
    ("expand this article into three paragraphs", "summarize this article in three paragraphs"),
    ("list these files as JSON", "convert these files to JSON"),
    ("list the errors in this table as JSON", "convert this table to JSON"),
    ("write this table in JSON and CSV", "convert this table to JSON"),
    ("this table is JSON", "convert this table to JSON"),
    ("I need a table in JSON", "convert this table to JSON"),
    ("fix the code in this text", "correct the code in this text"),
    ("fix the error in this script", "correct the error in this script"),
    ("correct the spelling in this text", "correct the grammar in this text"),
    ("explain the grammar of this text", "correct the grammar in this text"),
    ("replace all paragraphs with a summary", "replace every paragraph with a summary"),
    ("replace all images with a table", "replace every image with a table"),
    ("replace all commas with two spaces", "replace every comma with a space"),
    ("replace the first comma with a semicolon", "replace every comma with a semicolon"),
    ("sort every line alphabetically", "sort all lines alphabetically"),
    ("order a list of books alphabetically", "sort a list of books in reverse"),
    ("reverse this list", "sort this list in alphabetical order"),
    ("order this book", "sort this book"),
    ("which names appear in this text?", "which names appear twice in this text?"),
    ("which name appears in this text?", "list the names in this text"),
    ("tell me whether this number is prime", "is this number odd?"),
    ("tell me whether these numbers are prime", "is this number prime?"),
    ("how many words are in this text?", "how many words were in this text?"),
    ("how many words are in this text?", "how many words are not in this text?"),
    ("how many users are active", "how many users are inactive"),
    ("meaning of life", "explain life"),
    ("meaning of the word set", "explain the word set"),
    ("the meaning of 42 in the novel", "explain the novel"),
    ("make this email polite", "make this email less polite"),
    ("what year does the war end", "what year did the war end"),
    ("summarize this in no longer than 50 words", "summarize this in longer than 50 words"),
    ("write a function that reverses a string", "write a function that returns a string"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
