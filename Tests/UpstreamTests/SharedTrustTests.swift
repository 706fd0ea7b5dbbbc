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

  /// Whether the authorities of this machine are read here, from one file.
  private static let readsAFile =
    (try? CurlLibrary.load()).map { $0.version.contains(" OpenSSL/") && $0.usualAuthorities.file != nil } ?? false

  @Test func theUsualAuthoritiesAreKnown() throws {
    #expect(curl.usualAuthorities.file?.hasPrefix("/") == true || curl.usualAuthorities.folder?.hasPrefix("/") == true)
    // A library with another TLS has to read them itself.
    #expect((trust(nobody) != nil) == curl.version.contains(" OpenSSL/"))
  }

  @Test func whatCannotBeReadIsLeftToTheLibrary() {
    #expect(trust(Authorities { $0 == "SSL_CERT_FILE" ? "/nowhere/authorities.pem" : nil }) == nil)
  }

  /// A gateway may stand for months, and authorities come and go meanwhile.
  @Test(.enabled(if: readsAFile)) func authoritiesThatHaveChangedAreReadAgain() throws {
    let usual = try #require(curl.usualAuthorities.file)
    let folder = try Folder.makeTemporary(prefix: "llmguard-trust")
    defer { try? Folder.removeTree(folder) }
    let file = folder + "/authorities.pem"
    let certificates = try File.readAll(usual)
    try File.replace(file, with: certificates)
    let now = Locked<Int64>(0)
    let current = CurrentTrust(
      curl, Authorities { $0 == "SSL_CERT_FILE" ? file : nil }, nowNs: { now.use { $0 } })
    let first = try #require(current.get())
    #expect(current.get() === first)
    try File.replace(file, with: certificates + Array("\n".utf8))
    #expect(current.get() === first, "looked at a moment ago")
    now.use { $0 += 1_000_000_000 }
    let second = try #require(current.get())
    #expect(second !== first)
    now.use { $0 += 90_000_000_000_000 }
    #expect(current.get() === second, "they are as they were")
    // What cannot be read is for libcurl to say; what can be again is read again.
    try File.remove(file)
    now.use { $0 += 1_000_000_000 }
    #expect(current.get() == nil)
    try File.replace(file, with: certificates)
    now.use { $0 += 1_000_000_000 }
    #expect(current.get() != nil)
  }

  @Test(arguments: ["libcurl/8.5.0 GnuTLS/3.8.3", "libcurl/8.5.0 mbedTLS/3.6 (OpenSSL/3.0.13)", ""])
  func anotherTLSIsLeftAlone(version: String) { #expect(trust(nobody, version: version) == nil) }
}
