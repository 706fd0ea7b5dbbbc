import Testing

@testable import Intent

/// What is kept of a text for guards may only say what they would say.
@Suite struct GuardSummaryTests {
  private static let program: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  private static func summary(_ text: String) -> GuardSummary? { GuardSummary(GuardFacts(text), by: program) }

  private static func agree(_ a: String, _ b: String) -> Bool {
    guard let a = summary(a), let b = summary(b) else { return false }
    return a.agrees(with: b) && b.agrees(with: a)
  }

  @Test func whereTwoAgreeGuardsHaveNothingToSay() throws {
    var agreeing = (same: 0, near: 0)
    for group in try WrittenGroup.all() + WrittenGroup.reworded() {
      let texts = group.same + group.near.map(\.text)
      let (facts, summaries) = (texts.map { GuardFacts($0) }, texts.map(Self.summary))
      for a in texts.indices {
        for b in texts.indices where b != a {
          guard let one = summaries[a], let other = summaries[b], one.agrees(with: other) else { continue }
          let reason = Guards.disagreement(facts[a], facts[b])
          #expect(reason == nil, "'\(texts[a])' and '\(texts[b])': \(reason ?? "")")
          if max(a, b) < group.same.count { agreeing.same += 1 } else { agreeing.near += 1 }
        }
      }
    }
    #expect(agreeing.same > 400 && agreeing.near > 10, "\(agreeing): else this shows nothing")
  }

  /// The same of pairs that were made to break guards.
  @Test func lookAlikesThatAgreeAreNoneForGuards() throws {
    var pairs = 0
    for (a, b) in try LookAlikeTests.pairs {
      pairs += 1
      if Self.agree(a, b) { #expect(Guards.disagreement(a, b) == nil, "'\(a)' and '\(b)'") }
    }
    #expect(pairs > 470)
  }

  /// How a word is spelt is part of some requests.
  @Test(arguments: [
    ("How do you spell colour", "How do you spell color"), ("Sort by the column colour", "Sort by the column color"),
  ])
  func whereSpellingCountsNothingIsSaid(a: String, b: String) {
    #expect(Guards.disagreement(a, b) != nil)
    #expect(Self.summary(a) == nil && Self.summary(b) == nil)
  }

  @Test(arguments: [
    ("Summarise this in three points", "please give me a summary of this in 3 points"),
    ("Explain the text", "can you explain the texts"),
    ("Write to Ann", "please write to Ann"),
    ("Erkläre den Text", "bitte erkläre den Text"),
  ])
  func rewordingsAgree(a: String, b: String) {
    #expect(Self.agree(a, b))
  }

  @Test(arguments: [
    ("Wait 5 minutes", "Wait 5 hours"), ("Wait 5 minutes", "Wait 6 minutes"), ("Add 3 + 4", "Add 3 * 4"),
    ("Say \"yes\"", "Say \"no\""), ("Rename userId", "Rename userName"), ("Write to Ann", "Write to Ben"),
    ("Do it in German", "Do it in Dutch"), ("Give it as JSON", "Give it as YAML"), ("Do it", "Do not do it"),
    ("Enable it", "Disable it"), ("Come from Rome", "Come to Rome"), ("List all names", "List only names"),
    ("The best way before lunch", "The best way before dinner"), ("Explain my code", "Explain your code"),
    ("What is the reason", "What was the reason"), ("Explain it (briefly)", "Explain it (fully)"),
    ("Eat the turkey", "Eat the Turkey"), ("more than 3 rows", "at least 3 rows"),
    ("Erkläre den Text", "Explain the text"),
    // The same words in another order: swapped, or the end put in front.
    ("cats chase dogs", "dogs chase cats"),
  ])
  func whatGuardsTellApartDoesNot(a: String, b: String) {
    #expect(!Self.agree(a, b))
  }

  @Test func anotherProgramsSaysNothing() throws {
    let text = "Summarise this"
    let another = try #require(GuardSummary(GuardFacts(text), by: [8, 7, 6, 5, 4, 3, 2, 1]))
    #expect(try #require(Self.summary(text)).agrees(with: another) == false)
  }

  @Test func thisProgramHasAName() throws {
    #expect(try #require(GuardSummary.program).count >= 8)
    #expect(ReadInstruction("Summarise this").summary != nil)
    // One that is made of what a sketch leaves says the same.
    for text in ["Summarise this", "Write to Ann", "MD5 of I don't know", "How do you spell colour", "a\u{0}b"] {
      #expect(IntentSketch(text)?.unmadeSummary?.make() == ReadInstruction(text).summary, "'\(text)'")
    }
  }

  @Test func theBytesAreAllOfIt() throws {
    let summary = try #require(Self.summary("Write to Ann"))
    #expect(GuardSummary(summary.bytes) == summary)
    for index in summary.bytes.indices {
      var bytes = summary.bytes
      bytes[index] ^= 1
      #expect(GuardSummary(bytes) != summary)
    }
    for bytes in [[], Array(summary.bytes.dropLast()), summary.bytes + [0]] { #expect(GuardSummary(bytes) == nil) }
  }

  /// Letters that are equal to the language and have other bytes: the guards themselves look at those.
  @Test(arguments: ["re\u{301}sume\u{301}", "the \u{212B}ngstrom", "\u{AC00}", "say “yes”"])
  func lettersThatCanBeWrittenInTwoWaysHaveNone(text: String) {
    #expect(Self.summary(text) == nil)
  }

  @Test func whatCannotBeReadHasNone() {
    #expect(ReadInstruction(String(repeating: "word ", count: 1000)).summary == nil)
    #expect(ReadInstruction("a\u{0}b").summary == nil)
  }
}
