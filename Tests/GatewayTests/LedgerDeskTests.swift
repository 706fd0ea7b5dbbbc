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

  private func desk() throws -> LedgerDesk {
    let ledger = try SQLiteLedger(path: path, zone: .utc)
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
    let end = Clock.monotonicNanoseconds + 20_000_000_000
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
