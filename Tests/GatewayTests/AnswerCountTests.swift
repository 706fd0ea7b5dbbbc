import Guard
import GuardModel
import Ledger
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

  /// What past calls showed is learned of one answer, however many were asked for, and held for each that is asked for.
  @Test(arguments: [
    ("/v1/chat/completions", "openai", #""messages":[],"n":2"#, #""messages":[],"n":5"#),
    ("/v1/completions", "openai", #""prompt":"a","best_of":2"#, #""prompt":"a","best_of":5"#),
    ("/v1/completions", "openai", #""prompt":["a","b"]"#, #""prompt":["a","b","c","d","e"]"#),
  ])
  func whatWasLearnedIsOfOneAnswer(target: String, key: String, before: String, now: String) throws {
    let harness = try GatewayHarness(budgets: ["10M tokens/day"]) { exchange in
      exchange.reply(#"{"usage":{"prompt_tokens":1,"completion_tokens":20}}"#)
      return true
    }
    for _ in 0..<Learning.minimumSettlements {
      #expect(try harness.post(to: target, key: key, #"{"model":"big",\#(before)}"#).status == 200)
    }
    #expect(try harness.post(to: target, key: key, #"{"model":"big",\#(now)}"#).status == 200)
    let held = try harness.ledger().last { $0.kind == .reserve }
    #expect(held?.facts?.estimatedOutput == 5 * Learning.upperBound(ofBucket: Learning.bucket(ofOutput: 10)))
  }

  /// Both spellings of a field are one.
  @Test(arguments: [
    #""generationConfig":{"candidateCount":3}"#, #""generation_config":{"candidate_count":3}"#,
    #""generationConfig":{"candidate_count":3}"#, #""n":1,"generationConfig":{"candidateCount":3}"#,
  ])
  func candidatesAreCountedInEverySpelling(members: String) throws {
    let harness = try GatewayHarness(budgets: ["10M tokens/day"]) { exchange in
      exchange.reply(#"{"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}"#)
      return true
    }
    let body = #"{"contents":[{"parts":[{"text":"hello"}]}],\#(members)}"#
    #expect(try harness.post(to: "/v1beta/models/m:generateContent", key: "gemini", body).status == 200)
    let held = try harness.ledger().first { $0.kind == .reserve }
    #expect(held?.facts?.estimatedOutput == 3 * Settings().defaultMaxOutputTokens)
  }
}
