import Testing

@testable import Intent

/// What is said of one noun alone, and what is said of the answer.
@Suite struct OwnedPhraseTests {
  private static func isServed(_ a: String, _ b: String) -> Bool {
    [(a, b), (b, a)].contains { one, other in
      CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2) != nil
    }
  }

  @Test(arguments: [
    ("write a letter to a French friend", "write a letter to a friend in French"),
    ("write an email to my German teacher", "write a German email to my teacher"),
    ("explain the rules to German students", "explain the rules to students in German"),
    ("write an introduction to German grammar", "write an introduction to grammar in German"),
    ("translate the letter to the German bank", "translate the letter to the bank into German"),
    ("translate the email from the German bank", "translate the email from the bank from German"),
    ("write a formal invitation to a dinner", "write an invitation to a formal dinner"),
    ("write a polite email to a stranger", "write an email to a polite stranger"),
    ("write a formal letter and an email", "write a letter and a formal email"),
    ("write a French letter and an email", "write a letter and a French email"),
    ("answer the formal letter", "answer the letter formally"),
    ("answer my friendly email", "answer my email in a friendly tone"),
    ("write an email and a German letter", "write a German email and a letter"),
    ("write a JSON formatter", "write a formatter in JSON"),
    ("answer the detailed question", "answer the question in detail"),
    ("give me the JSON keys", "give me the keys as JSON"),
    ("provide the JSON keys", "provide the keys as JSON"), ("give me JSON libraries", "give me libraries as JSON"),
    ("give me PDF readers", "give me readers as PDF"),
    ("write a children's book review", "write a book review for children"),
    ("write a Java letter", "write a letter in Java"), ("write a Python summary", "write a summary in Python"),
    ("write a JSON parser", "write a parser in JSON"),
    ("write a client for a Java API", "write a Java client for an API"),
    ("send the June report", "send the report in June"), ("deploy the Friday release", "deploy the release on Friday"),
    ("give me tips for a doctor", "give me doctor tips"),
  ])
  func whatIsSaidOfANounIsNotSaidOfTheAnswer(a: String, b: String) { #expect(!Self.isServed(a, b)) }

  @Test(arguments: [
    ("translate this letter to German", "translate this letter into German"),
    ("translate this text from Spanish to English", "Spanish to English translation of this text"),
    ("write a formal letter to my landlord", "write a letter to my landlord in a formal tone"),
    ("write a formal email", "write an email in a formal tone"),
    ("answer the question briefly", "briefly answer the question"),
    ("write a children's story about a dog", "write a story about a dog for children"),
    ("write a Python script that renames files", "write a script that renames files in Python"),
    ("write a Python parser for logs", "write a parser for logs in Python"),
    ("write a Python client for the GitHub API", "write a client for the GitHub API in Python"),
    ("give me a CSV of the names", "give me the names as CSV"),
    ("plan the Friday meeting", "plan the meeting on Friday"),
  ])
  func whatIsSaidOfTheAnswerMayStandAnywhere(a: String, b: String) { #expect(Self.isServed(a, b)) }
}
