import Testing

@testable import Intent

/// Text that a message carries in words that nobody listed is compared as it is written, and what only says how or by whom is not.
@Suite struct CarriedTextTests {
  private func isServed(_ a: String, _ b: String) -> Bool {
    let parts = (RequestParts.split(lastUserText: a), RequestParts.split(lastUserText: b))
    let payloads = (parts.0.payload, parts.1.payload)
    guard payloads.0 == payloads.1 else { return false }
    let pair = LabelledPair(parts.0.instruction, parts.1.instruction, isSame: true, kind: "")
    return CacheTier.match(pair, threshold: 2) != nil
  }

  @Test(arguments: [
    "Input: {}\nOutput:", "Is this a question? {}", "Question or order? {}", "Is the following polite? {}",
    "Polite or rude: {}", "Formal or informal? {}", "Friend or foe: {}", "English to Japanese: {}", "Sentiment? {}",
    "Tone: {}", "Word count: {}", "Word count of: {}",
    "How many words? {}", "Title case: {}", "kebab-case: {}", "pig latin: {}", "auf Deutsch: {}", "en français : {}",
    "{} (in German, please)", "{} - in German", "{} / German", "{} | translate to German", "de: {}", "EN->DE: {}",
    "EN to DE: {}", "English: {} German:", "SMS: {}", "Email: {}. Reply.", "Improve this sentence. {}", "Rewrite. {}",
    "Translate. {}", "Caption: {}", "Headline: {}", "Prompt: {}", "Rewrite this prompt to be clearer. {}",
    "Find the typos. {}", "Tell Bob: {}", "Rate the politeness from 1 to 5. {}", "Tone:{}", "Tone… {}",
    "Polite or rude — {}",
  ])
  func itIsComparedAsWritten(message: String) {
    for (a, b) in [
      ("could you open the window?", "can you open the window?"), ("the colour is gray", "the color is gray"),
      ("I don't know", "I do not know"), ("expalin recursion", "explain recursion"), ("three cats", "3 cats"),
      ("what's a heap", "what is a heap"), ("list all users", "list users"),
      ("thx for the help", "thanks for the help"),
    ] {
      let (one, other) = (message.replacing("{}", with: a), message.replacing("{}", with: b))
      #expect(!isServed(one, other) && !isServed(other, one), "\(one)")
    }
  }

  @Test(arguments: [
    ("git: rename local branch", "How do I rename a local git branch?"),
    ("Does this text contain personal data? Answer yes or no.", "yes or no: is there personal data in the text below?"),
    ("Docker vs Podman: what are the differences?", "difference between docker and podman"),
    ("You are a senior DBA. Optimise the query below", "Act as a senior DBA and optimize this query"),
    ("what's DNS? explain it like I'm ten", "Explain DNS to a ten-year-old"),
    ("linux: mount usb drive - how", "How do I mount a USB drive on Linux?"),
    ("classify the following log line: INFO, WARN, or ERROR", "Is this log line INFO, WARN or ERROR?"),
    (
      "Give this alert a short title of at most 6 words",
      "Please come up with a short title (6 words max) for this alert"
    ),
    ("Which dates are mentioned in this text? List them all.", "List every date in this text"),
    ("question: what is a deadlock?", "what is a deadlock"),
    ("english to japanese: translate the README below", "Translate the following README from English to Japanese"),
    (
      "Positive or negative: what is the sentiment of this review?",
      "Classify the sentiment of this review as positive or negative."
    ),
    ("Translate to French: I am here", "translate into French: I am here."),
    ("Hello! What is a deadlock in a database? Thanks!", "what is a deadlock in a database"),
  ])
  func whatOnlySaysHowIsRead(a: String, b: String) { #expect(isServed(a, b) && isServed(b, a)) }

  @Test(arguments: [
    ("Word count: a b", ["Word count:", "a b"]), ("explain recursion", []), ("git: undo last commit", []),
    ("Translate to French: I am here.", ["I am here"]), ("How do you say in French: I am here?", ["I am here"]),
    ("echo \"a: b. c\"", []), ("what does std::move do", []), ("explain ps aux | grep java", []),
    ("TCP vs. UDP", []), ("is it 5:30 pm", []), ("Is it polite? Yes", ["Is it polite?", "Yes"]), (":", []), ("", []),
    ("a (b", ["a", "b"]),
  ])
  func partsAreFound(text: String, parts: [String]) { #expect(CarriedText.texts(in: text) == parts) }
}
