import HTTPWire
import IntentCache

/// What of a request's head may change the answer, and so must be equal for a stored one to be given.
///
/// Servers that stand for several providers take from fields which of them is asked, with what settings; so a field that
/// nobody knows counts. What only names the caller, the call, the connection or a trace does not.
enum AskingFields {
  /// *Source:* RFC 9110, the providers' references, the fields that their SDKs and the usual tracers add.
  private static let withoutEffect: Set = [
    // The message and the connection.
    "host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "keep-alive", "te",
    "trailer", "expect", "upgrade", "proxy-authorization", "proxy-connection", "accept-encoding", "date", "via",
    "forwarded", "priority", "cache-control", "pragma",
    // Who calls, and by what.
    "authorization", "api-key", "x-api-key", "x-goog-api-key", "cookie", "user-agent", "origin", "referer",
    "http-referer", "x-title", "dnt", "x-goog-api-client", "x-ms-useragent",
    "anthropic-dangerous-direct-browser-access",
    // The call.
    "x-request-id", "request-id", "x-client-request-id", "x-correlation-id", "correlation-id",
    "x-ms-client-request-id", "idempotency-key", "x-idempotency-key",
    // Traces.
    "traceparent", "tracestate", "baggage", "b3", "sentry-trace", "uber-trace-id", "x-cloud-trace-context",
    "x-amzn-trace-id", "elastic-apm-traceparent", "newrelic",
  ]

  private static let families = ["x-stainless-", "x-b3-", "x-datadog-", "x-forwarded-", "x-llmguard-", "sec-"]

  /// The forms of a reply that every client takes that does not ask for a stream by this field.
  private static let plainForms: Set = ["*/*", "application/json", "application/json, */*"]

  private static func counts(_ name: String, _ field: HTTPField, _ isStream: Bool) -> Bool {
    if withoutEffect.contains(name) || families.contains(where: name.hasPrefix) { return false }
    if name != "accept" { return true }
    let forms = field.text.lowercased()
    return !plainForms.contains(forms) && !(isStream && forms == "text/event-stream")
  }

  /// Adds the fields that count, in whatever order they come.
  ///
  /// - Parameter isStream: whether the call asks for a stream of events elsewhere, so that to ask for it here says nothing.
  static func add(_ fields: HTTPFields, to surroundings: inout CacheQuestion.Surroundings, isStream: Bool = false) {
    var counted: [(name: String, value: [UInt8])] = []
    for field in fields {
      let name = field.name.lowercased()
      if counts(name, field, isStream) { counted.append((name, field.value)) }
    }
    // Of one name the order stays.
    let places = counted.indices.sorted { (counted[$0].name, $0) < (counted[$1].name, $1) }
    for place in places {
      surroundings.add(counted[place].name)
      surroundings.add(counted[place].value)
    }
  }
}
