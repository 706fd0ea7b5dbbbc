import Testing

@testable import Intent

/// Marks that are named, small words that are asked about, and nouns that an article makes another word of.
@Suite struct BareMarksTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  private func expectApart(_ a: String, _ b: String) {
    #expect(!isServed(a, b) && !isServed(b, a), "'\(a)' and '\(b)' share an answer")
    guard let one = GuardFacts(a).summary, let other = GuardFacts(b).summary, one.agrees(with: other) else { return }
    #expect(Guards.disagreement(a, b) == nil, "the summaries of '\(a)' and '\(b)' agree")
  }

  @Test(arguments: [
    ("remove + from the text", "remove - from the text"), ("split the string on :", "split the string on -"),
    ("split the string on ->", "split the string on =>"), ("explain &", "explain +"),
    ("what does [] mean in bash", "what does () mean in bash"), ("replace + with -", "replace - with +"),
    ("replace : with -", "replace - with :"), ("how do I type –", "how do I type —"),
    ("how do I type + ?", "how do I type - ?"), ("how do I type +?", "how do I type -?"),
    ("explain git checkout -", "explain git checkout"), ("replace + with nothing", "replace & with nothing"),
  ])
  func marksThatAreNamed(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [
    ("Summarize this article - please", "Summarize this article, please"),
    ("explain recursion - in Python", "explain recursion in Python"),
    ("how do I type +?", "how do I type +"),
  ])
  func marksOfWhoWrites(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("what is 5!", "what is 5"), ("calculate 10!", "calculate 10"), ("simplify n!", "simplify n"),
    ("what is 3 + 2", "what is 3 + 2!"), ("simplify (n-1)!", "simplify (n-1)"), ("simplify f'", "simplify f"),
  ])
  func factorialsAndPrimes(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [
    ("what does for mean", "what does with mean"), ("explain its", "explain who's"), ("define and", "define or"),
    ("explain they're", "explain they'll"), ("what does a mean", "what does the mean"), ("explica una", "explica la"),
    ("explain for in Python", "explain with in Python"),
  ])
  func smallWordsThatAreAskedAbout(a: String, b: String) { expectApart(a, b) }

  @Test(arguments: [("explain this", "please explain this"), ("what does this mean", "what does this mean?")])
  func wordsThatPoint(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("what is gray", "what is a gray"), ("what is bond", "what is a bond"), ("explain race", "explain a race"),
    ("write a letter to smith", "write a letter to a smith"),
    ("write a birthday card for mum", "write a birthday card for a mum"),
    ("write a function photos", "write a function photographs"),
  ])
  func otherWordsByTheirArticleOrCapital(a: String, b: String) { expectApart(a, b) }
}
