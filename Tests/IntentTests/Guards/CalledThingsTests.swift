import Testing

@testable import Intent

/// What is called by a tool, a format or a manner is not what is made or treated with it; what says the same stays one.
@Suite struct CalledThingsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("list git branches", "list branches with git"), ("list docker containers", "list containers with docker"),
    ("delete Excel rows", "delete rows in Excel"), ("fix Python errors", "fix errors in Python"),
    ("write a Python script", "write a script in Python"),
    ("the tar command to extract a file", "extract a file with tar"),
    ("create a JSON config", "create a config as JSON"),
    ("how many of the words in the text are verbs", "how many words in the text are verbs"),
    ("cons of microservices", "drawbacks of microservices"),
    ("cons of PayPal for a small shop", "What are the disadvantages of PayPal for a small shop?"),
    ("pros and cons of Charles Ponzi", "advantages and disadvantages of Charles Ponzi"),
    ("how do I restart the pod", "how do I restart a pod"), ("summarize the article", "summarize an article"),
    ("look over this essay", "take a look at this essay"),
    ("how do the elevators in the building work", "how do elevators in the building work"),
    ("creator of the Perl programming language", "Who created Perl?"),
    ("Polish this text", "polish this text"), ("Apple recipes", "apple recipes"),
    ("Answer: Write a poem", "Answer: write a poem"),
    ("how many days are there between March 3 and May 17", "how many days are there between 3 March and 17 May"),
    ("remind the team of the call on March 3", "remind the team of the call on 3 March"),
    ("cron expression for every Monday at 3:30", "cron expression for Mondays at 3:30"),
    ("write a cron job that deletes logs on Sundays", "write a cron job that deletes logs every Sunday"),
    ("summarize this mail", "summarize this email"), ("write an HTTP server in Go", "write an HTTP server in golang"),
    ("is it safe to eat raw eggs", "is it safe to eat raw eggs?"),
    ("make it shorter", "please make it shorter"), ("classify each review", "please classify each review"),
    ("quotes about love", "love quotes"), ("explain on recursion", "explain recursion"),
    ("Convert this JSON to YAML", "can you give me this JSON in YAML form?"),
    ("difference between March 3 and 3 March", "difference between 3 March and March 3"),
  ])
  func theyAreOne(a: String, b: String) {
    #expect(isServed(a, b))
    #expect(isServed(b, a))
  }

  @Test(arguments: [
    ("how many of the words rhyme with orange", "how many words rhyme with orange"),
    ("list the last days of the month", "list the last day of the month"),
    ("reformat Python folders", "reformat folders using Python"),
    ("rename docker archives", "rename archives via docker"),
    ("write a Rust handbook", "write a handbook in Rust"), ("write a tale of a casual", "write a casual tale"),
    ("give me 5 words of comfort", "give me comfort in 5 words"), ("when did the war end", "when did a war end"),
    ("Reply: china", "Reply: China"), ("index columns", "list index columns"),
    ("Signal settings", "signal settings"), ("how do the elevators work", "explain how elevators work"),
    ("type 5 June", "type June 5"), ("use 5 June as the title", "use June 5 as the title"),
    ("a cron job that mails files sent on Fridays", "a cron job that mails files sent every Friday"),
    ("staple this mail", "staple this email"), ("what is a snapback in Go", "what is a snapback in Golang"),
    ("list it jobs", "list jobs"), ("write an on site schedule", "write a site schedule"),
    ("rate the answer", "rate each answer"), ("explain and circuits", "explain circuits"),
    ("drawbacks of fixed fees", "drawbacks of fixing fees"), ("write a good bye card", "write a bye card"),
    ("insert on line 3", "insert line 3"), ("list Linux editors", "how to list editors on Linux"),
  ])
  func theyAreTwo(a: String, b: String) {
    #expect(!isServed(a, b))
    #expect(!isServed(b, a))
  }
}
