import Intent
import Testing

/// The set of `Data/stranger-groups.txt`, by authors who knew nothing of the lexicon: none of its look-alikes is ever served.
@Suite struct StrangerSetTests {
  private static var pairs: [LabelledPair] {
    get throws { try WrittenGroup.all(in: "stranger-groups.txt").flatMap(\.pairs) }
  }

  @Test func theSetIsWhatItShouldBe() throws {
    let pairs = try Self.pairs
    #expect(pairs.count >= 1000)
    #expect(pairs.count { !$0.isSame } * 3 == pairs.count * 2)
    #expect(Set(pairs.filter { !$0.isSame }.map(\.kind)).count == 18)
  }

  @Test func noLookAlikeIsServed() throws {
    var evaluation = PairEvaluation(threshold: 0.9)
    for pair in try Self.pairs { evaluation.add(pair) }
    for pair in evaluation.falseHits {
      Issue.record("'\(pair.instructions.0)' and '\(pair.instructions.1)' share an answer (\(pair.kind))")
    }
    let served = try #require(evaluation.tiers[.served])
    #expect(served.hits > 0, "else this shows nothing")
  }
}
