import Testing

@testable import Intent

/// Ways to ask that say no more than a plain order does.
@Suite struct CarrierFrameTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("photosynthesis explained", "explain photosynthesis"),
    ("Photosynthesis explained to a child", "explain photosynthesis to a child"),
    ("the OSI model explained in simple terms", "explain the OSI model in simple terms"),
    ("chmod 750 explained", "explain chmod 750"),
    ("I need this letter translated into French", "translate this letter into French"),
    ("can I get this essay proofread?", "proofread this essay"),
    ("I need the text below summarized in three sentences", "summarize the text below in three sentences"),
    ("get these files sorted by date", "sort these files by date"),
    ("pull the names out of this text", "extract the names from this text"),
    ("pull all dates from the email below", "list all dates in the email below"),
    ("Can you pull out the prices from this invoice?", "extract the prices from this invoice"),
    ("how many words does this text have?", "how many words are in this text?"),
    ("how many grams does a cup contain", "how many grams are in a cup"),
    ("does this text contain any typos?", "are there any typos in this text?"),
    ("check if this text contains typos", "are there typos in this text?"),
    ("tell me whether there are any typos in this text", "does this text contain typos?"),
    ("Does this log contain personal data? Answer yes or no.", "yes or no: is there personal data in this log?"),
    ("who wrote Faust", "who is the author of Faust"),
    ("who invented the telephone", "who is the inventor of the telephone?"),
    ("summarize this article in a single sentence", "summarize this article in one sentence"),
    ("a single-sentence summary of this article", "one-sentence summary of this article"),
    ("cut this text down to 100 words", "shorten this text to 100 words"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Their neighbours, which ask for something else.
  @Test(arguments: [
    ("terms explained in this chapter", "explain terms in this chapter"),
    ("what he explained to the class", "explain to the class"),
    ("list the terms explained", "explain the terms"),
    ("how is photosynthesis explained", "explain photosynthesis"),
    ("I need this letter translated by a lawyer", "translate this letter"),
    ("I need the translated letter", "translate the letter"),
    ("I have this code fixed", "fix this code"),
    ("get the errors fixed by the team", "fix the errors"),
    ("pull the image from this registry", "extract the image from this registry"),
    ("pull the latest changes from this branch", "list the latest changes from this branch"),
    ("how many users does Linux have", "how many users are in Linux"),
    ("how many lives does a cat have", "how many lives does a dog have"),
    ("do these contracts contain a penalty", "is there a penalty in these contracts"),
    ("does this text contain a typo", "does this text contain typos"),
    ("does this text mention Paris", "is there Paris in this text"),
    ("does this text have to be shorter", "is this text shorter"),
    ("does this text contain no typos", "does this text contain typos"),
    ("tell users if this form contains errors", "are there errors in this form"),
    ("check that this text contains no names", "are there names in this text"),
    ("who wrote the code below", "who is the author of Faust"),
    ("who wrote to Faust", "who is the author of Faust"),
    ("who will write Faust", "who is the author of Faust"),
    ("who wrote about Faust", "who is the author of Faust"),
    ("book a single room", "book one room"),
    ("write a single line comment", "write one line comment"),
    ("list single word titles", "list one word titles"),
    ("cut this text", "cut down this text"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
