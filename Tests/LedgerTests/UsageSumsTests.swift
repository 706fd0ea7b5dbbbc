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
