import Guard
import GuardModel
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// A call is not sent again when the time of its run is over.
@Suite(.serialized) struct RetryInTimeTests {
  private static let body = #"{"model":"m","max_tokens":5,"messages":[]}"#

  /// How often a call went out of a run that has so much time left, before a provider that asks to wait for so many seconds.
  private func tries(leftMs: Int64?, wait: String) throws -> (count: Int, status: Int, tookMs: Int64) {
    let seen = Locked(0)
    let harness = try GatewayHarness(configure: { options in
      options.retries = 2
      options.caps.endsAtMs = leftMs.map { Clock.sinceStartMs + $0 }
    }) { exchange in
      seen.use { $0 += 1 }
      exchange.reply(status: 503, fields: ["Retry-After": wait], "{}")
      return true
    }
    let start = Clock.sinceStartMs
    let reply = try harness.post(Self.body)
    #expect(try harness.ledger().map(\.kind) == [.reserve, .void])
    return (seen.use { $0 }, reply.status, Clock.sinceStartMs - start)
  }

  @Test func itGoesOutAgainWhileThereIsTime() throws {
    #expect(try tries(leftMs: nil, wait: "0").count == 3)
    #expect(try tries(leftMs: 60_000, wait: "0").count == 3)
  }

  /// What would come too late is not waited for.
  @Test func itGoesOutOnceWhereTheWaitIsTooLong() throws {
    let (count, status, tookMs) = try tries(leftMs: 3000, wait: "5")
    #expect(count == 1 && status == 503 && tookMs < 3000)
  }

  /// A run inside another has no more time than that.
  @Test func whatIsAroundARunEndsItsTime() {
    var (caps, terms) = (RunCaps(), JoinedTerms())
    caps.endsAtMs = 10
    terms.caps.endsAtMs = 5
    let tree = RunTree(caps)
    #expect(tree.join("a", parent: nil, terms) && tree.join("b", parent: nil, JoinedTerms()))
    #expect(!tree.isOver("a", atMs: 4) && tree.isOver("a", atMs: 5))
    #expect(!tree.isOver("b", atMs: 9) && tree.isOver("b", atMs: 10) && tree.isOver(nil, atMs: 10))
  }
}
