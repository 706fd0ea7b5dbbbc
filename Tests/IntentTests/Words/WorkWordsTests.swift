import Testing

@testable import Intent

/// Works that are asked for by their names, and words that say the same of some things.
@Suite struct WorkWordsTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("create a packing list for a beach holiday", "packing list for a beach holiday"),
    ("extract all IPv4 addresses from this log", "pull all the ipv4 addresses out of this log"),
    ("pros of remote work", "advantages of remote work"),
    ("cons of microservices", "what are the drawbacks of microservices?"),
    ("why is the sky red at sunset?", "explain why the sky is red at sunset"),
    ("Label the log line below as INFO, WARN or ERROR", "classify the log line below as INFO, WARN or ERROR"),
    ("state how tall the Eiffel Tower is", "how tall is the Eiffel Tower?"),
    ("tell me if I can use async functions in Python", "can I use async functions in Python?"),
    ("write a decorator in Python to retry a function", "Python decorator that retries a function"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Their neighbours, which ask for something else.
  @Test(arguments: [
    ("prepare a meal for six", "write a meal for six"),
    ("prepare for an interview", "write for an interview"),
    ("how do I prepare a report", "how do I write a report"),
    ("invent a machine", "write a machine"),
    ("pros of tennis", "advantages of tennis"),
    ("pros of remote work", "cons of remote work"),
    ("pros and cons of remote work", "advantages of remote work"),
    ("list pros in the team", "list advantages in the team"),
    ("why is the sky red at sunset?", "why was the sky red at sunset?"),
    ("why is the sky red", "why is the sky not red"),
    ("label the folders as new or old", "classify the folders as new or old"),
    ("label this line as good", "classify this line as good"),
    ("tell me how tall he is", "tell me how tall she is"),
    ("tell me if you can use Python", "tell me if I can use Python"),
    ("tell me if I should use Python", "tell me if I can use Python"),
    ("write a decorator in Python to retry a function", "write a decorator in Ruby to retry a function"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
