import GuardModel
import Providers
import Testing

/// The marks by which Anthropic's callers ask for a part of the prompt to be kept.
@Suite struct PromptCacheWriteTests {
  private static let mark = #""cache_control":{"type":"ephemeral"}"#
  private static let hour = #""cache_control":{"type":"ephemeral","ttl":"1h"}"#

  /// A request of three parts, with what is put into them.
  private func request(tools: String = "", system: String = "", first: String = "", last: String = "", top: String = "")
    throws -> ProviderRequest
  {
    let words = String(repeating: "some words of it ", count: 500)
    func block(_ more: String) -> String { #"{"type":"text",\#(more.isEmpty ? "" : more + ",")"text":"\#(words)"}"# }
    let body = #"""
      {"model":"claude-opus-5","max_tokens":10,\#(top.isEmpty ? "" : top + ",")
      "messages":[{"role":"user","content":[\#(block(first))]},{"role":"user","content":[\#(block(last))]}],
      "system":[\#(block(system))],"tools":[{"name":"t","description":"\#(words)"\#(tools.isEmpty ? "" : "," + tools)}]}
      """#
    return try ProviderRequest(.anthropicMessages, target: "/v1/messages", body: Array(body.utf8))
  }

  /// Tools come first, then the system's words, then messages, in whatever order the body has them.
  @Test func allUpToTheLastMarkIsKept() throws {
    let none = try request()
    #expect(none.promptCacheWrite == nil)
    let all = none.countedInputTokens
    let kept = try [
      request(tools: Self.mark), request(system: Self.mark), request(first: Self.mark), request(last: Self.mark),
    ].map { request in
      #expect(request.countedInputTokens == all)
      #expect(request.promptCacheWrite?.isForAnHour == false)
      return try #require(request.promptCacheWrite).tokens
    }
    #expect(kept[3] == all)
    for (fewer, more) in zip(kept, kept.dropFirst()) { #expect(more - fewer > all / 6 && more - fewer < all / 2) }
    #expect(kept[0] > all / 6 && kept[0] < all / 3)
    // Only the last mark counts.
    #expect(try request(tools: Self.mark, system: Self.mark, first: Self.mark).promptCacheWrite?.tokens == kept[2])
  }

  @Test func anHourIsTold() throws {
    #expect(try request(tools: Self.hour, last: Self.mark).promptCacheWrite?.isForAnHour == true)
    let all = try request().countedInputTokens
    #expect(try request(top: Self.mark).promptCacheWrite == PromptCacheWrite(tokens: all, isForAnHour: false))
    #expect(try request(top: Self.hour).promptCacheWrite == PromptCacheWrite(tokens: all, isForAnHour: true))
  }

  /// A tool's parameter may be called as the marks are: what it is told of it is part of the prompt.
  @Test func aParameterOfThatNameIsCounted() throws {
    func tokens(_ name: String) throws -> Int64 {
      let words = String(repeating: "what it is for, at length ", count: 100)
      let schema = #"{"type":"object","properties":{"\#(name)":{"type":"string","description":"\#(words)"}}}"#
      return try request(tools: #""input_schema":\#(schema)"#).countedInputTokens
    }
    #expect(try tokens("cache_control") == tokens("cache_contents"))
  }

  @Test(arguments: [#""cache_control":null"#, #""cache_control":"ephemeral""#, #""Cache_Control":{}"#])
  func whatIsNoMarkIsNone(_ text: String) throws {
    #expect(try request(system: text, top: text).promptCacheWrite == nil)
  }
}
