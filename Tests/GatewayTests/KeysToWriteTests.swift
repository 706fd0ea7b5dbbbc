import IntentCache
import Testing

@testable import Gateway

@Suite struct KeysToWriteTests {
  private static func keys(_ asked: String, in surroundings: String = "", scope: String = "user ana") -> CacheKeys {
    var around = CacheQuestion.Surroundings()
    around.add(surroundings)
    return CacheKeys(CacheQuestion(surroundings: around, asked: Array(asked.utf8)), scope: scope)
  }

  @Test func twoAnswersUnderOneKeyAreTwo() {
    var all = KeysToWrite()
    let keys = Self.keys("Explain git rebase")
    all.add(keys)
    all.add(keys)
    all.remove(keys)
    #expect(!all.isEmpty && all.holdsOne(of: keys.beginnings) && all.mayAnswer(keys.question.beginnings))
    all.remove(keys)
    #expect(all.isEmpty && !all.holdsOne(of: keys.beginnings) && !all.mayAnswer(keys.question.beginnings))
    all.remove(keys)
    #expect(all.isEmpty)
  }

  /// Another user's, or another model's, may be looked at further, and is then no answer; another question's is not looked at.
  @Test func whoAsksElsewhereIsToldByTheKeysAlone() {
    var all = KeysToWrite()
    all.add(Self.keys("Explain git rebase"))
    for keys in [Self.keys("Explain git rebase", in: "a model"), Self.keys("Explain git rebase", scope: "user bo")] {
      #expect(all.mayAnswer(keys.question.beginnings) && !all.holdsOne(of: keys.beginnings))
    }
    #expect(!all.mayAnswer(Self.keys("Explain git merge").question.beginnings))
  }
}
