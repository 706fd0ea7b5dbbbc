import Testing

@testable import Intent

/// Replies, sentiments, queries, pros and cons, and code by what it is doing, as the plain orders.
@Suite struct AskedOrderTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(
      LabelledPair(a, b, payloads: ("Some text.\nMore.\n", "Some text.\nMore.\n"), isSame: true, kind: ""), threshold: 2
    ) != nil
  }

  @Test(arguments: [
    ("Write a polite reply to this email", "polite reply to the email below"),
    ("Draft a formal response to this complaint", "Please write a formal response to the complaint below"),
    (
      "What is the sentiment of this review: positive, negative or neutral?",
      "sentiment of this review (positive/negative/neutral)"
    ),
    (
      "Classify the sentiment of this review as positive, negative or neutral",
      "Is this review positive, negative or neutral in sentiment?"
    ),
    ("Classify the review below as positive or negative", "Is this review positive or negative?"),
    ("How do I count orders per customer in SQL?", "Write a SQL query to count orders per customer"),
    ("SQL: count orders per customer", "SQL query counting the orders per customer"),
    (
      "How do I find duplicate emails in the users table with SQL?",
      "SQL query to find duplicate emails in the users table"
    ),
    ("electric cars: pros and cons", "What are the pros and cons of electric cars?"),
    (
      "write a GitHub Actions workflow running npm test on every push",
      "GitHub Actions workflow that runs npm test on every push"
    ),
    ("Write a function returning the largest number", "Write a function that returns the largest number"),
    ("Shorten this text to at most 100 words", "Shorten this text, max 100 words"),
    ("Shorten this text to under 100 words", "Shorten this text to less than 100 words"),
    ("15% of 240 = ?", "What is 15% of 240?"),
    ("correct any grammar mistakes in this text", "correct the grammar in this text"),
    ("meaning of this error message", "What does this error message mean?"),
    ("Which email addresses are in this text?", "List all email addresses in this text"),
    ("Give me five coffee shop names", "Suggest five names for a coffee shop"),
    ("The Mona Lisa was painted by whom?", "Who painted the Mona Lisa?"),
    ("excel freeze top row", "How can I freeze the top row in Microsoft Excel?"),
    ("write a thank you email to a customer", "write a thank-you e-mail to a customer"),
    ("please optimise this SQL query", "can you optimize this SQL query?"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("Write a polite reply to this email", "Write a reply to this polite email"),
    ("Write a polite reply to this email", "Is this a polite reply to this email?"),
    ("Write a polite reply to this email", "Write a reply to this email"),
    ("Write a reply to this email declining the offer", "Write a reply to this email"),
    ("Write a short reply to this email", "Write a short email in reply to this"),
    ("What is the sentiment of this review: positive, negative or neutral?", "Is this review positive or negative?"),
    ("What is the sentiment of this review?", "Is this review positive, negative or neutral?"),
    (
      "Classify the sentiment of this review as positive or negative",
      "Classify the sentiment of the last sentence of this review as positive or negative"
    ),
    ("How do I count orders per customer in SQL?", "How do I count orders per customer in Python?"),
    ("How do I count orders per customer in SQL?", "SQL query to count customers per order"),
    ("How do I delete duplicate rows in SQL?", "SQL query that finds duplicate rows"),
    ("How do I delete a database in SQL Server?", "Write a SQL query that deletes a database"),
    ("how do I find the error in this SQL", "write a SQL query that finds the error"),
    ("electric cars: pros", "cons of electric cars"),
    ("explain the script running the tests", "write a script that runs the tests"),
    ("find the query returning no rows", "write a query that returns no rows"),
    ("stop the script running the backup", "script that runs the backup"),
    ("Write a function returning the largest number", "Write a function returning the smallest number"),
    ("Shorten this text to at most 100 words", "Shorten this text to at least 100 words"),
    ("Shorten this text to at most 100 words", "Shorten this text to 100 words"),
    ("15% of 240 = 36?", "What is 15% of 240?"),
    ("correct the first grammar mistake in this text", "correct the grammar in this text"),
    ("fix the spelling mistakes in this text", "list the spelling mistakes in this text"),
    ("meaning of this word", "explain this word"),
    ("Which email addresses are valid in this text?", "List all email addresses in this text"),
    ("Which of these email addresses are in this text?", "List all email addresses in this text"),
    ("Who painted the Mona Lisa?", "Who stole the Mona Lisa?"),
    ("write a thank you email to a customer", "write an email to a customer, thank you"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}

/// What is asked by what a thing is called, how old it is and for whom it is told.
@Suite struct AskedKindTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(
      LabelledPair(a, b, payloads: ("Some text.\nMore.\n", "Some text.\nMore.\n"), isSame: true, kind: ""), threshold: 2
    ) != nil
  }

  @Test(arguments: [
    ("What is the CAP theorem?", "Explain the CAP theorem"),
    ("How old is the universe?", "age of the universe"),
    ("How high is Mount Everest?", "height of Mount Everest"),
    ("Write an email based on these notes", "email from these notes"),
    ("What's the cron expression for every day at midnight?", "write a cron expression for every day at midnight"),
    ("Apple's CEO", "Who is the CEO of Apple?"),
    ("git create new branch", "how do I create a new branch in git?"),
    ("Why is the sky blue?", "why the sky is blue"),
    ("Write a PR description for this diff", "Write a pull request description for this diff"),
    ("Is the email below a scam?", "Is this email a scam?"),
    ("Make the paragraph below more concise", "make this paragraph more concise"),
    ("Explain blockchain as if I were 10", "explain blockchain to a 10-year-old"),
    ("Explain blockchain like I'm five", "explain blockchain to a five-year-old"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("What is the main effect?", "explain the main effect"),
    ("What is the effect?", "explain the effect"),
    ("How old is the universe?", "What was the age of the universe?"),
    ("How old is my brother?", "age of the brother"),
    ("Write an email based on these notes", "write an email about these notes"),
    ("Write an email based on these notes", "write notes based on this email"),
    ("What is a cron expression?", "write a cron expression"),
    ("Apple's CEO", "Apple's former CEO"),
    ("Who is the CEO of Apple?", "Who was the CEO of Apple?"),
    ("git create new branch", "git delete new branch"),
    ("Why is the blue sky?", "why the sky is blue"),
    ("why the dog is bigger than the cat", "why is the cat bigger than the dog?"),
    ("Is the value below a threshold?", "Is this value a threshold?"),
    ("Explain blockchain like I'm 5", "explain blockchain to a 6-year-old"),
    ("Explain why I feel like I am 5", "explain why I feel to a five-year-old"),
    ("Explain what happens if I am 10", "explain what happens to a 10 year old"),
    ("Write a short story about a dog", "Write a brief story about a dog"),
    ("Write a short email", "Write a long email"),
    ("write a poem about a short man", "write a poem about a brief man"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
