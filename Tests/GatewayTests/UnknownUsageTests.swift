import GuardModel
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Calls whose replies do not say what they take.
@Suite(.serialized) struct UnknownUsageTests {
  /// A reply that comes before the call has ended says nothing of what it takes: it is charged what was held.
  @Test(arguments: [
    ("/v1/responses", #""background":true,"max_output_tokens":500,"input":"hi""#, #"{"status":"queued","usage":null}"#),
    ("/v1/chat/completions", #""deferred":true,"max_tokens":500,"messages":[]"#, #"{"request_id":"r"}"#),
  ])
  func whatGoesOnAfterItsReplyIsChargedWhatWasHeld(target: String, body: String, reply: String) throws {
    for isStrict in [false, true] {
      let harness = try GatewayHarness(configure: { $0.isStrict = isStrict }) { exchange in
        exchange.reply(reply)
        return true
      }
      let answer = try harness.post(to: target, #"{"model":"big",\#(body)}"#)
      #expect(answer.status == (isStrict ? 403 : 200))
      let entries = try harness.ledger()
      #expect(entries.map(\.kind) == (isStrict ? [] : [.reserve, .settle]))
      if isStrict { continue }
      #expect(entries.last?.usage?.output == 500)
      #expect(entries.last?.usage?.exactness == .estimated)
      #expect(entries.last?.charge == entries.first?.charge)
    }
  }

  /// Where it says its usage after all, that counts.
  @Test func aStreamedCallOfThatKindIsSettledByItsUsage() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        type: "text/event-stream",
        #"data: {"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":3,"output_tokens":4}}}"#
          + "\n\n")
      return true
    }
    _ = try harness.post(to: "/v1/responses", #"{"model":"big","background":true,"stream":true,"input":"hi"}"#)
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 3, output: 4, exactness: .exact))
  }

  /// Of a reply that is too long to be text and says no usage, the bytes are not taken for tokens.
  @Test func aReplyTooLongToBeTextIsChargedNoMoreThanWasHeld() throws {
    let reply = #"{"data":""# + String(repeating: "x", count: 9_000_000) + #""}"#
    let harness = try GatewayHarness { exchange in
      exchange.reply(reply)
      return true
    }
    #expect(try harness.post(#"{"model":"big","max_tokens":50,"messages":[]}"#).status == 200)
    let entries = try harness.ledger()
    #expect(entries.last?.usage?.output == 50)
    #expect(entries.last?.usage?.exactness == .estimated)
  }
}
