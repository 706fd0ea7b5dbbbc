import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import Testing

@testable import Gateway
@testable import SQLiteLedger

/// When what the desk commits is on the disk: the number outside the database is that of the last entry which is.
@Suite(.serialized) struct LedgerDeskTests {
  private let folder: String
  private let path: String

  init() throws {
    folder = try Folder.makeTemporary(prefix: "llmguard-desk")
    path = folder + "/ledger.sqlite3"
  }

  private func desk(_ ledger: SQLiteLedger? = nil) throws -> LedgerDesk {
    let ledger = try ledger ?? SQLiteLedger(path: path, zone: .utc)
    return LedgerDesk(settings: Settings(), ledger: ledger, nowUnixMs: { Clock.unixMs })
  }

  private func hold(_ desk: LedgerDesk, _ number: Int64) throws -> (HeldCall, LedgerDesk.Stamp) {
    var call = CallRequest(
      user: "ana", operation: "default", model: "gpt-4o", countedInputTokens: 5, run: "r", program: "test")
    call.number = number
    let request = call
    let (result, stamp) = try desk.perform { tools in Result { try tools.pipeline.admit(request) } }
    guard case .admitted(let held) = try result.get() else { throw LedgerError.overflow }
    return (held, stamp)
  }

  private func settle(_ held: HeldCall, _ desk: LedgerDesk) {
    desk.post(
      { tools in
        _ = try? tools.pipeline.settle(
          held, usage: TokenUsage(input: 5, output: 5, exactness: .exact), ending: .complete)
      }, lost: { _ in })
    desk.flushSoon()
  }

