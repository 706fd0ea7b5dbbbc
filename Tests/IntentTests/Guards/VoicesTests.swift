import Testing

@testable import Intent

/// Who does something, and to whom it is done.
@Suite struct VoicesTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("who called Bob", "who is called Bob"), ("who is invited", "who invited"),
    ("who paid the bill", "who is paid the bill"),
    ("list employees who are fired", "list employees who fired"),
    ("list customers who are charged", "list customers who charged"),
    ("list people who are followed", "list people who followed"),
    ("find students who are taught", "find students who taught"),
    ("list companies that are bought", "list companies that bought"),
    ("show processes that are killed", "show processes that killed"),
    ("list tables that are referenced", "list tables that referenced"),
    ("which users are deleted", "which users deleted"),
  ])
  func theyCount(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("list users who are registered", "list registered users"),
    ("list tables that are referenced", "list referenced tables"),
    ("list the files that are modified", "list files that are modified"),
    ("list functions that call main", "list functions calling main"),
  ])
  func elsewhereTheyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
