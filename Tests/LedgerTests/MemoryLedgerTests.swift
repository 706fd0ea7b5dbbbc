import GuardModel
import Ledger
import Testing

@testable import LedgerConformance

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

  /// The control: told with any other answers, every line of every scenario fails, and each for itself.
  @Test(arguments: Scenario.all)
  func everyAnswerIsCompared(_ scenario: Scenario) {
    var answers = 0
    let other = scenario.text.split(separator: "\n").map { line -> String in
      if line.trimmed.hasPrefix("#") || line.trimmed.hasPrefix("budget ") { return String(line) }
      answers += 1
      return line + " and more"
    }
    let wrong = Scenario(scenario.name, zone: scenario.zone, other.joined(separator: "\n"))
    let failures = wrong.failures(on: .memory(zone: scenario.zone))
    #expect(answers > 0 && failures.count == answers, "\(failures.joined(separator: "\n"))")
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
    let driver = RandomOperations(model: a, engine: b, seed: 1) { hold in
      a.abandon(hold)
      b.abandon(hold)
    }
    #expect(throws: RandomOperations.Mismatch.self) { try driver.run(steps: 1500) }
  }
}
