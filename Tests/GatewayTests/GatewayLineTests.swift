import Configuration
import GuardModel
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Calls that wait for their turn in a gateway.
@Suite(.serialized) struct GatewayLineTests {
  @Test func aCallThatWaitsSaysHowLongAndThenRuns() throws {
    let (isLate, arrived) = (Locked(true), Locked(0))
    let harness = try GatewayHarness(settings: { $0.tiers["default"]?.lane = LaneLimits(concurrency: 1) }) { exchange in
      arrived.use { $0 += 1 }
      let endNs = Clock.monotonicNanoseconds + 60_000_000_000
      while isLate.use({ $0 }), Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let statuses = Locked<[Int]>([])
    @Sendable func call() {
      if let reply = try? harness.post(MeteredCallTests.chat) { statuses.use { $0.append(reply.status) } }
    }
    @Sendable func told() -> [(ahead: Int64, waitedMs: Int64)] {
      harness.news.all.compactMap { news in
        if case .queued("ana", "openai", let ahead, _, let waitedMs, nil) = news { (ahead, waitedMs) } else { nil }
      }
    }
    Thread.together([
      { call() }, { call() },
      {
        let endNs = Clock.monotonicNanoseconds + 60_000_000_000
        while told().count < 3, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
        isLate.use { $0 = false }
      },
    ])
    #expect(statuses.use { $0 } == [200, 200])
    #expect(arrived.use { $0 } == 2)
    let waits = told()
    #expect(waits.allSatisfy { $0.ahead == 0 && $0.waitedMs >= 0 })
    #expect(zip(waits, waits.dropFirst()).allSatisfy { $0.waitedMs <= $1.waitedMs })
    #expect(waits.count >= 3)
  }

  /// Who is next looks at the ledger when somebody has written to it, and seldom else: an hour of waiting costs next to nothing.
  @Test func aLineThatStandsStillIsSeldomLookedAt() throws {
    let isLate = Locked(true)
    let harness = try GatewayHarness(settings: { $0.tiers["default"]?.lane = LaneLimits(concurrency: 1) }) { exchange in
      let endNs = Clock.monotonicNanoseconds + 60_000_000_000
      while isLate.use({ $0 }), Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let statuses = Locked<[Int]>([])
    @Sendable func call() {
      if let reply = try? harness.post(MeteredCallTests.chat) { statuses.use { $0.append(reply.status) } }
    }
    @Sendable func waits() -> [Int64] {
      harness.news.all.compactMap { if case .queued(_, _, _, _, let waitedMs, _) = $0 { waitedMs } else { nil } }
    }
    Thread.together([
      { call() }, { call() },
      {
        let endNs = Clock.monotonicNanoseconds + 60_000_000_000
        while waits().last ?? 0 < 1500, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
        isLate.use { $0 = false }
      },
    ])
    #expect(statuses.use { $0 } == [200, 200])
    // What is written as the first call begins is looked at; after that ten looks a second are the most.
    let late = waits().filter { $0 >= 500 }
    #expect(Int64(late.count) <= ((late.last ?? 0) - 500) / 90 + 2, "\(waits())")
    #expect(late.count >= 2)
  }

  /// Nobody waits who has left, from the moment on in which that is so.
  @Test func aClientThatHasLeftDoesNotWait() throws {
    let isLate = Locked(true)
    let harness = try GatewayHarness(settings: { $0.tiers["default"]?.lane = LaneLimits(concurrency: 1) }) { exchange in
      isLate.wait(until: { !$0 }) { _ in }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    defer { isLate.use { $0 = false } }
    let clients = try (0..<3).map { _ in try harness.connect() }
    for client in clients {
      try client.send("POST", harness.path("/v1/chat/completions"), body: Array(MeteredCallTests.chat.utf8))
    }
    let endNs = Clock.monotonicNanoseconds + 60_000_000_000
    while harness.gateway.callsInLine.waiting < 2, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
    for client in clients { client.close() }
    #expect(harness.gateway.callsInLine == CallsInLine(waiting: 0, lost: 2, refused: 0))
    Clock.sleep(ms: 200)
    #expect(harness.gateway.callsInLine == CallsInLine(waiting: 0, lost: 2, refused: 0))
  }
}
