import Testing

@testable import Intent

/// By which hashes a retry in other words is known: what they must never let through.
@Suite struct IntentSketchTests {
  /// Whether two sketches say that nothing but the wording differs, however far the wording does.
  private static func mayBeTheSame(_ a: IntentSketch, _ b: IntentSketch) -> Bool {
    a.group == b.group && a.guards == b.guards && (a.words.kept != b.words.kept || a.words.ordered == b.words.ordered)
  }

  /// Guards are never relaxed: wherever one objects, the sketches differ, too. And what has one intent is in one group.
  @Test func whereAGuardObjectsSketchesDiffer() throws {
    var seen: [String: IntentSketch] = [:]
    func sketch(_ text: String) throws -> IntentSketch {
      if let known = seen[text] { return known }
      let sketch = try #require(IntentSketch(text))
      seen[text] = sketch
      return sketch
    }
    var (objections, sameIntents) = (0, 0)
    for pair in try WrittenGroup.all().flatMap(\.pairs) {
      let (a, b) = (try sketch(pair.instructions.0), try sketch(pair.instructions.1))
      if a.exact == b.exact {
        sameIntents += 1
        #expect(a.group == b.group, "\(pair.instructions)")
        #expect(pair.isSame, "\(pair.instructions)")
      } else if let objection = Guards.disagreement(pair.instructions.0, pair.instructions.1) {
        objections += 1
        #expect(!Self.mayBeTheSame(a, b), "\(pair.instructions): \(objection)")
      }
    }
    #expect(objections > 100)
    #expect(sameIntents > 50)
  }

  @Test(arguments: [
    ("three names for a cat", "four names for a cat"), ("three names for a cat", "three names for a dog"),
    ("summarise this in French", "summarise this in German"), ("list open issues", "list closed issues"),
    ("convert celsius to kelvin", "convert kelvin to celsius"), ("rename a.txt to b.txt", "rename b.txt to a.txt"),
    ("what rhymes with orange", "what rhymes with month"), ("days until Friday", "weeks until Friday"),
    ("explain the error", "fix the error"), ("write a poem about rain", "write an email about rain"),
    ("write a poem about children", "write a poem for children"), ("recipes for dogs", "recipes with dogs"),
    ("write a letter about my boss", "write a letter for my boss"),
  ])
  func lookAlikesDiffer(_ one: String, _ other: String) throws {
    let (a, b) = (try #require(IntentSketch(one)), try #require(IntentSketch(other)))
    #expect(a.exact != b.exact)
    #expect(!Self.mayBeTheSame(a, b))
  }

  /// What the cache compares by its letters is not asked again either where it differs: no call is dearer for it.
  @Test(arguments: [
    ("Is the following polite? could you open the window", "Is the following polite? can you open the window"),
    ("MD5 of I don't know", "MD5 of I do not know"), ("Word count: please come", "Word count: come"),
    ("regex for I don't know", "regex for I do not know"),
    ("improve this, we have three cats", "improve this, we have 3 cats"),
    ("types of interest", "types of interests"), ("review The Band", "review Band"),
    ("university of york rankings", "york university rankings"), ("the meaning of life", "define life"),
  ])
  func whatIsComparedByItsLettersIsNoRetry(_ one: String, _ other: String) throws {
    let (a, b) = (try #require(IntentSketch(one)), try #require(IntentSketch(other)))
    #expect(a.group != b.group)
  }

  @Test func whatCannotBeReadHasNoSketch() {
    #expect(IntentSketch("") == nil)
    #expect(IntentSketch("a\0b") == nil)
    #expect(IntentSketch(String(repeating: "word ", count: 1000)) == nil)
    #expect(IntentSketch("\u{202E}…\u{FFFC}")?.bytes.count == 40)
  }
}
