import GuardModel
import Testing

/// Ranges of the next amount.
@Suite struct UseRangeTests {
  @Test func belowNineNothingIsSaid() {
    #expect(UseRange.next(after: []) == nil)
    #expect(UseRange.next(after: [Int64](repeating: 5, count: 8)) == nil)
    let nine = UseRange.next(after: [5, 3, 9, 1, 7, 2, 8, 4, 6])
    #expect(nine?.p50 == 5)
    #expect(nine?.p90 == 9, "of nine the largest")
    #expect(nine?.count == 9)
    #expect(nine?.trendPermille == nil)
  }

  @Test func equalAmountsAreOnePoint() {
    let range = UseRange.next(after: [Int64](repeating: 100, count: 30))
    #expect(range?.p50 == 100 && range?.p90 == 100 && range?.trendPermille == nil)
  }

  @Test func theLatestCount() {
    let amounts = [Int64](repeating: 9999, count: 500) + (0..<60).map { $0 * 7 % 10 }
    #expect(UseRange.next(after: amounts)?.p90 == 9)
    #expect(UseRange.next(after: amounts)?.count == 60)
  }

  @Test func aTrendIsFollowed() throws {
    let rising = try #require(UseRange.next(after: (0..<20).map { 100 + 10 * $0 }))
    #expect(rising.p50 == 300, "the next of 100, 110, … 290")
    #expect(rising.p90 == 300)
    #expect(rising.trendPermille == 33)
    let falling = try #require(UseRange.next(after: (0..<20).map { 300 - 10 * $0 }))
    #expect(falling.p50 == 100)
    #expect(try #require(falling.trendPermille) < 0)
    let sinking = try #require(UseRange.next(after: (0..<12).map { 11 - $0 }))
    #expect(sinking.p50 == 0, "never below nothing")
  }

  @Test func hugeAmountsDoNotOverflow() {
    let range = UseRange.next(after: (0..<60).map { Int64.max - 60 + Int64($0) })
    #expect(range != nil)
    #expect(UseRange.next(after: (0..<60).map { $0 % 2 == 0 ? 0 : Int64.max }) != nil)
  }

  /// Whatever the distribution, about nine of ten stay within, and never far more: the range is not bought by its width.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func nineOfTenStayWithin(seed: UInt64) {
    var state = seed
    func random() -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33)
    }
    var (within, all) = (0, 0)
    for row in 0..<60 {
      var amounts: [Int64] = []
      for _ in 0..<80 {
        // Heavy-tailed, flat, or of two kinds.
        let amount =
          row % 3 == 0 ? 1_000_000 / (1 + random() % 1000) : row % 3 == 1 ? random() % 1000 : random() % 2 * 500 + 100
        if let range = UseRange.next(after: amounts) {
          all += 1
          if amount <= range.p90 { within += 1 }
        }
        amounts.append(amount)
      }
    }
    #expect(all > 4000)
    #expect((850...960).contains(within * 1000 / all), "\(within * 1000 / all)")
  }
}
