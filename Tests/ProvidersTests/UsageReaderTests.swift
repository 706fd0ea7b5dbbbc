import GuardModel
import Providers
import Testing

@Suite struct UsageReaderTests {
  static func read(_ text: String) -> ProviderReply {
    var reader = UsageReader()
    reader.consume(Array(text.utf8))
    return reader.finish()
  }

  static let anthropicStream = """
    event: message_start
    data: {"type":"message_start","message":{"model":"claude","usage":{"input_tokens":10,"cache_read_input_tokens":5,"cache_creation_input_tokens":2,"output_tokens":1}}}

    event: message_delta
    data: {"type":"message_delta","usage":{"output_tokens":15}}

    event: message_delta
    data: {"type":"message_delta","usage":{"output_tokens":40}}

    """
  static let openAIStream = """
    data: {"model":"gpt","choices":[{"delta":{"content":"usage: {"}}],"usage":null}

    data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}}

    data: [DONE]

    """

  @Test(arguments: [
    (
      #"{"model":"g","usage":{"prompt_tokens":9,"completion_tokens":12,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":6}}}"#,
      [9, 12, 4, 0, 6]
    ),
    (#"{"object":"list","data":[],"usage":{"total_tokens":1000}}"#, [1000, 0, 0, 0, 0]),
    (#"{"model":"nomic","embeddings":[[0.5,0.25]],"total_duration":9,"prompt_eval_count":8}"#, [8, 0, 0, 0, 0]),
    (
      #"{"usage":{"input_tokens":7,"output_tokens":3,"input_tokens_details":{"cached_tokens":2},"output_tokens_details":{"reasoning_tokens":1}}}"#,
      [7, 3, 2, 0, 1]
    ),
    (
      #"{"usage":{"input_tokens":7,"output_tokens":3,"cache_read_input_tokens":100,"cache_creation_input_tokens":20}}"#,
      [127, 3, 100, 20, 0]
    ),
    (
      #"{"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":7,"totalTokenCount":22}}"#,
      [10, 12, 0, 0, 7]
    ),
    (
      #"{"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":12,"thoughtsTokenCount":7,"totalTokenCount":22}}"#,
      [10, 12, 0, 0, 7]
    ),
    (#"{"model":"l","done":true,"prompt_eval_count":26,"eval_count":298}"#, [26, 298, 0, 0, 0]),
    ("{\"message\":{},\"done\":false}\n{\"done\":true,\"eval_count\":4}\n", [0, 4, 0, 0, 0]),
    (#"{"usage":{"prompt_tokens":0,"completion_tokens":0}}"#, [0, 0, 0, 0, 0]),
    (#"{"x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":2}}}"#, [1, 2, 0, 0, 0]),
    (#"{"type":"response.completed","response":{"usage":{"input_tokens":3,"output_tokens":4}}}"#, [3, 4, 0, 0, 0]),
    // Anthropic tells the thinking in details of its own, and what is in them changes nothing of the cache.
    (
      #"{"usage":{"input_tokens":7,"output_tokens":30,"cache_read_input_tokens":100,"cache_creation_input_tokens":20,"output_tokens_details":{"thinking_tokens":9}}}"#,
      [127, 30, 100, 20, 9]
    ),
    (
      #"{"usage":{"input_tokens":7,"output_tokens":3,"cache_read_input_tokens":100,"cache_creation":null,"output_tokens_details":null}}"#,
      [107, 3, 100, 0, 0]
    ),
    (
      #"data: {"type":"message_start","message":{"usage":{"input_tokens":7,"cache_read_input_tokens":100,"output_tokens":1,"output_tokens_details":{"thinking_tokens":0}}}}"#
        + "\n\n"
        + #"data: {"type":"message_delta","usage":{"output_tokens":30,"output_tokens_details":{"thinking_tokens":9}}}"#,
      [107, 30, 100, 0, 9]
    ),
    // DeepSeek's and Moonshot's names of what was cached; xAI's reasoning is beside the answer, OpenAI's in it.
    (#"{"usage":{"prompt_tokens":9,"completion_tokens":2,"prompt_cache_hit_tokens":6}}"#, [9, 2, 6, 0, 0]),
    (#"{"usage":{"prompt_tokens":9,"completion_tokens":2,"cached_tokens":6}}"#, [9, 2, 6, 0, 0]),
    (
      #"{"usage":{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":94}}}"#,
      [32, 103, 0, 0, 94]
    ),
    (
      #"{"usage":{"prompt_tokens":32,"completion_tokens":103,"total_tokens":135,"completion_tokens_details":{"reasoning_tokens":94}}}"#,
      [32, 103, 0, 0, 94]
    ),
    (
      #"{"usage":{"input_tokens":32,"output_tokens":9,"total_tokens":135,"output_tokens_details":{"reasoning_tokens":94}}}"#,
      [32, 103, 0, 0, 94]
    ),
    (anthropicStream, [17, 40, 5, 2, 0]), (openAIStream, [9, 12, 0, 0, 0]),
    ("HTTP/1.1 200 OK\r\nA: b\r\n\r\n{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", [1, 2, 0, 0, 0]),
  ])
  func readsEachProvidersUsage(text: String, counts: [Int64]) throws {
    let usage = try #require(Self.read(text).usage)
    #expect([usage.input, usage.output, usage.cachedInput, usage.cacheWrite, usage.reasoning] == counts)
    #expect(usage.exactness == .exact)
  }

  /// What providers price apart, as each of them tells it: cached for an hour, audio in and out, tools, searches.
  @Test(arguments: [
    (
      #"{"usage":{"prompt_tokens":90,"completion_tokens":40,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":30},"completion_tokens_details":{"reasoning_tokens":6,"audio_tokens":20}}}"#,
      [90, 40, 0, 30, 20, 0, 0]
    ),
    (
      #"{"output":[{"type":"web_search_call"},{"type":"message"},{"type":"web_search_call"}],"usage":{"input_tokens":7,"output_tokens":3,"input_tokens_details":{"cached_tokens":2}}}"#,
      [7, 3, 0, 0, 0, 0, 2]
    ),
    (
      #"{"usage":{"input_tokens":7,"output_tokens":3,"cache_read_input_tokens":100,"cache_creation_input_tokens":20,"cache_creation":{"ephemeral_5m_input_tokens":12,"ephemeral_1h_input_tokens":8},"server_tool_use":{"web_search_requests":2}}}"#,
      [127, 3, 8, 0, 0, 0, 2]
    ),
    (
      #"{"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"toolUsePromptTokenCount":30,"totalTokenCount":45,"promptTokensDetails":[{"modality":"TEXT","tokenCount":6},{"modality":"AUDIO","tokenCount":4}],"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":5}]}}"#,
      [40, 5, 0, 4, 5, 30, 0]
    ),
    (
      #"{"usageMetadata":{"promptTokenCount":1000,"candidatesTokenCount":5,"cachedContentTokenCount":400,"totalTokenCount":1005,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":300}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":100}]}}"#,
      [1000, 5, 0, 200, 0, 0, 0]
    ),
    (
      #"data: {"type":"message_start","message":{"usage":{"input_tokens":1,"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_1h_input_tokens":9},"output_tokens":1}}}"#
        + "\n\n"
        + #"data: {"type":"message_delta","usage":{"output_tokens":5,"server_tool_use":{"web_search_requests":1}}}"#,
      [10, 5, 9, 0, 0, 0, 1]
    ),
    (
      #"data: {"type":"response.completed","response":{"output":[{"type":"web_search_call"}],"usage":{"input_tokens":3,"output_tokens":4}}}"#,
      [3, 4, 0, 0, 0, 0, 1]
    ),
  ])
  func readsWhatIsPricedApart(text: String, counts: [Int64]) throws {
    let usage = try #require(Self.read(text).usage)
    #expect(
      [
        usage.input, usage.output, usage.cacheWriteHour, usage.audioInput, usage.audioOutput, usage.toolInput,
        usage.webSearches,
      ] == counts)
  }

  /// What shortening a conversation took, and what another model did meanwhile, is beside Anthropic's totals; the message's
  /// own steps are in them.
  @Test func stepsThatNoTotalHoldsCountToo() {
    let steps =
      #"[{"type":"compaction","input_tokens":180000,"output_tokens":3500,"cache_read_input_tokens":50,"cache_creation_input_tokens":4,"cache_creation":{"ephemeral_1h_input_tokens":3}},{"type":"advisor_message","model":"m","input_tokens":800,"output_tokens":90,"cache_read_input_tokens":0,"cache_creation_input_tokens":0},{"type":"message","input_tokens":23000,"output_tokens":1000}]"#
    let whole = #"{"usage":{"input_tokens":23000,"output_tokens":1000,"iterations":\#(steps)}}"#
    let stream =
      #"data: {"type":"message_start","message":{"usage":{"input_tokens":23000,"output_tokens":1}}}"# + "\n\n"
      + #"data: {"type":"message_delta","usage":{"output_tokens":900,"iterations":\#(steps)}}"# + "\n\n"
      + #"data: {"type":"message_delta","usage":{"output_tokens":1000,"iterations":\#(steps)}}"# + "\n\n"
      + #"data: {"type":"message_delta","usage":{"output_tokens":1000}}"# + "\n\n"
    for text in [whole, stream] {
      let usage = Self.read(text).usage
      #expect(
        [usage?.input, usage?.output, usage?.cachedInput, usage?.cacheWrite, usage?.cacheWriteHour]
          == [203_854, 4590, 50, 4, 3])
    }
  }

  /// A step that does not say what it took, or says what cannot be, took something all the same, and not what the step before
  /// it took: what the others say is less than the whole.
  @Test(arguments: [
    #"{"type":"advisor_message","model":"m"},{"type":"compaction","input_tokens":100,"output_tokens":10}"#,
    #"{"type":"compaction","input_tokens":100,"output_tokens":10},{"type":"advisor_message","model":"m"}"#,
    #"{"type":"compaction","input_tokens":100,"output_tokens":10},{"type":"compaction","input_tokens":-1}"#,
  ])
  func aStepWithoutCountsIsUnknown(steps: String) {
    let usage = #""usage":{"output_tokens":1000,"iterations":[\#(steps)]}"#
    let start = #"data: {"type":"message_start","message":{"usage":{"input_tokens":2300,"output_tokens":1}}}"# + "\n\n"
    let step = #"data: {"type":"message_delta",\#(usage)}"# + "\n\n"
    // Nor does it become known by an event that says nothing of the steps.
    let last = #"data: {"type":"message_delta","usage":{"output_tokens":1000}}"# + "\n\n"
    for stream in [start + step, start + step + last] {
      #expect(Self.read(stream).usage == TokenUsage(input: 2400, output: 1010, exactness: .estimated))
    }
  }

  @Test func piecesReadLikeTheWhole() {
    for text in [Self.anthropicStream, Self.openAIStream] {
      let bytes = Array(text.utf8)
      let whole = Self.read(text)
      for cut in stride(from: 0, to: bytes.count, by: 3) {
        var reader = UsageReader()
        reader.consume(bytes[..<cut])
        reader.consume(bytes[cut...])
        #expect(reader.finish() == whole)
      }
    }
  }

  @Test(arguments: [
    "hello", "", "{}", #"{"usage":{"prompt_tokens":-1,"completion_tokens":2}}"#,
    #"{"usage":{"prompt_tokens":"9","completion_tokens":2}}"#,
    #"{"usage":{"prompt_tokens":1e30,"completion_tokens":2}}"#,
    #"{"usage":{"prompt_tokens":1.5,"completion_tokens":2}}"#, #"{"usage":[]}"#,
    #"{"usage":{"prompt_tokens":null,"completion_tokens":2}}"#,
    #"{"usage":{"prompt_tokens":9,"completion_tokens":null}}"#,
    #"{"usage":{"input_tokens":null,"output_tokens":null}}"#, #"{"usage":{"input_tokens":"9","output_tokens":1}}"#,
    #"{"usageMetadata":{"promptTokenCount":"9","candidatesTokenCount":2}}"#,
    #"{"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":"2"}}"#,
    #"{"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":1.5}}"#,
    #"{"usageMetadata":{"candidatesTokenCount":2}}"#, #"{"usageMetadata":{"promptTokenCount":-9}}"#,
    #"{"usageMetadata":{"promptTokenCount":9223372036854775807,"candidatesTokenCount":9223372036854775807}}"#,
    #"{"done":true,"prompt_eval_count":"9","eval_count":2}"#, #"{"done":true,"prompt_eval_count":9,"eval_count":null}"#,
  ])
  func whatCannotBeIsUnknown(text: String) { #expect(Self.read(text).usage == nil) }

  /// A later event that leaves a count null says nothing of it: what the first one said stands.
  @Test func nullChangesNothing() {
    let text = """
      data: {"type":"message_start","message":{"usage":{"input_tokens":40,"cache_read_input_tokens":7,"output_tokens":1}}}

      data: {"type":"message_delta","usage":{"input_tokens":null,"cache_read_input_tokens":null,"output_tokens":9}}


      """
    let usage = Self.read(text).usage
    #expect([usage?.input, usage?.cachedInput, usage?.output] == [47, 7, 9])
  }

  @Test func errorsAreSeenEvenWith200() {
    #expect(Self.read(#"{"error":{"message":"no"}}"#).isError)
    #expect(!Self.read(#"{"error":null,"usage":{"prompt_tokens":1,"completion_tokens":1}}"#).isError)
  }

  @Test func theProvidersOwnCostIsExact() {
    #expect(Self.read(#"{"usage":{"prompt_tokens":1,"completion_tokens":1,"cost":0.00014}}"#).costMicroUSD == 140)
    #expect(Self.read(#"{"usage":{"prompt_tokens":1,"completion_tokens":1,"cost":1.5e-7}}"#).costMicroUSD == 1)
  }

  /// With a key of one's own the provider behind OpenRouter is paid apart; xAI tells what it charges in ticks.
  @Test(arguments: [
    (#""cost":0.05,"is_byok":true,"cost_details":{"upstream_inference_cost":0.95}"#, Int64(1_000_000) as Int64?),
    (#""cost":0,"is_byok":true,"cost_details":{"upstream_inference_cost":0.95}"#, 950_000),
    (#""cost":0.05,"is_byok":false,"cost_details":{"upstream_inference_cost":0.05}"#, 50_000),
    (#""cost":0.05,"is_byok":true,"cost_details":{"upstream_inference_cost":null}"#, 50_000),
    (#""cost_in_usd_ticks":37756000"#, 3776), (#""cost_in_usd_ticks":0"#, 0), (#""cost_in_usd_ticks":-1"#, nil),
    (#""cost_in_usd_ticks":1e300"#, nil), (#""cost":{"total_cost":0.05}"#, 50_000),
  ])
  func whatIsChargedInAllIsRead(members: String, cost: Int64?) {
    #expect(Self.read(#"{"usage":{"prompt_tokens":1,"completion_tokens":1,\#(members)}}"#).costMicroUSD == cost)
  }

  /// What a total holds and none of its parts is charged as output. It is exact where it is known what it is: Google's servers of
  /// OpenAI's form tell of thoughts in the total alone.
  @Test(arguments: [
    (
      #"{"model":"gemini-3-flash","usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":103}}"#, [9, 94, 93],
      true
    ),
    (
      #"{"model":"google/gemini-3-flash","usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":103}}"#,
      [9, 94, 93], true
    ),
    (#"{"model":"m","usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":103}}"#, [9, 94, 0], false),
    (#"{"model":"m","usage":{"input_tokens":9,"output_tokens":1,"total_tokens":103}}"#, [9, 94, 0], false),
    (#"{"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":3}}"#, [9, 1, 0], true),
    (#"{"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":-3}}"#, [9, 1, 0], true),
    (#"{"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}"#, [9, 1, 0], true),
    (#"{"object":"list","data":[],"usage":{"prompt_tokens":9,"total_tokens":103}}"#, [103, 0, 0], true),
    // More of the input was cached than it holds.
    (
      #"{"usage":{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":60}}}"#, [69, 1, 0],
      false
    ),
    (
      #"{"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":70,"prompt_tokens_details":{"cached_tokens":60}}}"#,
      [69, 1, 0], true
    ),
    (
      #"{"usage":{"input_tokens":9,"output_tokens":1,"total_tokens":70,"input_tokens_details":{"cached_tokens":60}}}"#,
      [69, 1, 0], true
    ),
    // More thoughts than the answer holds that they should be part of.
    (
      #"{"usage":{"prompt_tokens":9,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":60}}}"#,
      [9, 61, 60], false
    ),
    (
      #"{"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10,"completion_tokens_details":{"reasoning_tokens":60}}}"#,
      [9, 1, 1], true
    ),
    (
      #"{"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":7,"totalTokenCount":40}}"#,
      [10, 30, 7], false
    ),
    (#"{"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5,"totalTokenCount":15}}"#, [10, 5, 0], true),
  ])
  func noTotalHoldsWhatIsFree(text: String, counts: [Int64], isExact: Bool) throws {
    let usage = try #require(Self.read(text).usage)
    #expect([usage.input, usage.output, usage.reasoning] == counts)
    #expect((usage.exactness == .exact) == isExact)
  }

  /// What the provider's own tools take beside tokens is in no usage: that they were used is known.
  @Test func toolsThatAreChargedApartAreCounted() {
    let items = ["web_search_call", "file_search_call", "image_generation_call", "function_call", "message"]
    let reply =
      #"{"object":"response","status":"completed","output":["#
      + items.map { #"{"type":"\#($0)"}"# }.joined(separator: ",")
      + #"],"usage":{"input_tokens":3,"output_tokens":4}}"#
    for text in [reply, "data: {\"type\":\"response.completed\",\"response\":\(reply)}\n\n"] {
      let usage = Self.read(text).usage
      #expect(usage?.webSearches == 1 && usage?.otherTools == 2 && usage?.exactness == .exact)
    }
  }

  @Test func sourcesThatAreChargedApartAreCounted() {
    let usage = Self.read(#"{"usage":{"prompt_tokens":3,"completion_tokens":4,"num_sources_used":5}}"#).usage
    #expect(usage?.otherTools == 5 && usage?.input == 3)
  }

  /// What is written to the cache is said in all, or by its parts.
  @Test func whatIsWrittenIsReadFromItsParts() throws {
    let parts = #""cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":20}"#
    for more in ["", #","cache_creation_input_tokens":120"#] {
      let usage = try #require(Self.read(#"{"usage":{"input_tokens":7,"output_tokens":3,\#(parts)\#(more)}}"#).usage)
      #expect([usage.input, usage.cacheWrite, usage.cacheWriteHour] == [127, 120, 20])
    }
  }

  /// Gemini's searches stand in the answer; its older models charge them once for all of a prompt.
  @Test(arguments: [("gemini-3.5-flash", Int64(2)), ("gemini-2.5-flash", 1)]) func geminisSearchesAreCounted(
    model: String, searches: Int64
  ) {
    func part(_ grounding: String) -> String {
      #"{"modelVersion":"\#(model)","candidates":[{"content":{"parts":[{"text":"x"}]}\#(grounding)}],"#
        + #""usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}"#
    }
    let grounding = #","groundingMetadata":{"webSearchQueries":["a","b"]}"#
    #expect(Self.read(part(grounding)).usage?.webSearches == searches)
    #expect(Self.read("[\(part("")),\(part(grounding))]").usage?.webSearches == searches)
    #expect(Self.read("data: \(part(grounding))\n\ndata: \(part(grounding))\n\n").usage?.webSearches == searches)
    #expect(Self.read(part("")).usage?.webSearches == 0)
    #expect(Self.read(part(#","groundingMetadata":{"webSearchQueries":[]}"#)).usage?.webSearches == 0)
  }

  @Test func aHugeReplyIsReadInBoundedMemory() {
    var reader = UsageReader()
    let event = Array(
      "data: {\"choices\":[{\"delta\":{\"content\":\"\(String(repeating: "x", count: 1000))\"}}]}\n\n".utf8)
    for _ in 0..<20_000 { reader.consume(event) }
    reader.consume(Array(Self.openAIStream.utf8))
    #expect(reader.finish().usage?.input == 9)
  }

  @Test func aLiteLLMListIsImportedExactly() throws {
    let list = """
      {"sample_spec": {"mode": "chat"}, "a": {"input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05,
      "cache_read_input_token_cost": 1.25e-06}, "b": {"input_cost_per_token": 0.00000015, "output_cost_per_token": 6E-7},
      "bad\\n": {"input_cost_per_token": 1}, "img": {"output_cost_per_image": 0.04}}
      """
    let (prices, skipped) = try PriceImport.liteLLM(Array(list.utf8), source: "test", asOf: "2026-01-02")
    #expect(skipped == 3)
    #expect(prices["a"]?.inputMicroUSDPerMillion == 2_500_000)
    #expect(prices["a"]?.cachedInputMicroUSDPerMillion == 1_250_000)
    #expect(prices["b"]?.outputMicroUSDPerMillion == 600_000)
    #expect(try PriceImport.decode(Array(PriceImport.encode(prices).utf8)) == prices)
    #expect(throws: PriceImport.Failure.self) { try PriceImport.liteLLM(Array("[1]".utf8), source: "", asOf: "") }
    #expect(throws: PriceImport.Failure.self) { try PriceImport.liteLLM(Array("{}".utf8), source: "", asOf: "") }
  }

  /// A reply that is longer than what is kept of it says at its end what it took; a text that says so is no usage.
  @Test(arguments: [
    #""usage": {"prompt_tokens":10,"completion_tokens":20,"prompt_tokens_details":{"cached_tokens":4}}"#,
    #""usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":20,"cachedContentTokenCount":4}"#,
  ])
  func aVeryLongReplyIsReadAtItsEnd(usage: String) {
    var reader = UsageReader()
    reader.consume(Array(#"{"model":"m","choices":[{"message":{"content":""#.utf8))
    let filling = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
    for _ in 0..<9 { reader.consume(filling) }
    let trap = #"\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1} \" {"#
    reader.consume(Array((trap + #""}}],"# + usage + #","after":{"x":"}"}}"#).utf8))
    #expect(
      reader.finish().usage
        == TokenUsage(input: 10, output: 20, cachedInput: 4, exactness: .exact))
  }

  @Test func aReplyThatIsFetchedLaterIsPending() {
    #expect(Self.read(#"{"object":"response","status":"queued","usage":null}"#).isPending)
    #expect(
      !Self.read(#"{"object":"response","status":"completed","usage":{"input_tokens":1,"output_tokens":2}}"#).isPending)
    let stream = """
      data: {"type":"response.created","response":{"object":"response","status":"in_progress","usage":null}}

      data: {"type":"response.completed","response":{"object":"response","status":"completed","usage":{"input_tokens":3,"output_tokens":4}}}

      """
    #expect(!Self.read(stream).isPending && Self.read(stream).usage?.output == 4)
  }
}
