import Testing

@testable import Intent

/// A thing that is there is none of its kind, and small words make another request.
@Suite struct PointedThingsTests {
  private func isServed(_ a: String, _ b: String, _ payload: String = "") -> Bool {
    CacheTier.match(LabelledPair(a, b, payloads: (payload, payload), isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("outline this blog post", "outline a blog post"), ("outline the blog post below", "outline a blog post"),
    ("explain this lock", "explain a lock"), ("how does this lock work", "how does a lock work"),
    ("explain what DNS does", "explain what DNS is"), ("what does DNS do", "what is DNS"),
    ("explain what is fun to a child", "explain to a child what is fun"),
    ("explain what is dangerous for a child", "explain to a child what is dangerous"),
    ("thirty two-page essays", "thirty-two page essays"),
    ("list forty two-letter words", "list forty-two letter words"),
    ("write two hundred-word essays", "write two-hundred-word essays"), ("explique la tour.", "explique le tour"),
    ("sort by name or date", "sort by name, date"), ("where is Amazon", "where is the Amazon"),
    ("parse as JSON", "parse into JSON"),
    ("parse this log as JSON", "parse this log into JSON"),
    ("make the case for Rust", "make the Rust case"), ("write a course on Excel", "write a course in Excel"),
    ("could you please write about a letter", "could you please write a letter"),
    ("write me about a poem", "write me a poem"), ("how do the locks work", "how does a lock work"),
    ("what is the longest life cycle", "explain the longest life cycle"),
    ("what is the default encryption algorithm", "explain the default encryption algorithm"),
    ("what is the current billing cycle", "explain the current billing cycle"),
    (
      "cron expression for the first weekday of the month",
      "cron expression for the first Monday to Friday of the month"
    ),
    ("cron for the last weekday of the month", "cron for the last weekdays of the month"),
    ("what is the weekday field in cron", "what is the weekdays field in cron"),
    ("benefits of separate accounts", "benefits of a separate account"),
    ("benefits of identical twins", "benefits of an identical twin"), ("benefits of sports", "benefits of a sport"),
    ("drawbacks of customs", "drawbacks of a custom"), ("benefits of savings", "benefits of a saving"),
    ("benefits of using a friend", "benefits of a friend"), ("drawbacks of using a child", "drawbacks of a child"),
    ("write an email apologizing to my boss for my coworker", "write an apology email to my boss about my coworker"),
    ("write a letter about the president yesterday", "write a letter about yesterday's president"),
    ("write a note for the boss tomorrow", "write a note for tomorrow's boss"),
  ])
  func theyAreTwo(a: String, b: String) {
    for payload in ["", "Some text.\nMore.\n"] {
      #expect(!isServed(a, b, payload) && !isServed(b, a, payload), "with '\(payload)'")
    }
  }

  @Test(arguments: [
    ("outline this blog post", "outline the blog post below"),
    ("summarize this article", "write a summary of this article"),
    ("explain this function", "what does this function do"), ("what is DNS", "explain DNS"),
    ("explain recursion to a child", "explain to a child what recursion is"),
    ("how does a lock work", "explain how locks work"), ("what is the CAP theorem", "explain the CAP theorem"),
    ("write a test case for Python", "write a Python test case"),
    ("cron expression for every weekday at 5", "cron expression for Monday to Friday at 5"),
    ("cron job on weekdays at 5", "cron job every weekday at 5"),
    ("downsides of monorepos", "what are the disadvantages of using a monorepo?"),
    ("write an email about the outage yesterday", "write an email about yesterday's outage"),
    ("translate this to French please", "please translate this to French"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b, "Text") && isServed(b, a, "Text")) }
}
