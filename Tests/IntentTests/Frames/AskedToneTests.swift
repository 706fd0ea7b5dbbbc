import Testing

@testable import Intent

/// How a text shall sound, and which of some words it is, asked as a question or ordered.
@Suite struct AskedToneTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("make this email friendlier", "make this email sound friendlier"),
    ("make this email friendlier", "Rewrite this email so it sounds friendlier"),
    ("make this email friendlier", "please rephrase this email so that it sounds more friendly"),
    ("make this reply more formal", "can you reword the reply below to sound more formal?"),
    ("make this message less formal", "rewrite this message so it sounds less formal"),
    ("make this letter more professional", "make this letter sound more professional please"),
  ])
  func itSoundsAsItIs(made: String, sounding: String) {
    #expect(isServed(made, sounding) && isServed(sounding, made))
  }

  /// What sounds so need not be so; what the text shall sound like is more than a way; what is not read sounds otherwise.
  @Test(arguments: [
    ("make this email friendlier", "make this email sound more formal"),
    ("make this email more formal", "make this email sound less formal"),
    ("make this email more formal", "explain how this email can sound more formal"),
    ("make this email urgent", "make this email sound urgent"),
    ("make this guitar warmer", "make this guitar sound warmer"),
    ("make this bot friendlier", "make this bot sound friendlier"),
    ("make this email friendlier", "make this email sound friendlier to customers"),
    ("make this email friendlier", "make this email sound friendlier but keep it short"),
    ("make this email formal", "rewrite this email so it sounds formal in German"),
    ("make this email friendlier", "rewrite this email so the subject sounds friendlier"),
    ("make this email friendlier", "rewrite this email so they sound friendlier"),
    ("make this email friendlier", "does this email sound friendlier"),
    ("make this email friendlier", "make my email sound friendlier"),
    ("make this email friendlier", "rewrite this email so it does not sound friendly"),
    ("make this email polite", "rewrite the first line of this email so it sounds polite"),
    ("make this email casual", "rewrite this email so it sounds casual and short"),
  ])
  func itIsAnotherWay(made: String, sounding: String) { #expect(!isServed(made, sounding)) }

  @Test(arguments: [
    (
      "Classify this log line as INFO, WARNING or ERROR. Reply with one word.",
      "Is the following log line INFO, WARNING or ERROR? Respond with a single word."
    ),
    (
      "Classify this log line as INFO, WARNING or ERROR. Reply with one word.",
      "Label the log line below INFO, WARNING, or ERROR. Answer with one word."
    ),
    (
      "classify this ticket as bug, question or praise. Answer with one word.",
      "is this ticket a bug, a question or praise? Answer with one word."
    ),
    (
      "classify this message as spam or ham. Answer as JSON.", "is this message spam or ham? Answer as JSON."
    ),
  ])
  func itIsAChoice(ordered: String, asked: String) { #expect(isServed(ordered, asked) && isServed(asked, ordered)) }

  /// Other words, another order, another answer; a choice that is no word of its own.
  @Test(arguments: [
    ("classify this message as spam or ham. Answer as JSON.", "is this message spam or ham?"),
    ("classify this message as spam or ham. Answer with one word.", "is this message spam or ham? Answer as JSON."),
    ("classify this message as spam or ham. Explain why.", "is this message spam or ham? Answer with one word."),
    ("classify this message as spam or ham", "is this message spam or phishing? Answer with one word."),
    ("classify this message as spam. Answer yes or no.", "is this message spam? Answer yes or no."),
    ("classify this message as spam or ham", "is this message spam? Say spam or ham."),
    ("classify this message as spam or ham", "label the message below. Say spam or ham."),
    ("label the boxes below left and right", "label the boxes below left or right"),
    ("label the boxes below as left or right", "label the boxes left or right"),
    ("classify this code as safe or not", "is this code safe or not? Answer yes or no."),
    ("classify the message below as spam or ham", "label the message below, spam or ham or neither of them"),
    ("classify this as good or bad. Answer with one word.", "is it good or bad? Answer with one word."),
    ("classify this ticket as old or new. Answer yes or no.", "is this ticket older or newer? Answer yes or no."),
    ("classify the line below as info or error", "label the line below error"),
  ])
  func itIsNoSuchChoice(ordered: String, asked: String) { #expect(!isServed(ordered, asked)) }
}
