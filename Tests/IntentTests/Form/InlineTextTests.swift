import Testing

@testable import Intent

/// What follows a colon behind what works on a text is that text, in letters: no word of it is read as another.
@Suite struct InlineTextTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    "translate to French", "summarize", "is this spam", "is this sentence correct", "what tense is this",
    "what language is this", "uppercase", "reverse", "hash", "repeat", "encode in base64", "proofread",
    "check the grammar",
    "detect the language", "complete the sentence", "find the mistakes", "extract the names", "make this formal",
    "put in past tense", "turn this into passive voice", "rate", "please check this",
  ])
  func itIsComparedAsWritten(head: String) {
    for (a, b) in [
      ("do not go", "don't go"), ("Polish sausage", "polish sausage"), ("I recieve mail", "I receive mail"),
      ("list the files", "show the files"), ("please help me", "help me"), ("the colour of it", "the color of it"),
    ] {
      #expect(!isServed("\(head): \(a)", "\(head): \(b)"), "\(head): \(a)")
    }
  }

  /// A question is another text than what it asks about.
  @Test func aQuestionMarkIsPartOfIt() {
    #expect(!isServed("Translate to French: You are here.", "Translate to French: You are here?"))
    #expect(!isServed("Shorten: You are here", "Shorten: You are here?"))
    #expect(isServed("Translate to French: You are here.", "Translate into French: You are here"))
    #expect(isServed("How do you say in French: I am here?", "Translate to French: I am here"))
  }

  /// What says how, which or in what is no text.
  @Test(arguments: [
    ("is this review positive or negative", "is this review: positive or negative"),
    ("SQL: count orders per customer", "SQL query counting the orders per customer"),
    ("electric cars: pros and cons", "What are the pros and cons of electric cars?"),
    (
      "Answer yes or no: does the log below contain personal data",
      "yes or no: does the log below contain personal data?"
    ),
    ("git: undo last commit", "git: undo the last commit"),
    ("question: what is a deadlock?", "what is a deadlock"),
  ])
  func anOrderIsReadBehindAColon(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
