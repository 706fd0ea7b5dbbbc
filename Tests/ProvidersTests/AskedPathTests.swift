import Testing

@testable import Providers

/// The paths of addresses that clients ask for may be any.
@Suite struct AskedPathTests {
  /// What is not ASCII is led, too, and in ASCII; a path may have what a host may not.
  @Test(arguments: [
    ("é?q=日", "%C3%A9?q=%E6%97%A5"), ("a@b", "a@b"), ("a\\b", "a\\b"), ("m:n@1?k=@", "m:n@1?k=@"),
    ("\u{301}x", "%CC%81x"), ("?\u{301}", "?%CC%81"), ("\u{10FFE9}/\u{10FFFF}", "%E9/%FF"),
  ])
  func aPathOfOtherLettersIsLed(path: String, expected: String) {
    for start in ["https://api.openai.com/v1/", "https:/api.openai.com/v1/", "api.openai.com:443/v1/"] {
      let result = CommandRewriterTests.rewriter.rewrite("curl", ["curl", start + path]) { _ in nil }
      #expect(result.arguments.last == "http://g/T/openai/moved/v1/" + expected)
      #expect(result.hidden == [])
    }
    #expect(
      CommandRewriterTests.rewriter.address(for: "https://ana:é@api.openai.com/v1/" + path)
        == "http://ana:é@g/T/openai/moved/v1/" + expected)
  }

  @Test(arguments: [
    "https://api.openai.com\\@example.com/v1", "https://example.com/\u{301}@api.openai.com/v1",
    "https://api.openai.com\u{E9}/v1", "https://example.com/@api.openai.com/v1",
  ])
  func anotherHostIsNotLed(url: String) {
    let result = CommandRewriterTests.rewriter.rewrite("curl", ["curl", url]) { _ in nil }
    #expect(result.arguments == ["curl", url] && result.hidden == [])
  }
}
