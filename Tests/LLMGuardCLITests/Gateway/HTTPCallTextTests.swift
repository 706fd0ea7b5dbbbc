import Gateway
import Providers
import Testing

@testable import LLMGuardCLI

/// A call on a command line, read as the gateway will read it.
@Suite struct HTTPCallTextTests {
  private static let gateway = "http://127.0.0.1:4000/0123456789abcdef"
  private static let body = #"{"model":"gpt-4o","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}"#

  private static func read(_ url: String, gateway: String? = gateway) -> HTTPCallText? {
    let routes = RouteTable(
      providers: BuiltInProviders.all, environment: ["OPENAI_BASE_URL": "http://10.0.0.9:8080/v1"])
    return HTTPCallText(["curl", "-d", body, url], files: [], routes: routes, gateway: gateway)
  }

  /// A name and a password before the host say nothing of where it is; what looks like them behind it says nothing of the host.
  @Test(arguments: [
    ("https://api.openai.com/v1/chat/completions", true),
    ("https://me:secret@api.openai.com/v1/chat/completions", true),
    ("https://me@api.openai.com/v1/chat/completions", true),
    ("https://me:a@b@api.openai.com/v1/chat/completions", true),
    ("http://me:secret@10.0.0.9:8080/v1/chat/completions", true),
    ("http://me:secret@127.0.0.1:4000/0123456789abcdef/openai/v1/chat/completions", true),
    ("http://me:secret@127.0.0.1:4000/0123456789abcdef/nobody/v1/chat/completions", false),
    ("https://api.openai.com@elsewhere.invalid/v1/chat/completions", false),
    ("https://elsewhere.invalid/v1/chat/completions?at=@api.openai.com", false),
    ("https://elsewhere.invalid/@api.openai.com/v1/chat/completions", false),
    ("https://elsewhere.invalid/v1/chat/completions#@api.openai.com", false),
  ])
  func aServerIsKnownWhateverStandsBeforeItsHost(url: String, isKnown: Bool) throws {
    let call = try #require(Self.read(url), "\(url)")
    #expect(call.isKnownServer == isKnown, "\(url)")
    #expect(call.request.model == "gpt-4o")
  }

  /// Alone, nobody's address is the gateway's.
  @Test func withoutARunAroundTheGatewaysAddressIsNobodys() throws {
    #expect(try #require(Self.read(Self.gateway + "/openai/v1/chat/completions")).isKnownServer)
    #expect(try !#require(Self.read(Self.gateway + "/openai/v1/chat/completions", gateway: nil)).isKnownServer)
  }
}
