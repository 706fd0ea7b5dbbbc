import HTTPWire
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// What a provider says of sending a call again goes before what its status means elsewhere.
@Suite(.serialized) struct ShouldRetryTests {
  /// *Source:* the clients of OpenAI and Anthropic, `_should_retry`: the field first, then the status.
  @Test(
    arguments: [
      (503, "false", 1), (429, "false", 1), (400, "true", 3), (503, "true", 3), (503, nil, 3), (400, nil, 1),
      (503, "maybe", 3), (400, "TRUE", 1), (201, "true", 1),
    ] as [(Int, String?, Int)]) func theProvidersWordDecides(status: Int, word: String?, expected: Int) throws
  {
    let keys = Locked<[String?]>([])
    let harness = try GatewayHarness(configure: { $0.retries = 2 }) { exchange in
      keys.use { $0.append(exchange.head.fields["Idempotency-Key"]) }
      var fields: HTTPFields = ["retry-after-ms": "1"]
      if let word { fields.append("x-should-retry", word) }
      exchange.reply(status: status, fields: fields, #"{"error":{"message":"no"}}"#)
      return true
    }
    let reply = try harness.post(fields: ["Idempotency-Key": "k-1"], MeteredCallTests.chat)
    #expect(reply.status == status)
    // It is one call to the provider, however often it is sent.
    #expect(keys.use { $0 } == Array(repeating: "k-1", count: expected))
    #expect(try harness.ledger().map(\.kind) == [.reserve, .void])
  }

  /// A part of a second is waited for, too: whoever comes too early is turned away again.
  @Test(
    arguments: [
      ("0.2", nil, 200), ("1.9", nil, 1900), ("0.0001", nil, 1), ("3", nil, 3000), ("3.", nil, 3000), (nil, "0.2", 1),
      (nil, "7", 7), ("1.x", nil, nil), (".5", nil, 500), ("-1", nil, nil), ("1e3", nil, nil), ("0x10", nil, nil),
      (".", nil, nil),
    ] as [(String?, String?, Int64?)])
  func aPartOfASecondCounts(seconds: String?, milliseconds: String?, expected: Int64?) {
    #expect(Retry.afterMs(seconds: seconds, milliseconds: milliseconds, nowUnixMs: 0) == expected)
  }
}
