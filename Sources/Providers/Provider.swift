/// A provider as data: where it answers, and how clients are told to go elsewhere.
public struct Provider: Hashable, Sendable {
  /// Its name: a part of the gateway's addresses, and what the configuration calls it.
  public var name: String
  /// The base address of its calls, with its path and without a slash at the end: `https://api.openai.com/v1`. Empty for a
  /// provider that has an address for each customer.
  public var base: String
  /// Other hosts that take the same calls under the same path, such as those of a region. A call that names one goes there.
  public var otherHosts: [String] = []
  /// Variables with which clients are told another base.
  public var variables: [Variable] = []
  /// The models behind names of the customer's own, where calls name a deployment in place of a model, as Azure's do.
  public var deployments: [String: String] = [:]
  /// How long its connection may stand still while a call is under way. A model may think for minutes before its first byte.
  ///
  /// *Source:* the time that the providers' own clients give a call.
  public var idleTimeoutSeconds = usualIdleTimeoutSeconds
  /// The same where nobody says.
  public static let usualIdleTimeoutSeconds: Int64 = 600

  /// Whether a call has to name its model: a server of one's own may have but one, and OpenRouter an account's own.
  public var needsModel = false

  /// Whether its streams tell their usage whether or not that is asked for.
  public var tellsUsage = false

  /// Whether calls may state a maximum of output tokens.
  public var takesMaximum = true

  /// A variable of a client's.
  public struct Variable: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The path that its value has by default, such as `/v1`: some clients want it in their base, others add it themselves.
    public var path: String

    /// Makes a variable.
    public init(_ name: String, path: String) {
      self.name = name
      self.path = path
    }
  }

  /// Makes a provider.
  public init(name: String, base: String, variables: [Variable] = []) {
    self.name = name
    self.base = base
    self.variables = variables
  }
}

/// The parts of an `http` or `https` address.
public struct WebAddress: Hashable, Sendable {
  /// `http` or `https`.
  public let scheme: String
  /// The host and the port, as it was written, in lower case.
  public let authority: String
  /// The path, without a slash at its end and without a query; empty for none.
  public let path: String

  /// Reads an address; `nil` when it is none, or holds a password, a query or a fragment.
  ///
  /// - Parameter isAsked: whether it is a client's, which has any path that there is: `/models/a@b`.
  public init?(_ text: String, isAsked: Bool = false) {
    // By its bytes: every run reads two dozen of them before its command starts.
    let bytes = Array(text.utf8)
    for byte in bytes where !(0x21...0x7E).contains(byte) { return nil }
    let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    guard let scheme = ["https", "http"].first(where: { lower.starts(with: Array("\($0)://".utf8)) }) else {
      return nil
    }
    let start = scheme.utf8.count + 3
    let slash = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
    if slash == start { return nil }
    for byte in isAsked ? bytes[..<slash] : bytes[...] where Self.foreign.contains(byte) { return nil }
    let end = bytes[slash...].lastIndex { $0 != UInt8(ascii: "/") }.map { $0 + 1 } ?? slash
    self.scheme = scheme
    authority = String(decoding: lower[start..<slash], as: UTF8.self)
    path = String(decoding: bytes[slash..<end], as: UTF8.self)
  }

  /// What stands behind a name and a password, or before a query or a fragment, and what some take for a slash.
  private static let foreign = Array("@?#\\".utf8)

  /// Scheme and authority.
  public var origin: String { "\(scheme)://\(authority)" }

  /// Whether two addresses lead to one server: a port that is the scheme's own may be left out.
  public func isSameServer(as other: WebAddress) -> Bool { scheme == other.scheme && server == other.server }

  /// The authority with its port. The machine's own name and its loopback address are one server.
  public var server: String {
    let host = authority.split(separator: "]", omittingEmptySubsequences: false).last ?? ""
    var full = host.contains(":") ? authority : authority + (scheme == "https" ? ":443" : ":80")
    // A dot at the end of a name says that it is whole.
    if let colon = full.lastIndex(of: ":"), full[..<colon].hasSuffix(".") { full.remove(at: full.index(before: colon)) }
    return full.hasPrefix("localhost:") ? "127.0.0.1:" + full.dropFirst(10) : full
  }
}
