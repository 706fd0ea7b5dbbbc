import GuardModel
import Ledger
import Testing

@Suite struct UsageSumsTests {
  /// Each part is added to itself and to no other, and none is left out.
  @Test func everyPartIsAdded() throws {
    var (sums, more) = (UsageSums(), UsageSums())
    for (index, part) in UsageSums.parts.enumerated() {
      sums[keyPath: part] = 1000
      more[keyPath: part] = Int64(index)
    }
    #expect(MemoryLayout<UsageSums>.size == UsageSums.parts.count * MemoryLayout<Int64>.size, "all are parts")
    try sums.add(more)
    for (index, part) in UsageSums.parts.enumerated() { #expect(sums[keyPath: part] == 1000 + Int64(index)) }
  }

  @Test func whatDoesNotFitIsAnError() {
    for part in UsageSums.parts {
      var (sums, more) = (UsageSums(), UsageSums())
      sums[keyPath: part] = .max
      more[keyPath: part] = 1
      #expect(throws: AmountOverflow.self) { try sums.add(more) }
    }
  }
}

/// What sums say of what is not known of the cost.
@Suite struct SumsOfUnknownCostTests {
  static func settled(_ unpriced: [UsagePart], cost: Int64? = 5) -> UsageSums {
    let facts = CallFacts(
      user: "ana", tier: "free", operation: "default", model: "m", run: "r", program: "p", phase: .ok,
      estimatedInput: 1, estimatedOutput: 0)
    let settlement = Settlement(
      usage: TokenUsage(input: 1, output: 0, exactness: .exact), charge: Charge(tokens: 1, costMicroUSD: cost),
      ending: .complete, unpriced: unpriced)
    return .settled(settlement, facts, 0)
  }

  static let least = settled([.serviceTier])
  static let most = settled([.serviceDiscount])
  static let both = settled([.serviceDiscount, .tools])

  @Test func aCallCountsAsWhatItsCostIs() {
    func counts(_ sums: UsageSums) -> [Int64] {
      [sums.callsOfUnknownCost, sums.callsOfCostAtMost, sums.callsOfCostAbout, sums.callsOfUnknownPrice]
        + [sums.callsOfUnknownDiscount]
    }
    #expect(counts(Self.settled([])) == [0, 0, 0, 0, 0])
    #expect(counts(Self.least) == [1, 0, 0, 1, 0])
    #expect(counts(Self.settled([], cost: nil)) == [1, 0, 0, 1, 0])
    #expect(counts(Self.settled([.serviceDiscount], cost: nil)) == [1, 0, 0, 1, 0])
    #expect(counts(Self.most) == [1, 1, 0, 0, 1])
    #expect(counts(Self.both) == [1, 0, 1, 1, 1])
  }

  @Test func neitherBoundHoldsOfBoth() throws {
    func bound(_ sums: UsageSums...) throws -> CostBound {
      var all = Self.settled([])
      for one in sums { try all.add(one) }
      return all.costBound
    }
    #expect(try bound() == .exact)
    #expect(try bound(Self.least, Self.least) == .atLeast)
    #expect(try bound(Self.most, Self.most) == .atMost)
    #expect(try bound(Self.least, Self.most) == .about)
    #expect(try bound(Self.both) == .about)
    #expect(try bound(.unmetered) == .atLeast)
    #expect(try bound(.unmetered, Self.most) == .about)
    var sums = Self.most
    try sums.add(.unmetered)
    #expect(sums.boundOfCalls == .atMost)
  }
}
