import Configuration
import HTTPWire
import IntentCache
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// The same call, asked for by many at once.
@Suite(.serialized) struct SameCallTests {
  private static let call = #"{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"three names"}]}"#

  /// What became of calls that all came while the first one was under way. The first two are answered when all that are left wait
  /// for them.
  private func ask(
    _ count: Int, _ answer: @escaping @Sendable (Int, ScriptedServer.Exchange) -> Void
  ) throws -> (statuses: [Int], calls: Int, attempts: [Int64]) {
    let folder = try Folder.makeTemporary(prefix: "llmguard-same-call")
    defer { try? Folder.removeTree(folder) }
    let calls = Locked(0)
    let cache = GatewayCache(
      path: folder + "/cache.sqlite3", mode: .auto, limits: IntentCache.Limits(), tell: { _ in })
    let harness = try GatewayHarness(configure: { $0.cache = cache }) { exchange in
      let number = calls.use { calls in
        calls += 1
        return calls
      }
      let end = Clock.monotonicNanoseconds + 60_000_000_000
      func allWait() -> Bool { cache.underWay()?.waiters(for: Int64(number)) == count - number }
      while number <= 2, !allWait(), Clock.monotonicNanoseconds < end { Clock.sleep(ms: 5) }
      answer(number, exchange)
      return true
    }
    let statuses = Locked<[Int]>([])
    for _ in 0..<count {
      try Posix.Thread.start {
        let status = try? harness.post(Self.call).status
        statuses.use { $0.append(status ?? 0) }
      }
    }
    let all = statuses.wait(atMostMs: 60_000, until: { $0.count == count }) { $0 }
    let attempts = try harness.ledger().filter { $0.kind == .reserve }.compactMap { $0.facts?.attempt }
    return (all, calls.use { $0 }, attempts)
  }

  /// One that fails is made once more for all who wait, as it may have been chance.
  @Test func aCallThatFailsOnceIsMadeOnceMore() throws {
    let (statuses, calls, _) = try ask(6) { number, exchange in
      exchange.reply(status: number == 1 ? 500 : 200, number == 1 ? "{}" : MeteredCallTests.reply)
    }
    #expect(statuses.sorted() == [200, 200, 200, 200, 200, 500])
    #expect(calls == 2)
  }

  /// One that fails twice will go on to: whoever still waits goes at once, and not one behind the other.
  @Test func nobodyWaitsForMoreThanTwoThatFail() throws {
    let atOnce = Locked((now: 0, most: 0))
    let (statuses, calls, _) = try ask(7) { number, exchange in
      atOnce.use { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      if number > 2 { atOnce.wait(atMostMs: 60_000, until: { $0.most == 5 }) { _ in } }
      atOnce.use { $0.now -= 1 }
      exchange.reply(status: 500, "{}")
    }
    #expect(statuses == Array(repeating: 500, count: 7))
    #expect(calls == 7)
    #expect(atOnce.use { $0.most } == 5)
  }

  /// Who waited for calls that failed asks for the first time: none of them is another's retry, and none is dearer for it.
  @Test func whoWaitedInVainIsNobodysRetry() throws {
    let atOnce = Locked(0)
    let (statuses, calls, attempts) = try ask(7) { number, exchange in
      if number <= 2 {
        exchange.reply(status: 500, "{}")
        return
      }
      // Held up until all of them are out: an answer would be the others', too.
      let isLast = atOnce.use { atOnce in
        atOnce += 1
        return atOnce == 5
      }
      if !isLast { atOnce.wait(atMostMs: 60_000, until: { $0 == 5 }) { _ in } }
      exchange.reply(status: 200, MeteredCallTests.reply)
    }
    #expect(statuses.sorted() == [200, 200, 200, 200, 200, 500, 500])
    #expect(calls == 7)
    #expect(attempts == Array(repeating: 1, count: 7))
  }
}
