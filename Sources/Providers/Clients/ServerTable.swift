/// Servers that clients call by their addresses, and where such calls are to go instead.
public struct ServerTable: Hashable, Sendable {
  /// A server.
  public struct Server: Hashable, Sendable {
    /// Its address; requests below its path are meant.
    public let address: WebAddress
    /// What the path of the other address begins with: the key of a route.
    public let key: String
    /// The path that takes the place of the address's own.
    public let path: String

    /// Makes a server.
    public init(address: WebAddress, key: String, path: String) {
      self.address = address
      self.key = key
      self.path = path
    }
  }

  /// All of them; of those that fit, the one with the longest path counts, and of these the first.
  public private(set) var servers: [Server] = []

  /// No servers.
  public init() {}

  /// Adds a server behind the others.
  public mutating func add(_ server: Server) { servers.append(server) }

  /// Where a client's address leads; `nil` for a server that nobody knows.
  ///
  /// - Parameter url: the address with its query. Without a scheme either may be meant.
  /// - Returns: the key, and the path with the query, in ASCII.
  public func place(of url: String) -> (key: String, target: String)? {
    let url = CurlSpelling.usual(CurlSpelling.encoded(url))
    if !url.contains("://") { return place(of: "http://" + url) ?? place(of: "https://" + url) }
    let bare = url.prefix { $0 != "?" && $0 != "#" }
    guard let address = WebAddress(String(bare), isAsked: true) else { return nil }
    let rest = url.dropFirst(bare.count)
    let tail = bare.hasSuffix("/") && !address.path.isEmpty ? "/" : ""
    let known = servers.filter { $0.address.isSameServer(as: address) }
    let fitting = known.filter {
      address.path == $0.address.path || address.path.hasPrefix($0.address.path + "/")
    }
    if let server = fitting.max(by: { $0.address.path.utf8.count < $1.address.path.utf8.count }) {
      let rest = address.path.dropFirst(server.address.path.count) + tail + rest
      return (server.key, server.path + rest)
    }
    // Beside the base, but the same server: it goes where the server is.
    guard let server = known.first else { return nil }
    return (server.key, address.path + tail + rest)
  }

  /// Whether an address is that of a known server but for its encryption, so that it leads nowhere known: `http` where the server
  /// speaks `https`. What listens at a port of its own is another server.
  public func isKnownInClear(_ url: String) -> Bool {
    let scheme = "http://"
    let url = CurlSpelling.usual(url)
    guard url.prefix(scheme.count).lowercased() == scheme else { return false }
    let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let server = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let host = server.hasSuffix(":80") ? server.dropLast(3) : server
    return place(of: scheme + server) == nil && place(of: "https://" + host) != nil
  }

  /// Whether a field of a request (`Host: api.openai.com`) names the server of one of some addresses, which are those of known
  /// servers; of any where they are not known (`nil`).
  func isHost(named field: String, of urls: [String]?) -> Bool {
    guard let colon = field.firstIndex(of: ":"), field[..<colon].lowercased() == "host" else { return false }
    let named = origins(at: field[field.index(after: colon)...].filter { $0 != " " && $0 != "\t" })
    guard let urls else { return !named.isEmpty }
    return !named.isEmpty && urls.contains { !origins(at: CurlSpelling.usual($0)).isDisjoint(with: named) }
  }

  /// The origins of known servers that an address may lead to; without a scheme either may be meant.
  private func origins(at url: String) -> Set<String> {
    let scheme = url.firstRange(of: "://").map { String(url[..<$0.upperBound]) }
    let authority = url.dropFirst(scheme?.count ?? 0).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let server = authority.split(separator: "@", omittingEmptySubsequences: false).last else { return [] }
    let meant = (scheme.map { [$0] } ?? ["http://", "https://"]).compactMap { WebAddress($0 + server) }
    return Set(servers.lazy.map(\.address).filter { known in meant.contains(where: known.isSameServer) }.map(\.origin))
  }

  /// The table as lines of text: an address, a key and a path each.
  public var text: String {
    servers.map { "\($0.address.origin)\($0.address.path)\t\($0.key)\t\($0.path)\n" }.joined()
  }

  /// Reads a `text`; lines that are none are left out.
  public init(text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3, let address = WebAddress(String(fields[0])) else { continue }
      add(Server(address: address, key: String(fields[1]), path: String(fields[2])))
    }
  }
}
