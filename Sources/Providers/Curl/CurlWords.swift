/// The words of a curl command line, told apart. Pure: nothing is read or run.
struct CurlWords {
  /// A word, or an option with its value.
  enum Word: Hashable {
    /// An address: where it stands, and what stands before it in the same word.
    case url(index: Int, prefix: String)
    /// An option with a value, by its long name.
    case value(name: String, index: Int, prefix: String)
    /// What asks for IPv6 alone, in whatever form.
    case inet6(index: Int)
    /// What begins a connection in a way that no gateway takes, by its long name.
    case opening(index: Int)
    /// An option without one.
    case flag(String)
  }

  /// Options of curl with a value. *Source:* `curl --help all` of versions 7.88 to 8.15.
  private static let options: Set<String> = Set(
    """
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to \
    continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw data-urlencode \
    delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine \
    etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port \
    ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hostpubsha256 hsts interface ip-tos \
    ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth \
    mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max \
    parallel-max-host pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath \
    proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass \
    proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser \
    proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target resolve retry retry-delay \
    retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname \
    speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword \
    tlsuser trace trace-ascii trace-config unix-socket upload-file url-query user user-agent variable vlan-priority \
    write-out
    """.split(separator: " ").map(String.init))
  private static let letters: Set<Character> = Set("AbcCdDeEFHKmoPQrtTuUwxXyYz")
  /// The long names of the letters that matter here; any other letter is its own name.
  private static let names: [Character: String] = [
    "d": "data", "K": "config", "X": "request", "F": "form", "T": "upload-file", "G": "get", "I": "head",
  ]

  /// All of them, in order.
  private(set) var words: [Word] = []

  /// Tells a command line apart, the program first.
  init(_ arguments: [String]) {
    var index = 1
    var optionsAreOver = false
    while index < arguments.count {
      let word = arguments[index]
      defer { index += 1 }
      if optionsAreOver || !word.hasPrefix("-") || word == "-" {
        words.append(.url(index: index, prefix: ""))
      } else if word == "--" {
        optionsAreOver = true
      } else if word.hasPrefix("--url=") {
        words.append(.url(index: index, prefix: "--url="))
      } else if word.hasPrefix("--") {
        long(String(word.dropFirst(2)), arguments, &index)
      } else {
        bundle(word, arguments, &index)
      }
    }
  }

  private mutating func long(_ name: String, _ arguments: [String], _ index: inout Int) {
    let hasNext = index + 1 < arguments.count
    let name = Self.whole(name)
    if name == "url" {
      if hasNext { words.append(.url(index: index + 1, prefix: "")) }
      index += 1
    } else if Self.options.contains(name) || name.hasPrefix("expand-") {
      if hasNext { words.append(.value(name: name, index: index + 1, prefix: "")) }
      index += 1
    } else {
      words.append(
        name == "ipv6" ? .inet6(index: index) : Self.opens(name) ? .opening(index: index) : .flag(name))
    }
  }

  /// Whether an option is for HTTP/2 that is not agreed upon by TLS, or a proxy's own line before a request; curl takes their beginnings.
  private static func opens(_ name: String) -> Bool {
    [("http2-prior-knowledge", "http2-p"), ("haproxy-protocol", "haproxy-p")].contains { whole, least in
      whole.hasPrefix(name) && name.hasPrefix(least)
    }
  }

  /// Options whose beginnings are looked for. No option without a value is called as one of these begins, but for `head`.
  private static let abbreviated: Set = [
    "abstract-unix-socket", "config", "connect-to", "header", "noproxy", "request-target", "unix-socket",
  ]

  /// The whole name of an option: curl takes the beginning of a name for it where no other begins so, and older versions (7.88) in
  /// whatever capitals.
  static func whole(_ name: String) -> String {
    let name = name.lowercased()
    if options.contains(name) || name == "head" || name.count < 2 { return name }
    let meant = options.filter { $0.hasPrefix(name) }
    guard meant.count == 1, let only = meant.first, abbreviated.contains(only) else { return name }
    return only
  }

  /// Letters run together, such as `-sSd`. The value of one stands behind it or is the next word.
  private mutating func bundle(_ word: String, _ arguments: [String], _ index: inout Int) {
    for place in word.indices.dropFirst() {
      let letter = word[place]
      let name = Self.names[letter] ?? String(letter)
      guard Self.letters.contains(letter) else {
        words.append(letter == "6" ? .inet6(index: index) : .flag(name))
        continue
      }
      let end = word.index(after: place)
      if end < word.endIndex {
        words.append(.value(name: name, index: index, prefix: String(word[..<end])))
      } else {
        if index + 1 < arguments.count { words.append(.value(name: name, index: index + 1, prefix: "")) }
        index += 1
      }
      return
    }
  }
}
