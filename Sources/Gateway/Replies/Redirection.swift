import HTTPWire
import Providers

/// Replies that lead elsewhere. On the same server the way goes on through the gateway: there a client's next request would
/// pass it by, and a path alone would lead nowhere.
///
/// What leads to another server is left as it is, so that a client sees that it is another one and keeps its key to itself.
extension Exchange {
  /// A provider's `Location` as the client is told it.
  func location(_ text: String) -> String { onThisServer(text) ?? text }

  /// Whether a reply leads the client past the gateway.
  func leadsAway(_ head: HTTPResponseHead) -> Bool {
    guard (300..<400).contains(head.status), let text = head.fields["Location"] else { return false }
    let isAddress = text.contains("://") || text.hasPrefix("//")
    return isAddress && onThisServer(text) == nil
  }

  /// Tells of a reply to a metered call that leads past the gateway. - Returns: whether its client was told so in its place.
  func refusesToBeLed(by head: HTTPResponseHead, _ format: WireFormat) throws(ClientFault) -> Bool {
    if !leadsAway(head) { return false }
    tell(.ledAway(user: user, provider: route.provider.name, isRefused: terms.isStrict))
    if !terms.isStrict { return false }
    try fail(
      format, .failure, status: 502,
      message: "llmguard: the provider leads this call to another server, where it could not be metered",
      details: ["hint": "leave out --strict to let the client follow, or make the other server its base"])
    return true
  }

  /// The same place by the gateway's own path; `nil` for what needs none or is not on this server.
  private func onThisServer(_ text: String) -> String? {
    guard let server = WebAddress(route.origin) else { return nil }
    var text = text
    if text.hasPrefix("//") { text = "\(server.scheme):\(text)" }
    if text.hasPrefix("/") { return prefix + text }
    let bare = text.prefix { $0 != "?" && $0 != "#" }
    guard let scheme = bare.firstRange(of: "://"), let address = WebAddress(String(bare)),
      address.isSameServer(as: server)
    else { return nil }
    // The path as it was written, with the slash at its end.
    let path = bare[scheme.upperBound...].drop { $0 != "/" }
    return prefix + (path.isEmpty ? "/" : path) + text.dropFirst(bare.count)
  }
}
