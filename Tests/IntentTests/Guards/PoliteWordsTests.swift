import Testing

@testable import Intent

/// Guards see no words of politeness, so that nothing is out of its place for them.
@Suite struct PoliteWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("convert colour to color", "convert color to colour"),
    ("write the king a letter to the queen", "write the queen a letter to the king"),
    ("sort the list and keep the first three", "keep the first three and sort the list"),
    ("what is in this", "what is this"), ("list of strings in Python", "list strings in Python"),
    ("compare JSON with jq", "compare JSON and jq"), ("explique la tour", "explique le tour"),
    ("answer the polite email", "answer the email politely"), ("what is refactoring", "refactor this"),
    ("remove the first line and keep the first line", "keep the first line and remove the first line"),
  ])
  func theyAreTwo(a: String, b: String) {
    for (one, other) in [
      (a, "please " + b), ("please " + a, b), (a + ", please", b), (a, "hey, \(b)"), (a + ". Thanks!", b),
      ("can you please \(a)?", b), (a, "ok, so: " + b), (a, "kindly " + b), (a, "I would like to " + b),
      (a, "Hey there, " + b), (a, b + " asap"), (a, "please \(b), thanks"),
    ] {
      #expect(!isServed(one, other) && !isServed(other, one), "\(one) | \(other)")
    }
  }

  @Test(arguments: [
    ("can you list the files", "please list the files"),
    ("translate this into French, thanks!", "translate this into French"),
    ("hi, could you please fix this code?", "fix this code"),
    ("translate this and briefly explain it", "can you translate this and explain it briefly?"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test func anOrderBehindThemIsReadAsWithoutThem() {
    #expect(!isServed("I need you to write my boss a letter", "write a letter for my boss"))
    #expect(isServed("I need you to write my boss a letter", "write a letter to my boss"))
    #expect(!isServed("can you please answer the formal letter", "answer the letter formally"))
  }

  @Test func nothingElseIsTaken() {
    for text in [
      "please", "can you", "please please me", "a card that gives thanks", "can you how", "thanks", "hi",
      "is it pleasing",
    ] {
      let words = InstructionWords(text).words
      #expect(PoliteWords.without(words).count >= min(words.count, 2), "\(text)")
    }
    #expect(PoliteWords.without(InstructionWords("a card that gives thanks").words).count == 5)
  }
}
