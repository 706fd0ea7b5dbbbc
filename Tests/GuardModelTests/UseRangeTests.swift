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

  /// What was is no matter of its order: nothing is foreseen.
  @Test func whatWasHasNoTrend() throws {
    let rising = (0..<20).map { 100 + 10 * Int64($0) }
    for amounts in [rising, rising.reversed()] {
      let range = try #require(UseRange.seen(in: amounts))
      #expect(range.p50 == 200 && range.p90 == 280 && range.count == 20 && range.trendPermille == nil, "\(range)")
    }
    #expect(UseRange.seen(in: [Int64](repeating: 5, count: 8)) == nil, "too few say nothing")
    #expect(UseRange.seen(in: [9999] + [Int64](repeating: 5, count: 60))?.p90 == 5, "the latest count")
  }

  @Test func aTrendIsFollowed() throws {
    let rising = try #require(UseRange.next(after: (0..<20).map { 100 + 10 * $0 }))
    #expect(rising.p50 == 300, "the next of 100, 110, … 290")
    #expect(rising.p90 == 300)
    #expect(rising.trendPermille == 33)
    let falling = try #require(UseRange.next(after: (0..<20).map { 300 - 10 * $0 }))
    #expect(falling.p50 == 110, "it goes on, but no lower than any was")
    #expect(try #require(falling.trendPermille) < 0)
    let sinking = try #require(UseRange.next(after: (0..<12).map { 11 - $0 }))
    #expect(sinking.p50 == 0, "never below nothing")
    #expect(sinking.trendPermille == nil, "and nothing falls no further")
  }

  /// What became cheaper is not foreseen to cost nothing: runs that a budget cut short fall for a while, and no further.
  @Test(
    arguments: [
      // The millionths of a dollar of eleven nightly runs, the later ones degraded and refused in part.
      [951, 951, 263, 497, 45, 44, 43, 44, 44, 264, 44],
      [5000, 4000, 3000, 2500, 2000, 1000, 800, 500, 100, 40],
      [900, 800, 700, 600, 500, 400, 300, 200, 100],
    ] as [[Int64]])
  func aFallEndsAtTheLeastThatWasSeen(amounts: [Int64]) throws {
    let range = try #require(UseRange.next(after: amounts))
    let least = try #require(amounts.min())
    #expect(range.p50 >= least && range.p90 >= range.p50, "\(range)")
    #expect(range.trendPermille ?? 0 > -1000, "nothing falls by more than all of it")
  }

  /// A row that rose once has a trend as a whole; where its end is level, the next amount does not follow it.
  @Test(
    arguments: [
      ([81, 81, 123, 162] + [Int64](repeating: 243, count: 6), 243, 243),
      ([81, 81, 123, 162] + [Int64](repeating: 243, count: 5), 243, 243),
      ([1, 1, 1, 1, 1, 2, 2, 2, 2, 2], 2, 2),
      ((0..<10).map { 100 * $0 } + [1000, 1010, 990, 1005, 995, 1000], 1000, 1010),
      // Down, and level since: nothing below what is used.
      ((0..<10).map { 1000 - 90 * $0 } + [Int64](repeating: 190, count: 5), 190, 190),
    ] as [([Int64], Int64, Int64)])
  func aTrendThatIsOverIsNotFollowed(amounts: [Int64], p50: Int64, p90: Int64) throws {
    let range = try #require(UseRange.next(after: amounts))
    #expect(range.trendPermille == nil)
    #expect(range.p50 == p50 && range.p90 == p90, "\(range)")
    #expect(range.p90 <= amounts.max() ?? 0)
  }

  /// A trend under noise goes on, however level five of its amounts may look by chance.
  @Test func aNoisyTrendIsFollowed() throws {
    var state: UInt64 = 7
    func noise() -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33) % 1000
    }
    var (within, followed) = (0, 0)
    for row in 0..<400 {
      let slope = [Int64(100), 300, 1000, 3000][row % 4]
      let amounts = (0...40).map { 10_000 + slope * Int64($0) + noise() }
      let range = try #require(UseRange.next(after: Array(amounts.dropLast())))
      if range.trendPermille != nil { followed += 1 }
      if amounts[40] <= range.p90 { within += 1 }
    }
    #expect(followed >= 380, "\(followed) of 400")
    #expect((340...390).contains(within), "\(within) of 400")
  }

  /// Of rows that fell, or rose, and are level since, nine of ten next amounts stay within, whether or not noise hides that the
  /// trend is over; half of them within the first figure.
  @Test(arguments: [5000, 4000, 1000] as [Int64], [20, 100, 300] as [Int64])
  func whatIsLevelSinceStaysWithin(from start: Int64, noise: Int64) throws {
    var state = UInt64(start * 1000 + noise)
    func random() -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33)
    }
    let end: Int64 = start == 4000 ? 3000 : start == 5000 ? 1000 : 5000
    for count in [20, 40, 60] {
      var (half, most) = (0, 0)
      for _ in 0..<300 {
        let amounts = (0...count).map { place in
          // Half of the way along the line; the sum of four is nearly normal.
          start + (end - start) * Int64(min(place, count / 2)) / Int64(count / 2)
            + (0..<4).reduce(0) { sum, _ in sum + random() % (2 * noise) - noise }
        }
        let range = try #require(UseRange.next(after: Array(amounts.dropLast())))
        if amounts[count] <= range.p50 { half += 1 }
        if amounts[count] <= range.p90 { most += 1 }
      }
      #expect(most >= 255 && half >= 120, "\(count): \(half) and \(most) of 300")
    }
  }

  /// Of rows that go straight on as well, up or down.
  @Test(arguments: [-3000, -500, -200, 200, 500, 3000] as [Int64])
  func whatGoesOnStaysWithin(slope: Int64) throws {
    var state = UInt64(bitPattern: slope)
    func noise() -> Int64 {
      (0..<4).reduce(0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Int64(state >> 33) % 1732 - 866
      }
    }
    for count in [20, 40, 60] {
      var most = 0
      for _ in 0..<300 {
        let amounts = (0...count).map { 300_000 + slope * Int64($0) + noise() }
        if amounts[count] <= (try #require(UseRange.next(after: Array(amounts.dropLast())))).p90 { most += 1 }
      }
      #expect(most >= 255, "\(count): \(most) of 300")
    }
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

  /// Whoever states absurd amounts gets an absurd range, and no crash.
  @Test func absurdAmountsHaveARangeToo() throws {
    let amounts = (0..<60).map { place in Int64.max / 60 * Int64(place + 1) }
    for row in [amounts, amounts.reversed(), Array(amounts.prefix(9))] {
      let range = try #require(UseRange.next(after: row))
      #expect(range.p50 >= 0 && range.p90 >= range.p50)
    }
    // What rises in its middle alone has the steepest trend for what it rises by.
    for width in 1...40 {
      let steep = (0..<60).map { place in max(0, min(Int64(place - 10), Int64(width))) * (Int64.max / Int64(width)) }
      #expect(try #require(UseRange.next(after: steep)).p90 > 0)
    }
  }
}
