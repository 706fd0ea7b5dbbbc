import GuardModel
import Providers
import Testing

/// What Anthropic tells of the steps of an answer.
@Suite struct StepUsageTests {
  /// What was thought in a step is of that step's output, and is told as such.
  @Test func whatStepsThoughtIsSummed() {
    let thought = #""output_tokens_details":{"thinking_tokens":"#
    let step = #"{"type":"compaction","input_tokens":5,"output_tokens":50,\#(thought)40}}"#
    var reader = UsageReader()
    reader.consume(
      #"{"usage":{"input_tokens":10,"output_tokens":100,\#(thought)60},"iterations":[\#(step)]}}"#.utf8)
    #expect(
      reader.finish().usage == TokenUsage(input: 15, output: 150, reasoning: 100, exactness: .exact))
  }
}
