/// How the end of a body is told.
///
/// *Source:* RFC 9112 section 6. Where the RFC lets a recipient repair a message, this one refuses it: two parties that
/// repair differently see different messages in the same bytes, which is how requests are smuggled.
public enum BodyFraming: Hashable, Sendable {
  /// So many bytes; 0 for no body.
  case length(Int64)
  /// Chunks, each with its size before it.
  case chunked
  /// All bytes until the connection is closed; replies alone.
  case untilClose

  /// The framing of a request.
  ///
  /// - Throws: `HTTPFault` 400 for framing that is contradictory or malformed, 413 for a length that does not fit, 501 for
  ///   a transfer coding other than chunked.
  static func ofRequest(_ fields: HTTPFields, minorVersion: Int) throws(HTTPFault) -> BodyFraming {
    if try isChunked(fields, minorVersion: minorVersion) { return .chunked }
    return .length(try length(fields) ?? 0)
  }

  /// The framing of a reply.
  ///
  /// - Throws: `HTTPFault` as for requests.
  static func ofResponse(
    _ fields: HTTPFields, status: Int, minorVersion: Int, requestMethod: String
  ) throws(HTTPFault) -> BodyFraming {
    if requestMethod == "HEAD" || status / 100 == 1 || status == 204 || status == 304 { return .length(0) }
    if try isChunked(fields, minorVersion: minorVersion) { return .chunked }
    return try length(fields).map { .length($0) } ?? .untilClose
  }

  private static func isChunked(_ fields: HTTPFields, minorVersion: Int) throws(HTTPFault) -> Bool {
    guard !fields.values(of: "Transfer-Encoding").isEmpty else { return false }
    if !fields.values(of: "Content-Length").isEmpty {
      throw HTTPFault(400, "Transfer-Encoding and Content-Length stand together")
    }
    if minorVersion == 0 { throw HTTPFault(400, "Transfer-Encoding stands in a message of HTTP/1.0") }
    let codings = fields.elements(of: "Transfer-Encoding")
    guard codings.last == "chunked" else { throw HTTPFault(400, "the last transfer coding is not chunked") }
    if codings.dropLast().contains("chunked") { throw HTTPFault(400, "chunked stands twice in Transfer-Encoding") }
    if codings.count > 1 { throw HTTPFault(501, "a transfer coding besides chunked is not taken") }
    // Empty elements could hide the second line from one of two readers.
    if fields.values(of: "Transfer-Encoding").count > 1 {
      throw HTTPFault(400, "Transfer-Encoding stands more than once")
    }
    return true
  }

  private static func length(_ fields: HTTPFields) throws(HTTPFault) -> Int64? {
    let values = fields.values(of: "Content-Length")
    guard let digits = values.first else { return nil }
    if values.count > 1 { throw HTTPFault(400, "Content-Length stands more than once") }
    guard !digits.isEmpty, digits.allSatisfy(HTTPSyntax.isDigit) else {
      throw HTTPFault(400, "Content-Length is not a number")
    }
    guard let length = Int64(String(decoding: digits, as: UTF8.self)) else {
      throw HTTPFault(413, "Content-Length is beyond any body")
    }
    return length
  }
}
