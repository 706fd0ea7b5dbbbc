import GuardModel
import Providers
import Testing

/// What Cohere's replies say that a call took.
@Suite struct CohereUsageTests {
  /// Cohere tells what it charges, and beside it all that its model read; older answers have the latter alone.
  @Test(arguments: [
    #"{"usage":{"billed_units":{"input_tokens":5,"output_tokens":7},"tokens":{"input_tokens":71,"output_tokens":9}}}"#,
    #"{"usage":{"tokens":{"input_tokens":5,"output_tokens":7}}}"#,
    #"{"usage":{"billed_units":null,"tokens":{"input_tokens":5,"output_tokens":7}}}"#,
    """
    event: content-delta
    data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"hi"}}}}

    event: message-end
    data: {"type":"message-end","delta":{"usage":{"billed_units":{"input_tokens":5.0,"output_tokens":7.0}}}}

    """,
    #"{"text":"hi","meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":5,"output_tokens":7}}}"#,
    """
    {"is_finished":false,"event_type":"text-generation","text":"hi"}
    {"is_finished":true,"event_type":"stream-end","finish_reason":"COMPLETE","response":{"text":"hi","meta":{"tokens":{"input_tokens":71,"output_tokens":9},"billed_units":{"input_tokens":5,"output_tokens":7}}}}
    """,
  ])
  func whatCohereChargesIsRead(reply: String) {
    #expect(UsageReaderTests.read(reply).usage == TokenUsage(input: 5, output: 7, exactness: .exact))
  }

  /// What has the name alone, and is no such count, says nothing.
  @Test(arguments: [
    #"{"usage":{"billed_units":{"input_tokens":5}}}"#, #"{"usage":{"tokens":12}}"#,
    #"{"usage":{"billed_units":{"input_tokens":-5,"output_tokens":7}}}"#,
    #"{"text":"hi","meta":{"api_version":{"version":"1"}}}"#,
    #"{"results":[],"meta":{"billed_units":{"search_units":1}}}"#,
    #"{"embeddings":[[1]],"meta":{"billed_units":{"images":2}}}"#,
    #"{"embeddings":[[1]],"meta":{"billed_units":{"input_tokens":-1}}}"#,
  ])
  func whatIsNoCountOfCoheresIsNone(reply: String) { #expect(UsageReaderTests.read(reply).usage == nil) }

  /// Numbers are no output. Whether their input holds what pictures took, nobody says.
  @Test(arguments: [
    (
      #"{"embeddings":[[0.5]],"texts":["a"],"meta":{"billed_units":{"input_tokens":4.0}}}"#, 4,
      Exactness.exact
    ),
    (#"{"embeddings":{"float":[[0.5]]},"meta":{"billed_units":{"input_tokens":4,"image_tokens":0}}}"#, 4, .exact),
    (#"{"embeddings":{"float":[[0.5]]},"meta":{"billed_units":{"image_tokens":300}}}"#, 300, .exact),
    (
      #"{"embeddings":{"float":[[0.5]]},"meta":{"billed_units":{"input_tokens":4,"image_tokens":300}}}"#, 304,
      .estimated
    ),
  ])
  func ofListsOfNumbersTheInputIsRead(reply: String, input: Int64, exactness: Exactness) {
    #expect(UsageReaderTests.read(reply).usage == TokenUsage(input: input, output: 0, exactness: exactness))
  }

  /// The first version may name no model, and has its prompt in other places.
  @Test func callsOfTheFirstVersionAreRead() throws {
    func read(_ format: WireFormat, _ body: String) throws -> ProviderRequest {
      try ProviderRequest(format, target: "/v1/x", body: Array(body.utf8))
    }
    let words = String(repeating: "word ", count: 100)
    let plain = try read(.cohereEarlierChat, #"{"message":"\#(words)","stream":true}"#)
    #expect(plain.model == "cohere-default" && plain.streaming == .lines && plain.instruction == words)
    #expect((90...120).contains(plain.countedInputTokens))
    let long = try read(
      .cohereEarlierChat,
      """
      {"model":"command-r-08-2024","preamble":"\(words)","chat_history":[{"role":"USER","message":"\(words)"}],
       "documents":[{"title":"a","snippet":"\(words)"}],"tool_results":[{"outputs":[{"a":"\(words)"}]}],"message":"so?"}
      """)
    #expect((360...520).contains(long.countedInputTokens) && long.streaming == nil, "\(long.countedInputTokens)")
    let numbers = try read(.cohereEmbed, #"{"model":"embed-v4.0","texts":["\#(words)","\#(words)"]}"#)
    #expect(
      (180...300).contains(numbers.countedInputTokens) && numbers.maxOutputTokens == 0, "\(numbers.countedInputTokens)")
    #expect(throws: ProviderRequest.Unreadable.self) { try read(.cohereChat, #"{"messages":[]}"#) }
    #expect(throws: ProviderRequest.Unreadable.self) { try read(.cohereEmbed, #"{"model":7,"texts":[]}"#) }
  }

  /// The last line of a stream repeats the answer.
  @Test func theWordsOfAStreamAreCountedOnce() {
    var reader = ReplyReader(streaming: .lines)
    let words = String(repeating: "word ", count: 20)
    for line in [
      #"{"event_type":"text-generation","text":"\#(words)"}"#, #"{"event_type":"text-generation","text":"\#(words)"}"#,
      #"{"event_type":"stream-end","response":{"text":"\#(words)\#(words)"}}"#,
    ] { _ = reader.read(part: Array(line.utf8)) }
    #expect((35...50).contains(reader.finish().countedOutputTokens))
  }
}
