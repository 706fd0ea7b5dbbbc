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
  ])
  func whatCohereChargesIsRead(reply: String) {
    #expect(UsageReaderTests.read(reply).usage == TokenUsage(input: 5, output: 7, exactness: .exact))
  }

  /// What has the name alone, and is no such count, says nothing.
  @Test(arguments: [
    #"{"usage":{"billed_units":{"input_tokens":5}}}"#, #"{"usage":{"tokens":12}}"#,
    #"{"usage":{"billed_units":{"input_tokens":-5,"output_tokens":7}}}"#,
  ])
  func whatIsNoCountOfCoheresIsNone(reply: String) { #expect(UsageReaderTests.read(reply).usage == nil) }
}
