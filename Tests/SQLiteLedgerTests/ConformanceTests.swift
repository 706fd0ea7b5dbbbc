import GuardModel
import Ledger
import LedgerConformance
import Testing

@testable import SQLiteLedger

@Suite struct ConformanceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func subject(zone: ZoneOffsets = .utc) throws -> Subject {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: zone)
    return Subject(ledger: ledger, abandon: ledger.forget)
  }

  @Test(arguments: Scenario.all)
  func tellsTheScenario(_ scenario: Scenario) throws {
    let failures = scenario.failures(on: try subject(zone: scenario.zone))
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func behavesAsTheModel(seed: UInt64) throws {
    let model = MemoryLedger(zone: .utc)
    let engine = try subject()
    let driver = RandomOperations(model: model, engine: engine.ledger, seed: seed) { hold in
      model.abandon(hold)
      engine.abandon(hold)
    }
    try driver.run(steps: 500)
  }
}

extension SQLiteLedger {
  /// Lets go of a hold's lock without ending it, as the death of its owner does.
  fileprivate func forget(_ hold: HoldID) {
    if ownHolds.remove(hold.number) != nil { owners.release(hold.number) }
  }
}
