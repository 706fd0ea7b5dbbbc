import GuardModel
import Ledger
import Posix
import Testing

@testable import SQLiteLedger

/// Another file in the place of a ledger that somebody has open.
@Suite struct ReplacedFileTests {
  let folder: TemporaryFolder
  let ledger: SQLiteLedger

  init() throws {
    folder = try TemporaryFolder()
    ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
  }

  private var backup: String { folder.ledger + "-copy" }

  /// Puts the ledger away with what belongs to it, and a copy in its place.
  private func replace(bytes: Int? = nil, keepsLog: Bool = false) throws {
    let copy = try File.readAll(backup, maximumBytes: 1 << 24)
    for end in ["", "-wal", "-shm", ".head", ".lock", ".owners"] where !(keepsLog && end.hasPrefix("-")) {
      if File.exists(folder.ledger + end) { try File.remove(folder.ledger + end) }
    }
    try File.replace(folder.ledger, with: Array(copy[..<(bytes ?? copy.count)]))
  }

  private func enter(_ user: String) throws -> TicketID { try ledger.enter(TicketTests.request(user), nowUnixMs: 1000) }

  @Test func whoDoesNotAskForItFailsAndSaysWhatToDo() throws {
    try ledger.backup(to: backup)
    try replace()
    #expect(throws: LedgerError.replaced(path: folder.ledger, .unknown)) { try enter("ana") }
    #expect(ledger.replacements == 0)
  }

  @Test func aFileThatIsGoneIsNotMadeAnew() throws {
    ledger.goOnWhenReplaced { _ in }
    try File.remove(folder.ledger)
    #expect(throws: LedgerError.replaced(path: folder.ledger, .gone)) { try enter("ana") }
    #expect(!File.exists(folder.ledger))
  }

  /// A copy of a large file takes its time: what is there of it is no ledger yet.
  @Test(arguments: [0, 50, 20_480]) func aPartIsNotGoneOnWith(bytes: Int) throws {
    ledger.goOnWhenReplaced { _ in }
    try ledger.backup(to: backup)
    try replace(bytes: bytes)
    Clock.sleep(ms: 1100)
    #expect(throws: LedgerError.replaced(path: folder.ledger, .unready)) { try enter("ana") }
    #expect(try File.readAll(folder.ledger, maximumBytes: 1 << 24).count == bytes)
    try File.replace(folder.ledger, with: try File.readAll(backup, maximumBytes: 1 << 24))
    #expect(throws: LedgerError.replaced(path: folder.ledger, .unready)) { try enter("ana") }
    Clock.sleep(ms: 1100)
    _ = try enter("ana")
    #expect(ledger.replacements == 1)
  }

  /// The old log would be played into the new file.
  @Test func aFileBesideTheOldLogIsNotGoneOnWith() throws {
    ledger.goOnWhenReplaced { _ in }
    _ = try enter("ana")
    try ledger.backup(to: backup)
    try replace(keepsLog: true)
    Clock.sleep(ms: 1100)
    #expect(throws: LedgerError.replaced(path: folder.ledger, .besideItsLog)) { try enter("ben") }
    for end in ["-wal", "-shm"] { try File.remove(folder.ledger + end) }
    _ = try enter("ben")
    #expect(ledger.replacements == 1)
  }

  /// A ticket of the old file is nobody's in the new one, and none there gets its number.
  @Test func oldTicketsTakeNobodysPlace() throws {
    ledger.goOnWhenReplaced { _ in }
    try ledger.backup(to: backup)
    let old = try (0..<3).map { try enter("user \($0)") }
    try replace()
    Clock.sleep(ms: 1100)
    let new = try (0..<3).map { try enter("user \($0)") }
    #expect(Set(old).isDisjoint(with: new))
    #expect(throws: LedgerError.unknownTicket(old[0])) { try ledger.standing(of: old[0], nowUnixMs: 1001) }
    for ticket in old { try ledger.leave(ticket) }
    #expect(try ledger.tickets(nowUnixMs: 1002).map(\.id) == new)
  }

