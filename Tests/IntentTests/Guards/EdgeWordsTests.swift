import Testing

@testable import Intent

/// Words at the edges of a request, and nouns that are orders.
@Suite struct EdgeWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  /// What is said of a noun, of what is in a text, of what was done.
  @Test(arguments: [
    ("how many eggs are needed", "how many eggs are there"),
    ("how much water is required", "how much water is there"),
    ("how many people are wanted", "how many people are there"),
    ("list the documents required", "list the documents"),
    ("list the documents needed", "list the documents requested"),
    ("what permissions are required", "what permissions are there"),
    ("summarize the changes requested", "summarize the changes"),
    ("why is sleep needed", "why is sleep"), ("explain why tests are required", "explain why tests are"),
    ("what is in this", "what is this"), ("what is in it", "what is it"), ("what is on it", "what is in it"),
    ("what is refactoring", "refactor this"), ("what is code review", "review this"),
    ("what is proofreading", "proofread this"), ("what is feedback", "give feedback"),
    ("what is classification", "classify this"),
    ("has this been fixed", "fix this"), ("what fixed this", "fix this"),
    ("what does stress cause", "explain the cause of stress"),
    ("what does the error cause", "explain the cause of the error"),
  ])
  func theyCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("list the documents required", "list the documents needed"),
    ("what ingredients are needed", "what ingredients are required"),
    ("short summary of this text needed", "a short summary of this text"),
    ("explain the cause of the error", "explain the cause of this error"),
    ("what is this", "what's this"),
  ])
  func elsewhereTheyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Some or all of what is removed.
  @Test(arguments: [
    ("delete branches in git", "delete all branches in git"),
    ("how to delete files in Linux", "how to delete all files in Linux"),
    ("delete rows from a table in SQL", "delete all rows from a table in SQL"),
    ("remove elements from a list in Python", "remove all elements from a list in Python"),
    ("write a script that deletes files", "write a script that deletes all files"),
  ])
  func amountsCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  /// One trip of three days or several; a statement and a question.
  @Test(arguments: [
    ("write a two-line poem", "write two-line poems"),
    ("find a five-letter word", "find five-letter words"), ("find a 4-person tent", "find 4-person tents"),
    ("the server is down", "which server is down"), ("the tests are failing", "which tests are failing"),
    ("this test is failing", "which test is failing"),
  ])
  func numbersAndStatementsCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("remove spaces from a string in Python", "remove all spaces from a string in Python"),
    ("remove comments from this code", "remove all comments from this code"),
    ("remove duplicates from a list", "remove all duplicates from a list"),
    ("delete the files in the folder", "delete all files in the folder"),
    ("write a two-line poem about cats", "a two-line poem about cats"),
  ])
  func elsewhereTheySayTheSame(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// A noun before an article is an order.
  @Test(arguments: [
    ("index the columns", "list the columns of the index"), ("index the columns", "list index columns"),
    ("cache the results", "list the results of the cache"), ("report the bugs", "list the bugs of the report"),
    ("email the customers", "list the customers of the email"), ("log the requests", "list the requests of the log"),
    ("contact the users", "list the contact users"), ("comment the lines", "list the comment lines"),
    ("map the values", "list the values of the map"), ("number the pages", "list the number pages"),
    ("message my customers", "list my message customers"),
  ])
  func nounsAreOrders(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("index the columns", "please index the columns"), ("log the requests", "log requests"),
    ("page numbers", "list page numbers"), ("which column is the largest", "what column is the largest"),
  ])
  func andMaySayTheSame(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
