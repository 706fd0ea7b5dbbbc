import Testing

@testable import Intent

/// A word that means something is kept.
@Suite struct DroppedWordTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("write a poem called no thanks", "write a poem called no"),
    ("write a song called hello", "write a song called"),
    ("write a note that says please", "write a note that says"),
    ("write a prayer giving thanks", "write a prayer giving"),
    ("review the sitcom cheers", "review the sitcom"),
    ("describe the bar named cheers", "describe the bar named"),
    ("what is the origin of thanks", "what is the origin"),
    ("show me the way to Berlin", "show me how to Berlin"),
    ("tell me the way to the station", "tell me how to the station"),
    ("what is an enclosed porch", "what is a porch"),
    ("what is a given name", "what is a name"),
    ("explain attached growth", "explain growth"),
    ("explain provided interfaces", "explain interfaces"),
    ("what is a supplied argument", "what is an argument"),
    ("repair the fence", "fix the fence"),
    ("repair the exam results", "fix the exam results"),
    ("what is the number of the house", "count the house"),
    ("give me the number of the hotel", "count the hotel"),
    ("find the number of the plumber", "count the plumber"),
    ("tell me the number of my room", "count my room"),
    ("what is the result of the vote", "calculate the vote"),
    ("what is the result of the trial", "calculate the trial"),
    ("what is the result of the blood test", "calculate the blood test"),
    ("increase the speed of sound", "speed up sound"),
    ("improve the performance of opera", "speed up opera"),
    ("write a card that says many thanks", "write a card that says"), ("explain the word thanks", "explain the word"),
    ("write a poem about the band thanks", "write a poem about the band"),
    ("what is the number of the bus to Rome", "count the bus to Rome"),
    ("what is the result of the match between 2 teams", "calculate the match between 2 teams"),
    ("what is the result of the war in 1812", "calculate the war in 1812"),
    ("describe the TV show Thanks", "describe the TV show"),
    ("review the song hello", "review the song"),
    ("write about the word please", "write about the word"),
    ("how do you say please in German", "how do you say in German"),
    ("translate thanks into German", "translate into German"),
    ("translate hello into French", "translate into French"),
    ("explain why people say hello", "explain why people say"),
    ("write a letter of thanks", "write a letter"),
    ("write a letter of thanks to my boss", "write a letter to my boss"),
    ("tell me about kindly people", "tell me about people"),
    ("define kindly", "define"),
    ("explain enclosed spaces", "explain spaces"),
    ("list attached garages", "list garages"),
    ("describe an enclosed porch", "describe a porch"),
    ("compare attached and detached garages", "compare and detached garages"),
    ("a poem about enclosed gardens", "a poem about gardens"),
    ("write about supplied air", "write about air"),
  ])
  func wordsThatMeanSomethingAreKept(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }

  @Test(arguments: [
    ("summarize this article, thanks", "summarize this article"),
    ("summarize this text please", "summarize this text"),
    ("thanks! translate this into German", "translate this into German"),
    ("hello, summarize this text", "summarize this text"),
    ("translate this to Spanish thanks", "translate this to Spanish"),
    ("list three fruits, cheers", "list three fruits"),
    ("summary of the attached report", "summary of the report"),
    ("explain the attached code", "explain the code"),
    ("fix the bug in this code please", "please fix the bug in this code"),
    ("what is the number of words in the following text", "count the words in the following text"),
    ("number of words in the following text", "count the words in the following text"),
    ("give me the number of errors", "count the errors"),
    ("what is the number of people in the photo", "count the people in the photo"),
    ("what is the result of 12 * 7", "calculate 12 * 7"),
    ("increase the speed of this query", "speed up this query"),
    ("improve the performance of my code", "speed up my code"),
    ("show me the way to mount a USB drive on Linux", "show me how to mount a USB drive on Linux"),
    ("convert 5 miles to km thanks", "convert 5 miles to km"),
    ("list three names for a cat many thanks", "list three names for a cat"),
  ])
  func wordsThatMeanNothingAreNot(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }
}