  /// What was promised stands in the log, which nobody but those who have it open can see any more.
  @Test func whatStandsInARemovedLogIsKept() throws {
    var removed: [[String]] = []
    ledger.goOnWhenReplaced(tellOfLog: { removed.append($0) }) { _ in }
    let ticket = try enter("ana")
    let first = try #require(
      try ledger.group { try? ledger.record(change: "x", of: "ana", actor: "test", nowUnixMs: 1000) })
    try ledger.makeDurable(first)
    try File.remove(folder.ledger + "-wal")
    let second = try #require(
      try ledger.group { try? ledger.record(change: "y", of: "ben", actor: "test", nowUnixMs: 1000) })
    try ledger.makeDurable(second)
    #expect(second.sequence == first.sequence + 1)
    #expect(removed == [["-wal"]])
    #expect(ledger.replacements == 0)
    let other = try SQLiteLedger(path: folder.ledger, zone: .utc)
    #expect(try other.verify().isEmpty)
    #expect(other.recordedHead?.sequence == second.sequence)
    #expect(try other.tickets(nowUnixMs: 1001).map(\.id) == [ticket])
    try ledger.leave(ticket)
  }

  /// All connections of a process share one index: a new one would get the removed one.
  @Test func aRemovedIndexIsLeftOnceNobodyOfTheProcessReadsByIt() throws {
    var removed: [[String]] = []
    ledger.goOnWhenReplaced(tellOfLog: { removed.append($0) }) { _ in }
    let ticket = try enter("ana")
    do {
      let reader = try SQLiteLedger(reading: folder.ledger, zone: .utc)
      try File.remove(folder.ledger + "-shm")
      #expect(throws: SQLiteLedger.cutOff(folder.ledger)) { try enter("ben") }
      #expect(throws: SQLiteLedger.cutOff(folder.ledger)) { try ledger.tickets(nowUnixMs: 1000) }
      #expect(try reader.tickets(nowUnixMs: 1000).count == 1)
      #expect(!File.exists(folder.ledger + "-shm"))
    }
    let next = try enter("ben")
    #expect(removed == [["-shm"]])
    #expect(try ledger.tickets(nowUnixMs: 1000).map(\.id) == [ticket, next])
    #expect(File.exists(folder.ledger + "-shm"))
  }

  /// The last entry of the old file is not recorded beside the new one, which would then lack it.
  @Test func whatWasCommittedBeforeIsNotRecordedBesideTheNewFile() throws {
    var underWay: Int?
    ledger.goOnWhenReplaced { underWay = $0 }
    try ledger.backup(to: backup)
    func record() throws -> CommitMark? {
      var failure: (any Error)?
      let mark = try ledger.group {
        do {
          for user in ["ana", "ben", "cat"] {
            try ledger.record(change: "x", of: user, actor: "test", nowUnixMs: 1000)
          }
        } catch { failure = error }
      }
      if let failure { throw failure }
      return mark
    }
    let old = try #require(try record())
    try replace()
    Clock.sleep(ms: 1100)
    let new = try #require(
      try ledger.group { try? ledger.record(change: "y", of: "ana", actor: "test", nowUnixMs: 1000) })
    try ledger.makeDurable(old)
    #expect(ledger.recordedHead == nil)
    try ledger.makeDurable(new)
    #expect(ledger.recordedHead?.sequence == new.sequence)
    try ledger.makeSafeAnew(old)
    #expect(underWay == 0)
    #expect(try SQLiteLedger(path: folder.ledger, zone: .utc).verify().isEmpty)
  }

  /// Whose calls are alive is seen by others, though the file of owners was lost meanwhile.
  @Test func ownersThatAreLostAreMadeAnew() throws {
    ledger.goOnWhenReplaced { _ in }
    let before = try enter("ana")
    try File.remove(folder.ledger + ".owners")
    let after = try enter("ben")
    let other = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    #expect(try other.tickets(nowUnixMs: 1001).map(\.id) == [before, after])
    try ledger.leave(before)
    #expect(try other.tickets(nowUnixMs: 1001).map(\.id) == [after])
    #expect(ledger.replacements == 0)
  }
}
