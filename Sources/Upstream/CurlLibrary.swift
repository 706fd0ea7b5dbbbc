import Posix

/// libcurl, found at run time. It brings TLS, HTTP/2, the user's proxies and authorities.
///
/// *Source of the numbers:* `curl/curl.h` and `curl/multi.h`; they are part of libcurl's binary interface, which has been
/// the same since 7.16.
struct CurlLibrary: @unchecked Sendable {
  typealias Handle = UnsafeMutableRawPointer
  /// Is shown each socket before it connects; 0 lets it. *Source:* CURLOPT_SOCKOPTFUNCTION(3).
  typealias SocketCallback = @convention(c) (UnsafeMutableRawPointer?, Int32, Int32) -> Int32
  /// Takes bytes that arrived, or gives bytes to send: the last argument is whose they are.
  typealias Callback = @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int

  /// Is asked when a connection stands, before a request takes it; 0 lets it. *Source:* CURLOPT_PREREQFUNCTION(3).
  typealias ReadyCallback =
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?, Int32, Int32
    ) -> Int32

  /// Gives the list of lines behind a body, which becomes libcurl's; 0 for having done so. *Source:* CURLOPT_TRAILERFUNCTION(3).
  typealias TrailerCallback = @convention(c) (UnsafeMutablePointer<Handle?>?, UnsafeMutableRawPointer?) -> Int32

  let easyInit: @convention(c) () -> Handle?
  let easyCleanup: @convention(c) (Handle) -> Void
  let easySet: VariadicOption
  let errorText: @convention(c) (Int32) -> UnsafePointer<CChar>?
  let listAppend: @convention(c) (Handle?, UnsafePointer<CChar>) -> Handle?
  let listFree: @convention(c) (Handle?) -> Void
  let multiInit: @convention(c) () -> Handle?
  let multiAdd: @convention(c) (Handle, Handle) -> Int32
  let multiRemove: @convention(c) (Handle, Handle) -> Int32
  let multiPerform: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
  let multiPoll: @convention(c) (Handle, UnsafeMutableRawPointer?, UInt32, Int32, UnsafeMutablePointer<Int32>?) -> Int32
  let multiInfo: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> UnsafeRawPointer?
  let multiCleanup: @convention(c) (Handle) -> Int32
  /// Whether it is asked to ask before a request takes its connection; one before 7.80 cannot.
  var asksWhenReady = true
  /// What it says of itself, such as `libcurl/7.88.1 OpenSSL/3.0.19`.
  let version: String
  /// Where it looks for authorities by itself.
  let usualAuthorities: (file: String?, folder: String?)
  /// Where it was found, and what it brings.
  let library: DynamicLibrary

  /// `CURLMsg`.
  struct Message {
    var kind: Int32
    var easy: UnsafeMutableRawPointer?
    var result: Int32
  }

  /// `struct curl_waitfd`.
  struct WaitDescriptor {
    var descriptor: Int32
    var events: Int16
    var happened: Int16
  }

  /// The library, loaded at the first use.
  ///
  /// - Throws: `UpstreamError.noLibrary`.
  static func load() throws(UpstreamError) -> CurlLibrary {
    let result = loaded.use { loaded -> Result<CurlLibrary, UpstreamError> in
      if let loaded { return loaded }
      let result = found()
      // Files may be closed by the next time.
      if case .failure(.noFilesLeft) = result { return result }
      loaded = result
      return result
    }
    return try result.get()
  }

  private static let loaded = Locked<Result<CurlLibrary, UpstreamError>?>(nil)

  private static func found() -> Result<CurlLibrary, UpstreamError> {
    let names = ["libcurl.so.4", "libcurl-gnutls.so.4", "libcurl-nss.so.4"]
    guard let library = DynamicLibrary(firstOf: names) else {
      if OpenFiles.areUsedUp() { return .failure(.noFilesLeft("libcurl, which carries calls, cannot be loaded")) }
      return .failure(.noLibrary("libcurl was not found (\(names[0])); it carries calls to providers"))
    }
    guard let curl = CurlLibrary(library) else {
      return .failure(.noLibrary("\(library.name) is older than 7.66 and lacks what is needed"))
    }
    return .success(curl)
  }

  private init?(_ library: DynamicLibrary) {
    guard let globalInit = library.function("curl_global_init", as: (@convention(c) (Int) -> Int32).self),
      let version = library.function("curl_version", as: (@convention(c) () -> UnsafePointer<CChar>).self),
      let easyInit = library.function("curl_easy_init", as: type(of: self.easyInit)),
      let easyCleanup = library.function("curl_easy_cleanup", as: type(of: self.easyCleanup)),
      let easySet = library.address("curl_easy_setopt"),
      let errorText = library.function("curl_easy_strerror", as: type(of: self.errorText)),
      let listAppend = library.function("curl_slist_append", as: type(of: self.listAppend)),
      let listFree = library.function("curl_slist_free_all", as: type(of: self.listFree)),
      let multiInit = library.function("curl_multi_init", as: type(of: self.multiInit)),
      let multiAdd = library.function("curl_multi_add_handle", as: type(of: self.multiAdd)),
      let multiRemove = library.function("curl_multi_remove_handle", as: type(of: self.multiRemove)),
      let multiPerform = library.function("curl_multi_perform", as: type(of: self.multiPerform)),
      let multiPoll = library.function("curl_multi_poll", as: type(of: self.multiPoll)),
      let multiInfo = library.function("curl_multi_info_read", as: type(of: self.multiInfo)),
      let multiCleanup = library.function("curl_multi_cleanup", as: type(of: self.multiCleanup)),
      globalInit(3) == 0
    else { return nil }
    self.version = String(cString: version())
    self.library = library
    usualAuthorities = Self.usualAuthorities(library)
    self.easyInit = easyInit
    self.easyCleanup = easyCleanup
    self.easySet = VariadicOption(easySet)
    self.errorText = errorText
    self.listAppend = listAppend
    self.listFree = listFree
    self.multiInit = multiInit
    self.multiAdd = multiAdd
    self.multiRemove = multiRemove
    self.multiPerform = multiPerform
    self.multiPoll = multiPoll
    self.multiInfo = multiInfo
    self.multiCleanup = multiCleanup
  }

  /// The members `cainfo` and `capath` of what it knows of itself, which has them from 7.70 on.
  ///
  /// *Source:* curl_version_info(3), `curl/curl.h`: `curl_version_info_data`, which only grows at its end.
  private static func usualAuthorities(_ library: DynamicLibrary) -> (file: String?, folder: String?) {
    typealias VersionInfo = @convention(c) (Int32) -> UnsafeRawPointer?
    guard let info = library.function("curl_version_info", as: VersionInfo.self)?(versionNow),
      info.load(as: Int32.self) >= versionWithAuthorities
    else { return (nil, nil) }
    func text(_ offset: Int) -> String? {
      info.load(fromByteOffset: offset, as: UnsafePointer<CChar>?.self).map { String(cString: $0) }
    }
    return (text(152), text(160))
  }

  /// `CURLVERSION_SEVENTH`, which is also enough to ask with.
  private static let (versionNow, versionWithAuthorities): (Int32, Int32) = (6, 6)

  /// Options of a request.
  enum Option {
    static let writeData: Int32 = 10_001
    static let url: Int32 = 10_002
    static let readData: Int32 = 10_009
    static let errorBuffer: Int32 = 10_010
    static let writeFunction: Int32 = 20_011
    static let readFunction: Int32 = 20_012
    static let postFields: Int32 = 10_015
    static let lowSpeedLimit: Int32 = 19
    static let lowSpeedTime: Int32 = 20
    static let httpHeader: Int32 = 10_023
    static let headerData: Int32 = 10_029
    static let customRequest: Int32 = 10_036
    static let noBody: Int32 = 44
    static let upload: Int32 = 46
    static let post: Int32 = 47
    static let headerFunction: Int32 = 20_079
    static let authorityFile: Int32 = 10_065
    static let httpGet: Int32 = 80
    static let authorityFolder: Int32 = 10_097
    static let noSignal: Int32 = 99
    static let inFileSize: Int32 = 30_115
    static let postFieldSize: Int32 = 30_120
    static let contextData: Int32 = 10_109
    static let contextFunction: Int32 = 20_108
    static let socketFunction: Int32 = 20_148
    static let connectTimeoutMs: Int32 = 156
    static let pathAsIs: Int32 = 234
    static let suppressConnectHeaders: Int32 = 265
    static let socketData: Int32 = 10_149
    static let freshConnection: Int32 = 74
    static let trailerFunction: Int32 = 20_283
    static let trailerData: Int32 = 10_284
    static let readyData: Int32 = 10_313
    static let readyFunction: Int32 = 20_312
  }

  /// What a read callback returns to give the request up.
  static let readAbort = 0x1000_0000
  /// `CURLMSG_DONE`.
  static let messageDone: Int32 = 1
  /// `CURL_WAIT_POLLIN`.
  static let waitForInput: Int16 = 1
}
