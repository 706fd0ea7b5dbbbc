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
    "anthropic-organization-id", "x-api-key", "api-key", "x-goog-api-key", "cookie",
  ]

  /// The beginnings of names of several: limits of an account, what a browser's page may see, what servers on the way add.
  private static let families = [
    "x-ratelimit-", "ratelimit", "anthropic-ratelimit-", "anthropic-priority-", "access-control-", "cf-", "x-envoy-",
    "x-amz-", "x-goog-quota-", "x-forwarded-", "sec-",
  ].map { Array($0.utf8) }

  /// All of these names, by their lengths: few are of any one.
  private static let leftOut: [[String]] = {
    let all = ofTheMessage + ofTheMoment + ofTheAsker
    return (0...(all.map(\.utf8.count).max() ?? 0)).map { length in all.filter { $0.utf8.count == length } }
  }()

  /// Whether a name begins with these small letters, in whatever case.
  private static func begins(_ name: UnsafeBufferPointer<UInt8>, with letters: [UInt8]) -> Bool {
    if name.count < letters.count { return false }
    for place in letters.indices {
      let byte = name[place]
      if (byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte) != letters[place] { return false }
    }
    return true
  }

  private static func isKept(_ field: HTTPField) -> Bool {
    let length = field.name.utf8.count
    if length < leftOut.count, field.isNamed(oneOf: leftOut[length]) { return false }
    var name = field.name
    let isOfFamily = name.withUTF8 { name in families.contains { begins(name, with: $0) } }
    // What is no plain text could not be given again as it was.
    return !isOfFamily && field.value.allSatisfy { $0 >= 0x20 && $0 <= 0x7E || $0 == 0x09 }
  }

  /// What stands before the form in which an answer was asked for, in the first line: no field of a reply.
  private static let form = "x-llmguard-form: "

  /// The form in which an answer was asked for, by its mark; `nil` where that was not kept.
  static func form(_ text: String) -> Substring? {
    guard text.hasPrefix(form) else { return nil }
    return text[text.utf8.index(text.startIndex, offsetBy: form.utf8.count)...].prefix { $0 != "\n" }
  }

  /// The fields that are kept with an answer, one on a line, behind the form in which it was asked for.
  static func kept(_ head: HTTPResponseHead, askedAs mark: String? = nil) -> String {
    var text = mark.map { Array("\(form)\($0)\n".utf8) } ?? []
    for field in head.fields where isKept(field) {
      if text.count + field.name.utf8.count + field.value.count + 3 > mostBytes { break }
      text += field.name.utf8
      text += [UInt8(ascii: ":"), UInt8(ascii: " ")]
      text += field.value
      text.append(UInt8(ascii: "\n"))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The fields of an answer that is given again.
  static func given(_ text: String, ageMs: Int64) -> HTTPFields {
    var fields = HTTPFields()
    for line in text.split(separator: "\n").drop(while: { $0.hasPrefix(form) }) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields.append(String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
    }
    fields.append("Age", String(max(0, ageMs / 1000)))
    return fields
  }
}
