import GuardModel
import Testing

@Suite struct EscalationTests {
  static func steps(_ texts: [String]) -> [Multiplier] { texts.compactMap { Multiplier($0) } }

  @Test(
    arguments: [(-3, "1"), (0, "1"), (1, "1"), (2, "1"), (3, "1.5"), (4, "2"), (5, "3"), (6, "3"), (.max, "3")]
      as [(Int64, String)])
  func theLastStepStays(attempt: Int64, factor: String) {
    #expect(Escalation.standard.multiplier(attempt: attempt).description == factor)
  }

  @Test(
    arguments: [
      ([], "it has no steps"), (["0.5"], "0.5 would make a retry cheaper than the first call"),
      (["1", "2", "1.5"], "1.5 comes after 2"),
      ([String](repeating: "1", count: 17), "it has 17 steps, and 16 are the most"),
    ] as [([String], String)])
  func whatCannotBeUsedIsSaid(texts: [String], problem: String) {
    #expect(Escalation.problems(with: Self.steps(texts)).map(\.problem) == [problem])
    #expect(Escalation(steps: Self.steps(texts), windowMs: 1000) == nil)
  }

  @Test func eachStepThatCannotBeUsedIsSaid() {
    let problems = Escalation.problems(with: Self.steps(["0.5", "3", "2", "0.1", "2.5", "2"]))
    #expect(problems.map(\.place) == [0, 2, 3, 5])
    #expect(
      problems.map(\.problem)[1...] == [
        "2 comes after 3", "0.1 would make a retry cheaper than the first call", "2 comes after 2.5",
      ])
  }

  @Test func theWindowIsBounded() {
    #expect(Escalation(steps: [.one], windowMs: 0) == nil)
    #expect(Escalation(steps: [.one], windowMs: 86_400_001) == nil)
    #expect(Escalation(steps: [.one], windowMs: 86_400_000) != nil)
  }
}
