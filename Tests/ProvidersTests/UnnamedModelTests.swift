import Testing

@testable import Providers

/// Calls that name no model, and those that state more than one maximum.
@Suite struct UnnamedModelTests {
  /// A server with one model, or an account's own, is called without its name.
  @Test(arguments: [
    (#"{"messages":[]}"#, "unnamed"), (#"{"model":"","messages":[]}"#, "unnamed"), (#"{"model":null}"#, "unnamed"),
    (#"{"models":["a/b","c"],"messages":[]}"#, "a/b"), (#"{"model":"m","models":["a"]}"#, "m"),
  ])
  func aModelMayBeLeftOut(body: String, model: String) throws {
    let request = try ProviderRequest(.openAIChat, target: "/v1/x", body: Array(body.utf8), needsModel: false)
    #expect(request.model == model)
    #expect(try request.asking(atMost: 5).model == model)
    #expect(request.edited().body == Array(body.utf8))
    if model != "m" {
      #expect(throws: ProviderRequest.Unreadable(message: "the body names no model")) {

        _ = try ProviderRequest(.openAIChat, target: "/v1/x", body: Array(body.utf8))

      }
    }
  }

  /// Of two maxima the one that a provider obeys may be the smaller: none is raised by a limit.
  @Test(
    arguments: [
      (
        WireFormat.openAIChat, #"{"model":"m","max_completion_tokens":7,"max_tokens":900}"#,
        #"{"model":"m","max_completion_tokens":7,"max_tokens":60}"#
      ),
      (
        .openAIChat, #"{"model":"m","max_completion_tokens":900,"max_tokens":7}"#,
        #"{"model":"m","max_completion_tokens":60,"max_tokens":7}"#
      ),
      (
        .gemini, #"{"generationConfig":{"maxOutputTokens":5,"max_output_tokens":900}}"#,
        #"{"generationConfig":{"maxOutputTokens":5,"max_output_tokens":60}}"#
      ),
      (.openAIChat, #"{"model":"m","max_tokens":900}"#, #"{"model":"m","max_tokens":60}"#),
    ])
  func noMaximumIsRaised(format: WireFormat, body: String, expected: String) throws {
    let request = try ProviderRequest(
      format, target: "/v1beta/models/m:generateContent", body: Array(body.utf8))
    #expect(request.maxOutputTokens == 900)
    #expect(String(decoding: request.edited(maxOutputTokens: 60).body, as: UTF8.self) == expected)
    if format == .openAIChat { #expect(RequestBody.rewrite(body, model: nil, maxOutputTokens: 60) == expected) }
  }
}
