import Testing

@testable import Intent

/// What is said of a kind of thing is said of one and of several; a certain one is another.
@Suite struct GenericNumberTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    CacheTier.match(LabelledPair(a, b, isSame: true, kind: ""), threshold: 2) != nil
  }

  @Test(arguments: [
    ("how does a heat pump work", "explain how heat pumps work"),
    ("how do heat pumps work?", "explain to me how a heat pump works"),
    ("how does DNS work", "explain how DNS works"),
    ("how does tax work in Spain", "explain how tax works in Spain"),
    ("what is a deadlock", "what are deadlocks"),
    ("explain deadlocks", "explain what a deadlock is"),
    ("What are Docker volumes?", "Explain what a Docker volume is."),
    ("What are the drawbacks of open-plan offices?", "drawbacks of an open-plan office"),
    ("benefits of naps", "benefits of a nap"),
    ("why do cats purr", "why does a cat purr"),
    ("Explain Kafka to a junior developer", "Kafka explained for junior developers"),
    ("Explain Kafka to a junior developer", "how would you explain Kafka to a junior dev?"),
    ("explain closures to a beginner", "explain closures to beginners"),
    ("explain the interest rates", "interest rates explained"),
  ])
  func theyAreOne(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("how does the heat pump work", "how do heat pumps work"),
    ("how does a heat pump work", "how do heat pumps work together"),
    ("how does tax work in Spain", "explain how tax works in France"),
    ("how do people work in Japan", "explain how Japan works"),
    ("explain the market", "explain markets"),
    ("explain the cats", "explain a cat"),
    ("explain two cats", "explain cats"),
    ("explain my cats", "explain a cat"),
    ("what are derivatives", "what is a derivative"),
    ("what are options", "what is an option"),
    ("what are customs", "what is a custom"),
    ("explain closures in JavaScript", "explain the closure in JavaScript"),
    ("What are the risks of the merger?", "What are the risks of mergers?"),
    ("pros and cons of the plan", "pros and cons of plans"),
    ("why do companies fail", "why does the company fail"),
    ("how does interest work", "how do interests work"),
    ("how does light work", "how do lights work"),
    ("what are the benefits of painting", "what are the benefits of paintings"),
    ("the risks of power", "the risks of powers"),
    ("explain hearing", "explain a hearing"),
    ("explain draft", "explain drafts"),
    ("explain Docker and Podman", "explain Podman in Docker"),
    ("run Docker and Podman", "run Podman in Docker"),
    ("write to a junior developer", "write to junior developers"),
    ("write an email to managers", "write an email to a manager"),
  ])
  func theyAreTwo(a: String, b: String) { #expect(!isServed(a, b) && !isServed(b, a)) }
}
