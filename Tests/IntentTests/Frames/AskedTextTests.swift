import Testing

@testable import Intent

/// What is asked of a text that is there, and letters that ask for something.
@Suite struct AskedTextTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("what language is this text in?", "identify the language of this text"),
    ("which language is this text written in?", "detect the language of this text"),
    ("what language is this text?", "language of this text"),
    ("how often does \"error\" appear in this log", "count how often \"error\" occurs in this log"),
    ("how many times does \"error\" occur in this log?", "number of times \"error\" appears in this log"),
    ("count the occurrences of \"error\" in this log", "how many times does \"error\" appear in this log"),
    ("write an email asking for a refund", "write an email to ask for a refund"),
    ("email asking for a refund", "write an email to ask for a refund"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Their neighbours, which ask for something else.
  @Test(arguments: [
    ("what language is this text in?", "what language is this text about"),
    ("what language is this program written in?", "what language is this manual in"),
    ("which languages is this text in", "which language is this text in"),
    ("what language is spoken in this text", "identify the language of this text"),
    ("change the language of this text", "identify the language of this text"),
    ("how often does \"error\" appear in this log", "how often does \"warning\" appear in this log"),
    ("how often does \"error\" appear in this log", "does \"error\" appear in this log"),
    ("how many times does \"error\" occur in this log", "how many lines does \"error\" occur in"),
    ("where does \"error\" occur in this log", "how often does \"error\" occur in this log"),
    ("reply to the email asking for a refund", "write an email to ask for a refund"),
    ("summarize the email asking for a refund", "an email to ask for a refund"),
    ("write an email refusing a refund", "write an email asking for a refund"),
    ("write an email asking for a refund", "write an email asking about a refund"),
    ("write an email that asks for a raise", "write an email that asks about a raise"),
    ("write a letter that asks for money", "write a letter that asks with money"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
