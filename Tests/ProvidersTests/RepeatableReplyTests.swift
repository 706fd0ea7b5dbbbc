import Testing

@testable import Providers

/// Which replies are whole answers, so that they can be given again.
@Suite struct RepeatableReplyTests {
  private func holds(_ body: String, statesMaximum: Bool = false) -> Bool {
    RepeatableReply.holds(Array(body.utf8), statesMaximum: statesMaximum)
  }

  private static func chat(_ message: String, _ ending: String) -> String {
    #"{"choices":[{"index":0,"message":\#(message),"finish_reason":\#(ending)}],"usage":{"prompt_tokens":1}}"#
  }

  private static func events(_ parts: String...) -> String { parts.map { "data: \($0)\n\n" }.joined() }

  private static let hi = #"{"role":"assistant","content":"hi"}"#

  @Test(arguments: [
    chat(hi, #""stop""#), chat(hi, "null"), #"{"choices":[{"text":"hi","finish_reason":"stop"}]}"#,
    #"{"choices":[{"message":{"content":"hi","refusal":null,"tool_calls":[],"function_call":null}}]}"#,
    #"{"choices":[{"message":{"content":"a"}},{"index":1,"message":{"content":"b"},"finish_reason":"stop"}]}"#,
    events(#"{"choices":[{"delta":{"content":"hi"}}]}"#, #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#),
    // Of a server that never tells how it ended.
    events(#"{"choices":[{"delta":{"content":"hi"}}]}"#, "[DONE]"),
    // Of one whose last part says an empty word.
    events(
      #"{"choices":[{"delta":{"content":"hi"},"finish_reason":null}]}"#,
      #"{"choices":[{"delta":{},"finish_reason":""}]}"#,
      "[DONE]"),
    events(
      #"{"choices":[{"delta":{"content":"hi"},"finish_reason":null}]}"#,
      #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, #"{"choices":[],"usage":{"prompt_tokens":1}}"#, "[DONE]"),
    "event: message_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n"
      + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n",
    #"{"type":"message","content":[{"type":"thinking","thinking":"x"},{"type":"text","text":"hi"}],"stop_reason":"end_turn"}"#,
    #"{"completion":" hi","stop_reason":"stop_sequence"}"#,
    #"{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}]}"#,
    #"[{"candidates":[{"content":{"parts":[{"text":"hi"}]}}]},{"candidates":[{"finishReason":"STOP"}]}]"#,
    #"{"object":"response","status":"completed","error":null,"incomplete_details":null,"tools":[{"type":"x_call"}],"#
      + #""output":[{"type":"reasoning","summary":[{"text":"y"}]},{"type":"message","content":[{"type":"output_text","text":"hi"}]}]}"#,
    events(
      #"{"type":"response.created","response":{"status":"in_progress","output":[]}}"#,
      #"{"type":"response.output_text.delta","delta":"hi"}"#,
      #"{"type":"response.completed","response":{"status":"completed","output":[]}}"#),
    "{\"message\":{\"content\":\"hi\"},\"done\":false}\n{\"done\":true,\"done_reason\":\"stop\"}\n",
    "{\"response\":\"hi\",\"done\":true}\n", #"{"data":[{"embedding":[0.5,1]}],"usage":{}}"#,
    #"{"message":{"content":[{"type":"text","text":"hi"}]},"finish_reason":"COMPLETE"}"#,
    events(
      #"{"type":"content-delta","delta":{"message":{"content":{"text":"hi"}}}}"#,
      #"{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}"#),
    #"{"data":[{"embedding":"AAA="}]}"#, #"{"embeddings":[[0.1]]}"#, #"{"embedding":{"values":[0.1]}}"#,
  ])
  func aWholeAnswerCanBeGivenAgain(body: String) { #expect(holds(body)) }

  @Test(arguments: [
    chat(hi, #""content_filter""#), chat(hi, #""tool_calls""#), chat(hi, #""error""#), chat(hi, #""length""#),
    chat(#"{"content":""}"#, #""stop""#), chat(#"{"content":" \n"}"#, #""stop""#),
    chat(#"{"content":null,"refusal":"I cannot"}"#, #""stop""#),
    chat(#"{"content":"x","tool_calls":[{"type":"function"}]}"#, #""stop""#),
    chat(#"{"content":"x","function_call":{"name":"f"}}"#, #""stop""#),
    #"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"},{"index":1,"message":{"content":"b"},"finish_reason":"content_filter"}]}"#,
    #"{"error":{"message":"overloaded"},"usage":{"prompt_tokens":1}}"#, "hello", "", "{}",
    // Cut off without a word.
    events(#"{"choices":[{"delta":{"content":"hi"}}]}"#),
    // Cut off, and closed in order by whoever stands between.
    events(#"{"choices":[{"delta":{"content":"hi"},"finish_reason":null}]}"#, "[DONE]"),
    events(#"{"choices":[{"text":"hi","index":0,"finish_reason":null}]}"#, #"{"choices":[],"usage":{}}"#, "[DONE]"),
    events(
      #"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"#,
      #"{"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":null}]}"#, "[DONE]"),
    events(
      #"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#, #"{"choices":[{"index":1,"delta":{"content":"b"}}]}"#,
      #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
    events(#"{"choices":[{"delta":{"content":"hi"}}]}"#, #"{"error":{"message":"overloaded"}}"#, "[DONE]"),
    events(
      #"{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}"#, #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#),
    events(#"{"choices":[{"delta":{"content":"hi"}}]}"#, "{broken", "[DONE]"),
    #"{"content":[{"type":"text","text":"no"}],"stop_reason":"refusal"}"#,
    #"{"content":[{"type":"text","text":"wait"}],"stop_reason":"pause_turn"}"#,
    #"{"content":[{"type":"tool_use","name":"f"}],"stop_reason":"tool_use"}"#,
    #"{"content":[{"type":"thinking","thinking":"x"}],"stop_reason":"end_turn"}"#,
    #"{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"SAFETY"}]}"#,
    #"{"candidates":[{"content":{"parts":[{"text":"x"},{"functionCall":{"name":"f"}}]},"finishReason":"STOP"}]}"#,
    #"{"promptFeedback":{"blockReason":"SAFETY"}}"#,
    #"{"candidates":[{"content":{"parts":[{"text":"x","thought":true}]},"finishReason":"STOP"}]}"#,
    #"{"object":"response","status":"failed","output":[{"content":[{"text":"x"}]}]}"#,
    #"{"object":"response","status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[{"content":[{"text":"x"}]}]}"#,
    #"{"object":"response","status":"completed","output":[{"type":"function_call","name":"f"},{"content":[{"text":"x"}]}]}"#,
    #"{"object":"response","status":"completed","output":[{"content":[{"type":"refusal","refusal":"no"}]}]}"#,
    #"{"message":{"content":[{"type":"text","text":"hi"}]},"finish_reason":"ERROR_TOXIC"}"#,
    events(
      #"{"type":"content-delta","delta":{"message":{"content":{"text":"hi"}}}}"#,
      #"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL"}}"#),
    events(#"{"type":"content-delta","delta":{"message":{"content":{"text":"hi"}}}}"#),
    "{\"message\":{\"content\":\"hi\"},\"done\":false}\n", "{\"message\":{\"content\":\"\"},\"done\":true}\n",
    "{\"message\":{\"content\":\"hi\"},\"done\":false}\n{\"error\":\"boom\"}\n",
    "{\"message\":{\"content\":\"\",\"tool_calls\":[{}]},\"done\":true}\n",
  ])
  func whatIsNoWholeAnswerCannot(body: String) { #expect(!holds(body)) }

  /// Who asks for one token gets one, and wants no more.
  @Test(arguments: [
    chat(hi, #""length""#), #"{"content":[{"type":"text","text":"x"}],"stop_reason":"max_tokens"}"#,
    #"{"message":{"content":[{"type":"text","text":"x"}]},"finish_reason":"MAX_TOKENS"}"#,
    #"{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"MAX_TOKENS"}]}"#,
    #"{"object":"response","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[{"content":[{"text":"x"}]}]}"#,
  ])
  func anAnswerOfTheLengthThatWasAskedForIsWhole(body: String) {
    #expect(holds(body, statesMaximum: true))
    #expect(!holds(body, statesMaximum: false))
  }
}
