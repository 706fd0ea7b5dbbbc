import GuardModel
import Testing

@Suite struct CostBoundTests {
  @Test(
    arguments: [
      (.exact, .exact, .exact), (.exact, .atLeast, .atLeast), (.exact, .atMost, .atMost), (.exact, .about, .about),
      (.atLeast, .atLeast, .atLeast), (.atMost, .atMost, .atMost), (.atLeast, .atMost, .about),
      (.about, .atLeast, .about), (.about, .atMost, .about), (.about, .about, .about),
    ] as [(CostBound, CostBound, CostBound)])
  func aSumIsBoundAsItsPartsAre(_ a: CostBound, _ b: CostBound, _ sum: CostBound) {
    #expect(a + b == sum)
    #expect(b + a == sum)
  }

  @Test(arguments: CostBound.allCases) func aBoundIsWhatMayBe(_ bound: CostBound) {
    #expect(CostBound(mayBeMore: bound.mayBeMore, mayBeLess: bound.mayBeLess) == bound)
  }
}
