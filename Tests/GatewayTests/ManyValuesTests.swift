import ScriptedServer
import Testing

@testable import Gateway

/// What is small on the wire must not fill the memory.
@Suite struct ManyValuesTests {
  /// Who asks before it sends is told at once, and not when the gateway has taken as much as it takes.
  @Test(arguments: [true, false]) func aBodyThatIsSaidToBeTooLargeIsNotWaitedFor(asks: Bool) throws {
    let harness = try GatewayHarness { _ in true }
    let client = try harness.connect()
    defer { client.close() }
    try client.write(
      "POST \(harness.path("/v1/chat/completions")) HTTP/1.1\r\nHost: 127.0.0.1:\(harness.port)\r\n"
        + (asks ? "Expect: 100-continue\r\n" : "") + "Content-Length: 9999999999\r\n\r\n")
    // A client whose wait is answered by 100 goes on with its body, and this one has none.
    client.socket.setTimeouts(ms: 2000)
    #expect((try? client.reply().status) == 413)
  }

  /// What nobody could read is not read: a body of two bytes a value would take two hundred times its length.
  @Test func aBodyOfMillionsOfValuesIsRefused() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let many = "[" + String(repeating: "{},", count: 1_000_001) + "0]"
    let reply = try harness.post(#"{"model":"m","max_tokens":5,"messages":[],"x":"# + many + "}")
    #expect(reply.status == 400 && reply.text.contains("too many values"))
    let fewer = "[" + String(repeating: "{},", count: 100_000) + "0]"
    #expect(try harness.post(#"{"model":"m","max_tokens":5,"messages":[],"x":"# + fewer + "}").status == 200)
  }
}
