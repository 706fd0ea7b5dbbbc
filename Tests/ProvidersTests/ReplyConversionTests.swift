import GuardModel
import Testing
import TextFormats

@testable import Providers

/// What of a reply is given in another form, and what is not.
@Suite struct ReplyConversionTests {
  private static let usage = TokenUsage(input: 7, output: 3, cachedInput: 2, reasoning: 1, exactness: .exact)

  private func given(
    _ body: String, _ format: WireFormat, as streaming: WireFormat.Streaming?
  ) -> String? {
    given(body, "application/json", format, as: streaming)
  }

  private func given(
    _ body: String, _ type: String, _ format: WireFormat, as streaming: WireFormat.Streaming?, tellsUsage: Bool = false
  ) -> String? {
    ReplyConversion.given(
      Array(body.utf8), contentType: type, usage: Self.usage,
      as: ReplyForm(format, streaming: streaming, tellsUsage: tellsUsage)
    ).map { String(decoding: $0.body, as: UTF8.self) }
  }

  private static func chat(_ message: String, _ others: String = "") -> String {
    #"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":\#(message),"finish_reason":"stop"\#(others)}]}"#
  }

  // MARK: - What is understood to its last member

  @Test(arguments: [
    chat(#"{"role":"assistant","content":"hi"}"#),
    chat(#"{"role":"assistant","content":"hi","refusal":null,"tool_calls":[]}"#),
    chat(#"{"content":"hi","reasoning_content":"hm"}"#, #","logprobs":null,"stop_reason":null"#),
  ]) func aChatBecomesAStream(body: String) throws {
    let stream = try #require(given(body, .openAIChat, as: .events))
    #expect(stream.hasSuffix("data: [DONE]\n\n"))
    #expect(stream.contains(#""delta":{"content":"hi"}"#) && stream.contains(#""object":"chat.completion.chunk""#))
    #expect(!stream.contains("usage"))
    #expect(stream.contains(#""reasoning_content":"hm""#) == body.contains("hm"))
    let back = try #require(given(stream, "text/event-stream", .openAIChat, as: nil))
    let message = try JSONParser.parse(back)["choices"]?.arrayValue?.first?["message"]
    #expect(message?["content"] == "hi" && message?["role"] == "assistant")
    #expect(message?["reasoning_content"]?.stringValue == (body.contains("hm") ? "hm" : nil))
  }

  /// Each of these would lose something.
  @Test(arguments: [
    chat(#"{"content":"hi","tool_calls":[{"id":"x"}]}"#),
    chat(#"{"content":"hi","annotations":[{"type":"url_citation"}]}"#),
    chat(#"{"content":"hi","audio":{"id":"a"}}"#), chat(#"{"content":"hi","refusal":"no"}"#),
    chat(#"{"content":"hi"}"#, #","logprobs":{"content":[]}"#), chat(#"{"content":["hi"]}"#),
    chat(#"{"content":"hi"}"#, #","some_reason":"stop""#), chat(#"{"content":"hi"}"#, #","stop_reason":{"x":1}"#),
    chat(#"{"content":"hi","content":"ho"}"#),
    // Two of one number would be told as one.
    #"{"choices":[{"message":{"content":"a"}},{"message":{"content":"b"}}]}"#,
    #"{"choices":[{"index":"1","message":{"content":"a"}}]}"#,
    #"{"choices":[]}"#, #"{"error":{}}"#, "[1]", "hi", "",
    #"{"prompt_filter_results":[{"x":1}],"choices":[{"message":{"content":"hi"}}]}"#,
  ]) func whatAChatWouldLoseIsNotConverted(body: String) {
    #expect(given(body, .openAIChat, as: .events) == nil)
    #expect(given(body, .openAIChat, as: nil) == body, "in its own form it is given as it is")
  }

  private static func events(_ parts: String...) -> String { parts.map { "data: \($0)\n\n" }.joined() }
  private static let hi = #"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"}}]}"#
  private static let end = #"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#

  @Test(arguments: [
    events(hi, end, "[DONE]"), events(hi, end), events(hi, end, "[DONE]").replacing("\n", with: "\r\n"),
    "\u{FEFF}" + events(hi, end, "[DONE]"),
    ": a comment\n\nid: 1\nretry: 5\n" + events(hi, end, "[DONE]"),
    events(hi, end, "[DONE]").replacing("data: ", with: "data:"),
    events(hi.replacing("\"c\",", with: "\"c\",\"created\":1,\"obfuscation\":\"xx\","), end, "[DONE]"),
  ]) func aStreamIsReadAsItsStandardSays(body: String) throws {
    let whole = try #require(given(body, "text/event-stream", .openAIChat, as: nil))
    let value = try JSONParser.parse(whole)
    #expect(value["choices"]?.arrayValue?.first?["message"]?["content"] == "hi")
    #expect(value["usage"]?["prompt_tokens"] == 7 && value["usage"]?["total_tokens"] == 10)
    #expect(value["usage"]?["prompt_tokens_details"]?["cached_tokens"] == 2)
    #expect(value["obfuscation"] == nil)
  }

  @Test(arguments: [
    events(hi), events(hi, end, "{"), events(hi, end.replacing("\"c\"", with: "\"d\"")),
    events(hi, end.replacing("\"delta\":{}", with: #""delta":{"tool_calls":[{"index":0}]}"#)),
    events(hi, end.replacing("\"delta\":{}", with: #""delta":{},"logprobs":{"content":[]}"#)),
    events(hi, #"{"error":{"message":"x"}}"#, end),
    events(hi, #"{"id":"c","choices":[{"delta":{"content":"b"}},{"delta":{"content":"c"}}]}"#, end),
    events(hi, #"{"id":"c","choices":[{"index":"0","delta":{"content":"b"}}]}"#, end),
    events(hi, #"{"choices":[{"index":1,"delta":{"content":"b"}}]}"#, end),
  ]) func whatAStreamWouldLoseIsNotConverted(body: String) {
    #expect(given(body, "text/event-stream", .openAIChat, as: nil) == nil)
  }

  // MARK: - The usage

  @Test func theUsageIsAddedOrTakenOut() throws {
    let without = Self.events(Self.hi, Self.end, "[DONE]")
    #expect(given(without, "text/event-stream", .openAIChat, as: .events) == without)
    let with = try #require(given(without, "text/event-stream", .openAIChat, as: .events, tellsUsage: true))
    #expect(with.contains(#""choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10"#))
    #expect(with.hasSuffix("data: [DONE]\n\n"))
    #expect(given(with, "text/event-stream", .openAIChat, as: .events, tellsUsage: true) == with)
    let nulls = with.replacing("\"delta\"", with: "\"usage\":null,\"delta\"")
    #expect(nulls != with)
    // In a choice it is something else, and stays.
    #expect(try #require(given(nulls, "text/event-stream", .openAIChat, as: .events)).contains("\"usage\":null"))
    #expect(given(with, "text/event-stream", .openAIChat, as: .events) == without)
  }

  /// What OpenRouter, vLLM, SGLang, llama.cpp and Groq tell beside it stands where they tell it, in either form.
  @Test(arguments: ["native_finish_reason", "stop_reason", "matched_stop"], [false, true]) func whatServersTellIsKept(
    name: String, isLegacy: Bool
  ) throws {
    let format: WireFormat = isLegacy ? .openAICompletions : .openAIChat
    let text = isLegacy ? #""text":"hi""# : #""message":{"role":"assistant","content":"hi","refusal":null}"#
    let body =
      #"{"id":"c","choices":[{"index":0,\#(text),"logprobs":null,"finish_reason":"stop","\#(name)":"</s>"}],"#
      + #""usage":{"prompt_tokens":7},"timings":{"predicted_n":3},"x_groq":{"id":"q"}}"#
    let stream = try #require(given(body, format, as: .events))
    #expect(stream.contains(#""finish_reason":"stop","\#(name)":"</s>"}]"#))
    #expect(stream.split(separator: #""\#(name)""#).count == 2, "once, with the ending: \(stream)")
    #expect(stream.split(separator: #""timings":{"predicted_n":3}"#).count == 2)
    #expect(stream.contains(#""x_groq":{"id":"q","usage":{"prompt_tokens":7}}"#))
    let back = try JSONParser.parse(#require(given(stream, "text/event-stream", format, as: nil)))
    let choice = try JSONParser.parse(body)["choices"]
    if isLegacy {
      #expect(back["choices"]?.arrayValue?.first?["text"] == "hi")
      #expect(back["choices"]?.arrayValue?.first?[name] == "</s>")
    } else {
      #expect(back["choices"] == choice)
    }
    #expect(back["timings"] == ["predicted_n": 3] && back["x_groq"] == ["id": "q"])
  }

  /// What was not kept of it is not made up.
  @Test func ofAUsageOnlyWhatIsKnownIsTold() throws {
    let given = ReplyConversion.given(
      Array(Self.events(Self.hi, Self.end, "[DONE]").utf8), contentType: "text/event-stream",
      usage: TokenUsage(input: 7, output: 3, exactness: .exact),
      as: ReplyForm(.openAIChat, streaming: nil, tellsUsage: false))
    #expect(
      try JSONParser.parse(#require(given).body)["usage"]
        == ["prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10])
  }

  /// Some tell it with the last words, and to everybody.
  @Test func aUsageWithTheLastWordsStays() {
    let body = Self.events(Self.hi, Self.end.dropLast() + #","usage":{"prompt_tokens":1}}"#, "[DONE]")
    #expect(given(body, "text/event-stream", .openAIChat, as: .events, tellsUsage: true) == body)
    #expect(given(body, "text/event-stream", .openAIChat, as: .events) == body)
  }

  // MARK: - Other forms

  private static func message(_ content: String, _ others: String = "") -> String {
    #"{"id":"m","type":"message","role":"assistant","content":[\#(content)],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":7,"output_tokens":3}\#(others)}"#
  }

  @Test(arguments: [
    #"{"type":"text","text":"hi"}"#,
    #"{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"hi"}"#,
    #"{"type":"redacted_thinking","data":"x"},{"type":"text","text":"hi"}"#, #"{"type":"text","text":""}"#,
  ]) func aMessageComesBackAsItWas(content: String) throws {
    let body = Self.message(content)
    let stream = try #require(given(body, .anthropicMessages, as: .events))
    #expect(stream.hasPrefix("event: message_start\ndata: "))
    #expect(stream.contains(#""output_tokens":3"#) && !stream.contains(#""content":[{"#))
    let back = try #require(given(stream, "text/event-stream", .anthropicMessages, as: nil))
    #expect(back == body)
  }

  @Test(arguments: [
    message(#"{"type":"tool_use","id":"x","input":{}}"#),
    message(#"{"type":"text","text":"hi","citations":[{"x":1}]}"#),
    message(#"{"type":"text","text":"hi"}"#, #","context_management":{"applied_edits":[1]}"#),
    #"{"type":"error","error":{}}"#,
  ]) func whatAMessageWouldLoseIsNotConverted(body: String) {
    #expect(given(body, .anthropicMessages, as: .events) == nil)
  }

  @Test func aMessagesStreamIsTakenAsAWhole() throws {
    let stream = try #require(given(Self.message(#"{"type":"text","text":"hi"}"#), .anthropicMessages, as: .events))
    let type = "text/event-stream"
    #expect(given(stream.replacing("text_delta", with: "citations_delta"), type, .anthropicMessages, as: nil) == nil)
    // It is said in that event alone.
    let edits = stream.replacing(
      #""type":"message_delta","#, with: #""type":"message_delta","context_management":{"applied_edits":[{"x":1}]},"#)
    #expect(edits != stream && given(edits, type, .anthropicMessages, as: nil) == nil)
    let cut = try #require(stream.firstRange(of: "event: message_stop"))
    #expect(given(String(stream[..<cut.lowerBound]), type, .anthropicMessages, as: nil) == nil)
    #expect(given(stream + "event: x\ndata: {\"type\":\"ping\"}\n\n", type, .anthropicMessages, as: nil) == nil)
  }

  @Test func geminisPartsAreJoined() throws {
    func part(_ parts: String, _ others: String = "") -> String {
      #"{"candidates":[{"content":{"parts":[\#(parts)],"role":"model"},"index":0\#(others)}],"usageMetadata":{"totalTokenCount":9},"modelVersion":"m"}"#
    }
    let all = [
      part(#"{"text":"h","thought":true}"#), part(#"{"text":"m","thought":true}"#), part(#"{"text":"h"}"#),
      part(#"{"text":"i"},{"text":""}"#, #","finishReason":"STOP""#),
    ]
    let events = all.map { "data: \($0)\n\n" }.joined()
    let whole = try #require(given(events, "text/event-stream", .gemini, as: nil))
    let parts = try JSONParser.parse(whole)["candidates"]?.arrayValue?.first?["content"]?["parts"]
    #expect(parts == [["text": "hm", "thought": true], ["text": "hi"]])
    let array = try #require(given(events, "text/event-stream", .gemini, as: .array))
    #expect(array == "[" + all.joined(separator: ",") + "]")
    #expect(given(array, .gemini, as: .events) == events)
    #expect(given(all[3], .gemini, as: .array) == "[" + all[3] + "]")
    #expect(given(array.replacing(#"{"text":"i"}"#, with: #"{"functionCall":{}}"#), .gemini, as: nil) == nil)
    #expect(given(array.replacing(#","finishReason":"STOP""#, with: ""), .gemini, as: nil) == nil)
    let two = #"{"candidates":[{"content":{"parts":[{"text":"a"}]}},{"content":{"parts":[{"text":"b"}]}}]}"#
    #expect(given("[\(two),\(all[3])]", .gemini, as: nil) == nil)
    let others = "[" + all[2].replacing(#""modelVersion":"m""#, with: #""modelVersion":"n""#) + "," + all[3] + "]"
    #expect(given(others, .gemini, as: nil) == nil, "which of two models is not for the first part to say")
  }

  /// Its words are not copied for each of its pieces.
  @Test(arguments: [WireFormat.anthropicMessages, .gemini, .openAIChat, .ollamaChat]) func aLongStreamIsPutTogether(
    format: WireFormat
  ) throws {
    let count = 20_000
    let word = "word "
    let (begin, piece, end): (String, String, String) =
      switch format {
      case .anthropicMessages:
        (
          #"{"type":"message_start","message":{"content":[],"usage":{}}}"# + "\n\ndata: "
            + #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
          #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(word)"}}"#,
          #"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"# + "\n\ndata: " + #"{"type":"message_stop"}"#
        )
      case .gemini:
        (
          #"{"candidates":[]}"#, #"{"candidates":[{"content":{"parts":[{"text":"\#(word)"}]}}]}"#,
          #"{"candidates":[{"finishReason":"STOP"}]}"#
        )
      case .openAIChat:
        (
          #"{"choices":[]}"#, #"{"choices":[{"index":0,"delta":{"content":"\#(word)"}}]}"#,
          Self.end.replacing(#""id":"c","#, with: "")
        )
      default:
        (
          #"{"message":{"content":""},"done":false}"#, #"{"message":{"content":"\#(word)"},"done":false}"#,
          #"{"message":{"content":""},"done":true}"#
        )
      }
    let parts = [begin] + Array(repeating: piece, count: count) + [end]
    let (body, type) =
      format == .ollamaChat
      ? (parts.joined(separator: "\n"), "application/x-ndjson")
      : (parts.map { "data: \($0)\n\n" }.joined(), "text/event-stream")
    let whole = try #require(given(body, type, format, as: nil))
    #expect(whole.contains("\"" + String(repeating: word, count: count) + "\""))
  }

  @Test func ollamasLinesAreJoined() throws {
    let body =
      #"{"model":"m","created_at":"t","message":{"role":"assistant","content":"hi","thinking":"hm"},"done":true,"done_reason":"stop","eval_count":3}"#
    let lines = try #require(given(body, .ollamaChat, as: .lines))
    #expect(lines.split(separator: "\n").count == 3)
    // Some servers call them JSON.
    for type in ["application/x-ndjson", "application/json"] {
      #expect(given(lines, type, .ollamaChat, as: nil) == body)
      #expect(given(lines, type, .ollamaChat, as: .lines) == lines)
    }
    let generated = #"{"model":"m","response":"hi","done":true,"context":[1,2],"eval_count":3}"#
    let others = try #require(given(generated, .ollamaGenerate, as: .lines))
    #expect(given(others, "application/x-ndjson", .ollamaGenerate, as: nil) == generated)
    let calling = body.replacing(#""content":"hi""#, with: #""content":"hi","tool_calls":[{"x":1}]"#)
    #expect(given(calling, .ollamaChat, as: .lines) == nil)
    #expect(given(lines.replacing("\"done\":true", with: "\"done\":false"), .ollamaChat, as: nil) == nil)
  }

  @Test func aResponseIsToldByItsLastEvent() throws {
    func response(_ output: String) -> String {
      #"{"id":"r","object":"response","status":"completed","output":[\#(output)],"usage":{"input_tokens":7}}"#
    }
    let item =
      #"{"id":"i","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[]}]}"#
    let body = response(#"{"id":"t","type":"reasoning","summary":[]},"# + item)
    let stream = try #require(given(body, .openAIResponses, as: .events))
    #expect(given(stream, "text/event-stream", .openAIResponses, as: nil) == body)
    let numbers = stream.split(separator: "\n").filter { $0.hasPrefix("data") }.enumerated().allSatisfy {
      $1.contains("\"sequence_number\":\($0),")
    }
    #expect(numbers)
    // Of one whose last event leaves its words out, nothing whole is made.
    let bare = stream.replacing(response(#"{"id":"t","type":"reasoning","summary":[]},"# + item), with: response(""))
    #expect(bare != stream && given(bare, "text/event-stream", .openAIResponses, as: nil) == nil)
    for other in [
      #"{"id":"t","type":"reasoning","summary":[{"type":"summary_text","text":"x"}]}"#, #"{"type":"web_search_call"}"#,
      item.replacing("\"annotations\":[]", with: "\"annotations\":[{\"x\":1}]"),
    ] { #expect(given(response(other), .openAIResponses, as: .events) == nil) }
  }

  @Test func formsThatNobodyKnowsStayAsTheyAre() {
    let body = #"{"completion":"hi","stop_reason":"stop_sequence"}"#
    #expect(given(body, .anthropicComplete, as: nil) == body)
    #expect(given(body, .anthropicComplete, as: .events) == nil)
  }
}
