import Providers
import Testing

/// Names that stand twice where they say what a call takes: one reader's model is not another's.
@Suite struct RepeatedNamesTests {
  private func fault(_ format: WireFormat, _ body: String) -> String? {
    do throws(ProviderRequest.Unreadable) {
      _ = try ProviderRequest(format, target: "/v1/x", body: Array(body.utf8))
      return nil
    } catch { return error.message }
  }

  @Test(arguments: [
    (WireFormat.openAIChat, #"{"model":"a","model":"b","messages":[]}"#, "line 1, column 14"),
    (.openAIChat, #"{"model":"a","messages":[],"max_tokens":1,"max_tokens":9}"#, "line 1, column 43"),
    (.openAIChat, #"{"model":"a","stream_options":{"include_usage":true,"include_usage":false}}"#, "column 53"),
    (.openAIChat, "{\"model\":\"a\",\n\"messages\":[],\n\"mod\\u0065l\":\"b\"}", "line 3, column 1"),
    (.anthropicMessages, #"{"model":"a","system":"x y z","system":"x","messages":[]}"#, "column 31"),
    (.openAIResponses, #"{"model":"a","input":"x","tools":[{}],"tools":[]}"#, "column 39"),
    (.gemini, #"{"contents":[],"generationConfig":{"maxOutputTokens":1,"maxOutputTokens":9}}"#, "column 56"),
    (.ollamaChat, #"{"model":"a","messages":[],"options":{"num_predict":1,"num_predict":9}}"#, "column 55"),
  ])
  func noReaderTakesAnotherCallThanWasMetered(format: WireFormat, body: String, place: String) {
    let said = fault(format, body) ?? "read"
    #expect(said.hasPrefix("of two equal names in the body some servers read the first, and others the last: "))
    #expect(said.contains(place), "\(said)")
  }

  /// What stands deeper decides nothing of what a call takes, and is the provider's to judge.
  @Test func whatDecidesNothingMayBeSaidTwice() {
    #expect(
      fault(.openAIChat, #"{"model":"a","messages":[{"role":"user","content":"x","content":"y"}]}"#) == nil)
    #expect(fault(.openAIChat, #"{"model":"a","messages":[],"user":"x","seed":1,"user":"x","seed":1}"#) == nil)
    #expect(fault(.openAIChat, #"{"model":"a","messages":[],"metadata":{"a":"1","a":"2"}}"#) == nil)
  }
}
