import Glibc
import HTTPWire
import Posix

/// A limit of the provider's own: so much in a minute, which comes back all the time.
///
/// What it says is true of what was served. It is only told: nobody is turned away, and what is served beyond it is owed.
struct OwnLimit {
  /// How much comes back in a millisecond.
  let eachMs: Int64
  private var left: Int64
  private var atMs: Int64 = 0

  /// A full one.
  init(eachMs: Int64) { (self.eachMs, left) = (eachMs, eachMs * 60_000) }

  /// How much it allows in a minute.
  var most: Int64 { eachMs * 60_000 }

  /// What is left behind what a call takes, and in how many milliseconds all of it is there again.
  mutating func take(_ count: Int64, nowMs: Int64) -> (left: Int64, resetMs: Int64) {
    // Some calls take more than anybody could count.
    let taken = max(0, min(count, most * 1000))
    left = min(most, left + max(0, nowMs - atMs) * eachMs) - taken
    atMs = max(atMs, nowMs)
    return (max(0, left), (most - left + eachMs - 1) / eachMs)
  }
}

/// The limits of all calls together, far above what any test or measurement takes.
struct OwnLimits {
  var calls = OwnLimit(eachMs: 25)
  var tokens = OwnLimit(eachMs: 2500)
}

extension Reply {
  /// What a provider says of its limits with each reply.
  ///
  /// - Parameter tokens: what the call takes.
  func limits(_ asked: Asked, tokens: Int64) -> HTTPFields {
    let nowMs = Clock.monotonicNanoseconds / 1_000_000
    let (most, taken) = tally.limits.use { limits in
      (
        (limits.calls.most, limits.tokens.most),
        (limits.calls.take(1, nowMs: nowMs), limits.tokens.take(tokens, nowMs: nowMs))
      )
    }
    let said = asked.behaviour
    let saidMs = said.resetSeconds.map { Int64($0) * 1000 }
    let calls = (left: said.callsLeft ?? taken.0.left, resetMs: saidMs ?? taken.0.resetMs)
    let tokens = (
      left: said.tokensLeft ?? taken.1.left,
      resetMs: said.tokensLeft != nil ? saidMs ?? taken.1.resetMs : taken.1.resetMs
    )
    switch asked.form {
    case .chat, .responses, .completions, .embeddings:
      return [
        "x-request-id": "req_pretend", "x-ratelimit-limit-requests": "\(most.0)",
        "x-ratelimit-remaining-requests": "\(calls.left)",
        "x-ratelimit-reset-requests": Self.span(calls.resetMs),
        "x-ratelimit-limit-tokens": "\(most.1)", "x-ratelimit-remaining-tokens": "\(tokens.left)",
        "x-ratelimit-reset-tokens": Self.span(tokens.resetMs),
      ]
    case .anthropic:
      return [
        "request-id": "req_pretend", "anthropic-ratelimit-requests-limit": "\(most.0)",
        "anthropic-ratelimit-requests-remaining": "\(calls.left)",
        "anthropic-ratelimit-requests-reset": Self.instant(afterMs: calls.resetMs),
        "anthropic-ratelimit-tokens-limit": "\(most.1)", "anthropic-ratelimit-tokens-remaining": "\(tokens.left)",
        "anthropic-ratelimit-tokens-reset": Self.instant(afterMs: tokens.resetMs),
      ]
    default: return [:]
    }
  }

  /// As OpenAI writes it: `12ms`, `1.5s`, `6m0s`.
  private static func span(_ ms: Int64) -> String {
    if ms < 1000 { return "\(ms)ms" }
    let thousandths = ms % 1000 == 0 ? "" : "." + String(1000 + ms % 1000).dropFirst()
    return (ms < 60_000 ? "" : "\(ms / 60_000)m") + "\(ms / 1000 % 60)\(thousandths)s"
  }

  /// As Anthropic writes it, in whole seconds: no sooner than it is.
  private static func instant(afterMs ms: Int64) -> String {
    var seconds = time_t((Clock.unixMs + ms + 999) / 1000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
