import Ledger
import Posix
import SQLite
@testable import SQLiteLedger
import Testing

/// What stands under a backup's name, whenever the program that makes it is killed.
@Suite struct BackupTests {
  let folder: TemporaryFolder
  let ledger: SQLiteLedger
  var target: String { folder.path + "/copy.sqlite3" }
  var part: String { target + ".part" }

  init() throws {
    folder = try TemporaryFolder()
    ledger = try SQLiteLedger(path: folder.ledger, zone: .utc, lockDeadlineMs: 300)
    for number in 1...200 {
      _ = try ledger.reserve(try SQLiteLedgerTests.request("a\(number)", tokens: 1), nowUnixMs: Int64(number))
    }
  }

  private func names() throws -> [String] { try Folder.names(in: folder.path).filter { $0 != "state" } }

  /// One that was cut short would look like the ledger of somebody who has called nothing yet.
  @Test func theNameIsThereWhenTheBackupIsWhole() throws {
    let first = Locked<Int64?>(nil)
    let (isOver, hasBegun) = (Locked(false), Locked(false))
    try Thread.start { [target] in
      hasBegun.use { $0 = true }
      while first.use({ $0 }) == nil, !isOver.use({ $0 }) {
        guard let size = File.changeMark(target).first else { continue }
        first.use { $0 = size }
      }
    }
    hasBegun.wait(until: { $0 }) { _ in }
    try ledger.backup(to: target)
    let size = try #require(first.wait(atMostMs: 60_000, until: { $0 != nil }) { $0 })
    isOver.use { $0 = true }
    #expect(size == File.changeMark(target).first)
    #expect(try names() == ["copy.sqlite3"])
  }

  /// What a killed one left is written over, and its journal is none of the new one's.
  @Test(arguments: ["", "not a database at all"]) func aKilledOneIsInNobodysWay(left: String) throws {
    try File.make(part, with: Array(left.utf8))
    try File.make(part + "-journal", with: Array("not a journal either".utf8))
    try ledger.backup(to: target)
    let copy = try SQLiteLedger(path: target, zone: .utc)
    #expect(try copy.verify().isEmpty)
    #expect(try copy.entries(limit: 999).count == 200)
    #expect(try names().filter { $0.contains("part") } == [])
  }

  /// Two at once would write into one file.
  @Test func twoDoNotWriteTheSame() throws {
    let other = try PartialFile(for: target)
    #expect(throws: LedgerError.notBackedUp(path: target, reason: "another one is being written there", isFull: false))
    {
      try ledger.backup(to: target)
    }
    #expect(try names() == ["copy.sqlite3.part"])
    other.discard()
    #expect(try names() == [])
    try ledger.backup(to: target)
    #expect(throws: LedgerError.self) { try ledger.backup(to: target) }
    #expect(try names() == ["copy.sqlite3"])
  }

  /// What came there meanwhile is somebody's.
  @Test func whatCameMeanwhileStays() throws {
    let new = try PartialFile(for: target)
    try File.make(target, with: [1])
    #expect(throws: PosixError.self) { try new.finish() }
    #expect(try File.readAll(target) == [1])
    new.discard()
    #expect(try names() == ["copy.sqlite3"])
  }
}
