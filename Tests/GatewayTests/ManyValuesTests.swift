import ScriptedServer
import Testing

@testable import Gateway

/// What is small on the wire must not fill the memory.
@Suite struct ManyValuesTests {
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
