import Testing

@testable import IntentCache

@Suite struct CacheQuestionTests {
  private static func question(_ asked: String, about payload: String = "", in surroundings: String = "")
    -> CacheQuestion
  {
    var around = CacheQuestion.Surroundings()
    around.add(surroundings)
    return CacheQuestion(surroundings: around, asked: Array(asked.utf8), payload: Array(payload.utf8))
  }

  private static func share(_ one: CacheQuestion, _ other: CacheQuestion) -> Bool {
    !Set(one.beginnings).isDisjoint(with: other.beginnings)
  }

  /// Whoever waits for an answer that is being written looks at these first, before any key is made.
  @Test func beginningsAreCommonToAllThatOneEntryMayAnswer() {
    let one = Self.question("Summarise this text", about: "a report")
    #expect(Self.share(one, Self.question("summarise  this text", about: "a report")))
    #expect(Self.share(one, Self.question("give me a summary of this text", about: "a report")))
    #expect(Self.share(one, Self.question("Summarise this text", about: "a report", in: "another model")))
    #expect(Self.share(one, one.inForm("events")))
    #expect(Self.share(one, one.lowered(model: "cheaper", maxOutputTokens: 10)))
  }

  @Test func beginningsOfOtherQuestionsAreOthers() {
    let one = Self.question("Summarise this text", about: "a report")
    #expect(!Self.share(one, Self.question("Summarise this text", about: "another report")))
    #expect(!Self.share(one, Self.question("Translate this text into French", about: "a report")))
    #expect(!Self.share(one, Self.question("", about: "a report")))
  }

  /// What was stored before is found by the same hashes: they are of the parts, also of those that there are none of.
  @Test func aQuestionAboutNothingElseHasTheHashOfItsParts() {
    var parts = CacheQuestion.Surroundings()
    parts.add(Array("".utf8).lazy.map { $0 })
    parts.add(Array("".utf8).lazy.map { $0 })
    #expect(Self.question("Explain git rebase").payload == parts.hash)
    #expect(Self.question("Explain git rebase", about: "a report").payload != parts.hash)
    // One that cannot be compared is a part, too.
    #expect(Self.question("").payload != parts.hash)
  }

  /// Where the keys of two have something in common, so have their beginnings.
  @Test func noCommonKeyIsMissed() {
    let texts = [
      "Summarise this text", "summary of this text", "Explain git rebase", "what is git rebase?",
      "git rebase explained",
      "a haiku about autumn", "an autumn haiku", "write a haiku about autumn", "¿qué es git rebase?", "zzgh qwx", "",
    ]
    var common = 0
    for one in texts {
      for other in texts where one != other {
        let (a, b) = (Self.question(one), Self.question(other))
        let keys = Set(CacheKeys(a, scope: "user ana").beginnings).isDisjoint(
          with: CacheKeys(b, scope: "user ana").beginnings)
        if !keys { common += 1 }
        #expect(keys || Self.share(a, b), "\(one) and \(other)")
      }
    }
    #expect(common >= 4)
  }
}
