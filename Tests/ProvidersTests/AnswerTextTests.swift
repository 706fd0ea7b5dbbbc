import Testing
import TextFormats

@testable import Providers

/// Asking a provider one thing, and reading what it says.
@Suite struct AnswerTextTests {
  private static let forms: [(WireFormat, target: String, body: String)] = [
    (.openAIChat, "/v1/chat/completions", #"{"model":"big","messages":[],"stream":true}"#),
    (.openAIResponses, "/v1/responses", #"{"model":"big","input":"x","stream":true}"#),
    (.openAICompletions, "/v1/completions", #"{"model":"big","prompt":"x"}"#),
    (.anthropicMessages, "/v1/messages", #"{"model":"big","max_tokens":9,"messages":[],"stream":true}"#),
    (.gemini, "/v1beta/models/big:streamGenerateContent?alt=sse&key=k", #"{"contents":[]}"#),
    (.ollamaChat, "/api/chat", #"{"model":"big","messages":[]}"#),
    (.ollamaGenerate, "/api/generate", #"{"model":"big","prompt":"x"}"#),
    (.anthropicComplete, "/v1/complete", #"{"model":"big","prompt":"x","max_tokens_to_sample":9}"#),
    (.cohereChat, "/v2/chat", #"{"model":"big","messages":[],"stream":true}"#),
    (.cohereEarlierChat, "/v1/chat", #"{"model":"big","message":"x","stream":true}"#),
  ]

  @Test func whatIsAskedInAnyFormIsThatAlone() throws {
    for (format, target, body) in Self.forms {
      let request = try ProviderRequest(format, target: target, body: Array(body.utf8))
      let asking = try #require(request.asking("Is \"this\" so?", of: "tiny", maxOutputTokens: 5))
      let asked = try ProviderRequest(format, target: asking.target, body: asking.body)
      #expect(asked.model == "tiny", "\(format)")
      #expect(asked.maxOutputTokens == (format == .openAIResponses ? 16 : 5), "\(format)")
      #expect(asked.streaming == nil, "\(format)")
      let isPrompt = format == .ollamaGenerate || format == .openAICompletions || format == .anthropicComplete
      #expect(asked.instruction == "Is \"this\" so?" || isPrompt)
      // An answer in that form is understood.
      let canned = CannedReply(to: asked, saying: "Yes.")
      #expect(AnswerText.text(of: canned.body, format) == "Yes.", "\(format)")
    }
  }

  @Test func theNameOfTheMaximumIsTheClients() throws {
    func body(_ body: String) throws -> String {
      let request = try ProviderRequest(.openAIChat, target: "/v1/chat/completions", body: Array(body.utf8))
      return String(decoding: try #require(request.asking("x", of: "tiny", maxOutputTokens: 5)).body, as: UTF8.self)
    }
    #expect(try body(#"{"model":"m","max_tokens":7}"#).contains(#""max_tokens":5"#))
    #expect(try body(#"{"model":"m","max_completion_tokens":7}"#).contains(#""max_completion_tokens":5"#))
    #expect(try body(#"{"model":"m"}"#).contains(#""max_completion_tokens":5"#))
  }

  @Test func deploymentsAreAskedByTheirNames() throws {
    let deployments = ["main": "big", "small-one": "tiny"]
    let target = "/openai/deployments/main/chat/completions?api-version=1"
    let request = try ProviderRequest(.openAIChat, target: target, body: Array("{}".utf8), deployments: deployments)
    let asking = try #require(request.asking("x", of: "tiny", maxOutputTokens: 5))
    #expect(asking.target == "/openai/deployments/small-one/chat/completions?api-version=1")
    #expect(request.asking("x", of: "unknown", maxOutputTokens: 5) == nil)
  }

  @Test func geminisAddressKeepsItsKey() throws {
    let (format, target, body) = Self.forms[4]
    let asking = try #require(
      try ProviderRequest(format, target: target, body: Array(body.utf8)).asking("x", of: "tiny", maxOutputTokens: 5))
    #expect(asking.target == "/v1beta/models/tiny:generateContent?key=k")
  }

  @Test func whatSaysNothingIsNoAnswer() {
    for body in ["", "{}", "[]", #"{"choices":[]}"#, #"{"choices":[{"message":{"content":null}}]}"#] {
      #expect(AnswerText.text(of: Array(body.utf8), .openAIChat) == nil)
    }
    let thoughts = #"{"candidates":[{"content":{"parts":[{"thought":true,"text":"hm"},{"text":"no"}]}}]}"#
    #expect(AnswerText.text(of: Array(thoughts.utf8), .gemini) == "no")
    #expect(AnswerText.text(of: Array(#"{"data":[{"embedding":[1]}]}"#.utf8), .openAIEmbeddings) == nil)
  }
}
