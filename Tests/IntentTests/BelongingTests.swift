import Intent
import Testing

/// What belongs to a noun, and what to the whole request or to something else.
@Suite struct BelongingTests {
  private static func isServed(_ a: String, _ b: String) -> Bool {
    [(a, b), (b, a)].contains { one, other in
      CacheTier.match(LabelledPair(one, other, isSame: false, kind: ""), threshold: 2) != nil
    }
  }

  // MARK: Where it comes from

  @Test(arguments: [
    ("list people from Berlin", "list people in Berlin"), ("find refugees from Syria", "find refugees in Syria"),
    ("show the flights from Berlin", "show the flights in Berlin"),
    ("list the students from this school", "list the students in this school"),
    ("find recipes from my kitchen", "find recipes in my kitchen"),
    ("list the exports from the port", "list the exports in the port"),
  ])
  func whereSomethingComesFromIsNotWhereItIs(a: String, b: String) {
    #expect(!Self.isServed(a, b))
  }

  @Test(arguments: [
    ("extract all IP addresses from the log", "list all IP addresses in the log"),
    ("list the names from the article", "list the names in the article"),
    ("extract the dates from this table", "list the dates in this table"),
    ("Extract every invoice number from this email", "List all invoice numbers in the email"),
    ("get the names from the users.csv", "list the names in the users.csv"),
    ("find all the dates from the documents", "list all the dates in the documents"),
  ])
  func whatIsTakenFromATextIsInIt(a: String, b: String) {
    #expect(Self.isServed(a, b), "\(CanonicalIntent.read(a))\nand\n\(CanonicalIntent.read(b))")
  }
}
