import GuardModel
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

  /// A date may come in any form that it ever had. *Source:* RFC 9110 section 5.6.7, whose examples these are.
  @Test(
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
      ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Wed Nov 16 08:49:37 1994", 784_975_777),
      ("Sunday, 06-Nov-94 08:49:37", nil), ("Sunday, 06-Nov-1994 08:49:37 GMT", nil), ("Sun Nov 6 08:49:37 94", nil),
      ("Sunday, 06-Nov-9x 08:49:37 GMT", nil), ("Sunday, 06/Nov/94 08:49:37 GMT", nil),
      ("Sun Foo  6 08:49:37 1994", nil),
    ] as [(String, Int64?)])
  func aDateComesInAnyForm(text: String, expected: Int64?) {
    // In the year 1990.
    let now: Int64 = 631_200_000_000
    #expect(Retry.afterMs(seconds: text, milliseconds: nil, nowUnixMs: now) == expected.map { $0 * 1000 - now })
  }

  /// Two digits are no year that is more than fifty years ahead.
  @Test(
    arguments: [
      ("26", "2026-11-30", 2026), ("76", "2026-11-30", 2076), ("77", "2026-11-30", 1977), ("27", "2026-11-30", 2027),
      ("02", "2099-11-30", 2102), ("00", "2026-11-30", 2000), ("99", "2000-11-30", 1999),
    ] as [(String, String, Int64)])
  func aYearOfTwoDigitsIsNear(digits: String, today: String, year: Int64) throws {
    let now = try #require(HTTPDate.rfc3339(today + "T00:00:00Z"))
    let read = OlderDates.unixMs("Sunday, 06-Nov-\(digits) 00:00:00 GMT", nowUnixMs: now)
    #expect(read == CivilDate(year: year, month: 11, day: 6).dayNumber * 86_400_000)
  }
}
