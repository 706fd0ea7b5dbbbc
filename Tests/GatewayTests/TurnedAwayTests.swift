import HTTPWire
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// What the gateway of a run answers by itself, and who hears of it.
@Suite(.serialized) struct TurnedAwayTests {
  private static let call = #"{"model":"m","max_tokens":5,"messages":[]}"#

  private static func harness(configure: (inout GatewayOptions) -> Void = { _ in }) throws -> GatewayHarness {
    try GatewayHarness(configure: configure) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
  }

  private static func crowded(_ harness: GatewayHarness) -> [String] {
    harness.news.all.compactMap {
      if case .crowded(let user, let why, _) = $0 { "\(user ?? "-"): \(why)" } else { nil }
    }
  }

  @Test(arguments: ["/v1/chat/completions", "/v1/files"]) func aBodyThatDoesNotComeIsNotSent(target: String) throws {
    let harness = try Self.harness { $0.limits.stallMs = 200 }
    let client = try harness.connect()
    defer { client.close() }
    #expect(!harness.gateway.sentNothing)
    try client.send("POST", harness.path(target), fields: ["Content-Length": "100"])
    #expect(try client.reply().status == 408)
    #expect(harness.gateway.sentNothing)
    #expect(Self.crowded(harness) == ["ana: the request did not come in time"])
    // What goes out afterwards is another matter.
    #expect(try harness.post(Self.call).status == 200)
    #expect(!harness.gateway.sentNothing)
  }

  @Test func aConnectionThatFindsNoPlaceIsTold() throws {
    let harness = try Self.harness {
      // Nobody makes room, however long the test takes. Whoever connects first has the place.
      ($0.limits.connections, $0.limits.crowdedIdleMs, $0.limits.crowdedHeadMs) = (1, 600_000, 600_000)
    }
    let first = try harness.connect()
    defer { first.close() }
    try first.write("POST ")
    let second = try harness.connect()
    defer { second.close() }
    #expect(try second.reply().status == 429)
    #expect(!harness.gateway.sentNothing, "whose it was is not known")
    #expect(Self.crowded(harness) == ["-: too many connections"])
  }

  @Test func aBodyThatFindsNoMemoryIsTold() throws {
    let harness = try Self.harness { $0.limits.sharedBodyBytes = 1_000_000 }
    let body = #"{"model":"m","max_tokens":5,"messages":["\#(String(repeating: "x", count: 2_000_000))"]}"#
    #expect(try harness.post(body).status == 429)
    #expect(harness.gateway.sentNothing)
    #expect(Self.crowded(harness).first?.hasPrefix("ana: other large calls take the memory") == true)
  }

  /// What cannot be read says how its user stands, where it is known whose it is.
  @Test(
    arguments: [
      ("POST PATH HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", 417), ("POST PATH HTTP/1.1\r\nbad field\r\n\r\n", 400),
      ("POST PATH HTTP/1.1\r\nHost: HOST\r\nx: \(String(repeating: "y", count: 300_000))\r\n\r\n", 431),
      ("POST PATH HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 900000000\r\n\r\n", 413),
      ("POST PATH HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n", 408),
      ("POST PATH HTTP/1.1\r\nHost: elsewhere.test\r\nContent-Length: 0\r\n\r\n", 404),
      ("POST NOBODY HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n", 404),
      ("OPTIONS PATH HTTP/1.1\r\nHost: HOST\r\nMax-Forwards: 0\r\n\r\n", 204),
    ] as [(String, Int)])
  func itSaysHowItsUserStands(text: String, status: Int) throws {
    let harness = try Self.harness { $0.limits.stallMs = 200 }
    let client = try harness.connect()
    defer { client.close() }
    try client.write(
      text.replacing("PATH", with: harness.path("/v1/chat/completions")).replacing(
        "NOBODY", with: harness.path("/v1", key: "nobody")
      )
      .replacing("HOST", with: "127.0.0.1:\(harness.port)"))
    let reply = try client.reply()
    #expect(reply.status == status)
    #expect(reply.head.fields["x-llmguard-phase"] == "ok")
    #expect(reply.head.fields["x-llmguard-limit"] != nil && reply.head.fields["x-llmguard-charge"] == "0")
    #expect(reply.head.fields["x-llmguard-exact"] == "0")
  }

  /// Nobody else hears of it.
  @Test func aStrangerIsNotToldHowUsersStand() throws {
    let harness = try Self.harness { $0.limits.stallMs = 200 }
    for text in [
      "POST /nobody/openai/v1 HTTP/1.1\r\nbad field\r\n\r\n", "GET /nobody HTTP/1.1\r\nHost: x\r\n\r\n", "\r\nx\r\n",
    ] {
      let client = try harness.connect()
      defer { client.close() }
      try client.write(text)
      let reply = try client.reply()
      #expect(reply.status >= 400 && reply.head.fields["x-llmguard-phase"] == nil)
    }
  }

  /// Whoever has no token may be anybody on the machine.
  @Test func aStrangerIsAnsweredAndNotTold() throws {
    let harness = try Self.harness()
    let client = try harness.connect()
    defer { client.close() }
    #expect(
      try client.exchange("POST", "/nobody/openai/v1/chat/completions", body: Array(Self.call.utf8)).status == 404)
    #expect(!harness.gateway.sentNothing)
    #expect(harness.news.all.isEmpty && harness.gateway.summary.turnedAway == 0)
  }
}
