import Posix

/// Whom TLS trusts besides the library's default, as the user's variables say. The program curl reads them; libcurl alone
/// does not.
///
/// *Source:* curl(1), `--cacert` and `--capath`.
struct Authorities: Hashable, Sendable {
  /// A file of certificates.
  let file: String?
  /// A folder of certificates.
  let folder: String?

  /// Those of this process.
  static let ofUser = Authorities(Environment.value)

  /// Two equal marks mean that file and folder are as they were, as far as the file system's clock tells.
  ///
  /// - Parameter usual: where libcurl looks by itself.
  func mark(usual: (file: String?, folder: String?)) -> [Int64] {
    [file ?? usual.file, folder ?? usual.folder].flatMap { path in
      path.map { File.changeMark($0) + File.identity($0).map { Int64(truncatingIfNeeded: $0) } } ?? []
    }
  }

  /// Reads the variables; `CURL_CA_BUNDLE` goes before those of OpenSSL.
  init(_ value: (String) -> String?) {
    func stated(_ name: String) -> String? { value(name).flatMap { $0.isEmpty ? nil : $0 } }
    if let bundle = stated("CURL_CA_BUNDLE") {
      (file, folder) = (bundle, nil)
    } else {
      (file, folder) = (stated("SSL_CERT_FILE"), stated("SSL_CERT_DIR"))
    }
  }
}
