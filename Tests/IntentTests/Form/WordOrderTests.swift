import Testing

@testable import Intent

/// What may stand elsewhere, and what may not.
@Suite struct WordOrderTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("Write my neighbours a letter about the bins", "Write a letter to my neighbors about the bins"),
    ("In two sentences, explain why the deploy failed", "Explain in two sentences why the deploy failed"),
    ("Explain why the deploy failed in two sentences", "Explain in two sentences why the deploy failed"),
    ("Ignoring comments, list the changes", "List the changes, ignoring comments"),
    ("List the error messages; ignore stack traces", "Ignoring stack traces, list the error messages"),
    ("Count the errors per user", "For each user, count the errors"),
    ("Number of failed requests", "Count the failed requests"),
    ("Give me the number of errors", "How many errors are there?"),
    ("List the emails, one per line", "list the emails, one a line"),
    ("Organise the tasks by assignee", "Please organize the tasks by assignee"),
    ("What is the regex to match a date?", "Write a regex for matching a date"),
    ("Sort the rows according to size", "sort the rows by size"),
    ("Suggest a better title for this post", "better title for this post"),
    ("Convert this CSV to a Markdown table", "csv -> md table"),
    ("write a poem for children", "a children's poem"),
  ])
  func itIsOne(a: String, b: String) {
    #expect(
      isServed(a, b) && isServed(b, a), "'\(a)', '\(b)': \(CanonicalIntent.firstDifference(.read(a), .read(b)) ?? "")")
  }

  @Test(arguments: [
    ("write a poem of children", "write a poem for children"), ("write my boss a letter", "write a letter for my boss"),
    ("write my boss a letter about my friend", "write my friend a letter about my boss"),
    ("explain in two sentences why it failed", "explain in three sentences why it failed"),
    ("explain in simple terms how it works", "explain how it works"),
    ("list the errors, ignoring warnings", "list the warnings, ignoring errors"),
    ("give me the number of the order", "count the orders"), ("list the phone numbers", "count the phones"),
    ("list the emails, one per line", "list the emails in one line"),
    ("what is the regex in this file", "write a regex for this file"),
    ("a story about planing", "a story about planning"),
    ("count the rows for each user", "count the rows for the user"),
  ])
  func itIsNot(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
