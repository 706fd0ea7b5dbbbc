import Posix

/// The certificates of the authorities that TLS trusts, read once for all connections.
///
/// libcurl reads the system's file, of some hundred certificates, for each set of connections: 25 ms and nearly a megabyte
/// each time. Where it carries TLS by OpenSSL, one store is made as libcurl would make it, and each connection is given that.
/// What cannot be made here is left to libcurl, which then says what is wrong with it.
///
/// *Source:* CURLOPT_SSL_CTX_FUNCTION(3), X509_STORE_load_locations(3), SSL_CTX_set1_cert_store(3). Any number of threads may
/// use one store.
final class SharedTrust: @unchecked Sendable {
  private typealias Store = UnsafeMutableRawPointer
  private typealias GiveStore = @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void
  /// `CURLOPT_SSL_CTX_FUNCTION`: a connection's handle, its TLS context, and the data.
  typealias ContextCallback =
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
    ) -> Int32

  private let store: Store
  private let give: GiveStore
  private let free: @convention(c) (Store) -> Void

  /// Trusted certificates are looked for first, and an authority need not lead to another: as libcurl sets them.
  /// *Source:* `openssl/x509_vfy.h`, X509_V_FLAG_TRUSTED_FIRST and X509_V_FLAG_PARTIAL_CHAIN.
  private static let flags: UInt = 0x8000 | 0x80000

  /// Reads the authorities.
  ///
  /// - Parameters:
  ///   - library: libcurl as it was found; it brings OpenSSL with it.
  ///   - version: what libcurl says of itself.
  ///   - authorities: the user's, in place of the default.
  ///   - usual: where libcurl looks by itself.
  /// - Returns: `nil` where libcurl has to read them.
  init?(
    _ library: DynamicLibrary, version: String, _ authorities: Authorities, usual: (file: String?, folder: String?)
  ) {
    let file = authorities.file ?? usual.file
    let folder = authorities.folder ?? usual.folder
    // A library with several ways to TLS names those that it does not use in brackets.
    guard version.contains(" OpenSSL/"), file != nil || folder != nil,
      let make = library.function("X509_STORE_new", as: (@convention(c) () -> Store?).self),
      let free = library.function("X509_STORE_free", as: (@convention(c) (Store) -> Void).self),
      let load = library.function(
        "X509_STORE_load_locations",
        as: (@convention(c) (Store, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Int32).self),
      let setFlags = library.function("X509_STORE_set_flags", as: (@convention(c) (Store, UInt) -> Int32).self),
      let forget = library.function("ERR_clear_error", as: (@convention(c) () -> Void).self),
      let give = library.function("SSL_CTX_set1_cert_store", as: GiveStore.self),
      let store = make()
    else { return nil }
    // What cannot be read is for libcurl to say.
    for (isFile, path) in [(true, file), (false, folder)] {
      guard let path else { continue }
      guard path.withCString({ load(store, isFile ? $0 : nil, isFile ? nil : $0) }) == 1 else {
        forget()
        free(store)
        return nil
      }
    }
    _ = setFlags(store, Self.flags)
    self.store = store
    self.give = give
    self.free = free
  }

  /// Connections that were given it keep it for as long as they need it.
  deinit { free(store) }

  /// Gives the store to a connection's TLS context. The data is a `SharedTrust`.
  static let callback: ContextCallback = { _, context, data in
    guard let context, let data else { return 1 }
    let trust = Unmanaged<SharedTrust>.fromOpaque(data).takeUnretainedValue()
    trust.give(context, trust.store)
    return 0
  }
}
