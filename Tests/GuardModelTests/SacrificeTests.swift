import GuardModel
import Testing

@Suite struct SacrificeTests {
  private let ladder = Ladder(
    cheaperModels: ["large": "middle", "middle": "small"], maxTokensCap: 500, delayMs: 1000)

  private func rungs(_ first: Sacrifice, maxTokens: Int64? = 2000, canCap: Bool = true) -> [String] {
    ladder.rungs(model: "large", maxTokens: maxTokens, canChangeModel: true, canCapTokens: canCap, first: first).map {
      "\($0.model ?? "?") \($0.maxTokens.map(String.init) ?? "any") \($0.delayMs)"
    }
  }

  @Test func whatIsGivenUpFirstStandsFirst() {
    let usual = ["middle 500 1000", "small 500 1000"]
    #expect(rungs(.model) == usual)
    #expect(rungs(.length) == ["large 500 1000"] + usual)
    #expect(rungs(.delay) == ["large 2000 4000"] + usual)
  }

  @Test func whereNothingIsLeftToGiveUpTheUsualRungsStandAlone() {
    #expect(rungs(.length, maxTokens: 400) == ["middle 400 1000", "small 400 1000"])
    #expect(rungs(.length, canCap: false) == ["middle 2000 1000", "small 2000 1000"])
    #expect(
      Ladder(maxTokensCap: 500).rungs(
        model: "m", maxTokens: 900, canChangeModel: true, canCapTokens: true, first: .delay
      ).count == 1)
  }
}
