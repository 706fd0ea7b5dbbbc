import GuardModel
import Testing
import TextFormats

@testable import Providers

/// Replies as they pass: their usage, what stands for it when it is missing, and refusals in each provider's form.
@Suite struct ReplyReaderTests {
  private func read(
    _ streaming: WireFormat.Streaming, _ parts: [String]
  ) -> (parts: [ReplyReader.Part], reply: ProviderReply, counted: Int64) {
    var reader = ReplyReader(streaming: streaming)
    let kinds = parts.map { reader.read(part: Array($0.utf8)) }
    let (reply, counted) = reader.finish()
    return (kinds, reply, counted)
  }

  /// Servers on Windows begin so.
  @Test(arguments: 0...5) func aByteOrderMarkIsReadOver(cut: Int) {
    let bytes = [0xEF, 0xBB, 0xBF] + Array(#"{"usage":{"prompt_tokens":3,"completion_tokens":4}}"#.utf8)
    var reader = ReplyReader(streaming: nil)
    for piece in [bytes[..<cut], bytes[cut...]] { reader.read(piece: piece) }
    #expect(reader.finish().reply.usage == TokenUsage(input: 3, output: 4, exactness: .exact))
  }

  @Test func theUsageChunkIsKnown() {
    let chunk = #"{"choices":[],"model":"m","usage":{"prompt_tokens":3,"completion_tokens":4}}"#
    let stream = read(
      .events,
      [
        #"{"choices":[{"delta":{"content":"hi"}}],"usage":null}"#, #"{"choices":[]}"#, chunk, "[DONE]",
      ])
    #expect(stream.parts == [.answer, .answer, .usageOnly, .answer])
    #expect(stream.reply.usage == TokenUsage(input: 3, output: 4, exactness: .exact))
  }

  @Test(arguments: [
    (WireFormat.Streaming.events, #"{"choices":[{"delta":{"role":"assistant","content":"$"}}]}"#),
    (.events, #"{"choices":[{"text":"$"}]}"#),
    (.events, #"{"choices":[{"delta":{"tool_calls":[{"id":"call_1","function":{"arguments":"$"}}]}}]}"#),
    (.events, #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"$"}}"#),
    (.events, #"{"type":"response.output_text.delta","item_id":"x","delta":"$"}"#),
    (.events, #"{"candidates":[{"content":{"parts":[{"text":"$"}],"role":"model"}}]}"#),
    (.lines, #"{"model":"m","message":{"role":"assistant","content":"$"},"done":false}"#),
    (.lines, #"{"model":"m","response":"$","done":false}"#),
    (.lines, #"{"model":"m","response":"","thinking":"$","done":false}"#),
    (.events, #"{"choices":[{"delta":{"tool_calls":[{"type":"custom","custom":{"name":"f","input":"$"}}]}}]}"#),
    (.events, #"{"choices":[{"delta":{"audio":{"id":"a","transcript":"$"}}}]}"#),
    (.events, #"{"candidates":[{"content":{"parts":[{"executableCode":{"language":"PYTHON","code":"$"}}]}}]}"#),
  ])
  func aCutStreamsTextIsCounted(streaming: WireFormat.Streaming, part: String) {
    let stream = read(streaming, [String](repeating: part.replacing("$", with: "word word word word "), count: 50))
    #expect((150...260).contains(stream.counted), "\(stream.counted) for 200 words")
    #expect(stream.reply.usage == nil)
  }

  /// OpenRouter has thoughts in two members.
  @Test func thoughtsAreCountedOnce() {
    let words = String(repeating: "word ", count: 200)
    let details = #""reasoning_details":[{"type":"reasoning.text","text":"\#(words)"}]"#
    #expect(
      (150...260).contains(read(.events, [#"{"choices":[{"delta":{"reasoning":"\#(words)",\#(details)}}]}"#]).counted))
    #expect((150...260).contains(read(.events, [#"{"choices":[{"delta":{\#(details)}}]}"#]).counted))
  }

  /// Ollama's tools have their arguments as values.
  @Test func argumentsAreCounted() {
    let part =
      #"{"message":{"content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":"$"}}}]},"done":false}"#
    let words = String(repeating: "word ", count: 200)
    #expect((150...260).contains(read(.lines, [part.replacing("$", with: words)]).counted))
  }

  /// Nobody can tell how many tokens a picture or a sound took.
  @Test(
    arguments: [
      (#"{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}}]}"#, true),
      (#"{"choices":[{"delta":{"images":[{"image_url":{"url":"data:image/png;base64,AAAA"}}]}}]}"#, true),
      (#"{"choices":[{"delta":{"audio":{"data":"AAAA"}}}]}"#, true),
      (#"{"type":"response.image_generation_call.partial_image","partial_image_b64":"AAAA"}"#, true),
      (#"{"choices":[{"delta":{"content":"word","audio":null}}]}"#, false),
      (#"{"choices":[{"delta":{"content":"word","images":[],"audio":{}}}]}"#, false),
      (#"{"choices":[{"delta":{"audio":{"id":"a","transcript":"word"}}}]}"#, false),
    ])
  func picturesAndSoundsAreKnown(part: String, isMedia: Bool) {
    var reader = ReplyReader(streaming: .events)
    _ = reader.read(part: Array(part.utf8))
    #expect(reader.holdsMedia == isMedia)
  }

  /// Perplexity tells beside each piece what it has said so far, and all of it once more at the end.
  @Test func whatAPartRepeatsIsCountedOnce() {
    var said = ""
    let parts = (0..<50).map { _ in
      said += "word word word word "
      return #"{"choices":[{"message":{"content":"\#(said)"},"delta":{"content":"word word word word "}}]}"#
    }
    let end = #"{"choices":[{"finish_reason":"stop","message":{"content":"\#(said)"},"delta":{"content":""}}]}"#
    #expect((150...260).contains(read(.events, parts + [end]).counted))
    // One that says all of it at once says it there.
    #expect((150...260).contains(read(.events, [end]).counted))
  }

  /// What its provider's tools found was not written by a model.
  @Test func whatWasFoundIsNoAnswer() {
    let found = String(repeating: "found words ", count: 400)
    let kinds = [
      #""annotations":[{"url_citation":{"content":"\#(found)"}}]"#,
      #""executed_tools":[{"output":"","text":"\#(found)"}]"#,
      #""context":{"all_retrieved_documents":[{"content":"\#(found)"}]}"#,
    ]
    for kind in kinds {
      let part = #"{"choices":[{"delta":{"content":"word word",\#(kind)}}]}"#
      #expect((1...9).contains(read(.events, [part]).counted), "\(kind.prefix(20))")
      let whole = #"{"choices":[{"message":{"content":"word word",\#(kind)}}]}"#
      #expect((1...9).contains(ReplyReader(streaming: nil).answerTokens(ofWhole: whole.utf8)?.counted ?? 0))
    }
    let listed =
      #"{"type":"mcp_list_tools","tools":[{"input_schema":{"properties":{"input":{"content":"\#(found)"}}}}]}"#
    let answer = #"{"type":"message","content":[{"type":"output_text","text":"word word"}]}"#
    let whole = #"{"object":"response","output":[\#(listed),\#(answer)]}"#
    #expect((1...9).contains(ReplyReader(streaming: nil).answerTokens(ofWhole: whole.utf8)?.counted ?? 0))
  }

  @Test(arguments: [
    #"{"object":"chat.completion","choices":[{"message":{"role":"assistant","content":"$"}}]}"#,
    #"{"choices":[{"text":"$"}]}"#,
    #"{"choices":[{"message":{"tool_calls":[{"id":"call_1","function":{"name":"f","arguments":"$"}}]}}]}"#,
    #"{"type":"message","content":[{"type":"text","text":"$"}]}"#,
    #"{"type":"message","content":[{"type":"tool_use","name":"f","input":{"city":"$"}}]}"#,
    #"{"type":"completion","completion":"$"}"#,
    #"{"object":"response","output":[{"type":"message","content":[{"type":"output_text","text":"$"}]}]}"#,
    #"{"candidates":[{"content":{"parts":[{"text":"$"}],"role":"model"}}]}"#,
    #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"city":"$"}}}]}}]}"#,
    #"{"model":"m","message":{"role":"assistant","content":"$"},"done":true}"#,
    #"{"model":"m","response":"$","done":true}"#,
  ])
  func aWholeRepliesTextIsCounted(form: String) throws {
    let around = #","padding":"\#(String(repeating: "x1y2z3 ", count: 500))"}"#
    let body = form.replacing("$", with: String(repeating: "word ", count: 200)).dropLast() + around
    let counted = try #require(ReplyReader(streaming: nil).answerTokens(ofWhole: Array(body.utf8))?.counted)
    #expect((150...260).contains(counted), "\(counted) for 200 words")
  }

  @Test(arguments: ["", "<html>busy</html>", "{}", "[1]", #"{"choices":[]}"#, #"{"error":{"message":"no"}}"#])
  func whatHasNoAnswerInAKnownFormIsNotCountedByIt(body: String) {
    #expect(ReplyReader(streaming: nil).answerTokens(ofWhole: Array(body.utf8)) == nil)
  }

  /// Whatever stands for the usage in a part without an answer: nobody who did not ask for usage expects such a part.
  @Test(arguments: [
    (#"{"choices":[],"usage":{"prompt_tokens":1}}"#, ReplyReader.Part.usageOnly),
    (#"{"choices":[],"usage":[]}"#, .usageOnly),
    (#"{"choices":[],"usage":"3"}"#, .usageOnly), (#"{"choices":[],"usage":{"prompt_tokens":NaN}}"#, .usageOnly),
    (#"{"choices":[],"usage":null}"#, .answer), (#"{"choices":[],"prompt_filter_results":[]}"#, .answer),
    (#"{"choices":[{"delta":{"content":"a"}}],"usage":[]}"#, .answer),
    (#"{"choices":[{"delta":{"content":"{\"choices\":[],\"usage\":NaN"}}],"x":NaN}"#, .answer),
  ])
  func aPartWithTheUsageAloneIsKnown(data: String, part: ReplyReader.Part) {
    var reader = ReplyReader(streaming: .events)
    #expect(reader.read(part: Array(data.utf8)) == part)
  }

  @Test func aWholeAnswerAtTheEndIsNotCountedAgain() {
    let done = #"{"type":"response.completed","response":{"output":[{"content":[{"text":"word word word"}]}]}}"#
    #expect(read(.events, [done]).counted == 0)
  }

  @Test func wholeRepliesAndArraysAreRead() {
    for (streaming, text) in [
      (nil, #"{"usage":{"prompt_tokens":3,"completion_tokens":4}}"#),
      (
        WireFormat.Streaming.array,
        #"[{"usageMetadata":{"promptTokenCount":1}},{"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4,"totalTokenCount":7}}]"#
      ),
    ] {
      var reader = ReplyReader(streaming: streaming)
      for byte in text.utf8 { reader.read(piece: [byte]) }
      #expect(reader.finish().reply.usage == TokenUsage(input: 3, output: 4, exactness: .exact))
    }
  }

  @Test(arguments: [
    (WireFormat.openAIChat as WireFormat?, ["error", "message"], ["error", "type"], "insufficient_quota"),
    (nil, ["error", "message"], ["error", "code"], "insufficient_quota"),
    (.anthropicMessages, ["error", "message"], ["error", "type"], "rate_limit_error"),
    (.gemini, ["error", "message"], ["error", "status"], "RESOURCE_EXHAUSTED"),
    (.ollamaChat, ["error"], ["error"], "why"), (.cohereChat, ["message"], ["message"], "why"),
    (.cohereEarlierChat, ["message"], ["message"], "why"), (.cohereEmbed, ["message"], ["message"], "why"),
  ])
  func refusalsSpeakTheProvidersLanguage(
    format: WireFormat?, messagePath: [String], typePath: [String], type: String
  ) throws {
    let text = RefusalBody.json(format, .limit, status: 429, message: "why", details: ["reason": "budget"])
    let json = try JSONParser.parse(text)
    func value(_ path: [String]) -> String? { path.reduce(Optional(json)) { $0?[$1] }?.stringValue }
    #expect(value(messagePath) == "why")
    #expect(value(typePath) == type)
    #expect(json["llmguard"]?["reason"] == "budget")
    // Where only calls under way are in the way, no account is empty.
    let crowd = try JSONParser.parse(RefusalBody.json(format, .crowd, status: 429, message: "why", details: [:]))
    let told = typePath.reduce(Optional(crowd)) { $0?[$1] }?.stringValue
    let words = ["insufficient_quota": typePath.last == "code" ? "rate_limit_exceeded" : "requests"]
    #expect(told == words[type] ?? type)
  }
}
