import Testing

@testable import Intent

/// A string that is named is compared by its letters where one of its words may be read as another; what it is asked of is not.
@Suite struct MentionedStringsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    "find {} in a file", "a sentence with {}", "haiku with the words {}", "a sentence containing {}", "regex for {}",
    "sed that deletes {}", "x replaced by {}", "who wrote {}", "write {}", "please write {}", "{} in Spanish",
  ])
  func itIsComparedAsWritten(request: String) {
    for (a, b) in [
      ("I don't know", "I do not know"), ("the three cats", "the 3 cats"), ("teh cat", "the cat"),
      ("what's up", "what is up"),
      ("hello!", "hello"), ("ok", "okay"), ("organise", "organize"), ("please wait", "wait"),
    ] {
      let (one, other) = (request.replacing("{}", with: a), request.replacing("{}", with: b))
      #expect(!isServed(one, other) && !isServed(other, one), "\(one)")
    }
  }

  @Test(arguments: [
    ("Who wrote the novel \"Middlemarch\"?", "author of the novel \"Middlemarch\""),
    ("\"good morning\" in Japanese?", "Translate \"good morning\" into Japanese."),
    (
      "Who wrote the opera Carmen and when was it first performed?",
      "Who wrote the opera Carmen and when was it first perfromed?"
    ),
    ("give me a regular expression for UUID v4", "what regex matches a v4 UUID?"),
    ("Faust was directed by whom?", "who directed Faust"),
    ("write two haikus about rain", "write 2 haikus about rain"), ("a haiku with three lines", "a haiku with 3 lines"),
    ("a regex for three digits", "a regex for 3 digits"),
    ("find three typos in this file", "find 3 typos in this file"),
    ("find files in a folder", "find files in a folder, please"),
  ])
  func whatIsNoneIsRead(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(
    arguments: [
      ("regex for I don't know", ["don't"]), ("who wrote hello!", ["hello!"]), ("who wrote hello", ["hello"]),
      ("write", []), ("who wrote", []), ("find in file", []), ("in Spanish", []), ("regex for an email address", []),
      ("sed", []), ("sentence with", []), ("replaced by", []), ("", []), ("please", []), ("please write", []),
    ] as [(String, [String])])
  func wordsThatMayBeOthersAreFound(text: String, words: [String]) {
    #expect(MentionedStrings.words(in: GuardFacts(text)) == words)
  }
}
