import GuardModel
import Ledger
import SeededGenerator
import Testing

/// What is learned of a model's input is learned of what was counted, not of what was corrected by it before.
@Suite struct LearnedBiasTests {
  /// Calls as they come: each is estimated by what was learned before it, and its estimate teaches.
  @Test(arguments: [40, 70, 90, 100, 120, 250] as [Int64], [30, 300, 3000])
  func aBiasIsGone(percent: Int64, calls: Int) {
    var random = Seeded(UInt64(percent))
    var sums = Learning.Input()
    func estimate(_ counted: Int64) -> Int64 {
      Estimate.input(
        counted: counted, exactSettlements: sums.settlements, estimated: sums.estimated, actual: sums.actual)
    }
    for _ in 0..<calls {
      let counted = Int64.random(in: 50...5000, using: &random)
      let actual = counted * percent * Int64.random(in: 94...106, using: &random) / 10_000
      sums.add(estimated: estimate(counted), actual: actual)
    }
    let truth = 1000 * percent
    let error = abs(estimate(100_000) - truth)
    #expect(error * 100 < truth * 3, "off by \(error) of \(truth)")
  }

  /// Sums and buckets that no calls make, as a disk may have changed them.
  @Test(arguments: [Int64.min, -1, 0, 251, .max]) func whatCannotBeLearnedEndsNothing(number: Int64) {
    for (settlements, estimated, actual) in [
      (number, 5, 5), (5, number, 5), (5, 5, number), (5, number, number), (number, number, number), (300, number, 1),
    ] as [(Int64, Int64, Int64)] {
      var sums = Learning.Input(settlements: settlements, estimated: estimated, actual: actual)
      for tokens in [1, (1 << 40) - 1] as [Int64] {
        _ = Estimate.input(
          counted: tokens, exactSettlements: sums.settlements, estimated: sums.estimated, actual: sums.actual)
        sums.add(estimated: tokens, actual: tokens)
      }
    }
    #expect(Learning.upperBound(ofBucket: number) == (number > 0 ? .max : 0))
    #expect(Learning.p95([(number, 30)]) == (number > 0 ? .max : 0))
  }

  @Test func everyOutputIsWithinItsBucket() {
    for tokens in [0, 1, 3, 4, 5, 1000, .max / 2, .max - 1, .max] as [Int64] {
      let bucket = Learning.bucket(ofOutput: tokens)
      #expect(bucket <= Learning.lastBucket && Learning.upperBound(ofBucket: bucket) >= tokens)
    }
  }

  /// The correction and its way back agree, as near as whole tokens allow.
  @Test func theWayBackIsTheCountsOwn() {
    var random = Seeded(7)
    for _ in 0..<2000 {
      let (counted, settlements) = (
        Int64.random(in: 1...100_000, using: &random), Int64.random(in: 0...40, using: &random)
      )
      let (estimated, actual) = (
        Int64.random(in: 1...90_000, using: &random), Int64.random(in: 1...90_000, using: &random)
      )
      let corrected = Estimate.input(
        counted: counted, exactSettlements: settlements, estimated: estimated, actual: actual)
      let back = Estimate.counted(
        ofCorrected: corrected, exactSettlements: settlements, estimated: estimated, actual: actual)
      #expect(abs(back - counted) <= 5, "\(counted) of \(settlements), \(estimated), \(actual): \(back)")
    }
    #expect(Estimate.counted(ofCorrected: .max, exactSettlements: 30, estimated: .max, actual: .max) == .max)
    #expect(Estimate.counted(ofCorrected: 0, exactSettlements: 30, estimated: 5, actual: 9) == 0)
  }
}
