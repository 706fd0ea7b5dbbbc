import Intent
import Testing

@Suite struct HostileTextTests {
  private static let requests = [
    "Summarize this article", "Translate to French", "Extract all names as JSON", "git: undo last commit",
  ]

  /// Characters that cannot be seen, put anywhere, make another request.
  @Test(arguments: [
    "\u{200B}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{202E}", "\u{AD}", "\u{0}", "\u{E0041}", "\u{301}", "\u{A0}",
  ])
  func invisibleCharactersMakeAnotherRequest(character: String) {
    for request in Self.requests {
      for offset in 1..<request.count {
        var changed = request
        changed.insert(contentsOf: character, at: request.index(request.startIndex, offsetBy: offset))
        let (a, b) = (CanonicalIntent.read(request), CanonicalIntent.read(changed))
        #expect(a.key != b.key, "\(offset) of '\(request)'")
        #expect(!a.asksTheSame(as: b), "\(offset) of '\(request)'")
        #expect(NormalisedText.exact(request) != NormalisedText.exact(changed))
      }
    }
  }

  @Test func lookalikeLettersMakeAnotherRequest() {
    // Cyrillic а for Latin a.
    #expect(CanonicalIntent.read("Trаnslate to French").key != CanonicalIntent.read("Translate to French").key)
  }

  /// A megabyte here; fifty are measured by `llmguard-bench intent`.
  @Test func hugeTextIsComparedAsItIs() {
    let text = String(repeating: "Summarize this and that. ", count: 40_000)
    let parts = RequestParts.split(lastUserText: text)
    #expect(parts.instruction.isEmpty && parts.payload.count == text.utf8.count)
    #expect(!CanonicalIntent.read(text).isUnderstood)
    #expect(CanonicalIntent.read(text).key != CanonicalIntent.read(text + "x").key)
    #expect(Guards.disagreement(text, "Summarize this") != nil)
    let long = "Summarize this:\n\n" + text
    #expect(RequestParts.split(lastUserText: long).instruction == "Summarize this:")
  }

  /// Whatever the bytes, reading ends, and a request equals itself alone.
  @Test func anyBytesCanBeRead() {
    var state: UInt64 = 7
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let pieces = [
      "summarize", "```", "\n", "---", "<<EOF", "\"", "'", "«", "to", "from", "12", "$", "%", "\u{FFFC}", "(", ")", "ß",
      "\u{200B}", "not", "and", "JSON", ":", " ",
    ]
    for _ in 0..<2000 {
      let text = (0..<(next() % 24)).map { _ in pieces[Int(next() % UInt64(pieces.count))] }.joined(
        separator: next() % 2 == 0 ? " " : "")
      let intent = CanonicalIntent.read(text)
      #expect(intent.key.count == 32 && intent == CanonicalIntent.read(text))
      #expect(Guards.disagreement(text, text) == nil)
      let parts = RequestParts.split(lastUserText: text)
      #expect(RequestParts.split(lastUserBytes: Array(text.utf8)) == parts)
      _ = SentenceVector(text)
    }
  }

  /// A frame that is begun and not ended, and nothing but marks behind it.
  @Test(arguments: [
    "list : , ,", "list of , , :", "when is : ,", "when is the :", "simple : , .", "simple explanation , .",
    "please : : : :", "please \n \n \n ?", "how many , , , .", "what is : : :", "explain simply , ,", "put this : in :",
  ])
  func aFrameWithoutItsEndCanBeRead(text: String) {
    #expect(CanonicalIntent.read(text) == CanonicalIntent.read(text))
    #expect(Guards.disagreement(text, text) == nil)
  }

  /// What a frame adds is not asked of the words that are written.
  @Test func aQuestionAgreesWithItself() {
    let text = "which the does this text mention? , . , ,"
    #expect(Guards.disagreement(text, text) == nil)
  }

  /// Both texts of a pair that guards tell apart, in one: what only one of two may say, a text may say in two ways.
  @Test func aPairInOneTextAgreesWithItself() throws {
    for (one, other) in try LookAlikeTests.pairs {
      let text = "\(other), \(one)"
      if let why = Guards.disagreement(text, text) { Issue.record("'\(text)' does not agree with itself: \(why)") }
    }
  }

  @Test(arguments: [
    "the bombing of Japan and Japan's bombing", "a user review, a review of a user", "the teacher said \"teachers\"'s",
    "Faust was directed by whom?", "how do elevators work, how do the elevators work",
  ])
  func aTextThatSaysItTwiceAgreesWithItself(text: String) {
    #expect(Guards.disagreement(text, text) == nil)
  }
}
