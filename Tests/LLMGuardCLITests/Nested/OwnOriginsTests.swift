import Gateway
import Providers
import Testing

@testable import LLMGuardCLI

/// Where the user's own variables led before a gateway took their places.
@Suite struct OwnOriginsTests {
  private static let own = [
    "OPENAI_BASE_URL": "https://me:pw@own.example:8443/deep/v1?api-version=1", "OLLAMA_HOST": "192.0.2.7:1234",
    "ANTHROPIC_BASE_URL": " ",
  ]
  private static let routes = RouteTable(providers: BuiltInProviders.all, environment: own)

  @Test(arguments: ["", "/~0123abcd"]) func whatTheUserSaidIsSaidAgain(joined: String) throws {
    let origins = OwnOrigins(of: Self.routes)
    #expect(origins.text == "ollama_host=http://192.0.2.7:1234 openai_base_url=https://own.example:8443")
    let read = OwnOrigins(try #require(origins.text))
    #expect(read == origins)
    let root = "127.0.0.1:4711/0123456789abcdef0123456789abcdef"
    var said: [String: String] = [:]
    for setting in Self.routes.settings {
      said[setting.name] = read.own(setting.value("http://\(root)\(joined)"), root)
    }
    // Any other one has the provider's own address, or that of the first.
    #expect(
      said == [
        "OPENAI_BASE_URL": "https://me:pw@own.example:8443/deep/v1?api-version=1",
        "OLLAMA_HOST": "http://192.0.2.7:1234",
      ])
  }

  /// A script may have taken the scheme away.
  @Test(arguments: [
    ("127.0.0.1:1/T/a/x", "h:2/x"), ("me:pw@127.0.0.1:1/T/a", "me:pw@h:2"), ("127.0.0.1:1/T/b/x", "https://s/x"),
    ("127.0.0.1:1/T/c/x", nil), ("x/127.0.0.1:1/T/a/x", nil), ("http://127.0.0.1:1/T/a/x", "http://h:2/x"),
  ])
  func anAddressWithoutASchemeGetsNone(text: String, own: String?) {
    #expect(OwnOrigins("a=http://h:2 b=https://s").own(text, "127.0.0.1:1/T") == own)
  }

  @Test(arguments: [
    "", "x", "=", "a=", "a=b", "openai=https://h", "127.0.0.1:1/T", "http://127.0.0.1:1/T", "http://127.0.0.1:1/T/",
    "http://127.0.0.1:1/T/gone/v1", "http://127.0.0.1:1/Topenai/v1", "127.0.0.1:1/T http://x/openai",
  ])
  func whatIsNoneIsLeftOut(text: String) {
    #expect(OwnOrigins("openai=https://h b c= d=e").own(text, "127.0.0.1:1/T") == nil)
    #expect(OwnOrigins(text).text == (text == "openai=https://h" ? text : nil))
  }
}
