import SeededGenerator
import Testing

@testable import GuardModel

@Suite struct EstimateTests {
  private func learned(_ counted: Int64, after settlements: Int64, _ estimated: Int64, _ actual: Int64) -> Int64 {
    Estimate.input(counted: counted, exactSettlements: settlements, estimated: estimated, actual: actual)
  }

  @Test func nothingLearnedChangesNothing() {
    #expect(learned(1000, after: 0, 0, 0) == 1000)
    #expect(learned(1000, after: 5, 0, 100) == 1000)
    #expect(learned(1000, after: 5, 100, 0) == 1000)
    #expect(learned(0, after: 50, 100, 200) == 0)
  }

  @Test func trustGrowsWithSettlements() {
    #expect(learned(3000, after: 1, 100, 200) == 4000)
    #expect(learned(3000, after: 2, 200, 400) == 4500)
    #expect(learned(3000, after: 20, 2000, 4000) == 6000)
    #expect(learned(3000, after: 1, 200, 100) == 2500)
  }

  /// The way back, below and above the settlements from which the ratio is taken in full.
  @Test(
    arguments: [1, 2, 19, 20, 21, 300] as [Int64],
    [(200, 400), (300, 100), (7, 11), (10, 1_000_000)] as [(Int64, Int64)])
  func whatWasCountedIsFoundAgain(settlements: Int64, sums: (estimated: Int64, actual: Int64)) {
    let corrected = learned(3000, after: settlements, sums.estimated, sums.actual)
    let counted = Estimate.counted(
      ofCorrected: corrected, exactSettlements: settlements, estimated: sums.estimated, actual: sums.actual)
    #expect(abs(counted - 3000) <= 4, "\(corrected): \(counted)")
  }

  @Test func oneOddSettlementIsHeldInBounds() {
    #expect(learned(1000, after: 20, 10, 1_000_000) == 4000)
    #expect((250...251).contains(learned(1000, after: 20, 1_000_000, 1)))
    #expect(learned(.max, after: 20, 1, 4) == .max)
    #expect(learned(1000, after: 20, .max, .max) == 1000)
  }

  @Test(arguments: [30, 60, 85, 100, 118, 140, 250] as [Int64])
  func aBiasedTokenizerIsLearnedInTwentySettlements(_ percent: Int64) {
    for seed in UInt64(0)..<50 {
      var random = Seeded(seed)
      var (estimated, actual): (Int64, Int64) = (0, 0)
      for _ in 0..<20 {
        let counted = Int64.random(in: 50...5000, using: &random)
        // A tokenizer with this bias, and a scatter of 6 % around it.
        estimated += counted
        actual += counted * percent * Int64.random(in: 94...106, using: &random) / 10_000
      }
      let truth: Int64 = 100_000 * percent / 100
      let error = abs(learned(100_000, after: 20, estimated, actual) - truth)
      #expect(error * 100 < truth * 3, "\(percent) % seed \(seed): off by \(error) of \(truth)")
    }
  }
}
