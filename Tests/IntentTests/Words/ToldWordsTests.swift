import Testing

@testable import Intent

/// Words that tell the model what to do, and are one only before some things.
@Suite struct ToldWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("name the column in SQL", "show the column in SQL"),
    ("name these files", "list these files"),
    ("name my horse", "find my horse"),
    ("name a stash in git", "show a stash in git"),
    ("list my bicycle", "find my bicycle"),
    ("list the sofa on eBay", "find the sofa on eBay"),
    ("what are foreign keys", "list foreign keys"),
    ("what is dead code", "find dead code"),
    ("what are flaky tests", "show flaky tests"),
    ("what is backup power", "get backup power"),
    ("find the log file", "show the log file"),
    ("locate the config file", "display the config file"),
    ("find the longest function", "show the longest function"),
    ("search for a commit in git", "show a commit in git"),
    ("respond with a poem", "find a poem"),
    ("reply with an apology", "find an apology"),
    ("look up the stairs", "find the stairs"),
    ("I like this code", "give me this code"),
    ("I like cats", "I want cats"),
    ("I want a refund", "suggest a refund"),
    ("I need a holiday", "recommend a holiday"),
    ("I need money", "give money"),
    ("propose to Anna", "give to Anna"),
    ("produce a film", "write a film"),
    ("develop a photo", "write a photo"),
    ("draft the players", "create the players"),
    ("draft a pull request", "create a pull request"),
    ("compose a salad", "create a salad"),
  ])
  func eachStandsForItself(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("name three fruits", "list three fruits"),
    ("name the capital of France", "what is the capital of France"),
    ("name the largest planet", "what is the largest planet"),
    ("name the planets of the solar system", "list the planets of the solar system"),
    ("find all dates in this text", "list all dates in this text"),
    ("show the dates in this text", "find the dates in this text"),
    ("find the capital of France", "what is the capital of France"),
    ("list the pros and cons of Rust", "the pros and cons of Rust"),
    ("what are closures", "explain closures"),
    ("what are the benefits of exercise", "list the benefits of exercise"),
    ("list the contents of the tar", "show the contents of the tar"),
    ("find the bug in this code", "show the bug in this code"),
    ("what are the planets", "list the planets"),
    ("suggest a name for my dog", "I need a name for my dog"),
    ("suggest five restaurants in Rome", "give me five restaurants in Rome"),
    ("I'd like a poem about autumn", "write a poem about autumn"),
    ("I'd like to know what recursion is", "what is recursion"),
    ("I'd like you to summarize this text", "summarize this text"),
    ("draft an email to my landlord", "write an email to my landlord"),
    ("produce a summary of this article", "summarize this article"),
    ("develop a function that sorts dates", "write a function that sorts dates"),
    ("give an example of recursion", "give me an example of recursion"),
  ])
  func orSaysTheSame(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("lengthen this acronym", "expand this acronym"),
    ("cut down the oak", "shorten the oak"),
    ("reword the last commit", "rewrite the last commit"),
    ("rewrite the git history", "reword the git history"),
    ("turn the page", "convert the page"),
    ("turn the video", "convert the video"),
    ("pick cherries", "choose cherries"),
    ("pick a lock", "choose a lock"),
    ("preserve cucumbers", "keep cucumbers"),
    ("retain water", "keep water"),
    ("work out at home", "calculate at home"),
    ("count calories", "how many calories"),
    ("purchase order", "buy order"),
    ("order pizza by phone", "sort pizza by phone"),
    ("order books by Tolkien", "sort books by Tolkien"),
    ("sort the list by length in Python", "sort the lines by length in Python"),
    ("write a function that sorts rows by length", "write a function that sorts lines by length"),
    ("how do I sort entries by value in Python", "how do I sort rows by value in Python"),
  ])
  func whatIsWorkedOnCounts(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("shorten this text", "cut down this text"),
    ("reword this paragraph", "rewrite this paragraph"),
    ("rephrase the headline below", "reword the headline below"),
    ("expand this note", "lengthen this note"),
    ("turn the meeting notes into a poem", "convert the meeting notes into a poem"),
    ("pick the best title", "choose the best title"),
    ("work out 12 * 7", "calculate 12 * 7"),
    ("count the words in this text", "how many words are in this text"),
    ("order the files by size in bash", "sort the files by size in bash"),
    ("order the rows by price", "sort the rows by price"),
    ("sort the rows by date", "sort by date"),
    ("purchase a ticket", "buy a ticket"),
  ])
  func whereTextIsWorkedOnTheyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("how can you improve", "how can I improve"),
    ("how could you be wrong", "how could I be wrong"),
    ("how do you say no", "translate no"),
    ("how do I say no to my boss", "translate no to my boss"),
  ])
  func whatYouDoIsNotWhatIDo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("how can you delete a branch in git", "how do I delete a branch in git"),
    ("how do you say hello in German", "translate hello into German"),
  ])
  func whatAnybodyDoesIs(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
