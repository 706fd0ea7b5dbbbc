import GuardModel
import Ledger
import LedgerConformance
import Testing

@Suite struct MemoryLedgerTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreesWithItself(seed: UInt64) throws {
    let (a, b) = (MemoryLedger(zone: .utc), MemoryLedger(zone: .utc))
    let driver = RandomOperations(model: a, engine: b, seed: seed) { hold in
      a.abandon(hold)
      b.abandon(hold)
    }
    try driver.run(steps: 1500)
  }

  /// The control: a ledger whose calendar is read in another zone must be found out.
  @Test func aLedgerThatDiffersIsFound() {
    let shifted = ZoneOffsets(name: "shifted") { _ in 7200 }
    let (a, b) = (MemoryLedger(zone: .utc), MemoryLedger(zone: shifted))
    let driver = RandomOperations(model: a, engine: b, seed: 1) { _ in }
    #expect(throws: RandomOperations.Mismatch.self) { try driver.run(steps: 1500) }
  }
}
