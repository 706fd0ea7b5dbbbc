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
        if case .queued("ana", let ahead, _, let waitedMs) = news { (ahead, waitedMs) } else { nil }
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
}
