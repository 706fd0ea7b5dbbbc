import Testing

@testable import Intent

/// Questions that say what kind of name answers them, amounts written for short, and moments elsewhere.
@Suite struct AskedNameTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("Who wrote Wuthering Heights?", "which author wrote Wuthering Heights?"),
    ("Who is the author of Middlemarch", "Middlemarch was written by whom?"),
    ("who painted the Mona Lisa", "which painter painted the Mona Lisa"),
    ("who painted Guernica", "which painter painted Guernica?"),
    ("What is the capital of Kazakhstan?", "Which city is Kazakhstan's capital?"),
    ("What is the capital of Peru?", "which city is the capital of Peru?"),
  ])
  func aNameIsAsked(plain: String, kind: String) { #expect(isServed(plain, kind) && isServed(kind, plain)) }

  /// Another deed, time or thing; what is pointed at; a choice among what is named.
  @Test(arguments: [
    ("Who wrote Faust?", "which author rewrote Faust?"),
    ("Who wrote Faust?", "which composer wrote Faust?"),
    ("Who wrote Faust?", "which publisher wrote Faust?"),
    ("Who wrote Faust?", "which author hated Faust?"),
    ("Who wrote Faust?", "which author wrote about Faust?"),
    ("Who wrote Faust?", "which author wrote most of Faust?"),
    ("Who wrote Faust?", "which authors wrote Faust?"),
    ("Who wrote Faust?", "Faust was written for whom?"),
    ("Who wrote Faust?", "Faust was directed by whom?"),
    ("Who wrote Faust?", "Faust was not written by whom?"),
    ("Who wrote this?", "which author wrote this?"),
    ("Who wrote Faust and Egmont?", "which author wrote Faust or Egmont?"),
    ("Who wrote Faust?", "Faust was written when?"),
    ("What is the capital of Peru?", "which city is the former capital of Peru?"),
    ("What is the capital of Peru?", "which city was the capital of Peru?"),
    ("What is the capital of Peru?", "which city is not the capital of Peru?"),
    ("What is the capital of Peru?", "which city is near the capital of Peru?"),
    ("What is the capital of Peru?", "which city is the largest of Peru?"),
    ("What is the capital of Peru?", "which country is the capital of Peru?"),
    ("What is the capital?", "which city is the capital?"),
    ("What is the capital of Peru?", "which city is Peru's largest capital?"),
    ("What is Apple's capital?", "which city is Peru's capital?"),
  ])
  func anotherNameIsAsked(plain: String, kind: String) { #expect(!isServed(plain, kind)) }

  @Test(arguments: [
    ("Convert 350°F to Celsius", "what's 350 degrees Fahrenheit in Celsius?"),
    ("Convert 350°F to Celsius", "How many degrees Celsius is 350 °F?"),
    ("What is 15% of 84?", "how much is 15 % of 84?"),
    ("what is 12 * 7", "how much is 12 * 7?"),
    ("convert 14:30 UTC to Tokyo time", "If it's 2:30 pm UTC, what time is it in Tokyo?"),
    ("convert 3 pm UTC to New York time", "if it is 15:00 UTC, what's the time in New York?"),
    ("regex for an IPv4 address", "I need a regex pattern for an IPv4 address"),
    ("explain this contract clause in plain English", "What does this contract clause mean in plain English?"),
  ])
  func itIsTheSameAmount(plain: String, said: String) { #expect(isServed(plain, said) && isServed(said, plain)) }

  /// Another unit, side, number or operation; patterns of another kind; what is meant for somebody.
  @Test(arguments: [
    ("Convert 350°F to Celsius", "what's 350 degrees Celsius in Fahrenheit?"),
    ("Convert 350°F to Celsius", "how many degrees Fahrenheit is 350 °C?"),
    ("Convert 350°F to Celsius", "what's 35 degrees Fahrenheit in Celsius?"),
    ("Convert 350°F to Celsius", "what's 350 degrees in radians?"),
    ("Convert 350°F to Celsius", "is 350 degrees Fahrenheit more than 100 degrees Celsius?"),
    ("turn 90 degrees", "turn 90"),
    ("who wrote 451 Fahrenheit", "who wrote 451 degrees Fahrenheit"),
    ("write a song about 98 Fahrenheit", "write a song about 98 degrees Fahrenheit"),
    ("how many degrees are in 2 radians", "how many are in 2 radians"),
    ("What is 15% of 84?", "what is 15 % 84?"),
    ("What is 15% of 84?", "how much is 84 % of 15?"),
    ("What is 15% of 84?", "how much is 84 plus 15 %?"),
    ("what is 12 * 7", "how much is 12 + 7?"),
    ("what is 12 - 7", "how much is 7 - 12?"),
    ("what is 12 - 7", "how much more is 12 than 7?"),
    ("convert 3 pm UTC to Tokyo time", "if it's 3 pm in Tokyo, what time is it in UTC?"),
    ("convert 3 pm UTC to Tokyo time", "if it's 3 am UTC, what time is it in Tokyo?"),
    ("convert 3 pm UTC to Tokyo time", "if it's 3 pm UTC, what day is it in Tokyo?"),
    ("convert 3 pm UTC to Tokyo time", "if it's 3 pm UTC, what time is it not in Tokyo?"),
    ("convert 3 pm UTC to Tokyo time", "if it was 3 pm UTC, what time was it in Tokyo?"),
    ("convert 3 pm UTC to Tokyo time", "if it's 3 pm UTC, what time is it in Tokyo and Delhi?"),
    ("convert 3 pm UTC to Tokyo time", "if it's after 3 pm UTC, what time is it in Tokyo?"),
    ("convert 3 pm UTC to Tokyo time", "if it's 3 pm UTC in summer, what time is it in Tokyo?"),
    ("what is a regex", "what is a regex pattern matcher"),
    ("explain this regex", "explain this pattern"),
    ("explain this regex", "explain this regex pattern matching"),
    ("explain this clause in plain English", "what does this clause mean in plain French?"),
    ("explain this clause in plain English", "what does this clause mean for me in plain English?"),
    ("explain this clause in plain English", "what does plain English mean in this clause?"),
    ("explain this clause in plain English", "what doesn't this clause mean in plain English?"),
  ])
  func itIsAnotherAmount(plain: String, said: String) { #expect(!isServed(plain, said)) }
}
