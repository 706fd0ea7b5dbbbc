import Testing

@testable import Gateway

/// What is said of a request that nobody can meter: which one it was, and nothing that may be a secret.
@Suite struct RouteWordsTests {
  @Test(arguments: [
    ("/v1/images/generations", "POST /v1/images/generations"), ("/", "POST /"), ("", "POST "),
    ("/v1beta/models/gemini-2.5-flash:embedContent", "POST /v1beta/models/…"),
    ("/v1/files/file-abc123XYZ987/content", "POST /v1/files/…/content"),
    ("/bot1234567:AAH-secret/sendMessage", "POST /…/sendMessage"), ("/v1/%2e%2e/x", "POST /v1/…/x"),
    ("/v1/a\u{1B}[31m/x", "POST /v1/…/x"), ("/" + String(repeating: "a", count: 25), "POST /…"),
    ("/a/b/c/d/e/f/g/h/i/j", "POST /a/b/c/d/e/f/g/h/…"),
  ])
  func onlyWordsOfARouteAreSaid(path: String, words: String) {
    #expect(RouteWords.text(method: "POST", path: path[...]) == words)
  }
}
