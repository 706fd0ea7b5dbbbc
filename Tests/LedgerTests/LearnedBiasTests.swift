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
