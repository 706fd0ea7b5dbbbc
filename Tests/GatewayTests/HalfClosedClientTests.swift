import HTTPWire
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Clients that send nothing more behind their request, as `nc -N` does, and wait for the reply. *Source:* RFC 9112 section 9.6.
@Suite(.serialized) struct HalfClosedClientTests {
  private static let call = #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}"#

  @Test(arguments: [("POST", "/v1/chat/completions"), ("POST", "/v1/files"), ("GET", "/v1/models")])
  func theReplyComes(method: String, path: String) throws {
    let harness = try GatewayHarness { exchange in
      Clock.sleep(ms: 150)
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    try client.send(method, harness.path(path), body: method == "POST" ? Array(Self.call.utf8) : [])
    client.socket.endWriting()
    let reply = try client.reply(to: method)
    #expect(reply.status == 200 && reply.isWhole)
    let last = try harness.ledger().last
    if path == "/v1/chat/completions" {
      #expect(last?.kind == .settle && last?.ending == .complete)
      #expect(last?.usage?.exactness == .exact)
    }
  }

  /// Whoever leaves behind that is seen to leave as soon as anybody.
  @Test(arguments: [false, true]) func whoLeavesThenIsSeenToLeave(readsNoMore: Bool) throws {
    let (begun, left) = (Locked(false), Locked<Int64?>(nil))
    let harness = try GatewayHarness { exchange in
      begun.use { $0 = true }
      let waited = exchange.waitForEnd(limitMs: 20_000)
      left.use { $0 = waited ?? -1 }
      return false
    }
    let client = try harness.connect()
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(Self.call.utf8))
    client.socket.endWriting()
    #expect(begun.wait(atMostMs: 20_000, until: { $0 }) { $0 })
    // It is waited for as long as it is there.
    Clock.sleep(ms: 200)
    #expect(left.use { $0 } == nil)
    if readsNoMore { client.socket.shutdown() } else { client.socket.close() }
    defer { if readsNoMore { client.socket.close() } }
    // Otherwise its provider is waited for, however long that takes. How soon anybody looks stands in UpstreamTests.
    #expect(left.wait(atMostMs: 90_000, until: { $0 != nil }) { $0 ?? -1 } >= 0)
    #expect(try harness.ledger().last?.ending == .failed)
  }
}