  private func comesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    while Clock.monotonicNanoseconds < end {
      if try condition() { return true }
      Clock.sleep(ms: 2)
    }
    return false
  }

  @Test func aHoldIsSafeWhenItsClientIsAnsweredAndTheRestSoonAfter() throws {
    let (desk, reader) = (try desk(), try SQLiteLedger(path: path, zone: .utc))
    defer { try? Folder.removeTree(folder) }
    for round in 1...3 as ClosedRange<Int64> {
      let (held, stamp) = try hold(desk, round)
      try desk.waitUntilSafe(stamp)
      #expect(reader.recordedHead?.sequence == 2 * round - 1, "the hold is on the disk")
      settle(held, desk)
      // Nobody waits for it and nobody comes; by the next round the desk's thread rests.
      #expect(comesTrue { reader.recordedHead?.sequence == 2 * round }, "so is the settlement, by itself")
      #expect(try reader.holds().isEmpty)
      Clock.sleep(ms: 50)
    }
    desk.close()
    #expect(try reader.verify() == [])
  }

  /// A run that is stopped meanwhile, or another change, does not let work begin in the middle of one.
  @Test(arguments: [false, true])
  func nobodyWorksWhileTheRulesChange(besideAnother: Bool) throws {
    let desk = try desk()
    defer { try? Folder.removeTree(folder) }
    let steps = Locked<[String]>([])
    let (isIn, mayEnd, ended) = (Locked(false), Locked(false), Locked(0))
    try Thread.start {
      desk.change { _ in
        isIn.use { $0 = true }
        mayEnd.wait(atMostMs: 20_000, until: { $0 }) { _ in }
        steps.use { $0.append("changed") }
      }
      ended.use { $0 += 1 }
    }
    #expect(isIn.wait(atMostMs: 20_000, until: { $0 }) { $0 })
    try Thread.start {
      if besideAnother {
        desk.change { _ in steps.use { $0.append("changed") } }
      } else {
        desk.rest(atMostMs: 20) {}
      }
      ended.use { $0 += 1 }
    }
    if !besideAnother { #expect(ended.wait(atMostMs: 20_000, until: { $0 > 0 }) { $0 } == 1) }
    try Thread.start {
      _ = try? desk.perform { _ in steps.use { $0.append("worked") } }
      ended.use { $0 += 1 }
    }
    // It could have come to its work by then.
    Clock.sleep(ms: 50)
    #expect(steps.use { $0 } == [])
    mayEnd.use { $0 = true }
    #expect(ended.wait(atMostMs: 20_000, until: { $0 == 3 }) { $0 } == 3)
    #expect(steps.use { $0 } == (besideAnother ? ["changed", "changed", "worked"] : ["changed", "worked"]))
    desk.close()
  }

  @Test func aHoldThatIsAloneIsSafeWithoutAnybodysWaiting() throws {
    let (desk, reader) = (try desk(), try SQLiteLedger(path: path, zone: .utc))
    defer { try? Folder.removeTree(folder) }
    let (_, stamp) = try hold(desk, 1)
    // Whoever asks goes on: another thread is at it already.
    #expect(stamp.isUnderWay)
    try desk.makeSafe(stamp)
    #expect(comesTrue { reader.recordedHead?.sequence == 1 })
    desk.close()
  }

  /// Whoever opens the ledger next goes by the index of its log as it was left.
  @Test(.enabled(if: hasMountNumbers)) func theEndLeavesTheIndexOfTheLog() throws {
    defer { try? Folder.removeTree(folder) }
    weak var last: LedgerDesk?
    do {
      let desk = try desk()
      last = desk
      settle(try hold(desk, 1).0, desk)
      desk.close()
    }
    // Its own thread has the ledger open until it ends.
    #expect(comesTrue { last == nil })
    #expect(try SQLiteLedger(path: path, zone: .utc).connection.hasKeptIndex)
  }

  /// Mounts have numbers of their own since Linux 6.8.
  private static let hasMountNumbers: Bool = {
    let release = (try? File.readAll("/proc/sys/kernel/osrelease")) ?? []
    let numbers = String(decoding: release, as: UTF8.self).split(separator: ".").prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (6, 8)
  }()

  @Test func whatIsLeftIsSafeAtTheEnd() throws {
    let (desk, reader) = (try desk(), try SQLiteLedger(path: path, zone: .utc))
    defer { try? Folder.removeTree(folder) }
    var held: [HeldCall] = []
    for number in 1...4 as ClosedRange<Int64> { held.append(try hold(desk, number).0) }
    for call in held { settle(call, desk) }
    desk.close()
    #expect(reader.recordedHead?.sequence == 8)
    #expect(try reader.holds().isEmpty)
    #expect(try reader.verify() == [])
  }

  /// A wait for the disk that fails is not repeated: what was committed is written into the database in its place.
  @Test func aSyncThatFailsOnceLosesNothing() throws {
    let ledger = try SQLiteLedger(path: path, zone: .utc)
    let (desk, reader) = (try desk(ledger), try SQLiteLedger(path: path, zone: .utc))
    defer { try? Folder.removeTree(folder) }
    try desk.waitUntilSafe(try hold(desk, 1).1)
    try breakSync(of: ledger)
    let (held, stamp) = try hold(desk, 2)
    try desk.waitUntilSafe(stamp)
    #expect(reader.recordedHead?.sequence == 2)
    #expect(File.changeMark(path + "-wal").first != nil)
    settle(held, desk)
    try desk.waitUntilSafe(try hold(desk, 3).1)
    desk.close()
    #expect(reader.recordedHead?.sequence == 4)
    #expect(try reader.holds().count == 2)
    #expect(try reader.verify() == [])
  }

  /// Nothing begins while nothing can be made safe; what has happened is recorded all the same; and when the disk is well
  /// again, calls go on.
  @Test func nothingBeginsWhileTheDiskFails() throws {
    let ledger = try SQLiteLedger(path: path, zone: .utc)
    let (desk, reader) = (try desk(ledger), try SQLiteLedger(path: path, zone: .utc))
    defer { try? Folder.removeTree(folder) }
    let (first, safe) = try hold(desk, 1)
    try desk.waitUntilSafe(safe)
    let seen = Locked<[String]>([])
    func note(_ name: String, _ body: () throws -> Void) {
      do {
        try body()
        seen.use { $0.append(name + " done") }
      } catch { seen.use { $0.append(name + " failed") } }
    }
    // Whoever reads the log keeps it from being moved into the database.
    try reader.inSnapshot { _ throws(LedgerError) in
      note("break") { try breakSync(of: ledger) }
      var second: LedgerDesk.Stamp?
      note("hold 2") { second = try hold(desk, 2).1 }
      note("wait 2") { if let second { try desk.waitUntilSafe(second) } }
      note("hold 3") { _ = try hold(desk, 3) }
      note("hold 4") { _ = try hold(desk, 4) }
      settle(first, desk)
    }
    #expect(
      seen.use { $0 } == ["break done", "hold 2 done", "wait 2 failed", "hold 3 failed", "hold 4 failed"])
    #expect(try comesTrue { try reader.holds().map(\.id.number) == [2] }, "the settlement is recorded")
    try desk.waitUntilSafe(try hold(desk, 5).1)
    #expect(reader.recordedHead?.sequence == 4)
    desk.close()
    #expect(try reader.holds().map(\.id.number) == [2, 4])
    #expect(try reader.verify() == [])
  }

  /// Gives a ledger something that no disk stands behind to wait for. *Source:* fdatasync(2): `EINVAL`.
  private func breakSync(of ledger: SQLiteLedger) throws {
    ledger.log = try FileDescriptor.open("/dev/null", .read)
  }

  /// Whoever rests stands between two commits, however many are called for; these are made afterwards.
  @Test func nobodyHasTheLedgerWhileItRests() throws {
    let (desk, reader) = (try desk(), try SQLiteLedger(path: path, zone: .utc))
    defer { try? Folder.removeTree(folder) }
    let (failures, locked, isOver) = (Locked(0), Locked(0), Locked(false))
    let callers = (0..<3 as Range<Int64>).map { thread in
      { @Sendable in
        var number = thread
        while !isOver.use({ $0 }) {
          number += 3
          do { settle(try hold(desk, number).0, desk) } catch { failures.use { $0 += 1 } }
        }
      }
    }
    Thread.together(
      [
        {
          guard let lock = try? FileLock(path: path + ".lock") else { return }
          for _ in 0..<100 {
            Clock.sleep(ms: 1)
            desk.rest {
              for _ in 0..<20 {
                if (try? lock.acquire(deadlineMs: 0)) == true { lock.release() } else { locked.use { $0 += 1 } }
                Clock.sleep(microseconds: 50)
              }
            }
          }
          isOver.use { $0 = true }
        }
      ] + callers)
    desk.close()
    #expect(locked.use { $0 } == 0)
    #expect(failures.use { $0 } == 0)
    #expect(try reader.usage(UsageQuery()).first?.sums.calls ?? 0 > 100)
    #expect(try reader.holds().isEmpty)
    #expect(try reader.verify() == [])
  }

  /// Calls of many threads share commits, and none is lost or taken twice.
  @Test func manyCallsShareTheirCommits() throws {
    let (desk, reader) = (try desk(), try SQLiteLedger(path: path, zone: .utc))
    defer { try? Folder.removeTree(folder) }
    let failures = Locked(0)
    Thread.together(
      (0..<8).map { thread in
        { @Sendable in
          for call in 0..<25 as Range<Int64> {
            do {
              let (held, stamp) = try hold(desk, Int64(thread) * 100 + call + 1)
              settle(held, desk)
              try desk.waitUntilSafe(stamp)
            } catch { failures.use { $0 += 1 } }
          }
        }
      })
    desk.close()
    #expect(failures.use { $0 } == 0)
    #expect(reader.recordedHead?.sequence == 400)
    #expect(try reader.holds().isEmpty)
    #expect(try reader.usage(UsageQuery()).first?.sums.calls == 200)
    #expect(try reader.verify() == [])
  }
}
