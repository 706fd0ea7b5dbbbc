import Testing

@testable import Intent

/// A text that is wanted in another format, and one that is looked through.
@Suite struct AskedFormatTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("Convert this JSON to YAML", "give me this JSON as YAML"),
    ("Convert this JSON to YAML", "can you give me this JSON in YAML form?"),
    ("convert the XML below to JSON", "I need the XML below in JSON format please"),
    ("convert this CSV to XML", "this CSV as XML please"),
    ("check this code for bugs", "review this code for bugs"),
    ("check the Dockerfile below for security issues", "please review the Dockerfile below for security issues"),
  ])
  func itIsTheOrder(plain: String, said: String) { #expect(isServed(plain, said) && isServed(said, plain)) }

  @Test(arguments: [
    ("convert this JSON to YAML", "give me this YAML as JSON"),
    ("convert this JSON to YAML", "give me this JSON as XML"),
    ("convert this JSON to YAML", "give me the JSON in this YAML"),
    ("convert this JSON to YAML", "give me this JSON in YAML and XML"),
    ("convert this JSON to YAML", "give me this JSON in YAML comments"),
    ("convert this JSON to YAML", "give me the keys of this JSON as YAML"),
    ("convert this JSON to YAML", "give me this JSON schema as YAML"),
    ("convert this JSON to YAML", "give me a JSON as YAML"),
    ("convert this JSON to YAML", "why do I need this JSON as YAML"),
    ("convert this JSON to YAML", "I need no JSON as YAML"),
    ("convert this JSON to YAML", "I need this JSON or YAML"),
    ("convert this JSON to JSON", "give me this JSON as JSON"),
    ("convert this HTML to XML", "show me this HTML in Firefox"),
    ("check this code for bugs", "review this code"),
    ("check this code for bugs", "review this code for style"),
    ("check this code for the team", "review this code for the team"),
    ("check this code for bugs", "review this code for bugs and style"),
    ("check this code for bugs", "review this code for bugs in German"),
    ("check this code for bugs", "review this code for bugs and fix them"),
    ("check this code for bugs", "review the review of this code for bugs"),
    ("check this code for bugs", "review my code for bugs"),
    ("check this code for bugs", "write a review of this code for bugs"),
    ("check this code for security issues", "review this code for performance issues"),
    ("check this film for mistakes in the plot", "review this film for mistakes"),
  ])
  func itIsAnotherOrder(plain: String, said: String) { #expect(!isServed(plain, said)) }
}
