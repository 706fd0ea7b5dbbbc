import Glibc
import GuardModel
import Ledger
import Posix
import SQLite
@testable import SQLiteLedger
import Testing

/// A folder that goes with the test.
final class TemporaryFolder {
  let path: String
  init() throws { path = try Folder.makeTemporary(prefix: "llmguard-test") }
  deinit { try? Folder.removeTree(path) }
  var ledger: String { path + "/state/ledger.sqlite3" }
}

@Suite struct SQLiteLedgerTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static func budget(_ text: String = "1000 tokens/day") throws -> Budget {
    guard case .limit(let limit) = try BudgetSpec(text) else { throw BudgetSpecError(text: text, problem: "unlimited") }
    return Budget(scope: .user("ana"), limit: limit, origin: "test")
  }

  static func request(_ key: String, tokens: Int64, phase: Phase = .ok) throws -> ReservationRequest {
    ReservationRequest(
      idempotencyKey: key,
      facts: CallFacts(
        user: "ana", tier: "free", operation: "default", model: "m", run: key, program: "test", phase: phase,
        estimatedInput: tokens, estimatedOutput: 0), charge: Charge(tokens: tokens, costMicroUSD: 1),
      budgets: [try budget()])
  }

  static func settlement(_ tokens: Int64) -> Settlement {
    Settlement(
      usage: TokenUsage(input: tokens, output: 0, exactness: .exact), charge: Charge(tokens: tokens, costMicroUSD: 1),
      ending: .complete)
  }

  func open() throws -> SQLiteLedger { try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300) }

  @Test func filesAreTheUsersAlone() throws {
    let ledger = try open()
    _ = try ledger.reserve(try Self.request("a", tokens: 10), nowUnixMs: 1)
    #expect(File.permissions(of: folder.path + "/state") == 0o700)
    for suffix in ["", "-wal", "-shm", ".lock", ".owners", ".head"] {
      #expect(File.permissions(of: folder.ledger + suffix) == 0o600, "\(suffix)")
    }
  }

  /// Whoever made an empty file where the ledger is to be made one that others can read.
  @Test func anEmptyFileBecomesTheUsersAlone() throws {
    try Folder.makePrivate(File.parent(of: folder.ledger))
    try FileDescriptor.open(folder.ledger, .createNew).close()
    #expect(chmod(folder.ledger, 0o644) == 0)
    _ = try open().reserve(try Self.request("a", tokens: 10), nowUnixMs: 1)
    for suffix in ["", "-wal", "-shm"] {
      #expect(File.permissions(of: folder.ledger + suffix) == 0o600, "\(suffix)")
    }
    // What holds something is as whoever keeps it wants it.
    #expect(chmod(folder.ledger, 0o640) == 0)
    _ = try open()
    #expect(File.permissions(of: folder.ledger) == 0o640)
  }

  /// Whoever checks or copies a large ledger keeps nobody from calling.
  @Test func aSnapshotStaysWhileOthersWrite() throws {
    let (reader, writer) = (try open(), try open())
    _ = try reader.reserve(try Self.request("a", tokens: 10), nowUnixMs: 1)
    let request = try Self.request("b", tokens: 10)
    let seen = try reader.inSnapshot { head throws(LedgerError) in
      _ = try writer.reserve(request, nowUnixMs: 2)
      #expect(head?.sequence == 1)
      return try reader.entries(limit: 10).count
    }
    #expect(seen == 1)
    #expect(try reader.entries(limit: 10).count == 2 && reader.verify().isEmpty)
  }

  /// An operation may be named like a unit.
  @Test(arguments: ["tokens", "money", "calls"]) func namesAreNotTakenForUnits(name: String) throws {
    let ledger = try open()
    for (index, text) in ["5 calls/day", "500 tokens/day", "$5/day"].enumerated() {
      guard case .limit(let limit) = try BudgetSpec(text) else { continue }
      var request = try Self.request("\(name) \(index)", tokens: 10)
      request.budgets = [Budget(scope: .operation(user: name, operation: name), limit: limit, origin: "test")]
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 1) else { continue }
      _ = try ledger.settle(hold, Self.settlement(7), nowUnixMs: 2)
    }
    #expect(try ledger.entries(limit: 10).count == 6 && ledger.verify().isEmpty)
  }

  /// Alone, the log stays short: the next run reads all of it. In a crowd nobody has to read it, and moving its pages into
  /// the database would keep everybody waiting.
  @Test func theLogStaysShortButInACrowd() throws {
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 60_000)
    func pages() throws -> Int64 { (Int64(try File.readAll(folder.ledger + "-wal").count) - 32) / 4120 }
    func call(_ number: Int, _ write: (() throws -> Void) throws -> Void) throws {
      var hold: HoldID?
      try write {
        if case .held(let held, _) = try ledger.reserve(
          try Self.request("call-\(number)", tokens: 1), nowUnixMs: Int64(number))
        {
          hold = held
        }
      }
      let held = try #require(hold)
      try write { _ = try ledger.settle(held, Self.settlement(1), nowUnixMs: Int64(number)) }
    }
    for number in 1...40 { try call(number) { try $0() } }
    let alone = try pages()
    #expect((100...130).contains(alone), "\(alone) pages")
    let path = folder.ledger + ".lock"
    for number in 41...80 {
      try call(number) { write in
        // Somebody has the lock until the writer has drawn a number in its line.
        let isTaken = Locked(false)
        try Thread.start {
          guard let lock = try? FileLock(path: path), (try? lock.acquire(deadlineMs: 60_000)) == true else { return }
          let before = try? File.readAll(path)[4..<8]
          isTaken.use { $0 = true }
          while (try? File.readAll(path)[4..<8]) == before { Clock.sleep(ms: 1) }
          lock.release()
        }
        isTaken.wait(until: { $0 }) { _ in }
        try write()
      }
    }
    let crowded = try pages()
    #expect((200...1000).contains(crowded), "\(crowded) pages")
    try call(81) { try $0() }
    let longest = try pages()
    for number in 82...90 { try call(number) { try $0() } }
    #expect(try pages() == longest, "the log was moved into the database, and is written from its beginning")
  }

  @Test func aCallOfAnEndedProcessIsRecovered() throws {
    var first: SQLiteLedger? = try open()
    _ = try first?.reserve(try Self.request("a", tokens: 10), nowUnixMs: 1)
    let second = try open()
    #expect(try second.recover(nowUnixMs: 2).isEmpty, "its owner lives")
    first = nil
    let recovered = try second.recover(nowUnixMs: 3)
    #expect(recovered.map(\.action) == [.charge])
    #expect(try second.states(of: [try Self.budget()], nowUnixMs: 3)[0].posted == 10)
    #expect(try second.verify().isEmpty)
  }

  @Test func aTamperedEntryIsNamed() throws {
    let ledger = try open()
    for index in 1...3 {
      guard case .held(let hold, _) = try ledger.reserve(try Self.request("\(index)", tokens: 10), nowUnixMs: 1) else {
        Issue.record("not held")
        return
      }
      _ = try ledger.settle(hold, Self.settlement(10), nowUnixMs: 2)
    }
    #expect(try ledger.verify().isEmpty)
    let raw = try Connection(path: folder.ledger)
    #expect(throws: SQLiteError.self) { try raw.run("UPDATE entry SET charge_tokens = 1 WHERE sequence = 4") }
    try raw.execute("DROP TRIGGER entry_no_update; UPDATE entry SET charge_tokens = 1 WHERE sequence = 4")
    #expect(try ledger.verify().contains { $0.place == "entry 4" && $0.problem.contains("hash") })
  }

  @Test func cutOffEntriesAreMissed() throws {
    let ledger = try open()
    try ledger.recordRefusal(
      Refusal(facts: try Self.request("a", tokens: 1).facts, charge: .zero, budget: nil), nowUnixMs: 1)
    let raw = try Connection(path: folder.ledger)
    try raw.execute("DROP TRIGGER entry_no_delete; DELETE FROM entry; DELETE FROM rollup")
    #expect(try ledger.verify().contains { $0.place == "chain head" })
  }

  /// A ledger that has lost entries would have its budgets free again.
  @Test func lostEntriesStopCallsUntilSomebodyDecides() throws {
    do {
      let ledger = try open()
      for name in ["a", "b"] { _ = try ledger.reserve(try Self.request(name, tokens: 10), nowUnixMs: 1) }
    }
    try Connection(path: folder.ledger).execute(
      "DROP TRIGGER entry_no_delete; DELETE FROM entry WHERE sequence = 2; DELETE FROM hold; UPDATE balance SET pending = 0"
    )
    for _ in 1...2 {
      let error = #expect(throws: LedgerError.self) {
        _ = try open().reserve(try Self.request("c", tokens: 1), nowUnixMs: 2)
      }
      #expect(error == .corrupt(path: folder.ledger, detail: "the .head file knows entry 2, which is lost"))
    }
    #expect(try open().verify().contains { $0.place == "chain head" }, "what was tried has not covered it up")
    try File.remove(folder.ledger + ".head")
    _ = try open().reserve(try Self.request("c", tokens: 1), nowUnixMs: 2)
  }

  @Test(arguments: [
    ("UPDATE balance SET pending = pending + 1", "balance 1"), ("DELETE FROM hold", "hold 1"),
    ("UPDATE rollup SET refusals = 9", "rollups"),
  ])
  func eachDamageIsFound(sql: String, place: String) throws {
    let ledger = try open()
    _ = try ledger.reserve(try Self.request("a", tokens: 10), nowUnixMs: 1)
    try ledger.recordRefusal(
      Refusal(facts: try Self.request("b", tokens: 1).facts, charge: .zero, budget: nil), nowUnixMs: 1)
    #expect(try ledger.verify().isEmpty)
    try Connection(path: folder.ledger).execute(sql)
    #expect(try ledger.verify().contains { $0.place.hasPrefix(place) })
  }

  /// Amounts that fit alone and not together break neither the check nor anything but their own sum. No call has such amounts;
  /// entries that were changed may.
  @Test func sumsThatDoNotFitAreStillChecked() throws {
    let ledger = try open()
    for number in 0..<3 {
      var request = try Self.request("call \(number)", tokens: 10)
      request.budgets = []
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: Int64(number) * 3_600_000) else {
        Issue.record("not held")
        return
      }
      _ = try ledger.settle(hold, Self.settlement(10), nowUnixMs: Int64(number) * 3_600_000 + 1)
    }
    #expect(try ledger.verify().isEmpty)
    try Connection(path: folder.ledger).execute(
      """
      DROP TRIGGER entry_no_update; UPDATE entry SET charge_tokens = \(4 << 60) WHERE kind = 'settle';
      UPDATE rollup SET charge_tokens = \(4 << 60)
      """)
    #expect(try !ledger.verify().contains { $0.place == "rollups" })
    #expect(throws: LedgerError.sumTooLarge) { try ledger.usage(UsageQuery()) }
    #expect(try ledger.usage(UsageQuery(sinceUnixMs: 7_000_000)).first?.sums.chargeTokens == 4 << 60)
    // One less changes the upper half as well, and two more than that the lower half alone.
    for change in ["- 1", "+ 2"] {
      try Connection(path: folder.ledger).execute(
        "UPDATE rollup SET charge_tokens = charge_tokens \(change) WHERE quarter_ms = 0")
      #expect(try ledger.verify().contains { $0.place == "rollups" }, "\(change)")
    }
  }

  @Test func aClockSetBackGivesNoFreeReset() throws {
    let ledger = try open()
    let day: Int64 = 86_400_000
    guard case .held(let hold, _) = try ledger.reserve(try Self.request("a", tokens: 700), nowUnixMs: 10 * day) else {
      Issue.record("not held")
      return
    }
    _ = try ledger.settle(hold, Self.settlement(700), nowUnixMs: 10 * day + 1)
    #expect(try ledger.states(of: [try Self.budget()], nowUnixMs: 8 * day)[0].posted == 700)
    #expect(try ledger.clockLeadMs(over: 8 * day) == 2 * day + 1)
  }

  /// A bit that has turned over in the clock puts it beyond all dates. It can still be read, and set back.
  @Test(arguments: [Int64.max, 1 << 62, 1 << 55])
  func aClockBeyondAllDatesCanBeSetBack(clockMs: Int64) throws {
    let now: Int64 = 1_795_780_800_000
    guard case .limit(let rolling) = try BudgetSpec("1000 tokens/36525d") else {
      Issue.record("not read")
      return
    }
    let budgets = [try Self.budget(), Budget(scope: .user("ana"), limit: rolling, origin: "test")]
    func hold(_ key: String, _ ledger: SQLiteLedger) throws {
      var request = try Self.request(key, tokens: 7)
      request.budgets = budgets
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else {
        Issue.record("not held")
        return
      }
      _ = try ledger.settle(hold, Self.settlement(7), nowUnixMs: now)
    }
    let ledger = try open()
    try hold("before", ledger)
    try Connection(path: folder.ledger).execute("UPDATE clock SET now_ms = \(clockMs)")
    let lead: Int64 = 253_370_764_800_000 - now
    #expect(try ledger.clockLeadMs(over: now) == lead)
    try hold("then", ledger)
    #expect(try ledger.states(of: budgets, nowUnixMs: now)[0].posted == 7, "it is another day")
    #expect(try ledger.repairClock(reason: "r", actor: "test", nowUnixMs: now) == lead)
    #expect(try ledger.clockLeadMs(over: now) == 0)
    try hold("after", ledger)
    #expect(try ledger.states(of: budgets, nowUnixMs: now)[0].posted == 14)
    #expect(try ledger.verify().isEmpty)
  }

  @Test func aFileThatIsNoLedgerIsLeftAlone() throws {
    try Folder.makePrivate(folder.path + "/state")
    try File.replace(folder.ledger, with: Array("this is a text and not a database at all\n".utf8))
    #expect(throws: LedgerError.notALedger(path: folder.ledger)) { try open() }
    #expect(try File.readAll(folder.ledger).starts(with: Array("this is".utf8)))
  }

  @Test func anotherProgramsDatabaseIsLeftAlone() throws {
    try Folder.makePrivate(folder.path + "/state")
    try Connection(path: folder.ledger).execute("CREATE TABLE theirs (x); PRAGMA application_id = 7")
    #expect(throws: LedgerError.notALedger(path: folder.ledger)) { try open() }
  }

  @Test func aNewerLedgerIsLeftAlone() throws {
    _ = try open()
    try Connection(path: folder.ledger).execute("PRAGMA user_version = 99")
    #expect(throws: LedgerError.newer(path: folder.ledger, version: 99, supported: Schema.version)) { try open() }
  }

  @Test func aHeldLockEndsInAMessage() throws {
    let ledger = try open()
    let other = try FileLock(path: folder.ledger + ".lock")
    #expect(try other.acquire(deadlineMs: 0))
    do throws(LedgerError) {
      _ = try ledger.reserve(try! Self.request("a", tokens: 1), nowUnixMs: 1)
      Issue.record("it went through a lock")
    } catch {
      guard case .locked(_, let waited, let holder) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(waited >= 300)
      #expect(holder?.hasPrefix("process \(ProcessInfo.id)") == true)
    }
    other.release()
    _ = try ledger.reserve(try Self.request("a", tokens: 1), nowUnixMs: 1)
  }

  @Test func aBackupIsALedgerOfItsOwn() throws {
    let ledger = try open()
    _ = try ledger.reserve(try Self.request("a", tokens: 10), nowUnixMs: 1)
    let target = folder.path + "/copy.sqlite3"
    try ledger.backup(to: target)
    #expect(File.permissions(of: target) == 0o600)
    #expect(throws: LedgerError.self) { try ledger.backup(to: target) }
    let copy = try SQLiteLedger(path: target, zone: .utc)
    #expect(try copy.verify().isEmpty)
    #expect(try copy.entries(limit: 9).count == 1)
  }

  /// A backup has no log. In the ledger's place it needs one: without it, what is acknowledged would not be safe.
  @Test func aBackupInTheLedgersPlaceIsWrittenAheadAgain() throws {
    let ledger = try open()
    _ = try ledger.reserve(try Self.request("a", tokens: 10), nowUnixMs: 1)
    let target = folder.path + "/copy.sqlite3"
    try ledger.backup(to: target)
    let raw = try Connection(path: target)
    #expect(try raw.row("PRAGMA journal_mode")?.text(0) == "delete")
    // Somebody who reads it is in the way, …
    try raw.execute("BEGIN; SELECT count(*) FROM entry")
    do throws(LedgerError) {
      _ = try SQLiteLedger(path: target, zone: .utc, lockDeadlineMs: 50)
      Issue.record("the journal's mode cannot change under a reader")
    } catch {
      #expect(error == .locked(path: target, waitedMs: 0, holder: nil))
      #expect(error.description == "the ledger '\(target)' is in use by another program")
    }
    // … and no longer.
    try raw.execute("COMMIT")
    let restored = try SQLiteLedger(path: target, zone: .utc)
    #expect(try Connection(path: target).row("PRAGMA journal_mode")?.text(0) == "wal")
    _ = try restored.reserve(try Self.request("b", tokens: 10), nowUnixMs: 2)
    #expect(try restored.verify().isEmpty)
  }

  @Test(
    arguments: [(13, SQLiteError.Kind.full), (11, .corrupt), (26, .notADatabase), (8, .readOnly), (266, .inputOutput)]
      as [(Int32, SQLiteError.Kind)])
  func resultCodesAreToldApart(code: Int32, kind: SQLiteError.Kind) {
    #expect(SQLiteError(code: code, message: "").kind == kind)
  }

  /// Eight threads with a connection each reserve until they are refused; what is held never passes the ceiling.
  @Test func manyWritersDoNotOverspend() async throws {
    _ = try open()
    let path = folder.ledger
    let held = try await withThrowingTaskGroup(of: Int64.self) { group in
      for worker in 0..<8 {
        group.addTask {
          let ledger = try SQLiteLedger(path: path, zone: .utc)
          var sum: Int64 = 0
          for index in 0..<40 {
            let request = try Self.request("\(worker)-\(index)", tokens: 17, phase: .soft)
            guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 5) else { break }
            _ = try ledger.settle(hold, Self.settlement(17), nowUnixMs: 6)
            sum += 17
          }
          return sum
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(held == 1190, "70 × 17 is the most that fits below 120 % of 1000")
    #expect(try open().verify().isEmpty)
  }
}
