import GuardModel
import Ledger
import LedgerConformance
import Posix
import SeededGenerator
import Testing

@testable import SQLite
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

  /// What a call costs must not grow with the ledger: no statement reads a table that grows from end to end.
  @Test func callsSearchAndNeverScan() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    func reserve(_ key: String) throws -> HoldID {
      var request = try SQLiteLedgerTests.request(key, tokens: 10)
      request.attempt = AttemptClaim(
        key: AttemptKey(user: "ana", operation: "default", fingerprint: Fingerprint([1])), number: 1,
        escalation: .standard)
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 1) else { throw LedgerError.overflow }
      return hold
    }
    let budget = try SQLiteLedgerTests.budget()
    _ = try ledger.settle(try reserve("a"), SQLiteLedgerTests.settlement(10), nowUnixMs: 2)
    try ledger.void(try reserve("b"), reason: "test", nowUnixMs: 3)
    ledger.forget(try reserve("c"))
    _ = try ledger.recover(nowUnixMs: 4)
    try ledger.recordRefusal(
      Refusal(facts: try SQLiteLedgerTests.request("d", tokens: 1).facts, charge: .zero, budget: nil), nowUnixMs: 5)
    _ = try ledger.recordUnmetered(
      UnmeteredCall(facts: try SQLiteLedgerTests.request("e", tokens: 1).facts, route: "images"), nowUnixMs: 5)
    _ = try ledger.states(of: [budget], nowUnixMs: 6)
    _ = try ledger.learned(model: "m", operation: "default")
    _ = try ledger.reset(budget.key, reason: "test", actor: "test", nowUnixMs: 7)
    _ = try ledger.closeDueWindows(actor: "test", nowUnixMs: 86_400_000)

    let texts = ledger.connection.texts.filter { !$0.hasPrefix("PRAGMA") }
    #expect(texts.count > 20)
    let scans = ["entry", "balance", "attempt", "top_up", "rollup"].map { "SCAN \($0)" }
    // In the order of an index, the first few rows are no walk through the table.
    for text in texts where !text.contains(" ORDER BY hold LIMIT 4") {
      let plan = try ledger.connection.rows("EXPLAIN QUERY PLAN \(text)").map { $0.text(3) }
      let scan = plan.first { step in scans.contains { step.hasPrefix($0) } }
      #expect(scan == nil, "\(text)")
    }
  }

  /// What is remembered of attempts stays as short as what any window reaches back to, in groups and without.
  @Test(arguments: [false, true]) func attemptsOfOldAreLetGo(inGroups: Bool) throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    func reserve(_ numbers: Range<Int>, _ nowUnixMs: Int64) throws {
      for number in numbers {
        var request = try SQLiteLedgerTests.request("\(number)", tokens: 0)
        let fingerprint = Fingerprint([UInt8(number)])
        request.attempt = AttemptClaim(
          key: AttemptKey(user: "ana", operation: "default", fingerprint: fingerprint), number: 1, escalation: .standard
        )
        var isHeld = false
        let reserve = { if case .held? = try? ledger.reserve(request, nowUnixMs: nowUnixMs) { isHeld = true } }
        if inGroups { _ = try ledger.group(reserve) } else { reserve() }
        #expect(isHeld)
      }
    }
    func count() throws -> Int64? { try ledger.connection.row("SELECT count(*) FROM attempt")?.integer(0) }
    let start: Int64 = 1_000_000
    try reserve(0..<150, start)
    #expect(try count() == 150)
    // Those that the longest window reaches stay, to the last of them …
    try reserve(150..<200, start + Escalation.maximumWindowMs - 1)
    #expect(try count() == 200)
    // … and then they go, though others behind them are young.
    try reserve(200..<250, start + Escalation.maximumWindowMs)
    #expect(try count() == 100)
  }

  /// Processes that write once and end, such as those whose call is refused, leave a log that stays short all the same.
  @Test func theLogOfThoseWhoWriteOnceEnds() throws {
    for number in 0..<300 {
      let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
      let facts = try SQLiteLedgerTests.request("\(number)", tokens: 1).facts
      try ledger.recordRefusal(Refusal(facts: facts, charge: .zero, budget: nil), nowUnixMs: Int64(number))
    }
    let bytes = try File.readAll(folder.ledger + "-wal").count
    #expect(bytes < 200 * 4120, "\(bytes)")
    #expect(try SQLiteLedger(path: folder.ledger, zone: .utc).verify().isEmpty)
  }

  /// What a run prepares while its command runs is all that its settlement needs, but for the first of its kind in a quarter
  /// hour.
  @Test func settlesWithWhatWasPrepared() throws {
    for key in ["first", "second"] {
      let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
      guard case .held(let hold, _) = try ledger.reserve(try SQLiteLedgerTests.request(key, tokens: 10), nowUnixMs: 1)
      else { throw LedgerError.overflow }
      let before = ledger.connection.texts.count
      ledger.prepareToSettle()
      let prepared = Set(ledger.connection.texts)
      #expect(prepared.count > before)
      var settlement = SQLiteLedgerTests.settlement(10)
      settlement.usage = TokenUsage(input: 10, output: 0, exactness: .estimated)
      _ = try ledger.settle(hold, settlement, nowUnixMs: 2)
      #expect(Set(ledger.connection.texts).subtracting(prepared).isEmpty == (key == "second"))
    }
  }

  /// In whatever order they are run, statements are prepared once.
  @Test func statementsAreFoundInAnyOrder() throws {
    let connection = try Connection(path: ":memory:")
    let texts = (1...5).map { "SELECT \($0)" } + ["SELECT 10 + 1"]
    for text in texts + texts + texts.reversed() + [texts[0], texts[0], texts[5], texts[2]] {
      let value = try connection.row(text)?.integer(0)
      #expect(value == (text == texts[5] ? 11 : Int64(text.dropFirst(7))))
    }
    #expect(connection.texts == texts)
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

  /// Groups know what they have read and written before, and write sums later; between them another ledger writes to the
  /// same file.
  @Test(arguments: [21, 22, 23, 24, 25, 26] as [UInt64], [false, true])
  func behavesAsTheModelInGroups(seed: UInt64, hasOthers: Bool) throws {
    let model = MemoryLedger(zone: .utc)
    let engine = try SQLiteLedger(path: folder.ledger, zone: .utc)
    let other = try SQLiteLedger(path: folder.ledger, zone: .utc)
    let driver = RandomOperations(model: model, engine: engine, seed: seed) { hold in
      model.abandon(hold)
      engine.forget(hold)
      other.forget(hold)
    }
    var generator = Seeded(seed)
    for _ in 0..<80 {
      var failure: (any Error)?
      let mark = try engine.group {
        do { try driver.go(on: Int.random(in: 0...9, using: &generator)) } catch { failure = error }
      }
      if let failure { throw failure }
      if let mark { try engine.makeDurable(mark) }
      guard hasOthers, Bool.random(using: &generator) else { continue }
      driver.engine = other
      try driver.go(on: Int.random(in: 1...3, using: &generator))
      driver.engine = engine
    }
    try driver.check()
  }
}

extension SQLiteLedger {
  /// Lets go of a hold's lock without ending it, as the death of its owner does.
  fileprivate func forget(_ hold: HoldID) {
    // A process that has died knows nothing any more; one that lives never lets go of an open hold.
    memory?.state.othersHolds = nil
    if ownHolds.remove(hold.number) { owners.release(hold.number) }
  }
}
