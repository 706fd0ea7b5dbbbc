import HTTPWire

/// Writes one reply to a client, framed as the client can read it.
final class ReplyWriter {
  private let client: ClientConnection
  private let request: HTTPRequestHead
  private var isChunked = false
  private var left: Int64?
  /// Whether the head has left: then nothing can be taken back.
  private(set) var hasBegun = false
  /// Whether the connection can take another request afterwards.
  private(set) var keepsAlive: Bool

  init(_ client: ClientConnection, _ request: HTTPRequestHead) {
    self.client = client
    self.request = request
    keepsAlive = request.keepsAlive
  }

  /// Writes the head of a reply whose body follows.
  ///
  /// - Parameter length: the body's length; `nil` when unknown.
  func begin(_ head: HTTPResponseHead, length: Int64?, with first: [UInt8] = []) throws(ClientFault) {
    // How the message ends is said anew.
    var framing = HTTPFields()
    let hasBody = request.method != "HEAD" && head.status != 204 && head.status != 304 && head.status >= 200
    if head.status == 304 {
      // Of what would have been sent only the provider knows the length.
      if let stated = head.fields["Content-Length"] { framing.append("Content-Length", stated) }
    } else if let length {
      if head.status != 204 { framing.append("Content-Length", String(length)) }
      left = length
    } else if hasBody {
      if request.minorVersion > 0 {
        framing.append("Transfer-Encoding", "chunked")
        isChunked = true
      } else {
        keepsAlive = false
      }
    }
    if !hasBody { left = 0 }
    // Whoever answers before it has read all of a request has to say so. *Source:* RFC 9110 section 10.1.1.
    if keepsAlive, client.endsWithAnswer { keepsAlive = false }
    // *Source:* RFC 9110 section 7.8: what names another protocol concerns this connection alone.
    if head.fields["Upgrade"] != nil { framing.append("Connection", "upgrade") }
    if !keepsAlive {
      framing.append("Connection", "close")
    } else if request.minorVersion == 0 {
      framing.append("Connection", "keep-alive")
    }
    if head.fields["Date"] == nil { framing.append("Date", HTTPDate.now) }
    hasBegun = true
    let body = hasBody ? first : []
    if let known = left { left = known - Int64(body.count) }
    var bytes = HTTPWriter.head(head, leavingOut: Self.framingFields, adding: framing, room: body.count)
    bytes += isChunked ? HTTPWriter.chunk(body) : body
    try client.send(bytes)
  }

  private static let framingFields = ["Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length"]

  /// Writes a part of the body.
  func write(_ bytes: some Collection<UInt8>) throws(ClientFault) {
    if bytes.isEmpty || request.method == "HEAD" { return }
    if let known = left { left = known - Int64(bytes.count) }
    try client.send(isChunked ? HTTPWriter.chunk(bytes) : Array(bytes))
  }

  /// Whether the client reads fields behind a body of unknown length. *Source:* RFC 9110 section 6.5.1.
  var takesTrailers: Bool {
    request.minorVersion > 0 && request.method != "HEAD"
      && request.fields.elements(of: "TE").contains("trailers")
  }

  /// Ends the body.
  func end(trailers: HTTPFields = HTTPFields()) throws(ClientFault) {
    if isChunked { try client.send(HTTPWriter.lastChunk(trailers: trailers)) }
    if left ?? 0 > 0 { keepsAlive = false }
  }

  /// Gives the reply up in the middle: the client must see that it is not whole.
  func cut() {
    keepsAlive = false
    if hasBegun, !isChunked, left == nil { client.hasToBreak = true }
  }

  /// Writes a whole reply.
  func reply(_ head: HTTPResponseHead, _ body: [UInt8]) throws(ClientFault) {
    try begin(head, length: Int64(body.count), with: body)
    if !client.skipBody() { keepsAlive = false }
  }
}
