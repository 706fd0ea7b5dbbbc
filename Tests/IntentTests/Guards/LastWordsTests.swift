import Testing

@testable import Intent

/// What stands in front of one request, and at the end of another belongs to its last words.
@Suite struct LastWordsTests {
  private static func isServed(_ a: String, _ b: String) -> Bool {
    [(a, b), (b, a)].contains { one, other in
      CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2) != nil
    }
  }

  @Test(arguments: [
    ("in German, review this essay and suggest improvements", "review this essay and suggest improvements in German"),
    ("as JSON, summarize this log and list the errors", "summarize this log and list the errors as JSON"),
    ("for my boss, explain this error and write an email", "explain this error and write an email for my boss"),
    ("in French, summarize this email and reply", "summarize this email and reply in French"),
    (
      "in two sentences, translate this article and then summarize it",
      "translate this article and then summarize it in two sentences"
    ),
    ("in one line, how do I print a list", "how do I print a list in one line"),
    ("in under 10 words, list slogans", "list slogans in under 10 words"),
    ("in fewer than 20 lines, find functions", "find functions in fewer than 20 lines"),
    ("in one sentence, fix the mistakes", "fix the mistakes in one sentence"),
    ("with one example each, compare two papers", "compare two papers with one example each"),
    ("maintaining the cache, rewrite this function", "rewrite this function maintaining the cache"),
    ("without extensions, how do I list files in Python", "how do I list files in Python without extensions"),
    ("without punctuation, fix this text", "fix this text without punctuation"),
    ("with a twist, summarize this story", "summarize this story with a twist"),
    ("as CSV, list the tables to export", "list the tables to export as CSV"),
    ("as JSON, write an API for books", "write an API for books as JSON"),
    ("as JSON, create a function to return errors", "create a function to return errors as JSON"),
    ("as PDF, list the books available", "list the books available as PDF"),
    ("as JSON, suggest a way to store users", "suggest a way to store users as JSON"),
    ("after dinner, what did he say he ate", "what did he say he ate after dinner"),
    ("in Docker, how do I connect to a database", "how do I connect to a database in Docker"),
    ("based on this book, recommend a film", "recommend a film based on this book"),
    ("per hour, list jobs that pay ten dollars", "list jobs that pay ten dollars per hour"),
    ("into German, write an essay about the translation", "write an essay about the translation into German"),
    ("in French, write a program that says hello", "write a program that says hello in French"),
    ("in Redis, write a program that lists the keys", "write a program that lists the keys in Redis"),
  ])
  func whatEndsARequestMayBelongToItsLastWords(a: String, b: String) { #expect(!Self.isServed(a, b)) }

  @Test(arguments: [
    ("as JSON, list the countries in Europe", "list the countries in Europe as JSON"),
    ("as CSV, generate ten fake users", "generate ten fake users as CSV"),
    ("as JSON, generate a list of ten colours", "generate a list of ten colours as JSON"),
    ("without spoilers, summarize this book", "summarize this book without spoilers"),
    ("as CSV, list the names in this text", "list the names in this text as CSV"),
    ("in two sentences, summarize the meeting notes", "summarize the meeting notes in two sentences"),
    ("in under 100 words, explain why the sky is blue", "explain why the sky is blue in under 100 words"),
    ("in Docker, how do I list containers", "how do I list containers in Docker"),
    ("in Python, how do I connect to a database", "how do I connect to a database in Python"),
    ("without libraries, how do I sort a list in Python", "how do I sort a list in Python without libraries"),
    ("keeping the Markdown, translate this text", "translate this text, keeping the Markdown"),
    ("based on this log, explain why it failed", "explain why it failed based on this log"),
    ("in less than 20 words, list the reasons", "list the reasons in less than 20 words"),
    ("per country, list the sales", "list the sales per country"),
    ("into English, translate this text", "translate this text into English"),
    ("for my boss, summarize this report", "summarize this report for my boss"),
  ])
  func whatCanBelongToNothingElseMayStandAnywhere(a: String, b: String) { #expect(Self.isServed(a, b)) }
}
