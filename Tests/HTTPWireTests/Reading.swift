import HTTPWire

/// What a request reader says of bytes, put together: requests with whole bodies, and how reading ended.
struct Reading: Hashable {
  struct Request: Hashable {
    var head: HTTPRequestHead
    var body: [UInt8] = []
    var trailers: HTTPFields?

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  var requests: [Request] = []
  var fault: HTTPFault?

  /// Reads pieces as they would arrive, then the end of the connection.
  init(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) {
    var reader = HTTPRequestReader(limits: limits)
    do throws(HTTPFault) {
      for piece in pieces {
        reader.append(piece)
        while let event = try reader.next() { take(event) }
      }
      try reader.connectionEnded()
    } catch { fault = error }
  }

  /// Reads a text as one piece.
  init(_ text: String, limits: HTTPLimits = HTTPLimits()) { self.init([Array(text.utf8)], limits: limits) }

  /// Reads a text a byte at a time.
  init(byBytes text: String, limits: HTTPLimits = HTTPLimits()) { self.init(text.utf8.map { [$0] }, limits: limits) }

  private mutating func take(_ event: HTTPRequestReader.Event) {
    switch event {
    case .head(let head): requests.append(Request(head: head))
    case .body(let bytes): requests[requests.count - 1].body += bytes
    case .end(let trailers): requests[requests.count - 1].trailers = trailers
    }
  }
}
