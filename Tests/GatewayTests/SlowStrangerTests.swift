import HTTPWire
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Whoever sends bit by bit, and needs no key for it, keeps nobody out for long.
@Suite(.serialized) struct SlowStrangerTests {
  @Test(arguments: [
    "POST /nobody/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\na",
    "GET /nobody/x HTTP/1.1\r\nHost: x\r\nX-A: a",
  ])
  func placesComeFree(beginning: String) throws {
    let harness = try GatewayHarness(
      configure: {
        $0.limits.connections = 4
        $0.limits.crowdedHeadMs = 300
        $0.limits.skipMs = 300
      }
    ) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let strangers = try (0..<4).map { _ in try harness.connect() }
    defer { for stranger in strangers { stranger.close() } }
    for stranger in strangers { try stranger.write(beginning) }
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    var status = 0
    while status != 200, Clock.monotonicNanoseconds < end {
      for stranger in strangers { try? stranger.write("a") }
      Clock.sleep(ms: 50)
      status = (try? harness.post(#"{"model":"m","max_tokens":5,"messages":[]}"#).status) ?? 0
    }
    #expect(status == 200)
  }

  /// Nor does a head that is still to come keep the gateway from ending: nothing was asked yet.
  @Test func theEndWaitsForNoHead() throws {
    // So long that nothing else ends the wait.
    let harness = try GatewayHarness(
      configure: { ($0.limits.headMs, $0.limits.stallMs) = (600_000, 600_000) }
    ) { _ in true }
    let stranger = try harness.connect()
    defer { stranger.close() }
    try stranger.write("GET /nobody/x HTTP/1.1\r\nHost: x\r\nX-A: a")
    // Until it has been read.
    Clock.sleep(ms: 200)
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    var isWaitedFor = false
    harness.gateway.finish {
      Clock.sleep(ms: 1)
      isWaitedFor = Clock.monotonicNanoseconds > end
      return !isWaitedFor
    }
    #expect(!isWaitedFor)
  }
}
