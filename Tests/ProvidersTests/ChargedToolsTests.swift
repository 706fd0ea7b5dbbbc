import GuardModel
import Testing

@testable import Providers

/// Tools of the provider's own that no usage holds.
@Suite struct ChargedToolsTests {
  private static func read(_ text: String) -> ProviderReply {
    var reader = UsageReader()
    reader.consume(Array(text.utf8))
    return reader.finish()
  }

  private static func gemini(_ grounding: String) -> String {
    #"{"modelVersion":"gemini-3.5-flash","candidates":[{"content":{"parts":[{"text":"x"}]},"groundingMetadata":\#(grounding)}],"#
      + #""usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}"#
  }

  private static func responses(_ items: String) -> String {
    #"{"object":"response","status":"completed","output":[\#(items)],"usage":{"input_tokens":3,"output_tokens":4}}"#
  }

  private static func claude(_ content: String, _ more: String = "") -> String {
    #"{"type":"message","content":[\#(content)]\#(more),"usage":{"input_tokens":3,"output_tokens":4}}"#
  }

  private static let bash = #"{"type":"bash_code_execution_tool_result","content":{}}"#

  @Test(
    arguments: [
      // Grounding with Google Maps stands among the chunks; a search of the web has another kind of them.
      (gemini(#"{"groundingChunks":[{"maps":{"uri":"u"}},{"maps":{"uri":"v"}}]}"#), 1),
      (gemini(#"{"googleMapsWidgetContextToken":"w"}"#), 1),
      (gemini(#"{"groundingChunks":[{"web":{"uri":"u"}}],"webSearchQueries":["a"]}"#), 0),
      (responses(#"{"type":"shell_call","environment":{"type":"container_reference"}}"#), 1),
      (responses(#"{"type":"shell_call","environment":{"type":"local"}},{"type":"local_shell_call"}"#), 0),
      (responses(#"{"type":"computer_call"},{"type":"mcp_call"},{"type":"function_call"}"#), 0),
      (claude(#"{"type":"text","text":"x"},\#(bash)"#), 1), (claude("\(bash),\(bash)"), 2),
      (claude(#"{"type":"text","text":"x"}"#, #","container":{"id":"c","expires_at":"t"}"#), 1),
      (claude(#"{"type":"text","text":"x"}"#, #","container":null"#), 0),
      (claude(#"{"type":"web_fetch_tool_result"}"#), 0),
    ] as [(String, Int64)])
  func whatIsChargedApartIsSeen(reply: String, uses: Int64) {
    #expect(Self.read(reply).usage?.otherTools == uses)
    let usage = Self.read(reply.hasPrefix(#"{"modelVersion"#) ? "data: \(reply)\n\ndata: \(reply)\n\n" : reply).usage
    #expect(usage?.otherTools == uses && usage?.exactness == .exact)
  }

  private static func grounded(_ model: String, _ grounding: String, _ usage: String = "") -> String {
    #"{"modelVersion":"\#(model)","candidates":[{"content":{"parts":[{"text":"x"}]},"groundingMetadata":\#(grounding)}],"#
      + #""usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1\#(usage)}}"#
  }

  /// Gemini's searches and its map's are charged by the query since the third generation, and by the prompt before. Empty
  /// queries, and those asked before, are not charged; what the usage says is billed counts.
  @Test(
    arguments: [
      ("gemini-3.5-flash", #"{"groundingChunks":[{"maps":{}}],"webSearchQueries":["a","b","","a","c"]}"#, "", 0, 3),
      ("gemini-2.5-flash", #"{"groundingChunks":[{"maps":{}}],"webSearchQueries":["a","b"]}"#, "", 0, 1),
      (
        "gemini-3.5-flash", #"{"groundingChunks":[{"maps":{}},{"web":{}}],"webSearchQueries":["a","b"," "]}"#, "", 2, 1
      ),
      ("gemini-3.5-flash", #"{"searchEntryPoint":{},"webSearchQueries":["a","","b","a"]}"#, "", 2, 0),
      ("gemini-2.5-flash", #"{"searchEntryPoint":{},"webSearchQueries":["a","b"]}"#, "", 1, 0),
      (
        "gemini-3.5-flash", #"{"groundingChunks":[{"maps":{}}]}"#,
        #","billedToolCalls":[{"tool":"GOOGLE_MAPS","successfulToolCallCount":4},{"tool":"GOOGLE_SEARCH_RETRIEVAL","successfulToolCallCount":2},{"tool":"GOOGLE_MAPS","successfulToolCallCount":-1}]"#,
        2, 4
      ),
      (
        "gemini-3.5-flash", "{}", #","billedToolCalls":[{"tool":"google_search","successfulToolCallCount":5}]"#, 5, 0
      ),
    ] as [(String, String, String, Int64, Int64)])
  func groundingIsCountedAsItIsCharged(
    model: String, grounding: String, billed: String, searches: Int64, others: Int64
  ) {
    let reply = Self.grounded(model, grounding, billed)
    for text in [reply, "data: \(reply)\n\ndata: \(reply)\n\n"] {
      let usage = Self.read(text).usage
      #expect(usage?.webSearches == searches && usage?.otherTools == others, "\(String(describing: usage))")
    }
  }

  /// A stream may tell its queries one after another.
  @Test func queriesOfAStreamAreAddedUp() {
    let parts = ["a", "b", "a"].map {
      Self.grounded("gemini-3.5-flash", #"{"groundingChunks":[{"maps":{}}],"webSearchQueries":["\#($0)"]}"#)
    }
    #expect(Self.read(parts.map { "data: \($0)\n\n" }.joined()).usage?.otherTools == 2)
  }

  /// In a stream a result is told as it begins, and the container at the end.
  @Test func whatRunsInAStreamIsSeen() {
    let begins = #"data: {"type":"message_start","message":{"usage":{"input_tokens":3,"output_tokens":1}}}"# + "\n\n"
    let runs = #"data: {"type":"content_block_start","content_block":\#(Self.bash)}"# + "\n\n"
    func ends(_ container: String) -> String {
      #"data: {"type":"message_delta","delta":{"container":\#(container)},"usage":{"output_tokens":9}}"# + "\n\n"
    }
    #expect(Self.read(begins + runs + runs + ends("null")).usage?.otherTools == 2)
    #expect(Self.read(begins + ends(#"{"id":"c"}"#)).usage?.otherTools == 1)
    #expect(Self.read(begins + ends("null")).usage?.otherTools == 0)
  }

  /// What Anthropic runs costs nothing in a request that has its newer search of the web, or fetching of pages.
  @Test(arguments: [
    ("web_search_20260209", Int64(0)), ("web_fetch_20260318", 0), ("web_search_20250305", 1),
    ("code_execution_20250825", 1),
  ])
  func codeMayBeFree(tool: String, uses: Int64) throws {
    let request = try ProviderRequest(
      .anthropicMessages, target: "/v1/messages",
      body: Array(#"{"model":"m","max_tokens":9,"messages":[],"tools":[{"type":"\#(tool)"}]}"#.utf8))
    #expect(request.charging(Self.read(Self.claude(Self.bash))).usage?.otherTools == uses)
  }

  /// A model of chat completions that searches by itself says nothing of it.
  @Test(arguments: [("gpt-5-search-api", Int64(1)), ("gpt-4o-mini-search-preview-2025-03-11", 1), ("gpt-4o", 0)])
  func whatSearchesByItselfIsCharged(model: String, searches: Int64) throws {
    let request = try ProviderRequest(
      .openAIChat, target: "/v1/chat/completions", body: Array(#"{"model":"\#(model)","messages":[]}"#.utf8))
    let reply = Self.read(#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#)
    #expect(request.charging(reply).usage?.webSearches == searches)
  }

  /// A use is charged where its price is known, and else said to have none.
  @Test func aUseIsChargedWhereItsPriceIsKnown() throws {
    var price = ModelPrice(
      inputMicroUSDPerMillion: 1_000_000, outputMicroUSDPerMillion: 1_000_000, asOf: "", source: "test")
    let usage = TokenUsage(input: 3, output: 4, otherTools: 2, exactness: .exact)
    #expect(try price.costMicroUSD(of: usage) == 7 && price.unpriced(in: usage) == [.tools])
    price.toolUseMicroUSD = 25_000
    #expect(try price.costMicroUSD(of: usage) == 50_007 && price.unpriced(in: usage).isEmpty)
    #expect(try PriceImport.decode(Array(PriceImport.encode(["m": price]).utf8))["m"] == price)
    price.toolUseMicroUSD = .max
    #expect(throws: AmountOverflow.self) { try price.costMicroUSD(of: usage) }
  }
}
