import GuardModel
import HTTPWire

/// What a provider's reply says of its own limits.
///
/// *Source:* the names and forms are those that OpenAI, Groq and Anthropic document: `x-ratelimit-remaining-requests: 59`,
/// `x-ratelimit-reset-tokens: 6m0s`, `anthropic-ratelimit-input-tokens-reset: 2026-11-24T09:30:00Z`.
struct RateLimits {
  /// The longest that what a provider has left is waited for: limits of a day fill up all the time, and a longer wait would
  /// be a wait for the last of it.
  static let longestMs: Int64 = 60_000

  private struct Limit {
    var limit: Int64?
    var remaining: Int64?
    var resetMs: Int64?
  }

  private var limits: [String: Limit] = [:]
  private let nowUnixMs: Int64

  /// Reads the fields of a reply.
  init(_ fields: HTTPFields, nowUnixMs: Int64) {
    self.nowUnixMs = nowUnixMs
    for field in fields where Self.mayBeOne(field.name.utf8) {
      let name = field.name.lowercased()
      if name.hasPrefix("x-ratelimit-") {
        let parts = name.dropFirst("x-ratelimit-".count).split(separator: "-", maxSplits: 1)
        if parts.count == 2 { read(String(parts[1]), parts[0], field.text) }
      } else if name.hasPrefix("anthropic-ratelimit-") {
        let rest = name.dropFirst("anthropic-ratelimit-".count)
        if let dash = rest.lastIndex(of: "-") {
          read(String(rest[..<dash]), rest[rest.index(after: dash)...], field.text)
        }
      }
    }
  }

  /// Most fields are others: they are passed over without a copy.
  private static func mayBeOne(_ name: String.UTF8View) -> Bool {
    guard name.count > 20, let first = name.first else { return false }
    return first | 0x20 == UInt8(ascii: "x") || first | 0x20 == UInt8(ascii: "a")
  }

  private mutating func read(_ of: String, _ what: Substring, _ text: String) {
    guard ["requests", "tokens", "input-tokens", "output-tokens"].contains(of) else { return }
    switch what {
    case "limit": limits[of, default: Limit()].limit = Self.count(text)
    case "remaining": limits[of, default: Limit()].remaining = Self.count(text)
    case "reset": limits[of, default: Limit()].resetMs = Self.resetMs(text, nowUnixMs)
    default: break
    }
  }

  /// What is worth remembering: what is nearly used up, or would be by a few more calls of this size. The rest changes
  /// nothing for anybody.
  func rests(tokens: Int64) -> [LaneRest] {
    var rests: [LaneRest] = []
    func add(_ unit: LaneRest.Unit, _ limit: Limit?, isLow: (_ left: Int64, _ limit: Int64) -> Bool) {
      guard let limit, let left = limit.remaining, let resetMs = limit.resetMs, resetMs > 0,
        isLow(left, limit.limit ?? 0)
      else { return }
      let until = nowUnixMs + min(resetMs, Self.longestMs)
      guard let same = rests.firstIndex(where: { $0.unit == unit }) else {
        rests.append(LaneRest(unit, left: left, untilUnixMs: until))
        return
      }
      if left < rests[same].left { rests[same] = LaneRest(unit, left: left, untilUnixMs: until) }
    }
    add(.calls, limits["requests"]) { left, limit in left <= max(16, limit / 10) }
    for name in ["tokens", "input-tokens"] {
      add(.tokens, limits[name]) { left, limit in left / 4 < tokens || left < limit / 10 }
    }
    // How much a call will say nobody knows before.
    add(.tokens, limits["output-tokens"]) { left, _ in left == 0 }
    return rests
  }

  private static func count(_ text: String) -> Int64? { Int64(text).flatMap { $0 < 0 ? nil : $0 } }

  /// Milliseconds until a reset: a duration (`6m0s`, `1.5s`, `20ms`), plain seconds, or an instant by RFC 3339.
  static func resetMs(_ text: String, _ nowUnixMs: Int64) -> Int64? {
    if let instant = HTTPDate.rfc3339(text) { return max(0, instant - nowUnixMs) }
    var sum: Int64 = 0
    var rest = text[...]
    if rest.isEmpty { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      let units: [Substring: Int64] = ["": 1000, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
      guard let thousandths = thousandths(digits), let each = units[unit],
        let part = try? Amount.scaledUp(thousandths, by: each, over: 1000), let next = try? Amount.sum(sum, part)
      else { return nil }
      sum = next
    }
    return sum
  }

  private static func thousandths(_ digits: Substring) -> Int64? {
    let halves = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count <= 2, let whole = Int64(halves[0]), whole < 1_000_000_000 else { return nil }
    let fraction = halves.count == 2 ? String(halves[1].prefix(3)) : ""
    guard let part = fraction.isEmpty ? 0 : Int64(fraction) else { return nil }
    return whole * 1000 + part * [1000, 100, 10, 1][fraction.count]
  }
}
