import Digest

/// Whose limits a provider speaks of: those of one server, for one key there.
///
/// Of the key only the beginning of a hash is kept: enough to tell keys apart, and nothing to find one by.
public struct ProviderAccount: Hashable, Sendable {
  /// The server and the key's sign: `api.openai.com, key 1a2b3c4d`.
  public let text: String

  /// Makes an account.
  ///
  /// - Parameters:
  ///   - server: the server's scheme, host and port.
  ///   - credentials: what its calls show there; none for a server that asks for nothing.
  public init(server: String, credentials: [String]) {
    let name = server.hasPrefix("https://") ? String(server.dropFirst(8)) : server
    if credentials.isEmpty {
      text = name
    } else {
      // Each ends with a zero, which no field holds: two never read as one.
      let hash = SHA256.hash(credentials.flatMap { Array($0.utf8) + [0] })
      text = name + ", key " + hash.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
