import Providers
import Testing

/// An address in its parts.
@Suite struct WebAddressTests {
  @Test(arguments: [
    ("https://api.openai.com/v1", "https", "api.openai.com", "/v1"), ("http://h", "http", "h", ""),
    ("HTTPS://Api.OpenAI.com/V1/", "https", "api.openai.com", "/V1"), ("http://h/", "http", "h", ""),
    ("http://h///", "http", "h", ""), ("http://h//a//", "http", "h", "//a"),
    ("http://[::1]:80/x", "http", "[::1]:80", "/x"),
    ("http://h:11434", "http", "h:11434", ""), ("https://h/a://b", "https", "h", "/a://b"),
  ])
  func itsPartsAreRead(_ text: String, _ scheme: String, _ authority: String, _ path: String) throws {
    let address = try #require(WebAddress(text))
    #expect((address.scheme, address.authority, address.path) == (scheme, authority, path))
    #expect(address.origin == "\(scheme)://\(authority)")
  }

  @Test(arguments: [
    "", "h", "//h/", "://h", "http:", "http:/h", "http://", "https:///v1", "ftp://h/", "xhttp://h", "http ://h",
    "http://h h/",
    "http://ü/", "http://h/ü", "http://u@h/", "http://u:p@h/", "http://h/?q", "http://h?q", "http://h/#f",
    "http://h\\x/",
    "http://h/\n", "http://h/\u{0}", " http://h", "http://h ",
  ])
  func othersAreNone(_ text: String) { #expect(WebAddress(text) == nil) }
}
