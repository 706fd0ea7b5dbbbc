import Testing

@testable import Intent

/// Questions in a frame that everybody uses, and the orders that ask for the same.
@Suite struct AskedFrameTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("\"good morning\" in Japanese", "translate \"good morning\" into Japanese"),
    ("what is \"good morning\" in Japanese?", "how do you say \"good morning\" in Japanese"),
    ("the Japanese word for \"good morning\"", "translate \"good morning\" into Japanese"),
    ("how tall is Mount Everest", "what is the height of Mount Everest"),
    ("how deep is the Pacific Ocean?", "depth of the Pacific Ocean"),
    ("how many people live in Norway", "what is the population of Norway"),
    (
      "is this support ticket positive, neutral or negative?",
      "classify this support ticket as positive, neutral or negative"
    ),
    ("classify this log line: INFO, WARN, or ERROR", "classify this log line as INFO, WARN or ERROR"),
    (
      "Is this ticket a bug, a feature request or a question?",
      "classify this ticket as a bug, a feature request or a question"
    ),
    ("alphabetize this list", "sort this list alphabetically"),
    ("tell me a joke about cats", "write a joke about cats"),
    ("tell me a short story about a dragon", "write a short story about a dragon"),
    ("15% of 80", "calculate 15% of 80"),
    ("how much is 15% of 80?", "what is 15 percent of 80"),
    ("square root of 144", "calculate the square root of 144"),
    ("3 cups in ml", "convert 3 cups to ml"),
    ("how many ml are in 3 cups", "convert 3 cups to ml"),
    ("dedupe this list", "remove the duplicates from this list"),
    ("remove all duplicates from this list", "remove duplicates from this list"),
    ("comment this code", "add comments to this code"),
    ("feedback on this essay", "give me feedback on this essay"),
    ("recipe for pancakes", "recipe for a pancake"),
    ("pancake recipe", "recipe for pancakes"),
    ("rename every file in this folder to lowercase", "rename all files in this folder to lowercase"),
    ("redact every name in this text", "redact all names in this text"),
    ("this sentence in passive voice", "rewrite this sentence in the passive voice"),
    ("what are the key points of this article?", "list the key points of this article"),
    ("is 17 prime? just yes or no", "is 17 prime? answer yes or no"),
    ("reduce this text to 100 words", "shorten this text to 100 words"),
    ("what does \"carpe diem\" mean", "what is the meaning of \"carpe diem\""),
    ("what does the word \"serendipity\" mean?", "meaning of the word \"serendipity\""),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Their neighbours, which ask for something else.
  @Test(arguments: [
    ("\"good morning\" in Japanese", "\"good morning\" in Korean"),
    ("\"good morning\" in Japanese", "\"good evening\" in Japanese"),
    ("what does \"arigato\" mean in Japanese", "translate \"arigato\" into Japanese"),
    ("list books titled \"Faust\" in German", "translate \"Faust\" into German"),
    ("who says \"hello\" in French", "translate \"hello\" into French"),
    ("write \"hello\" in German", "say \"hello\" in Greek"),
    ("the Japanese name of \"Faust\"", "the German name of \"Faust\""),
    ("how tall is Mount Everest", "how tall was Mount Everest"),
    ("how deep is Lake Como", "how wide is Lake Como"),
    ("how many people live in Norway", "how many people work in Norway"),
    ("how many people live in this house", "population of Norway"),
    ("how many people lived in Norway", "how many people live in Norway"),
    ("is this review positive or negative", "is this review more positive or negative"),
    ("is this code correct or not", "classify this code as correct"),
    ("is this the right way or is there another", "classify this as the right way"),
    ("is this file larger or smaller than 5 MB", "classify this file as larger or smaller"),
    ("is this ticket a bug or a question", "is that ticket a bug or a feature"),
    ("classify this log line: INFO, WARN, or ERROR", "classify this log line as INFO or ERROR"),
    ("classify this: I love it or hate it", "classify this as positive or negative"),
    ("tell me the joke about cats", "write a joke about cats"),
    ("tell me a fact about cats", "write a joke about cats"),
    ("tell me the story of Job", "write the story of Job"),
    ("15% of 80", "80% of 15"),
    ("15% of 80", "15 percent off 80"),
    ("what is 15% in this table", "calculate 15%"),
    ("square root of 144", "square of 144"),
    ("3 cups in ml", "3 ml in cups"),
    ("3 cups of tea", "convert 3 cups to tea"),
    ("dedupe this list", "list the duplicates in this list"),
    ("remove all duplicates from this list", "remove all rows with duplicates from this list"),
    ("remove the first duplicates from this list", "remove duplicates from this list"),
    ("comment on this code", "comment this code"),
    ("a comment on this code", "add comments to this code"),
    ("feedback from this user", "feedback on this user"),
    ("recipe for kids", "recipe for pancakes"),
    ("rename the files in this folder to lowercase", "rename the folder to lowercase"),
    ("convert all files to one PDF", "convert every file to one PDF"),
    ("fix the first typo in this text", "fix every typo in this text"),
    ("this passive sentence", "rewrite this sentence in the passive voice"),
    ("is 17 prime? just yes or no", "is 18 prime? just yes or no"),
    ("reduce this text to 100 words", "extend this text to 100 words"),
    ("reduce this price to 100 dollars", "shorten this price to 100 dollars"),
    ("what does \"carpe diem\" mean", "what does \"carpe noctem\" mean"),
    ("what does \"GDP\" mean in this text", "define \"GDP\""),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
