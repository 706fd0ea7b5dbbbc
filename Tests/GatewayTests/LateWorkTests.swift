import Configuration
import Guard
import GuardModel
import Ledger
import Posix
import Testing

@testable import Gateway
@testable import SQLiteLedger

/// What nobody waits for and could not be written: it is done again, for whoever made the hold lives on.
@Suite(.serialized) struct LateWorkTests {
  private let folder: String
  private let path: String
  private let desk: LedgerDesk
  private let reader: SQLiteLedger
  private let lock: FileLock

  init() throws {
    folder = try Folder.makeTemporary(prefix: "llmguard-late")
    path = folder + "/ledger.sqlite3"
    let ledger = try SQLiteLedger(path: path, zone: .utc, lockDeadlineMs: 300)
    desk = LedgerDesk(settings: Settings(), ledger: ledger, nowUnixMs: { Clock.unixMs })
    reader = try SQLiteLedger(path: path, zone: .utc)
    lock = try FileLock(path: path + ".lock")
  }

  private func hold(_ number: Int64) throws -> HeldCall {
    var call = CallRequest(
      user: "ana", operation: "default", model: "gpt-4o", countedInputTokens: 5, run: "r", program: "test")
    call.number = number
    let request = call
    let (result, _) = try desk.perform { tools in Result { try tools.pipeline.admit(request) } }
    guard case .admitted(let held) = try result.get() else { throw LedgerError.overflow }
    return held
  }

  private func settle(_ held: HeldCall, lost: Locked<Int>) {
    desk.post(
      { tools in
        _ = try? tools.pipeline.settle(
          held, usage: TokenUsage(input: 5, output: 5, exactness: .exact), ending: .complete)
      }, lost: { _ in lost.use { $0 += 1 } })
    desk.flushSoon()
  }

  private func comesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    while Clock.monotonicNanoseconds < end {
      if try condition() { return true }
      Clock.sleep(ms: 5)
    }
    return false
  }

  @Test(arguments: [false, true]) func callsThatEndWhileTheLedgerIsLockedAreSettledAfterwards(isAtEnd: Bool) throws {
    defer { try? Folder.removeTree(folder) }
    let (held, lost) = (try (1...100).map { try hold($0) }, Locked(0))
    #expect(try lock.acquire(deadlineMs: 1000))
    for call in held { settle(call, lost: lost) }
    #expect(throws: LedgerError.self) { try desk.perform { _ in } }
    Clock.sleep(ms: 500)
    #expect(try reader.holds().count == 100)
    lock.release()
    if isAtEnd {
      desk.close()
    } else {
      // Whoever comes next takes it along.
      _ = try desk.perform { _ in }
    }
    #expect(try comesTrue { try reader.holds().isEmpty })
    #expect(try reader.entries(limit: 1000).filter { $0.kind == .settle }.count == 100)
    #expect(lost.use { $0 } == 0)
    if !isAtEnd { desk.close() }
  }

  /// At the end nobody waits for each of many in turn, and what is lost is said.
  @Test func whatCannotBeDoneAtTheEndIsSaid() throws {
    defer { try? Folder.removeTree(folder) }
    let (held, lost) = (try (1...200).map { try hold($0) }, Locked(0))
    #expect(try lock.acquire(deadlineMs: 1000))
    for call in held { settle(call, lost: lost) }
    #expect(throws: LedgerError.self) { try desk.perform { _ in } }
    // What has failed twice goes alone.
    desk.tryLate()
    let start = Clock.monotonicNanoseconds
    desk.close()
    let tookMs = (Clock.monotonicNanoseconds - start) / 1_000_000
    #expect(lost.use { $0 } == 200)
    // In turn they would take 200 times 300 ms.
    #expect(tookMs < 45_000, "\(tookMs) ms")
    lock.release()
  }

  /// Work that makes every commit fail takes nothing else with it, and comes to an end while others are recorded: where nothing is,
  /// it need not be to blame.
  @Test func workThatAlwaysFailsIsGivenUp() throws {
    defer { try? Folder.removeTree(folder) }
    let (held, lost) = (try (1...20).map { try hold($0) }, Locked(0))
    // How many commits had recorded something at each of its tries, which may be more than one where a second went by between two.
    let tries = Locked<[Int64]>([])
    desk.post(
      { [desk] tools in
        let recorded = desk.line.use { $0.recorded }
        tries.use { $0.append(recorded) }
        (tools.ledger as? SQLiteLedger)?.openGroup?.failure = .corrupt(path: "x", detail: "poisoned")
      }, lost: { _ in lost.use { $0 += 1 } })
    for _ in 1...20 { _ = try? desk.perform { _ in } }
    #expect(lost.use { $0 } == 0)
    // Each is a commit of its own that succeeds, but for the first, which the other may be in.
    for call in held {
      settle(call, lost: Locked(0))
      _ = try? desk.perform { _ in }
    }
    #expect(try comesTrue { try reader.holds().isEmpty })
    #expect(comesTrue { lost.use { $0 } == 1 })
    let last = tries.use { $0 }
    #expect(Set(last).count == 5, "\(last)")
    _ = try desk.perform { _ in }
    desk.close()
    #expect(tries.use { $0 } == last && lost.use { $0 } == 1)
  }
}
