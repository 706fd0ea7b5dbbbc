import Posix

/// What libcurl says of a request that failed, as it may be told: it repeats a proxy's address, with the password that stands in
/// it, where it cannot read that.
enum FailureText {
  /// The variables in which libcurl finds a proxy's address. *Source:* CURLOPT_PROXY(3).
  private static let variables = ["https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"]

  /// What libcurl wrote of it, or else what its code means, without what nobody may read.
  static func safe(_ written: UnsafePointer<CChar>, _ meaning: UnsafePointer<CChar>?, _ code: Int32) -> String {
    let said = String(cString: written)
    if said.isEmpty { return meaning.map { String(cString: $0) } ?? "error \(code)" }
    return masked(said, proxies: variables.compactMap(Environment.value))
  }

  /// A text without the name and the password of any address in it.
  ///
  /// - Parameter proxies: addresses that may be repeated in it, whole or in part.
  static func masked(_ text: String, proxies: [String]) -> String {
    var text = text
    for proxy in proxies {
      guard let user = user(of: proxy) else { continue }
      // A short name alone may stand in any word.
      text = text.replacing(user + "@", with: "…@")
      if user.contains(":") || user.utf8.count > 4 { text = text.replacing(user, with: "…") }
      // With one of these in it libcurl takes its beginning for the host.
      if let end = user.firstIndex(where: { "/?#".contains($0) }) {
        for part in user[..<end].split(separator: ":") where part.utf8.count > 2 {
          text = text.replacing(part, with: "…")
        }
      }
    }
    return masked(text)
  }

  /// What stands before the last `@` of an address; `nil` for nothing.
  private static func user(of address: String) -> String? {
    guard let sign = address.lastIndex(of: "@") else { return nil }
    let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
    return start < sign ? String(address[start..<sign]) : nil
  }

  /// The same by the text alone: a password may hold a slash, a blank, a quote and an `@`, so the first mark of an address begins it
  /// and the last `@` ends it. Of an address without one that could not be read, all is masked.
  private static func masked(_ text: String) -> String {
    if let sign = text.lastIndex(of: "@") {
      let before = text[..<sign]
      let start =
        before.firstRange(of: "//")?.upperBound ?? before.firstIndex(of: "'").map { text.index(after: $0) }
        ?? before.lastIndex(of: " ").map { text.index(after: $0) } ?? text.startIndex
      return text[..<start] + "…" + text[sign...]
    }
    guard text.lowercased().contains("proxy"), let first = text.firstIndex(of: "'"), let last = text.lastIndex(of: "'"),
      first < last
    else { return text }
    let quoted = text.index(after: first)..<last
    let start = text[quoted].firstRange(of: "//")?.upperBound ?? quoted.lowerBound
    return text[..<start] + "…" + text[last...]
  }

  /// Whether it was a proxy that a request did not get past: then nothing of it has left. *Source:* libcurl-errors(3):
  /// CURLE_RECV_ERROR is what a refused CONNECT ends with, and CURLE_PROXY what a SOCKS proxy's refusal does.
  static func isProxys(_ reason: String, _ code: Int32) -> Bool {
    code == 97 || code == 56 && (reason.contains("CONNECT") || reason.lowercased().contains("proxy"))
  }

  /// That it was the proxy, and where that is stated.
  static func ofProxy(_ reason: String) -> String {
    "the proxy that the environment names does not let it through: \(reason)"
  }
}
