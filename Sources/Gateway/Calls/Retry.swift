import HTTPWire
import Upstream

/// When a call that the provider turned away is sent again.
enum Retry {
  /// A provider that asks for more than this is not waited for.
  static let longestWaitMs: Int64 = 60_000
  /// The longest that a provider's word keeps other calls waiting.
  static let longestPauseMs: Int64 = 600_000
  /// Statuses of which the same call may have better luck. *Source:* what the providers' own clients send again.
  private static let statuses: Set<Int> = [408, 409, 429, 500, 502, 503, 504, 529]

  /// Whether a status says that it was too much for now: then nobody else should come, either. *Source:* RFC 6585 section
  /// 4, RFC 9110 section 15.6.4, and Anthropic's own 529 for an overload.
  static func asksToWait(_ status: Int) -> Bool { [429, 503, 529].contains(status) }

  /// Whether a reply that says so speaks for the provider. What another gateway turns away is its user's matter, and it sees to the
  /// provider's limits itself; and what is of no use to send again (an account without money) gets no better by waiting.
  static func speaksForAll(_ fields: HTTPFields) -> Bool {
    fields[GatewayHeaders.phaseField] == nil && saysToRetry(fields) != false
  }

  /// What a reply says of sending the same again; `nil` where it says nothing.
  ///
  /// *Source:* the clients of OpenAI and Anthropic, which heed it before the status.
  static func saysToRetry(_ fields: HTTPFields) -> Bool? {
    switch fields["x-should-retry"] {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// How long to wait before the next try; `nil` when there should be none.
  ///
  /// - Parameters:
  ///   - relay: the reply, of which no byte has reached the client.
  ///   - failure: why there was none.
  ///   - tries: how often it was sent again before.
  static func delayMs(_ relay: ReplyRelay, _ failure: UpstreamError?, _ tries: Int) -> Int64? {
    // An answer that broke off has taken something, which is charged; the next one would be charged in its place.
    if let status = relay.status, (200..<300).contains(status) { return nil }
    switch failure {
    case .cancelled, .noLibrary: return nil
    case .noFilesLeft, .unreachable, .timedOut, .broken: break
    // Its own word goes before what the status means elsewhere.
    case nil: guard let status = relay.status, relay.saysToRetry ?? statuses.contains(status) else { return nil }
    }
    if let asked = relay.retryAfterMs { return asked <= longestWaitMs ? asked + Int64.random(in: 0...250) : nil }
    // Half of the time is left to chance, so that many who were turned away together do not come back together.
    let most = Int64(500) << min(Int64(tries), 5)
    return most / 2 + Int64.random(in: 0...most / 2)
  }

  /// The time that a reply's fields ask to wait.
  static func afterMs(_ fields: HTTPFields, nowUnixMs: Int64) -> Int64? {
    afterMs(seconds: fields["Retry-After"], milliseconds: fields["retry-after-ms"], nowUnixMs: nowUnixMs)
  }

  /// The time of `Retry-After` or `retry-after-ms`; a date is seconds from now.
  static func afterMs(seconds: String?, milliseconds: String?, nowUnixMs: Int64) -> Int64? {
    if let milliseconds, let value = number(milliseconds) { return Int64(value.rounded(.up)) }
    guard let seconds else { return nil }
    if let value = number(seconds) { return Int64((value * 1000).rounded(.up)) }
    let instant = HTTPDate.unixMs(seconds) ?? OlderDates.unixMs(seconds, nowUnixMs: nowUnixMs)
    return instant.map { max(0, $0 - nowUnixMs) }
  }

  /// A number of digits and at most one point; the field is one of whole seconds, but some say parts of them.
  private static func number(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }), let value = Double(text),
      value < 1_000_000_000_000
    else { return nil }
    return value
  }
}
