import Testing

@testable import Upstream

/// A proxy's password is in no text, however it is written.
@Suite struct FailureTextTests {
  static let addresses = [
    "http://corp:s3kr+t/pw@127.0.0.1:3128", "corp:s3kr+t/pw@127.0.0.1:3128", "http://corp:s3kr t@pw@127.0.0.1:3128",
    "http://corp:s3kr#t'pw@127.0.0.1:3128", "socks9://corp:s3kr:t//pw@127.0.0.1",
  ]

  @Test(arguments: addresses) func whatCannotBeReadIsMasked(address: String) {
    let text = "Unsupported proxy syntax in '\(address)': Port number was not a decimal number"
    for proxies in [[], [address]] {
      let masked = FailureText.masked(text, proxies: proxies)
      for part in ["corp", "s3kr", "pw"] { #expect(!masked.contains(part), "\(masked)") }
      #expect(masked.contains("@127.0.0.1") && masked.contains("': Port number"), "\(masked)")
    }
  }

  @Test func anAddressWithoutAnEndIsMaskedWhole() {
    #expect(
      FailureText.masked("Unsupported proxy syntax in 'http://corp:s3kr/pw'", proxies: [])
        == "Unsupported proxy syntax in 'http://…'")
  }

  /// What stands before a slash is taken for the host.
  @Test func aPasswordInPlaceOfTheHostIsMasked() {
    #expect(
      FailureText.masked("Could not resolve proxy: s3kr", proxies: ["http://s3kr/pw@127.0.0.1:3128"])
        == "Could not resolve proxy: …")
  }

  @Test(arguments: [
    "Could not resolve host: api.example.org", "Failed to connect to 127.0.0.1 port 9",
    "SSL: no alternative certificate subject name matches target host name 'api.example.org'",
  ]) func otherTextsStay(text: String) {
    #expect(FailureText.masked(text, proxies: ["http://corp:pw@127.0.0.1:3128"]) == text)
  }

  @Test func aShortNameLeavesTheWordsWhole() {
    #expect(
      FailureText.masked("Failed to connect to o@127.0.0.1 port 9", proxies: ["http://o@127.0.0.1:9"])
        == "Failed to connect to …@127.0.0.1 port 9")
  }

  @Test func aProxyThatRefusesIsKnown() {
    #expect(FailureText.isProxys("CONNECT tunnel failed, response 407", 56))
    #expect(FailureText.isProxys("Proxy CONNECT aborted", 56))
    #expect(FailureText.isProxys("Can't complete SOCKS5 connection", 97))
    #expect(!FailureText.isProxys("Recv failure: Connection reset by peer", 56))
  }
}
