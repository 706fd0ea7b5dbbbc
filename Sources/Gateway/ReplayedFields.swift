import HTTPWire

/// What of a reply's head is given again with a stored answer: what is about the answer.
///
/// What is about the connection, the moment, the account or whoever asked is not: it would be untrue of the one who is
/// answered now, or another's. `Date` stays that of the answer, and `Age` says how long ago that is.
/// *Source:* RFC 9110 section 7.6.1 (connections), RFC 9111 sections 3.1 and 5.1 (what a cache keeps, `Age`).
enum ReplayedFields {
  /// The most bytes that are kept of one head.
  private static let mostBytes = 8192

  /// Written anew, or with the body's own bytes.
  private static let ofTheMessage = [
    "content-type", "content-length", "content-encoding", "transfer-encoding", "trailer", "content-md5", "digest",
    "content-digest", "repr-digest", "accept-ranges", "content-range",
  ]

  /// Of one connection, one server or one moment.
  private static let ofTheMoment = [
    "connection", "keep-alive", "proxy-connection", "upgrade", "alt-svc", "via", "server-timing", "age", "retry-after",
    "retry-after-ms", "openai-processing-ms", "x-should-retry", "strict-transport-security", "nel", "report-to",
    "reporting-endpoints",
  ]

  /// Of an account, a session or whoever asked.
  private static let ofTheAsker = [
    "set-cookie", "set-cookie2", "authorization", "www-authenticate", "proxy-authenticate", "proxy-authorization",
    "authentication-info", "proxy-authentication-info", "openai-organization", "openai-project",
    "anthropic-organization-id",
  ]

  /// The beginnings of names of several: limits of an account, what a browser's page may see, what servers on the way add.
  private static let families = [
    "x-ratelimit-", "ratelimit", "anthropic-ratelimit-", "anthropic-priority-", "access-control-", "cf-", "x-envoy-",
    "x-amz-", "x-goog-quota-", "x-forwarded-", "sec-",
  ]

  private static func isKept(_ field: HTTPField) -> Bool {
    if field.isNamed(oneOf: ofTheMessage) || field.isNamed(oneOf: ofTheMoment) || field.isNamed(oneOf: ofTheAsker) {
      return false
    }
    let name = field.name.lowercased()
    if families.contains(where: name.hasPrefix) { return false }
    // What is no plain text could not be given again as it was.
    return field.value.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
  }

  /// The fields that are kept with an answer, one on a line.
  static func kept(_ head: HTTPResponseHead) -> String {
    var text = ""
    for field in head.fields where isKept(field) {
      let line = "\(field.name): \(field.text)\n"
      if text.utf8.count + line.utf8.count > mostBytes { break }
      text += line
    }
    return text
  }

  /// The fields of an answer that is given again.
  static func given(_ text: String, ageMs: Int64) -> HTTPFields {
    var fields = HTTPFields()
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields.append(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
    }
    fields.append("Age", String(max(0, ageMs / 1000)))
    return fields
  }
}
