import SeededGenerator
import Testing

@testable import GuardModel

@Suite struct PhaseTests {
  @Test(
    arguments: [
      (0, 10_000, .ok), (7999, 10_000, .ok), (8000, 10_000, .warn), (9999, 10_000, .warn), (10_000, 10_000, .soft),
      (12_000, 10_000, .soft), (12_001, 10_000, .hard), (1, 1, .soft), (2, 1, .hard), (0, 0, .ok), (1, 0, .hard),
      (.max, .max, .soft), (.max, 1, .hard), (1, .max, .ok), (6, 5, .soft), (7, 6, .soft), (8, 6, .hard),
    ] as [(Int64, Int64, Phase)])
  func standardThresholds(_ used: Int64, _ limit: Int64, _ phase: Phase) {
    #expect(PhaseThresholds.standard.phase(used: used, limit: limit) == phase)
  }

  @Test func phasesAgreeWithExactFractions() throws {
    var random = Seeded(5)
    for _ in 0..<20_000 {
      let percents = (0..<3).map { _ in Int64.random(in: 1...1000, using: &random) }.sorted()
      let thresholds = try #require(
        PhaseThresholds(warnPercent: percents[0], softPercent: percents[1], hardPercent: percents[2]))
      let limit = Int64.random(in: 1 ... .max, using: &random) >> Int64.random(in: 0...62, using: &random)
      guard limit > 0 else { continue }
      let anywhere = Int64.random(in: 0 ... .max, using: &random) >> Int64.random(in: 0...62, using: &random)
      let ceiling = thresholds.ceiling(ofLimit: limit)
      for used in [anywhere, ceiling, ceiling == .max ? ceiling : ceiling + 1, limit] {
        let share = Int128(used) * 100
        func atLeast(_ percent: Int64) -> Bool { share >= Int128(percent) * Int128(limit) }
        let expected: Phase =
          used == 0
          ? .ok
          : share > Int128(percents[2]) * Int128(limit)
            ? .hard : atLeast(percents[1]) ? .soft : atLeast(percents[0]) ? .warn : .ok
        #expect(thresholds.phase(used: used, limit: limit) == expected, "\(used)/\(limit) \(percents)")
        #expect((thresholds.phase(used: used, limit: limit) == .hard) == (used > ceiling))
      }
    }
  }

  @Test func thresholdsKeepTheirOrder() {
    #expect(PhaseThresholds(warnPercent: 80, softPercent: 100, hardPercent: 120) == .standard)
    for (warn, soft, hard) in [(0, 1, 1), (2, 1, 3), (1, 3, 2), (1, 1, 1001)] as [(Int64, Int64, Int64)] {
      #expect(PhaseThresholds(warnPercent: warn, softPercent: soft, hardPercent: hard) == nil)
    }
    #expect(
      PhaseThresholds(warnPercent: 100, softPercent: 100, hardPercent: 100)?.phase(used: 100, limit: 100) == .soft)
  }

  /// A cheaper call is a call: for a budget in calls none is degraded, and the limit is what goes out.
  @Test(
    arguments: [
      (80, 100, 120, [.ok, .ok, .ok, .warn, .warn, .hard]), (80, 100, 100, [.ok, .ok, .ok, .warn, .warn, .hard]),
      (50, 60, 1000, [.ok, .ok, .warn, .warn, .warn, .hard]), (20, 40, 60, [.warn, .warn, .warn, .hard, .hard, .hard]),
    ] as [(Int64, Int64, Int64, [Phase])])
  func aBudgetInCallsHasNoSoftPhase(warn: Int64, soft: Int64, hard: Int64, phases: [Phase]) throws {
    let thresholds = try #require(PhaseThresholds(warnPercent: warn, softPercent: soft, hardPercent: hard))
    guard case .limit(let limit) = try BudgetSpec("5 calls/hour") else {
      Issue.record("not read")
      return
    }
    let budget = Budget(scope: .user("ana"), limit: limit, thresholds: thresholds, origin: "test")
    #expect((1...6).map { budget.thresholds.phase(used: $0, limit: 5) } == phases)
    #expect(budget.thresholds.ceiling(ofLimit: 5) == min(5, hard * 5 / 100))
    guard case .limit(let tokens) = try BudgetSpec("5 tokens/hour") else {
      Issue.record("not read")
      return
    }
    #expect(Budget(scope: .user("ana"), limit: tokens, thresholds: thresholds, origin: "test").thresholds == thresholds)
  }

  @Test func phasesAreOrdered() { #expect(Phase.allCases.sorted() == [.ok, .warn, .soft, .hard]) }

  @Test func theCeilingSaturates() {
    #expect(PhaseThresholds.standard.ceiling(ofLimit: .max) == .max)
    #expect(PhaseThresholds.standard.ceiling(ofLimit: -5) == 0)
    #expect(PhaseThresholds.standard.ceiling(ofLimit: 6) == 7)
  }
}
