import Intent
import Testing

/// The set of `Data/own-groups.txt`: what is never answered wrongly, and how much is found.
@Suite struct WrittenSetTests {
  @Test func theSetIsWhatItShouldBe() throws {
    let pairs = try WrittenGroup.all().flatMap(\.pairs)
    #expect(pairs.count >= 1000)
    #expect(pairs.count { !$0.isSame } * 3 == pairs.count * 2)
    #expect(Set(pairs.map(\.kind)).count > 15)
  }

  @Test func noLookAlikeIsServed() throws {
    var evaluation = PairEvaluation(threshold: 0.9)
    for pair in try WrittenGroup.all().flatMap(\.pairs) { evaluation.add(pair) }
    for pair in evaluation.falseHits {
      Issue.record("'\(pair.instructions.0)' and '\(pair.instructions.1)' share an answer (\(pair.kind))")
    }
    let served = try #require(evaluation.tiers[.served])
    #expect((served.recall ?? 0) >= 0.30)
    #expect((evaluation.tiers[.exact]?.hits ?? 1) == 0, "the wordings differ by more than case and marks")
  }

  /// Keys alone, without the guards, are as careful.
  @Test func keysAloneTellLookAlikesApart() throws {
    for pair in try WrittenGroup.all().flatMap(\.pairs) where !pair.isSame {
      let (a, b) = (CanonicalIntent.read(pair.instructions.0), CanonicalIntent.read(pair.instructions.1))
      #expect(a.key != b.key, "'\(pair.instructions.0)' and '\(pair.instructions.1)'")
    }
  }
}
