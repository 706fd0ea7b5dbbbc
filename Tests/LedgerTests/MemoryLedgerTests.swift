import GuardModel
import Ledger
import LedgerConformance
import Testing

@Suite struct MemoryLedgerTests {
  @Test(arguments: Scenario.all)
  func tellsTheScenario(_ scenario: Scenario) {
    let failures = scenario.failures(on: .memory(zone: scenario.zone))
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }

  /// The control: where the calendar is read in another zone, a scenario about days must fail.
  @Test func aScenarioToldWrongIsFound() {
    let scenario = Scenario.all.first { $0.name == "a day of 23 hours counts to its end" }
    #expect(scenario?.failures(on: .memory(zone: .utc)).count == 1)
  }

  /// The model is a function of what it was told: other engines are compared with it, under many seeds.
  @Test func agreesWithItself() throws {
    let (a, b) = (MemoryLedger(zone: .utc), MemoryLedger(zone: .utc))
    let driver = RandomOperations(model: a, engine: b, seed: 1) { hold in
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
