import Posix
import Testing

@testable import Upstream

/// The authorities are read once where that can be done as libcurl would; all else is left to libcurl.
@Suite struct SharedTrustTests {
  private let curl: CurlLibrary
  private let nobody = Authorities { _ in nil }

  init() throws { curl = try CurlLibrary.load() }

  private func trust(_ authorities: Authorities, version: String? = nil) -> SharedTrust? {
    SharedTrust(curl.library, version: version ?? curl.version, authorities, usual: curl.usualAuthorities)
  }

  @Test func theUsualAuthoritiesAreKnown() throws {
    #expect(curl.usualAuthorities.file?.hasPrefix("/") == true || curl.usualAuthorities.folder?.hasPrefix("/") == true)
    // A library with another TLS has to read them itself.
    #expect((trust(nobody) != nil) == curl.version.contains(" OpenSSL/"))
  }

  @Test func whatCannotBeReadIsLeftToTheLibrary() {
    #expect(trust(Authorities { $0 == "SSL_CERT_FILE" ? "/nowhere/authorities.pem" : nil }) == nil)
  }

  @Test(arguments: ["libcurl/8.5.0 GnuTLS/3.8.3", "libcurl/8.5.0 mbedTLS/3.6 (OpenSSL/3.0.13)", ""])
  func anotherTLSIsLeftAlone(version: String) { #expect(trust(nobody, version: version) == nil) }
}
