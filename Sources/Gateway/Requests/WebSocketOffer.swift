import HTTPWire
import Providers

/// Requests to go on with WebSockets, of which nobody can meter what passes.
extension Exchange {
  /// Answers a request to go on with WebSockets: 426, upon which clients that can ask over HTTP do so at once. Without the offer the
  /// provider would know no such route, and clients ask again and again before they give it up.
  ///
  /// *Source:* RFC 9110 section 15.5.22 (the reply has to name what it wants instead); Codex 0.163 falls back upon this status alone.
  func declineWebSocket() throws(ClientFault) {
    let words = RouteWords.text(method: head.method, path: HTTPRequestHead.path(of: target))
    standing = .free(gateway.looks.begin(user, at: gateway.desk))
    // What can be asked over HTTP as well is not lost.
    let isLost = WireFormat.of(method: "POST", path: String(HTTPRequestHead.path(of: target))) == nil
    if isLost { noteTurnedAway() }
    tell(.webSocketDeclined(user: user, provider: route.provider.name, request: words, isLost: isLost))
    try fail(
      nil, .request, status: 426, message: "llmguard: calls over a WebSocket cannot be metered; ask over HTTP",
      details: ["refused": "websocket", "hint": "send each call as a request of its own; its answer may be a stream"],
      fields: ["Upgrade": "HTTP/1.1"])
  }
}
