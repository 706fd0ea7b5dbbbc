import HTTPWire
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Cookies of a provider stay with it.
@Suite struct CookiePathTests {
  /// *Source:* RFC 6265 section 5.2.
  @Test(
    arguments: [
      ("a=b; Path=/", "a=b; Path=/T/openai/"), ("a=b; path=/v1; Secure", "a=b; path=/T/openai/v1; Secure"),
      ("a=b;PATH = \t/v1 ", "a=b;PATH =/T/openai/v1 "), ("Path=/; HttpOnly", nil), ("a=/; Domain=x.example", nil),
      ("a=b; Path=", nil), ("a=b; Path", nil), ("a=b; Path=v1", nil), ("a=b; My Path=/", nil), ("a=b; xPath=/", nil),
      ("a=b", nil), ("", nil), (" __host-a=b; Path=/; Secure", "llmguard.__host-a=b; Path=/T/openai/; Secure"),
      ("a=__Host-; Path=/", "a=__Host-; Path=/T/openai/"),
      ("a=b; Path=/x; Path=/y", "a=b; Path=/T/openai/x; Path=/T/openai/y"),
      ("a=\"b; Path=/\"", "a=\"b; Path=/T/openai/\""),
    ] as [(String, String?)])
  func aPathIsBelowItsProvider(text: String, expected: String?) {
    #expect(CookiePath.below("/T/openai", text) == expected)
  }

  /// One whose name says that it is for all paths has another name till it is back.
  @Test(
    arguments: [
      ("llmguard.__Host-a=b; c=d", "__Host-a=b; c=d"), ("c=d;  llmguard.__host-a=b", "c=d;  __host-a=b"),
      ("llmguard.a=b", nil), ("a=llmguard.__Host-a", nil), ("__Host-a=b", nil), ("", nil),
    ] as [(String, String?)])
  func aNameForAllPathsComesBack(text: String, expected: String?) {
    #expect(CookiePath.asItWasSet(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } == expected)
    let bytes = Array("x=".utf8) + [0xE9, 0x3B]
    #expect(CookiePath.asItWasSet(bytes + Array(text.utf8)) == expected.map { bytes + Array($0.utf8) })
  }

  @Test func aProviderSeesItsOwnName() throws {
    let seen = Locked<[String?]>([])
    let harness = try GatewayHarness { exchange in
      seen.use { $0.append(exchange.head.fields["cookie"]) }
      exchange.reply(fields: ["Set-Cookie": "__Host-a=1; Path=/; Secure"], "{}")
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange("GET", harness.path("/v1/models"))
    #expect(reply.head.fields["set-cookie"] == "llmguard.__Host-a=1; Path=\(harness.path(""))/; Secure")
    _ = try client.exchange("GET", harness.path("/v1/models"), fields: ["Cookie": "x=y; llmguard.__Host-a=1"])
    #expect(seen.use { $0 } == [nil, "x=y; __Host-a=1"])
  }

  @Test func everyReplyHasItsCookiesSo() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        fields: ["Set-Cookie": "a=1; Path=/; Max-Age=9", "Set-Cookie2": "b; Path=/", "Set-cookie": "c=\u{e9}"],
        #"{"usage":{"prompt_tokens":1,"completion_tokens":2}}"#)
      return true
    }
    let here = harness.path("")
    let client = try harness.connect()
    defer { client.close() }
    for reply in [
      try client.exchange("GET", harness.path("/v1/models")), try harness.post(#"{"model":"gpt-4o","messages":[]}"#),
    ] {
      let cookies = reply.head.fields.filter { $0.isNamed("set-cookie") }.map(\.text)
      #expect(cookies == ["a=1; Path=\(here)/; Max-Age=9", "c=\u{e9}"])
      #expect(reply.head.fields["set-cookie2"] == "b; Path=/")
    }
  }
}
