import HTTPWire
import Upstream

/// Fields behind a body, on their way through: requests' to the provider, replies' to a client that says that it reads them.
///
/// Whoever stands between may leave them out, and has to where they would change how the message before them is read.
/// *Source:* RFC 9110 section 6.5.
enum PassedTrailers {
  /// Fields that mean something only in a head: of the framing, the way, the method, the content's form, who asks, and how
  /// long a reply is good for. *Source:* RFC 9110 section 6.5.1.
  private static let ofHeads = [
    "transfer-encoding", "content-length", "connection", "keep-alive", "proxy-connection", "upgrade", "te", "trailer",
    "host",
    "via", "max-forwards", "expect", "cache-control", "pragma", "range", "if-range", "if-match", "if-none-match",
    "if-modified-since", "if-unmodified-since", "accept", "accept-encoding", "content-encoding", "content-type",
    "content-range",
    "content-location", "authorization", "proxy-authorization", "proxy-authenticate", "www-authenticate", "cookie",
    "set-cookie", "set-cookie2", "x-api-key", "api-key", "x-goog-api-key", "age", "date", "expires", "location",
    "retry-after",
    "vary", "warning", "x-original-url", "x-rewrite-url", "x-http-method-override", "x-http-method",
    "x-method-override",
  ]

  /// Fields that are true of the very bytes that were sent.
  private static let ofTheBytes = [
    "content-md5", "digest", "content-digest", "repr-digest", "signature", "signature-input",
  ]

  /// Those that go on.
  ///
  /// - Parameters:
  ///   - trailers: as they came.
  ///   - named: the names in the head's `Connection`, in small letters.
  ///   - isEdited: whether other bytes are passed on than came.
  static func passed(_ trailers: HTTPFields, named: [String], isEdited: Bool) -> HTTPFields {
    var passed = HTTPFields()
    for field in trailers where goesOn(field, named, isEdited: isEdited) { passed.append(field) }
    return passed
  }

  /// The names that a head may announce, of those that it did.
  static func announced(_ trailer: HTTPFields, isEdited: Bool) -> [String] {
    let named = trailer.elements(of: "Connection")
    return trailer.elements(of: "Trailer").filter { name in
      guard let field = HTTPFields.named(name) else { return false }
      return goesOn(field, named, isEdited: isEdited)
    }
  }

  private static func goesOn(_ field: HTTPField, _ named: [String], isEdited: Bool) -> Bool {
    !field.isNamed(oneOf: ofHeads) && !field.isNamed(oneOf: named) && !field.isOwn
      && !(isEdited && field.isNamed(oneOf: ofTheBytes))
  }
}

extension HTTPFields {
  /// A field without a value; `nil` where nothing can have such a name.
  fileprivate static func named(_ name: String) -> HTTPField? {
    HTTPFields(trailers: Array("\(name):\r\n".utf8)).first { _ in true }
  }
}

extension Exchange {
  /// Whether the provider is asked for fields behind its body: the client reads them, and some servers send none unasked.
  var asksForTrailers: Bool { head.fields["TE"] != nil && writer.takesTrailers }

  /// What came behind the request's body and goes on to the provider.
  ///
  /// - Parameter isEdited: whether the body that goes out is another than came.
  func forwardedTrailers(isEdited: Bool) -> HTTPFields {
    let trailers = client.trailers
    if trailers.count == 0 { return trailers }
    return PassedTrailers.passed(trailers, named: head.fields.elements(of: "Connection"), isEdited: isEdited)
  }

  /// What came behind the provider's body and goes on to the client: nothing to one that does not read it.
  ///
  /// - Parameters:
  ///   - lines: as they came.
  ///   - reply: the head before them.
  ///   - isEdited: whether the client gets other bytes than came.
  func passedTrailers(_ lines: [UInt8], of reply: HTTPResponseHead?, isEdited: Bool = false) -> HTTPFields {
    if lines.isEmpty || !writer.takesTrailers { return HTTPFields() }
    return PassedTrailers.passed(
      HTTPFields(trailers: lines), named: reply?.fields.elements(of: "Connection") ?? [], isEdited: isEdited)
  }

  /// Announces in a head of unknown length what will stand behind its body, to a client that reads it.
  ///
  /// - Parameters:
  ///   - passed: the head that the client gets.
  ///   - reply: the provider's.
  ///   - isMetered: whether the gateway says there what the call took.
  ///   - isEdited: whether the client gets other bytes than came.
  func announceTrailers(in passed: inout HTTPResponseHead, of reply: HTTPResponseHead, isMetered: Bool, isEdited: Bool)
  {
    guard isMetered || reply.fields["Trailer"] != nil, writer.takesTrailers else { return }
    let names = PassedTrailers.announced(reply.fields, isEdited: isEdited) + (isMetered ? GatewayHeaders.trailers : [])
    if !names.isEmpty { passed.fields.append("Trailer", names.joined(separator: ", ")) }
  }
}

extension UpstreamRequest {
  /// Sends fields behind a body that is there, which then goes in chunks: only they can have something behind them.
  mutating func put(_ trailers: HTTPFields, behind bytes: [UInt8]) {
    var sent = 0
    body = .stream(length: nil) { buffer in
      let count = min(buffer.count, bytes.count - sent)
      buffer.copyBytes(from: bytes[sent..<(sent + count)])
      sent += count
      return count
    }
    fields.append(("Trailer", Array(trailers.map(\.name).joined(separator: ", ").utf8)))
    self.trailers = { trailers.map { ($0.name, $0.value) } }
  }
}
