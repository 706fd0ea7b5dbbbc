import Testing

@testable import Providers

/// What looks like a picture or an address in a prompt, and is text.
@Suite struct PromptTextTests {
  private func count(_ format: WireFormat, _ body: String) throws -> Int64 {
    try ProviderRequest(format, target: "/v1/x", body: Array(body.utf8)).countedInputTokens
  }

  private func chat(_ content: String, _ more: String = "") -> String {
    #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"\#(content)"\#(more)}]}"#
  }

  @Test(arguments: [
    "data: 1,2,3. What is the mean?", "data:1,2,3;base64 what is it?", "data:image/png;base64", "data: a;base64,b",
    "data:,",
  ])
  func wordsThatBeginAsAnAddressOfDataAreWords(words: String) throws {
    #expect(try count(.openAIChat, chat(words)) < 40)
  }

  @Test func aTableBehindDataIsCountedAsText() throws {
    let rows = String(repeating: "17,4,green\\n", count: 10_000)
    #expect(try count(.openAIChat, chat("data:\\n" + rows)) > 40_000)
  }

  /// Four letters are three bytes, and some four of those a token.
  @Test func aTextThatIsPackedIsCountedByItsBytes() throws {
    let packed = String(repeating: "QUJD", count: 1000)
    let count = try count(
      .openAIChat,
      """
      {"model":"gpt-4o-mini","messages":[{"role":"user","content":[
        {"type":"file","file":{"file_data":"data:text/plain;base64,\(packed)"}}]}]}
      """)
    #expect((700..<900).contains(count))
    let picture = try self.count(
      .openAIChat,
      """
      {"model":"gpt-4o-mini","messages":[{"role":"user","content":[
        {"type":"image_url","image_url":{"url":"data:image/png;base64,\(packed)"}}]}]}
      """)
    #expect(picture > 2833)
  }

  @Test func whatAnAnswerCitesIsNotFetched() throws {
    for type in ["file_citation", "container_file_citation", "file_path", "url_citation"] {
      let cited = (0..<10).map { #"{"type":"\#(type)","file_id":"file-\#($0)","index":\#($0)}"# }.joined(separator: ",")
      #expect(try count(.openAIChat, chat("so", #","annotations":[\#(cited)]"#)) < 300, "\(type)")
    }
    #expect(
      try count(
        .ollamaChat,
        """
        {"model":"llama","messages":[{"role":"assistant","tool_calls":[
          {"function":{"name":"get","arguments":{"url":"https://a.example/b"}}}]}]}
        """) < 40)
  }

  /// Of a request's own member of that name parts alone are the prompt; of a tool's all is.
  @Test func aToolsMemberIsReadWhole() throws {
    let long = String(repeating: "all of this counts. ", count: 5000)
    for name in ["requests", "generationConfig"] {
      let input = #"{"\#(name)":[{"body":"\#(long)"}]}"#
      #expect(
        try count(
          .anthropicMessages,
          """
          {"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"assistant","content":[
            {"type":"tool_use","id":"t","name":"n","input":\(input)}]}]}
          """) > 20_000)
    }
  }

  @Test func whatCohereCallsADocumentIsText() throws {
    let words = String(repeating: "some words of a page. ", count: 50)
    let asText = try count(.cohereChat, cohere(documents: #"{"data":{"text":"\#(words)"}}"#))
    #expect((200..<400).contains(asText))
    #expect(try count(.cohereChat, cohere(documents: #"{"data":"\#(words)"}"#)) == asText)
    let named = try count(.cohereChat, cohere(documents: #"{"data":{"text":"\#(words)","url":"https://a.example"}}"#))
    #expect(named < asText + 20)
  }

  private func cohere(documents: String) -> String {
    #"{"model":"command-r","messages":[{"role":"user","content":"so?"}],"documents":[\#(documents)]}"#
  }

  @Test func aTunedModelSeesAsTheOneThatItWas() throws {
    func body(_ model: String) -> String {
      """
      {"model":"\(model)","messages":[{"role":"user","content":[
        {"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]}]}
      """
    }
    #expect(
      try count(.openAIChat, body("ft:gpt-4o-mini:org::id")) == count(.openAIChat, body("gpt-4o-mini")))
  }

  /// What shows none of its pages has no more than a provider takes.
  @Test func aLongDocumentHasNoMorePagesThanAreTaken() throws {
    let long = "JVBERi0xLjUK" + String(repeating: "AAAA", count: 2_500_000)
    let count = try count(
      .anthropicMessages,
      """
      {"model":"claude-sonnet-4-5","max_tokens":9,"messages":[{"role":"user","content":[
        {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"\(long)"}}]}]}
      """)
    #expect((300_000..<320_000).contains(count))
  }
}
