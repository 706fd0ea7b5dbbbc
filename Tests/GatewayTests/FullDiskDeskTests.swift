import Configuration
import DiskFault
import Glibc
import Guard
import GuardModel
import Ledger
import Posix
import Testing

@testable import Gateway
@testable import SQLiteLedger

/// What waits for a disk that has no room. Writes of SQLite's fail here for all threads; what only reads succeeds.
@Suite(.serialized) struct FullDiskDeskTests {
  private let folder: String
  private let reader: SQLiteLedger
  private let desk: LedgerDesk
  private let lost = Locked<[LedgerError]>([])

  init() throws {
    #expect(disk_fault_install())
    folder = try Folder.makeTemporary(prefix: "llmguard-full")
    let path = folder + "/ledger.sqlite3"
    desk = LedgerDesk(
      settings: Settings(), ledger: try SQLiteLedger(path: path, zone: .utc), nowUnixMs: { Clock.unixMs })
    reader = try SQLiteLedger(path: path, zone: .utc)
  }

  private func setFull(_ isFull: Bool) { disk_fault_set_in(folder, isFull ? ENOSPC : 0) }

  private func end() {
    setFull(false)
    try? Folder.removeTree(folder)
  }

  /// Holds calls, which take more than they will have taken.
  private func hold(_ numbers: ClosedRange<Int64>) throws -> [HeldCall] {
    try numbers.map { number in
      var call = CallRequest(
        user: "ana", operation: "default", model: "gpt-4o", countedInputTokens: 500, run: "r", program: "test")
      call.number = number
      let request = call
      let (result, stamp) = try desk.perform { tools in Result { try tools.pipeline.admit(request) } }
      guard case .admitted(let held) = try result.get() else { throw LedgerError.overflow }
      try desk.waitUntilSafe(stamp)
      return held
    }
  }

  private func settle(_ calls: [HeldCall]) {
    for call in calls {
      desk.post(
        { tools in
          _ = try? tools.pipeline.settle(
            call, usage: TokenUsage(input: 5, output: 5, exactness: .exact), ending: .complete)
        }, lost: { [lost] error in lost.use { $0.append(error) } })
    }
    desk.flushSoon()
  }

  /// Whether a write fails anew from now on: so what waits was tried again.
  private func triesAgain() -> Bool {
    let before = disk_fault_count_in()
    return comesTrue { disk_fault_count_in() > before }
  }

  private func comesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = Clock.monotonicNanoseconds + 20_000_000_000
    while Clock.monotonicNanoseconds < end {
      if try condition() { return true }
      Clock.sleep(ms: 2)
    }
    return false
  }

  private func charged() throws -> Int64? { try reader.usage(UsageQuery()).first?.sums.chargeTokens }

  /// However often others look at the ledger meanwhile, and although nobody comes when there is room again.
  @Test func whatAFullDiskKeptIsSettledWhenThereIsRoom() throws {
    defer { end() }
    let calls = try hold(1...3)
    setFull(true)
    settle(calls)
    #expect(comesTrue { disk_fault_count_in() > 0 })
    for _ in 0..<20 {
      // A commit with nothing to record succeeds.
      _ = try desk.perform { _ in }
      Clock.sleep(ms: 2)
    }
    #expect(throws: LedgerError.self) { _ = try hold(4...4) }
    #expect(triesAgain(), "by itself")
    #expect(lost.use { $0 } == [])
    #expect(try reader.holds().count == 3)
    setFull(false)
    #expect(try comesTrue { try reader.holds().isEmpty })
    #expect(try charged() == 30)
    desk.close()
    #expect(lost.use { $0 } == [])
    #expect(try reader.verify() == [])
  }

  /// Whoever comes takes along what waits: the next commit that records something shows that there is room.
  @Test func theNextCallTakesAlongWhatWaits() throws {
    defer { end() }
    let calls = try hold(1...3)
    setFull(true)
    settle(calls)
    #expect(comesTrue { disk_fault_count_in() > 0 })
    #expect(triesAgain())
    setFull(false)
    _ = try hold(4...4)
    #expect(try comesTrue { try reader.holds().map(\.id.number).count == 1 })
    #expect(try charged() == 30)
    desk.close()
    #expect(try reader.verify() == [])
  }

  /// What waits still at the end is tried once more; where there is no room, that is told of each, and ends.
  @Test(arguments: [false, true]) func whatWaitsIsTriedOnceMoreAtTheEnd(isFullAtTheEnd: Bool) throws {
    defer { end() }
    let calls = try hold(1...70)
    setFull(true)
    settle(calls)
    #expect(comesTrue { disk_fault_count_in() > 0 })
    if !isFullAtTheEnd { setFull(false) }
    desk.close()
    setFull(false)
    #expect(lost.use { $0.count } == (isFullAtTheEnd ? 70 : 0))
    #expect(try reader.holds().count == (isFullAtTheEnd ? 70 : 0))
    #expect(try charged() == (isFullAtTheEnd ? nil : 700))
    #expect(try reader.verify() == [])
  }

  /// What fails while others succeed is to blame itself, and does not go on for ever.
  @Test func whatFailsWhileOthersSucceedIsGivenUp() throws {
    defer { end() }
    let tries = Locked(0)
    desk.post(
      { tools throws(LedgerError) in
        tries.use { $0 += 1 }
        throw .corrupt(path: "x", detail: "y")
      }, lost: { [lost] error in lost.use { $0.append(error) } })
    desk.flushSoon()
    for number in 1...20 as ClosedRange<Int64> {
      if number > 1, !lost.use({ $0.isEmpty }) { break }
      let before = tries.use { $0 }
      settle(try hold(number...number))
      #expect(comesTrue { tries.use { $0 } > before || !lost.use({ $0.isEmpty }) })
    }
    #expect(lost.use { $0 } == [.corrupt(path: "x", detail: "y")])
    #expect(tries.use { $0 } >= 5)
    desk.close()
    #expect(try reader.holds().isEmpty)
    #expect(try reader.verify() == [])
  }

  /// While nothing at all succeeds, nobody is to blame: what waits stays.
  @Test func whatFailsAsAllElseDoesIsNotGivenUp() throws {
    defer { end() }
    let calls = try hold(1...1)
    disk_fault_set_in(folder, EIO)
    settle(calls)
    for _ in 1...6 { #expect(triesAgain()) }
    #expect(lost.use { $0 } == [])
    disk_fault_set_in(folder, 0)
    #expect(try comesTrue { try reader.holds().isEmpty })
    #expect(try charged() == 10)
    desk.close()
    #expect(try reader.verify() == [])
  }
}
