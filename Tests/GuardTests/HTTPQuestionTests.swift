import Guard
import IntentCache
import TextFormats
import Testing

/// Which requests can have one answer.
@Suite struct HTTPQuestionTests {
  private func question(_ body: String) -> CacheQuestion? {
    HTTPQuestion.question(body: Array(body.utf8), surroundings: CacheQuestion.Surroundings())
  }

  @Test func whatTheProviderKeepsIsNotAnsweredFromHere() throws {
    #expect(question(#"{"model":"m","conversation":"conv_1","input":"continue"}"#) == nil)
    #expect(question(#"{"model":"m","conversation":{"id":"conv_1"},"input":"continue"}"#) == nil)
    #expect(question(#"{"model":"m","conversation":null,"input":"continue"}"#) != nil)
  }

  /// What is to be stored has an id that other calls go on with: an answer that was not stored has none.
  @Test func anAnswerThatIsToBeStoredIsAnotherOne() throws {
    let stored = try #require(question(#"{"model":"m","store":true,"input":"hi"}"#))
    #expect(stored.surroundings != question(#"{"model":"m","store":false,"input":"hi"}"#)?.surroundings)
    #expect(stored.surroundings == question(#"{"model":"m","store":true,"input":"hi","user":"me"}"#)?.surroundings)
  }

  /// A call that may do more than answer, and one that goes on with what tools have done, are always made.
  @Test(arguments: [
    #""tools":[{"type":"function"}]"#, #""functions":[{}]"#, #""web_search_options":{}"#, #""mcp_servers":[{}]"#,
    #""previous_response_id":"r""#, #""cachedContent":"c""#, #""background":true"#, #""container":"c""#,
    #""messages":[{"role":"tool","content":"x"}]"#, #""messages":[{"role":"assistant","tool_calls":[{}]}]"#,
    #""messages":[{"role":"user","content":[{"type":"tool_result"}]}]"#,
    #""contents":[{"parts":[{"functionResponse":{}}]}]"#, #""input":[{"type":"function_call_output"}]"#,
    #""input":[{"type":"web_search_call"}]"#, #""prompt":{"id":"p"}"#,
  ])
  func whatMayDoMoreIsAlwaysMade(member: String) {
    let asks = ["messages", "contents", "input", "prompt"].contains { member.hasPrefix("\"\($0)\"") }
    #expect(question("{\"model\":\"m\",\(member)\(asks ? "" : ",\"input\":\"hi\"")}") == nil)
  }

  @Test(arguments: [
    #""tools":[]"#, #""tools":null"#, #""background":false"#, #""previous_response_id":null"#,
    #""messages":[{"role":"assistant","content":"x","tool_calls":null}]"#,
  ])
  func whatSaysThatThereIsNoneMayBeAnswered(member: String) {
    #expect(question(#"{"model":"m",\#(member),"prompt":"hi"}"#) != nil)
  }

  /// Some readers take the first of two values, others the last.
  @Test(arguments: [
    #"{"model":"m","temperature":0,"temperature":1,"prompt":"hi"}"#,
    #"{"model":"m","messages":[{"role":"user","content":"a"}],"messages":[{"role":"user","content":"b"}]}"#,
    #"{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}"#,
    #"{"model":"m","options":{"seed":1,"seed":2},"prompt":"hi"}"#,
  ])
  func whatStandsTwiceIsNotAnswered(body: String) { #expect(question(body) == nil) }
}
