import GuardModel
import Ledger
import Posix
import SQLite
import Testing

@testable import SQLiteLedger

/// The index of the write-ahead log, which one process leaves to the next.
@Suite struct KeptIndexTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Mounts have numbers of their own since Linux 6.8.
  static let isPossible: Bool = {
    let release = (try? File.readAll("/proc/sys/kernel/osrelease")) ?? []
    let numbers = String(decoding: release, as: UTF8.self).split(separator: ".").prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 8)
  }()

  /// The mark begins behind the lock's own words.
  private static let mark: Int64 = 32
  /// Of the index's header, what names the commit.
  private static let commit: Int64 = 16

  private func call(_ key: String, at path: String? = nil) throws {
    let ledger = try SQLiteLedger(path: path ?? folder.ledger, zone: .utc)
    let request = try SQLiteLedgerTests.request(key, tokens: 10)
    guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: 1) else {
      Issue.record("not held")
      return
    }
    _ = try ledger.settle(hold, SQLiteLedgerTests.settlement(7), nowUnixMs: 2)
  }

  /// Opens the ledger, and looks through all of it.
  private func look(at path: String? = nil) throws -> (isKept: Bool, entries: [Int64]) {
    let ledger = try SQLiteLedger(path: path ?? folder.ledger, zone: .utc)
    #expect(try ledger.verify().isEmpty)
    #expect(try ledger.connection.row("PRAGMA integrity_check")?.text(0) == "ok")
    return (ledger.connection.hasKeptIndex, try ledger.entries(limit: 1000).map(\.sequence))
  }

  private func change(_ suffix: String, at offset: Int64, _ path: String? = nil) throws {
    let file = try FileDescriptor.open((path ?? folder.ledger) + suffix, .readWrite, followLinks: false)
    defer { file.close() }
    var byte: [UInt8] = [0]
    _ = try byte.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
    file.write([byte[0] ^ 0x10], at: offset)
  }

  @Test(.enabled(if: isPossible)) func itIsKeptFromOneToTheNext() throws {
    for round in 0..<40 {
      try call("\(round)")
      let (isKept, entries) = try look()
      #expect(isKept && entries == (1...Int64(2 * round + 2)).reversed())
      // As it is made anew, so it was.
      if round % 10 == 9 {
        try File.remove(folder.ledger + "-shm")
        let anew = try look()
        #expect(!anew.isKept && anew.entries == entries)
      }
    }
  }

  /// Groups follow each other: whoever rests behind them leaves the mark, and who is killed before leaves none that fits.
  @Test(.enabled(if: isPossible), arguments: [false, true]) func groupsLeaveItWhenNobodyComes(rests: Bool) throws {
    try call("before")
    do {
      let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
      let request = try SQLiteLedgerTests.request("a", tokens: 10)
      _ = try ledger.group { _ = try? ledger.reserve(request, nowUnixMs: 1) }
      if rests { try ledger.shortenLog(toPages: 1_000_000) }
    }
    let (isKept, entries) = try look()
    #expect(isKept == rests && entries == [3, 2, 1])
  }

  @Test func itIsMadeAnewAfterTheKernelWas() throws {
    try call("a")
    // The two numbers of the start stand behind thirteen words and an unused one.
    try change(".lock", at: Self.mark + 14 * 4)
    let (isKept, entries) = try look()
    #expect(!isKept && entries == [2, 1])
  }

  @Test(arguments: 0..<30) func everyWordOfTheMarkCounts(word: Int64) throws {
    try call("a")
    try change(".lock", at: Self.mark + word * 4)
    let (isKept, entries) = try look()
    #expect(!isKept && entries == [2, 1])
  }

  @Test func itIsMadeAnewWhereItWasWrittenTo() throws {
    try call("a")
    try change("-shm", at: Self.commit)
    try change("-shm", at: Self.commit + 48)
    let (isKept, entries) = try look()
    #expect(!isKept && entries == [2, 1])
    // Beyond the header nothing but the time of the change tells.
    try call("b")
    try change("-shm", at: 20_000)
    #expect(try !look().isKept)
  }

  /// A log that somebody wrote to is checked: what does not fit ends it, and that entries are lost is found.
  @Test func aChangedLogIsChecked() throws {
    try call("a")
    try call("b")
    let bytes = try File.readAll(folder.ledger + "-wal")
    try change("-wal", at: Int64(bytes.count) - 100)
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    #expect(!ledger.connection.hasKeptIndex)
    #expect(throws: LedgerError.self) { try ledger.checkForLoss() }
  }

  @Test func aShorterLogIsChecked() throws {
    try call("a")
    try call("b")
    let bytes = try File.readAll(folder.ledger + "-wal")
    try File.replace(folder.ledger + "-wal", with: Array(bytes.prefix(bytes.count - 4120)), permissions: 0o600)
    #expect(try !SQLiteLedger(path: folder.ledger, zone: .utc).connection.hasKeptIndex)
  }

  @Test func aCopyHasAnIndexOfItsOwn() throws {
    try call("a")
    let copy = folder.path + "/copy/ledger.sqlite3"
    try Folder.makePrivate(File.parent(of: copy))
    for suffix in ["", "-wal", "-shm", ".lock", ".owners", ".head"] {
      try File.replace(copy + suffix, with: try File.readAll(folder.ledger + suffix), permissions: 0o600)
    }
    let (isKept, entries) = try look(at: copy)
    #expect(!isKept && entries == [2, 1])
  }

  /// Whoever knows nothing of marks writes to the log as well.
  @Test func anotherProgramsCommitIsSeen() throws {
    try call("a")
    do {
      let other = try Connection(path: folder.ledger, busyMs: 1000)
      try other.run("INSERT INTO notice VALUES ('x', 1)")
    }
    let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
    #expect(!ledger.connection.hasKeptIndex)
    #expect(try ledger.connection.row("SELECT count(*) FROM notice")?.integer(0) == 1)
  }

  /// Of a log that was moved a part may be needed no longer, which only a database knows that is as it was then.
  @Test func itIsMadeAnewAfterTheLogWasMoved() throws {
    try call("a")
    do {
      let ledger = try SQLiteLedger(path: folder.ledger, zone: .utc)
      _ = try ledger.connection.moveWholeLog()
    }
    let (isKept, entries) = try look()
    #expect(!isKept && entries == [2, 1])
  }

  /// While somebody has it open, the index is in use, and is nobody's to keep.
  @Test func whoComesToAnOpenOneUsesIt() throws {
    let first = try SQLiteLedger(path: folder.ledger, zone: .utc)
    _ = try first.reserve(try SQLiteLedgerTests.request("a", tokens: 10), nowUnixMs: 1)
    let second = try SQLiteLedger(path: folder.ledger, zone: .utc)
    #expect(!second.connection.hasKeptIndex)
    _ = try second.reserve(try SQLiteLedgerTests.request("b", tokens: 10), nowUnixMs: 1)
    #expect(try first.entries(limit: 10).count == 2 && first.verify().isEmpty)
  }
}
