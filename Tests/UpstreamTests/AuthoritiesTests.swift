import Testing

@testable import Upstream

/// The user's variables say whom TLS trusts, as they do for curl.
@Suite struct AuthoritiesTests {
  @Test(
    arguments: [
      ([:], nil, nil), (["SSL_CERT_FILE": "/a"], "/a", nil), (["SSL_CERT_DIR": "/d"], nil, "/d"),
      (["SSL_CERT_FILE": "/a", "SSL_CERT_DIR": "/d"], "/a", "/d"),
      (["CURL_CA_BUNDLE": "/c", "SSL_CERT_FILE": "/a", "SSL_CERT_DIR": "/d"], "/c", nil),
      (["CURL_CA_BUNDLE": "", "SSL_CERT_FILE": ""], nil, nil),
    ] as [([String: String], String?, String?)])
  func theNearestCounts(variables: [String: String], file: String?, folder: String?) {
    let authorities = Authorities { variables[$0] }
    #expect(authorities.file == file)
    #expect(authorities.folder == folder)
  }
}
