/// The head of a reply.
public struct HTTPResponseHead: Hashable, Sendable {
  /// The status: three digits.
  public var status: Int
  /// The words behind the status.
  public var reason: String
  /// The version behind `HTTP/1.`; 1 for any later version.
  public var minorVersion: Int
  /// The fields.
  public var fields: HTTPFields

  /// Makes a head of HTTP/1.1.
  ///
  /// - Parameters:
  ///   - status: 100 to 599.
  ///   - reason: the words; the usual ones for the status when left out.
  ///   - fields: the fields.
  public init(_ status: Int, reason: String? = nil, fields: HTTPFields = HTTPFields()) {
    self.status = status
    self.reason = reason ?? Self.reasons[status] ?? ""
    minorVersion = 1
    self.fields = fields
  }

  /// Reads a head that has arrived whole.
  ///
  /// The status line may name any version, as client libraries write the heads of later versions in this form too.
  ///
  /// - Parameters:
  ///   - bytes: the status line and the field lines, each with its CRLF; the empty line after them may be left out.
  ///   - limits: how much is taken.
  /// - Throws: `HTTPFault`: 400 for what is malformed, 431 for what is too large.
  public init(reading bytes: some Collection<UInt8>, limits: HTTPLimits = HTTPLimits()) throws(HTTPFault) {
    var queue = ByteQueue()
    queue.append(bytes)
    var head = HeadLines(limits: limits, skipsEmptyLines: false)
    if try !head.read(&queue) {
      queue.append([0x0D, 0x0A])
      guard try head.read(&queue) else { throw HTTPFault(400, "the head ends in the middle of a line") }
    }
    if queue.count > 0 { throw HTTPFault(400, "the head goes on behind its empty line") }
    let line = head.startLine
    let rest = line.dropFirst(5)
    let version = rest.prefix { $0 != 0x20 }
    let status = rest.dropFirst(version.count + 1).prefix(3)
    let behind = rest.dropFirst(version.count + 4)
    guard line.starts(with: Array("HTTP/".utf8)), [1, 3].contains(version.count),
      version.first.map(HTTPSyntax.isDigit) == true, version.last.map(HTTPSyntax.isDigit) == true,
      version.count == 1 || version.dropFirst().first == UInt8(ascii: "."),
      status.count == 3, status.allSatisfy(HTTPSyntax.isDigit), status.first != UInt8(ascii: "0"),
      behind.isEmpty || behind.first == 0x20, behind.allSatisfy(HTTPSyntax.isValueByte)
    else { throw HTTPFault(400, "the reply does not begin with a version and a status") }
    self.status = status.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    reason = String(decoding: behind.dropFirst(), as: UTF8.self)
    minorVersion = version.elementsEqual("1.0".utf8) ? 0 : 1
    fields = head.fields
  }

  /// How the end of the body is told.
  ///
  /// - Parameter requestMethod: the method of the request: a reply to `HEAD` has no body.
  /// - Throws: `HTTPFault` for framing that is contradictory, malformed or unknown.
  public func framing(requestMethod: String) throws(HTTPFault) -> BodyFraming {
    try BodyFraming.ofResponse(fields, status: status, minorVersion: minorVersion, requestMethod: requestMethod)
  }

  private static let reasons = [
    100: "Continue", 200: "OK", 204: "No Content", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 413: "Content Too Large", 414: "URI Too Long",
    415: "Unsupported Media Type", 417: "Expectation Failed", 426: "Upgrade Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
  ]
}
