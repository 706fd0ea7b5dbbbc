import Testing

@testable import Intent

/// Times of the day with am and pm, and of 24 hours.
@Suite struct ClockTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("write an email about the meeting at 10pm", "write an email about the meeting at 22:00"),
    ("write an email about the meeting at 10 PM", "write an email about the meeting at 22:00"),
    ("email to all staff about maintenance at 9:30 am", "email to all staff about maintenance at 09:30"),
    ("what time is 2:30 pm UTC in Tokyo", "convert 14:30 UTC to Tokyo time"),
    ("cron expression for every day at 7am", "cron expression for every day at 07:00"),
    ("cron schedule that fires every day at 7 AM", "cron expression to run daily at 7am"),
    ("book a table for 12 pm", "book a table for 12:00"),
    ("write a note about the shift from 9am to 5pm", "write a note about the shift from 09:00 to 17:00"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Other times, and where it counts how they are written.
  @Test(arguments: [
    ("write an email about the meeting at 7am", "write an email about the meeting at 7pm"),
    ("write an email about the meeting at 12am", "write an email about the meeting at 12:00"),
    ("write an email about the meeting at 12am", "write an email about the meeting at 12pm"),
    ("write 7pm in 24-hour format", "write 19:00 in 24-hour format"),
    ("regex that matches 7pm", "regex that matches 19:00"),
    ("find lines at 7pm in this text", "find lines at 19:00 in this text"),
    ("convert 19:00 to am/pm", "convert 7pm to am/pm"),
    ("convert 7pm to military time", "convert 19:00 to military time"),
    ("what is 7pm in the 24h clock", "what is 19:00 in the 24h clock"),
    ("how do I write 7pm", "how do I write 19:00"),
    ("explain 7pm", "explain 19:00"),
    ("the song 7 pm", "the song 19:00"),
    ("write a function that turns 7pm into 19:00", "write a function that turns 19:00 into 7pm"),
    ("Gruppe 5 am Montag", "Gruppe 05:00 Montag"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
