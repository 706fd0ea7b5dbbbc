import GuardModel
import Ledger
import Posix
import SQLite
import Testing

@testable import SQLiteLedger

/// Many operations in one commit, and the log that they leave.
@Suite struct WriteGroupTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> SQLiteLedger { try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300) }

  /// Holds and settles in groups. - Returns: what was thrown.
  private func fill(_ ledger: SQLiteLedger, _ groups: Int, from first: Int = 0) throws -> [LedgerError] {
    var failures: [LedgerError] = []
    for group in first..<(first + groups) {
      let mark = try ledger.group {
        do throws(LedgerError) {
          for call in 0..<2 {
            guard let request = try? SQLiteLedgerTests.request("\(group)/\(call)", tokens: 1),
              case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 1)
            else { continue }
            _ = try ledger.settle(hold, SQLiteLedgerTests.settlement(1), nowUnixMs: 2)
          }
        } catch { failures.append(error) }
      }
      try ledger.makeDurable(try #require(mark))
    }
    return failures
  }

  @Test func entriesOfAGroupAreChained() throws {
    let ledger = try open()
    #expect(try fill(ledger, 3).isEmpty)
    let entries = try ledger.entries(limit: 100)
    #expect(entries.map(\.sequence).sorted() == Array(1...12))
    #expect(try ledger.verify() == [])
    // An operation that fails takes its entries back, and the next one goes on from the last that stayed.
    let mark = try ledger.group {
      #expect(throws: LedgerError.self) {
        try ledger.settle(HoldID(999), SQLiteLedgerTests.settlement(1), nowUnixMs: 3)
      }
      _ = try? ledger.reserve(SQLiteLedgerTests.request("later", tokens: 1), nowUnixMs: 3)
    }
    #expect(mark?.sequence == 13)
    #expect(try ledger.verify() == [])
  }

  /// The first write to a log that begins anew waits for a sync of its header: no call does.
  @Test func aLogThatWasWrittenBackHasBegunAnew() throws {
    let ledger = try open()
    #expect(try fill(ledger, 3).isEmpty)
    func header() throws -> [UInt8] { Array(try File.readAll(folder.ledger + "-wal").prefix(32)) }
    let first = try header()
    #expect(try fill(ledger, 1, from: 3).isEmpty)
    #expect(try header() == first)
    let version = try Connection(path: folder.ledger).row("PRAGMA user_version")?.integer(0)
    try ledger.shortenLog(toPages: 0)
    let second = try header()
    #expect(second != first)
    #expect(try fill(ledger, 3, from: 4).isEmpty)
    #expect(try header() == second)
    #expect(try Connection(path: folder.ledger).row("PRAGMA user_version")?.integer(0) == version)
    #expect(try ledger.verify() == [])
  }

  @Test func whatAGroupKnowsOutlastsTheLog() throws {
    let (ledger, other) = (try open(), try open())
    #expect(try fill(ledger, 2).isEmpty)
    let memory = try #require(ledger.memory)
    try ledger.shortenLog(toPages: 0)
    #expect(try fill(ledger, 1, from: 2).isEmpty)
    #expect(ledger.memory === memory)
    // Where another has written before, it is known no more.
    _ = try other.reserve(SQLiteLedgerTests.request("other", tokens: 1), nowUnixMs: 5)
    try ledger.shortenLog(toPages: 0)
    #expect(try fill(ledger, 1, from: 3).isEmpty)
    #expect(ledger.memory !== memory)
    #expect(try ledger.verify() == [])
  }

  /// A newer program may bring the ledger to its own format while this one goes on: what this one would write is not of that
  /// format, and the number of its own would have the newer one bring it there again.
  @Test func aLedgerThatHasBecomeANewersIsLeftAlone() throws {
    let ledger = try open()
    #expect(try fill(ledger, 3).isEmpty)
    guard case .held(let hold, _) = try ledger.reserve(SQLiteLedgerTests.request("before", tokens: 1), nowUnixMs: 1)
    else {
      Issue.record("not held")
      return
    }
    let newer = Schema.version + 1
    try Connection(path: folder.ledger, busyMs: 20_000).execute("PRAGMA user_version = \(newer)")
    let expected = LedgerError.newer(path: folder.ledger, version: newer, supported: Schema.version)
    #expect(throws: expected) { try ledger.reserve(SQLiteLedgerTests.request("after", tokens: 1), nowUnixMs: 1) }
    #expect(throws: expected) { try ledger.settle(hold, SQLiteLedgerTests.settlement(1), nowUnixMs: 2) }
    #expect(throws: expected) {
      try ledger.group { _ = try? ledger.settle(hold, SQLiteLedgerTests.settlement(1), nowUnixMs: 2) }
    }
    try ledger.shortenLog(toPages: 0)
    let left = try Connection(path: folder.ledger)
    #expect(try left.row("PRAGMA user_version")?.integer(0) == newer)
    #expect(try left.row("SELECT max(sequence) FROM entry")?.integer(0) == 13)
  }

  /// Not every other format is a newer one: nobody is to look for an upgrade that would not help.
  @Test(
    arguments: [
      (1, "older format 1"), (0, "its format is 0, which is none"), (-7, "its format is -7, which is none"),
    ] as [(Int64, String)])
  func aFormatThatIsNotNewerIsNotCalledSo(version: Int64, words: String) throws {
    let ledger = try open()
    try Connection(path: folder.ledger, busyMs: 20_000).execute("PRAGMA user_version = \(version)")
    func detail(_ body: () throws(LedgerError) -> Void) -> String? {
      do throws(LedgerError) { try body() } catch {
        if case .corrupt(_, let detail) = error { return detail }
        Issue.record("\(error)")
      }
      return nil
    }
    let used = detail { () throws(LedgerError) in
      _ = try ledger.write(nowUnixMs: 1) { _ throws(WriteFailure) in }
    }
    #expect(used?.contains(words) == true, "\(used ?? "")")
    if version < 1 {
      let opened = detail { () throws(LedgerError) in _ = try SQLiteLedger(path: folder.ledger, zone: .utc) }
      #expect(opened?.contains(words) == true, "\(opened ?? "")")
    }
  }

  /// SQLite 3.40 leaves a log that cannot be read to its end where pages left memory, were changed again, and a savepoint was gone
  /// back to.
  @Test func aGroupOfWhichPartsWereTakenBackIsInTheLog() throws {
    let ledger = try open()
    try ledger.connection.execute("PRAGMA cache_size = 5")
    var state: UInt64 = 1
    func below(_ limit: Int64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33) % limit
    }
    func part(_ isTakenBack: Bool) {
      #expect(throws: Never.self) {
        try ledger.write(nowUnixMs: 1, isRehearsal: isTakenBack) { writer throws(WriteFailure) in
          for _ in 0...below(9) {
            let first = below(400)
            if below(4) > 0 {
              try writer.run(
                "INSERT OR REPLACE INTO notice VALUES (printf('%04d%.*c', ?1, ?2, 'x'), ?1)",
                [.integer(first), .integer(200 + first * 3)])
            } else {
              try writer.run(
                "UPDATE notice SET until_ms = ? WHERE key > printf('%04d', ?) AND key < printf('%04d', ?)",
                [.integer(below(1_000_000)), .integer(first), .integer(first + 60)])
            }
          }
        }
      }
    }
    let all = "SELECT count(*), sum(until_ms), sum(length(key)) FROM notice"
    for round in 0..<100 {
      _ = try ledger.group { for _ in 0..<8 { part(below(3) == 0) } }
      // As after a crash: the file in shared memory is gone.
      let copy = folder.path + "/copy\(round)"
      for end in ["", "-wal"] { try File.replace(copy + end, with: try File.readAll(folder.ledger + end)) }
      let left = try Connection(path: copy)
      let (found, expected) = (try left.row(all)?.values, try ledger.connection.row(all)?.values)
      #expect(found == expected, "round \(round)")
      #expect(try left.row("PRAGMA integrity_check")?.text(0) == "ok")
      if found != expected { break }
    }
  }

  @Test func theLogIsWrittenBackWhenItIsAskedFor() throws {
    let ledger = try open()
    let before = try File.readAll(folder.ledger).count
    #expect(try fill(ledger, 40).isEmpty)
    #expect(try File.readAll(folder.ledger).count == before, "nothing is written back by itself")
    try ledger.shortenLog(toPages: 1_000_000)
    #expect(try File.readAll(folder.ledger).count == before, "it is short enough")
    try ledger.shortenLog(toPages: 100)
    #expect(try File.readAll(folder.ledger).count > before)
    #expect(try ledger.verify() == [])
    let copy = folder.path + "/alone.sqlite3"
    try File.replace(copy, with: try File.readAll(folder.ledger))
    let alone = try SQLiteLedger(path: copy, zone: .utc, lockDeadlineMs: 300)
    #expect(try alone.entries(limit: 1000).count == 160, "the database alone holds all of it")
  }
}
