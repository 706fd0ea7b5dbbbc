import Testing

@testable import Intent

/// Articles and other small words where they make another request.
@Suite struct SmallWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("erkläre den See", "erkläre die See"),
    ("erkläre das Gehalt", "erkläre den Gehalt"),
    ("fasse den Artikel zusammen", "fasse die Artikel zusammen"),
    ("erkläre, warum der Hund die Katze jagt", "erkläre, warum den Hund die Katze jagt"),
    ("beschreibe das Bild", "erkläre das Bild"),
    ("warum ist der Himmel blau", "warum wird der Himmel blau"),
    ("warum wurde er krank", "warum ist er krank"),
    ("erkläre die Katze auf dem Dach", "erkläre die Katze im Dach"),
    ("explique le tour", "explique la tour"),
    ("explique un mode", "explique une mode"),
    ("explica el capital", "explica la capital"),
    ("explica el papa", "explica la papa"),
    ("explique pas", "explique ne"),
    ("explain the web", "explain a web"),
    ("explain the press", "explain press"),
    ("explain the who", "explain who"),
    ("describe the constitution", "describe a constitution"),
    ("summarize the odyssey", "summarize an odyssey"),
    ("how does this work in JavaScript", "how does it work in JavaScript"),
  ])
  func anotherArticleIsAnotherThing(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("Übersetze diesen Text ins Französische", "Bitte übersetze den Text auf Französisch"),
    ("Fasse den Artikel zusammen", "Bitte fasse den Artikel zusammen"),
    ("Erkläre diese Funktion", "Erkläre die Funktion"),
    ("explain the code", "explain code"),
    ("explain a monad", "what is a monad"),
    ("the capital of Australia", "capital of Australia"),
    ("explain this code in JavaScript", "explain the code in JavaScript"),
  ])
  func orTheSame(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("when do I use a", "when do I use the"),
    ("translate the into German", "translate a into German"),
    ("explain the this keyword in JavaScript", "explain the keyword in JavaScript"),
    ("when to use who or which", "when to use that or which"),
    ("explain no", "explain not"),
    ("translate no to French", "translate not to French"),
    ("explain the and gate", "explain the gate"),
    ("explain the or gate", "explain the gate"),
    ("explain nor flash", "explain no flash"),
    ("translate good morning into German", "translate good evening into German"),
    ("translate no rush to French", "translate no hurry to French"),
    ("explain oh", "explain um"),
    ("what is tia", "what is ta"),
    ("explain warm colors", "explain colors in a warm tone"),
    ("explain the more formal word", "explain the formal word"),
    ("is this a test", "is there a test"),
    ("list changed files", "list changing files"),
    ("explain testing", "explain the test"),
    ("explain clustering", "explain clusters"),
    ("explain the opening", "explain the open"),
    ("the review of the critics", "review the critics"),
    ("summary of the witness", "summarize the witness"),
    ("the recommendation of the board", "recommend the board"),
  ])
  func whatIsSpokenOfIsKept(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("explain this please", "explain this"),
    ("translate please into German", "translate into German"),
    ("do not add headers nor footers", "do not add headers or footers"),
    ("explain why the sky is not blue, thanks", "explain why the sky is not blue"),
    ("a review of this essay", "review this essay"),
    ("summary of the report", "summarize the report"),
    ("answer with yes or no: is there personal data in this text", "personal data in this text? yes/no"),
    ("exit vim without saving", "how do I quit vim and not save"),
  ])
  func elsewhereTheySayNothing(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
