/// The head of a request.
public struct HTTPRequestHead: Hashable, Sendable {
  /// The method, as it was sent: methods are told apart by case.
  public let method: String
  /// The path and the query, from the first `/` on; `*` for the server itself.
  public let target: String
  /// Whom the request is addressed to: the target's own authority, else `Host`. Empty in HTTP/1.0 without one.
  public let authority: String
  /// The version behind `HTTP/1.`.
  public let minorVersion: Int
  /// The fields.
  public let fields: HTTPFields
  /// How the end of the body is told; never `untilClose`.
  public let framing: BodyFraming

  /// The target without its query.
  public var path: Substring { Self.path(of: target) }

  /// A target without its query: by bytes, as walking through characters takes far longer.
  public static func path(of target: String) -> Substring {
    target[..<(placeOfQuery(in: target) ?? target.endIndex)]
  }

  /// Where a target's query begins, at the `?`. Nearly all have none, which is seen where the bytes stand: to look for a place
  /// in the text takes some ten times as long.
  private static func placeOfQuery(in target: String) -> String.Index? {
    let mark = UInt8(ascii: "?")
    if target.utf8.withContiguousStorageIfAvailable({ $0.contains(mark) }) == false { return nil }
    return target.utf8.firstIndex(of: mark)
  }

  /// The query, without the `?`; `nil` when there is none.
  public var query: Substring? {
    Self.placeOfQuery(in: target).map { target[target.index(after: $0)...] }
  }

  /// Whether the client wants to send more requests on the connection.
  public var keepsAlive: Bool {
    let options = fields.elements(of: "Connection")
    return !options.contains("close") && (minorVersion > 0 || options.contains("keep-alive"))
  }

  /// Whether the client waits for `100 Continue` before it sends the body.
  public var expectsContinue: Bool {
    minorVersion > 0 && framing != .length(0) && fields.elements(of: "Expect").contains("100-continue")
  }

  /// Whether the client asks to go on with WebSockets. *Source:* RFC 6455 section 4.1.
  public var asksForWebSocket: Bool {
    // The field that nearly no request has is looked for first.
    minorVersion > 0 && method == "GET" && fields["Upgrade"] != nil
      && fields.elements(of: "Upgrade").contains("websocket") && fields.elements(of: "Connection").contains("upgrade")
  }

  /// Reads a head from its lines.
  ///
  /// - Throws: `HTTPFault` 400, 413, 417, 501 or 505.
  init(startLine: [UInt8], fields: HTTPFields) throws(HTTPFault) {
    let parts = startLine.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 3, HTTPSyntax.isToken(parts[0]) else {
      throw HTTPFault(400, "the request line is not a method, a target and a version with one space between")
    }
    minorVersion = try Self.minorVersion(parts[2])
    method = String(decoding: parts[0], as: UTF8.self)
    let hosts = fields.values(of: "Host")
    if hosts.count > 1 { throw HTTPFault(400, "Host stands more than once") }
    if hosts.isEmpty, minorVersion > 0 { throw HTTPFault(400, "Host is missing") }
    if let host = hosts.first, !host.allSatisfy(HTTPSyntax.isHostByte) { throw HTTPFault(400, "Host names no host") }
    let host = hosts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    (target, authority) = try Self.target(parts[1], method: method, host: host)
    if fields.elements(of: "Expect").contains(where: { $0 != "100-continue" }) {
      throw HTTPFault(417, "the only expectation taken is 100-continue")
    }
    self.fields = fields
    framing = try BodyFraming.ofRequest(fields, minorVersion: minorVersion)
  }

  private static func minorVersion(_ text: ArraySlice<UInt8>) throws(HTTPFault) -> Int {
    let digits = Array(text.dropFirst(5))
    guard text.starts(with: Array("HTTP/".utf8)), digits.count == 3, digits[1] == UInt8(ascii: "."),
      HTTPSyntax.isDigit(digits[0]), HTTPSyntax.isDigit(digits[2])
    else { throw HTTPFault(400, "the request line does not end with a version") }
    if digits[0] != UInt8(ascii: "1") { throw HTTPFault(505, "only HTTP/1.0 and HTTP/1.1 are spoken here") }
    return Int(digits[2] - 0x30)
  }

  /// The target in its short form, and whom it addresses. *Source:* RFC 9112 section 3.2.
  private static func target(
    _ bytes: ArraySlice<UInt8>, method: String, host: String
  ) throws(HTTPFault) -> (target: String, authority: String) {
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
      throw HTTPFault(400, "the target holds a character that it may not")
    }
    if method == "CONNECT" { throw HTTPFault(501, "tunnels are not opened here") }
    let text = String(decoding: bytes, as: UTF8.self)
    if text.hasPrefix("/") { return (text, host) }
    if text == "*", method == "OPTIONS" { return (text, host) }
    guard HTTPSyntax.same(bytes.prefix(7), "http://".utf8) else {
      throw HTTPFault(400, "the target is neither a path nor an http:// address")
    }
    let rest = text.dropFirst(7)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    if authority.isEmpty { throw HTTPFault(400, "the target's address names no host") }
    let path = rest.dropFirst(authority.count)
    return (path.hasPrefix("/") ? String(path) : "/" + path, String(authority))
  }
}
