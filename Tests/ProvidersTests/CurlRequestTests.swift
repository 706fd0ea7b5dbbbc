import Testing

@testable import Providers

/// What of a curl command line is a call of a model.
@Suite struct CurlRequestTests {
  private static func request(_ line: String) -> CurlRequest {
    CurlRequest(line.split(separator: " ").map(String.init))
  }

  @Test(arguments: [
    ("curl --version", CurlRequest.Kind.other), ("curl file:///etc/hostname", .other),
    ("curl https://api.openai.com/v1/models", .other), ("curl -I https://x/v1/chat/completions", .other),
    ("curl https://x/v1/chat/completions", .other), ("curl -G -d q=1 https://x/v1/chat/completions", .other),
    ("curl -X GET -d {} https://x/v1/chat/completions", .other),
    ("curl -T file https://x/v1/chat/completions", .other),
    ("curl -d {} https://x/v1/images/generations", .other), ("curl -d {} https://x/v1/audio/speech", .other),
    ("curl -d {} ftp://x/v1/chat/completions", .other), ("curl -d {}", .other),
    ("curl -d {} https://x/v1/chat/completions?a=b#c", .call(.openAIChat)),
    ("curl -sSd {} --url x/v1/messages", .call(.anthropicMessages)),
    ("curl --json @f --url=https://x/v1/responses", .call(.openAIResponses)),
    ("curl https://x/models/m:generateContent -d@-", .call(.gemini)),
    ("curl -d {} https://x/rows", .unsaid),
    ("curl -d {} https://x/rows -: https://x/api/chat", .call(.ollamaChat)),
  ])
  func itsAddressSaysWhatItIs(line: String, kind: CurlRequest.Kind) {
    #expect(Self.request(line).kind == kind)
  }

  @Test func itsBodiesAreSeenHoweverTheyAreGiven() {
    #expect(Self.request("curl -sSda -d b --data-raw=x --json c -H d u").bodies == ["a", "b", "c"])
    #expect(Self.request("curl -d a --data-urlencode b u").method == "POST")
    #expect(Self.request("curl -X put -d a u").method == "PUT")
    #expect(Self.request("curl --data-raw @a u").bodies == [""], "a raw body names no file")
  }

  @Test(arguments: [
    (#"{"model":"m","messages":[]}"#, true), (#"{"contents":[]}"#, true), (#"{"model":"m","prompt":"p"}"#, true),
    (#"{"model":"m","max_tokens":5}"#, true), (#"{"prompt":"a cat"}"#, false), (#"{"name":"a row"}"#, false),
    (#"{"model":"T","year":1908}"#, false), ("{}", false), ("model", false), ("[]", false),
  ])
  func aBodyIsACallWhereItSaysWhatAModelIsAsked(body: String, isCall: Bool) {
    #expect(RequestBody.isCall(body) == isCall)
  }

  /// At a provider the path may name the model, or the call an agent that has one.
  @Test(arguments: [
    #"{"prompt":"a cat"}"#, #"{"inputs":"a cat"}"#, #"{"agent_id":"ag","inputs":[{"role":"user","content":"a"}]}"#,
  ])
  func atAProviderABodyNeedsNoModel(body: String) {
    #expect(RequestBody.isCall(body, isAtProvider: true) && !RequestBody.isCall(body))
  }

  @Test(arguments: [
    ("llm --version", true), ("llm models", true), ("ollama --help", true), ("llm models of growth", true),
    ("llm name the models", false), ("llm -m x models", false), ("claude -p --help me", false),
  ])
  func aClientCanDoSomethingElse(line: String, isOther: Bool) throws {
    let words = line.split(separator: " ").map(String.init)
    let client = try #require(BuiltInClients.all.first { $0.program == words[0] })
    #expect(client.otherWords(in: words) == isOther)
  }
}
