import Guard
import GuardModel
import Testing

@testable import Configuration
@testable import Gateway

/// Calls that ask for several answers at once.
@Suite(.serialized) struct AnswerCountTests {
  /// Where nothing says how long an answer may be, each of them is held for as long as one that is asked for alone.
  @Test(arguments: [
    ("\"messages\":[]", 1), ("\"messages\":[],\"n\":1", 1), ("\"messages\":[],\"n\":100", 100),
    ("\"messages\":[],\"n\":0", 1),
  ])
  func eachAnswerIsHeldFor(members: String, answers: Int64) throws {
    let harness = try GatewayHarness(budgets: ["10M tokens/day"]) { exchange in
      exchange.reply(#"{"usage":{"prompt_tokens":1,"completion_tokens":1}}"#)
      return true
    }
    #expect(try harness.post(#"{"model":"big",\#(members)}"#).status == 200)
    let held = try harness.ledger().first { $0.kind == .reserve }
    #expect(held?.facts?.estimatedOutput == answers * Settings().defaultMaxOutputTokens)
  }
}
