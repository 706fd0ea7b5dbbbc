/// A base address as a variable of a client's states it: an address, and what may stand in it that is not the server's.
public struct ClientBase: Hashable, Sendable {
  /// Where it leads.
  public let address: WebAddress
  /// A name and a password with the `@` behind them, which clients send as they see fit; empty for none.
  public let user: String
  /// A query with its `?`, which stays where the client's own words put it; empty for none.
  public let query: String

  /// Whether it holds what may be a secret.
  ///
  /// - Parameter providers: those that the configuration has.
  public func mayHoldSecret(among providers: [Provider]) -> Bool {
    !user.isEmpty || !query.isEmpty || holdsKey(among: providers)
  }

  /// Whether its path has what has the form of a key of a server of llmguard's: whoever has that calls as its user. A key begins the path,
  /// or stands before the name of a way to a provider, where a proxy has put the server below a path of its own. Elsewhere in a path
  /// other services have numbers of that form.
  ///
  /// - Parameter providers: those that the configuration has: another server's may be called the same.
  public func holdsKey(among providers: [Provider] = []) -> Bool {
    let parts = address.path.split(separator: "/")
    return parts.indices.contains { place in
      Self.isLikeKey(parts[place])
        && (place == 0 || place + 1 < parts.count && Self.isWay(parts[place + 1].lowercased(), among: providers))
    }
  }

  /// Whether a part of a path is what ways to providers are called by: the provider, one of its other hosts, or a variable that
  /// leads elsewhere where the server is.
  private static func isWay(_ part: String, among providers: [Provider]) -> Bool {
    [BuiltInProviders.all, providers].contains { list in
      list.contains { provider in
        provider.name.lowercased() == part || provider.otherHosts.contains(part)
          || provider.variables.contains { $0.name.lowercased() == part }
      }
    }
  }

  /// Its path as others may see it: `/…/openai/v1`.
  public var shownPath: String {
    address.path.split(separator: "/", omittingEmptySubsequences: false)
      .map { Self.isLikeKey($0) ? "…" : String($0) }.joined(separator: "/")
  }

  private static func isLikeKey(_ part: Substring) -> Bool {
    part.utf8.count == 32 && part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Why a value is no base. Nothing of the value is in it: it may hold a password.
  public enum Problem: String, Error, Sendable {
    /// Another scheme, or none.
    case scheme = "it does not begin with http:// or https://"
    /// No server.
    case host = "it names no host"
    /// A port that is none.
    case port = "its port is not a number from 1 to 65535"
    /// A fragment.
    case fragment = "it has a fragment ('#...'), which no server is sent"
    /// Something that an address cannot hold.
    case characters = "it holds a space or another character that an address cannot have"
  }

  /// Reads a variable's value; white space around it does not count.
  ///
  /// `OLLAMA_HOST` may be quoted, and may leave out the scheme, the host and the port.
  ///
  /// *Source:* the variables of Ollama in its sources, `envconfig.Host`.
  ///
  /// - Parameters:
  ///   - value: what the variable holds.
  ///   - name: the variable.
  /// - Returns: `nil` for a value that states nothing.
  public static func read(_ value: String, of name: String) throws(Problem) -> ClientBase? {
    let isOllama = name == "OLLAMA_HOST"
    var text = value.trimmed { $0.isWhitespace }
    if isOllama { text = text.trimmed { $0 == "\"" || $0 == "'" } }
    if text.isEmpty { return nil }
    if isOllama, !text.contains("://") {
      if text.hasPrefix(":") { text = "127.0.0.1" + text }
      let host = text.prefix { $0 != "/" }
      let hasPort = (host.split(separator: "]", omittingEmptySubsequences: false).last ?? "").contains(":")
      text = "http://" + host + (hasPort ? "" : ":11434") + text.dropFirst(host.count)
    }
    return try ClientBase(text)
  }

  private init(_ text: String) throws(Problem) {
    guard let colon = text.firstRange(of: "://"), ["http", "https"].contains(text[..<colon.lowerBound].lowercased())
    else { throw .scheme }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("\\") else { throw .characters }
    if text.contains("#") { throw .fragment }
    let bare = text.prefix { $0 != "?" }
    query = String(text.dropFirst(bare.count))
    let authority = bare[colon.upperBound...].prefix { $0 != "/" }
    let start = authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex
    user = String(authority[..<start])
    let server = authority[start...]
    let tail = server.split(separator: "]", omittingEmptySubsequences: false).last ?? ""
    if server.isEmpty || server.hasPrefix(":") { throw .host }
    if let sign = tail.firstIndex(of: ":") {
      let digits = tail[tail.index(after: sign)...]
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits), port > 0 else {
        throw .port
      }
    }
    guard let address = WebAddress(text[..<colon.upperBound] + String(bare[start...])) else { throw .characters }
    self.address = address
  }
}

extension ClientBase {
  /// A variable whose value cannot be used.
  public struct Fault: Error, Hashable, Sendable {
    /// The variable.
    public let name: String
    /// What is wrong with it.
    public let problem: Problem
  }

  /// The variables whose values cannot be used.
  ///
  /// - Parameters:
  ///   - providers: whose variables are looked at.
  ///   - value: what a variable holds.
  public static func faults(_ providers: [Provider], value: (String) -> String?) -> [Fault] {
    var faults: [Fault] = []
    for name in providers.lazy.flatMap(\.variables).map(\.name) {
      guard let text = value(name), !faults.contains(where: { $0.name == name }) else { continue }
      do throws(Problem) { _ = try read(text, of: name) } catch { faults.append(Fault(name: name, problem: error)) }
    }
    return faults
  }
}

extension String {
  fileprivate func trimmed(_ isOutside: (Character) -> Bool) -> String {
    var rest = self[...].drop(while: isOutside)
    while let last = rest.last, isOutside(last) { rest.removeLast() }
    return String(rest)
  }
}
