import HTTPWire
import Testing

@testable import Gateway

/// Which fields of a reply are given again with a stored answer, name by name.
@Suite struct ReplayedFieldsTests {
  private func keeps(_ name: String, _ value: String = "x") -> Bool {
    var head = HTTPResponseHead(200)
    head.fields.append(name, value)
    return ReplayedFields.kept(head) == "\(name): \(value)\n"
  }

  /// Each with why it is not given again. A field that is named here in small letters may come in any.
  static let leftOut: [(why: String, names: [String])] = [
    (
      "it is written anew",
      [
        "content-type", "content-length", "content-encoding", "transfer-encoding", "trailer", "content-md5", "digest",
        "content-digest", "repr-digest", "accept-ranges", "content-range",
      ]
    ),
    (
      "it was of one connection, one server or one moment",
      [
        "connection", "keep-alive", "proxy-connection", "upgrade", "alt-svc", "via", "server-timing", "age",
        "retry-after", "retry-after-ms", "openai-processing-ms", "x-should-retry", "strict-transport-security", "nel",
        "report-to", "reporting-endpoints",
      ]
    ),
    (
      "it is of an account or of whoever asked",
      [
        "set-cookie", "set-cookie2", "authorization", "www-authenticate", "proxy-authenticate", "proxy-authorization",
        "authentication-info", "proxy-authentication-info", "openai-organization", "openai-project",
        "anthropic-organization-id",
      ]
    ),
    (
      "its family is",
      [
        "x-ratelimit-limit-requests", "x-ratelimit-reset-tokens", "ratelimit", "ratelimit-policy", "ratelimit-reset",
        "anthropic-ratelimit-tokens-remaining", "anthropic-priority-input-tokens-limit", "access-control-allow-origin",
        "access-control-expose-headers", "cf-ray", "cf-cache-status", "x-envoy-upstream-service-time",
        "x-amz-cf-id", "x-goog-quota-user", "x-forwarded-for", "sec-websocket-accept",
      ]
    ),
  ]

  /// What is about the answer, and what only looks like one of those.
  static let kept = [
    "date", "x-request-id", "request-id", "openai-version", "openai-model", "anthropic-version", "content-language",
    "content-location", "content-disposition", "cache-control", "etag", "last-modified", "expires", "vary", "server",
    "x-custom", "location", "link", "content-typ", "content-types", "x-content-type", "ages", "viable", "digests",
    "my-ratelimit", "x-rate-limit", "x-amzn-requestid", "cfray", "secret", "access-controls", "anthropic-organization",
    "a",
  ]

  @Test(arguments: leftOut.indices) func whatIsNotTheAnswersIsLeftOut(place: Int) {
    let (why, names) = Self.leftOut[place]
    for name in names {
      for word in [name, name.uppercased(), name.prefix(1).uppercased() + name.dropFirst()] {
        #expect(!keeps(word), "\(word): \(why)")
      }
    }
  }

  @Test(arguments: kept) func whatIsTheAnswersIsKept(name: String) {
    #expect(keeps(name) && keeps(name.uppercased()))
  }

  /// A value that could not be given again as it was is not kept.
  @Test(arguments: [
    ("plain", true), ("a\tb", true), ("", true), ("~", true), ("a\u{7F}", false), ("caf\u{E9}", false),
    ("a\u{1}", false),
  ])
  func aValueIsPlain(value: String, isKept: Bool) {
    #expect(keeps("x-custom", value) == isKept)
  }

  /// What was kept comes back as it was, in its order, and with its own age.
  @Test func whatIsKeptComesBack() {
    var head = HTTPResponseHead(200)
    let fields = [("Link", "a"), ("Age", "9"), ("link", "b: c"), ("X-Empty", ""), ("Set-Cookie", "s"), ("Via", "v")]
    for (name, value) in fields { head.fields.append(name, value) }
    for (ageMs, age) in [(0, "0"), (999, "0"), (1000, "1"), (-5000, "0"), (86_400_000, "86400")] as [(Int64, String)] {
      let given = ReplayedFields.given(ReplayedFields.kept(head), ageMs: ageMs).map { "\($0.name)=\($0.text)" }
      #expect(given == ["Link=a", "link=b: c", "X-Empty=", "Age=\(age)"])
    }
  }
}
