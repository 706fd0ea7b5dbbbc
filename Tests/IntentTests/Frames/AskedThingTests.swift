import Testing

@testable import Intent

/// Questions for what something has, and the plain ones that ask for the same.
@Suite struct AskedThingTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("currency of Brazil", "what is the currency of Brazil"),
    ("what currency does Brazil use", "Brazil's currency"),
    ("president of France", "who is the president of France"),
    ("name the president of France", "who is the president of France?"),
    ("what symptoms does the flu have", "symptoms of the flu"),
    ("what advantages does solar power have?", "what are the advantages of solar power"),
    ("which countries are in South America", "list all countries in South America"),
    ("list of countries in South America", "countries in South America"),
    ("what is OPEC short for", "what does OPEC stand for"),
    ("when is the best time to visit Japan", "what is the best time to visit Japan?"),
    ("put this in other words", "rephrase this"),
    ("say this in different words", "paraphrase this"),
    ("explain the French Revolution simply", "explain the French Revolution in simple terms"),
    ("simple explanation of the French Revolution", "explain the French Revolution in simple words"),
    ("French Revolution explained simply", "explain the French Revolution in simple terms"),
    ("how much protein does an egg contain", "how much protein is in an egg"),
    ("what is a synonym for happy?", "give me a synonym for happy"),
    ("a synonym of happy", "synonym for happy"),
    ("antonym of generous", "antonym for generous"),
    ("comment this code", "add comments to this code"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Their neighbours, which ask for something else.
  @Test(arguments: [
    ("currency of Brazil", "currency of Chile"),
    ("what currency does Brazil use", "what currency did Brazil use"),
    ("what currency does Anna have", "what is Anna's currency"),
    ("president of France", "who was the president of France"),
    ("president of France", "presidents of France"),
    ("president of France", "describe the president of France"),
    ("the president of France below", "who is the president of the club"),
    ("describe the founder of Rome", "who is the founder of Rome"),
    ("letter to the mayor of Rome", "who is the mayor of Rome"),
    ("what symptoms does the flu have", "what symptoms does the flu not have"),
    ("what advantages does solar power have?", "what advantage does solar power have?"),
    ("what features do I have to test", "what are the features of the test"),
    ("which countries are in South America", "which countries are in South Africa"),
    ("which countries are in South America", "which countries were in South America"),
    ("which countries are not in Asia", "list the countries in Asia"),
    ("which countries are in Asia and Europe", "list the countries in Asia"),
    ("which country is in Asia", "list the countries in Asia"),
    ("list of lists", "list the list"),
    ("what is tall short for", "what does small stand for"),
    ("when is the best time to visit Japan", "when is the worst time to visit Japan"),
    ("when is the next train to Rome", "what is the next train to Rome"),
    ("put this in two words", "rephrase this"),
    ("put the words in this box", "rephrase this box"),
    ("say this in other words", "say this in other languages"),
    ("explain this simply supported beam", "explain this beam in simple terms"),
    ("explain simply", "explain in detail"),
    ("explain the rules simply", "explain the simple rules"),
    ("how much protein does an egg contain", "how much fat does an egg contain"),
    ("how much money does a bank have", "how much money does a bank need"),
    ("what is a synonym", "give me a synonym for what"),
    ("what are synonyms for happy", "give me a synonym for happy"),
    ("antonym of generous", "synonym of generous"),
    ("list five synonyms for happy", "a synonym for happy"),
    ("comment this code", "remove the comments from this code"),
    ("how do I comment this code", "what do you comment on this code"),
    ("which city is in Asia", "list all cities in Asia"),
    ("explain how to live simply", "explain how to live in simple terms"),
    ("name a founder of Rome", "who is the founder of Rome"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
