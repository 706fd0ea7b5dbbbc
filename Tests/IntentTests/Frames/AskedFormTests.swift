import Testing

@testable import Intent

/// Requests that ask for the same in another form of sentence.
@Suite struct AskedFormTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("How does PUT differ from PATCH?", "What's the difference between PUT and PATCH?"),
    ("how do docker stop and docker kill differ", "what is the difference between docker stop and docker kill"),
    ("how is a hawk different from a falcon", "what is the difference between a hawk and a falcon"),
    ("How do Redis and Memcached compare?", "compare Redis and Memcached"),
    ("What time is 3pm PST in CET?", "convert 3pm PST to CET"),
    ("14:00 UTC in Tokyo time", "What time is 14:00 UTC in Tokyo?"),
    ("how many kilometers is 10 miles?", "10 miles in km"),
    ("how many MB are in 4 GiB?", "Convert 4 GiB to MB"),
    ("nginx config for example.com", "Write an nginx config for example.com"),
    ("can you give me a Dockerfile with a health check", "write a Dockerfile with a health check"),
    ("python decorator for retrying a function", "Write a Python decorator that retries a function"),
    ("a Makefile to lint my code", "write a Makefile that lints my code"),
    ("Sort this CSV on the price column", "sort this csv by price"),
    ("Which names appear in this log?", "list all names in this log"),
    ("What are 5 good names for a cat?", "suggest 5 names for a cat"),
    ("write a cron job for 3:30 AM", "write a cron job for 3:30am"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  /// Their neighbours, which ask for something else.
  @Test(arguments: [
    ("How does PUT differ from PATCH?", "How does PUT differ from POST?"),
    ("how do I compare two files", "compare two files"),
    ("How do Redis and Memcached compare?", "What is the difference between Redis and Memcached?"),
    ("What time is 3pm PST in CET?", "convert 3am PST to CET"),
    ("What time is 3pm PST in CET?", "convert 3pm CET to PST"),
    ("how many kilometers is 10 miles?", "how many miles is 10 kilometers?"),
    ("nginx config for example.com", "explain the nginx config for example.com"),
    ("YAML config to JSON", "write a YAML config to JSON"),
    ("python decorator for retrying a function", "Write a Python decorator that times a function"),
    ("a class for children", "write a class that children"),
    ("Sort this CSV on the price column", "sort this csv by date"),
    ("Which names appear in this log?", "which names appear most in this log"),
    ("What are 5 good names for a cat?", "suggest 6 names for a cat"),
    ("write a cron job for 3:30 AM", "write a cron job for 3:30 PM"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
