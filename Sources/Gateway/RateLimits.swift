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

  /// In the order of their names.
  private var limits = [Limit?](repeating: nil, count: names.count)
  private let nowUnixMs: Int64

  /// Reads the fields of a reply.
  init(_ fields: HTTPFields, nowUnixMs: Int64) {
    self.nowUnixMs = nowUnixMs
    for field in fields where Self.mayBeOne(field.name.utf8) {
      var name = Array(field.name.utf8)
      for index in name.indices where (0x41...0x5A).contains(name[index]) { name[index] |= 0x20 }
      let dash = UInt8(ascii: "-")
      func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
      if name.starts(with: Self.openAI.utf8) {
        let rest = name.dropFirst(Self.openAI.utf8.count)
        if let end = rest.firstIndex(of: dash) { read(text(rest[(end + 1)...]), text(rest[..<end]), field.text) }
      } else if name.starts(with: Self.anthropic.utf8) {
        let rest = name.dropFirst(Self.anthropic.utf8.count)
        if let end = rest.lastIndex(of: dash) { read(text(rest[..<end]), text(rest[(end + 1)...]), field.text) }
      }
    }
  }

  private static let (openAI, anthropic) = ("x-ratelimit-", "anthropic-ratelimit-")

  /// Most fields are others: they are passed over without a copy.
  private static func mayBeOne(_ name: String.UTF8View) -> Bool {
    guard name.count > 20, let first = name.first else { return false }
    return first | 0x20 == UInt8(ascii: "x") || first | 0x20 == UInt8(ascii: "a")
  }

  private mutating func read(_ of: String, _ what: String, _ text: String) {
    guard let place = Self.names.firstIndex(of: of) else { return }
    var limit = limits[place] ?? Limit()
    switch what {
    case "limit": limit.limit = Self.count(text)
    case "remaining": limit.remaining = Self.count(text)
    case "reset": limit.resetMs = Self.resetMs(text, nowUnixMs)
    default: return
    }
    limits[place] = limit
  }

  private subscript(_ name: String) -> Limit? { Self.names.firstIndex(of: name).flatMap { limits[$0] } }

  private static let names = ["requests", "tokens", "input-tokens", "output-tokens"]

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
    add(.calls, self["requests"]) { left, limit in left <= max(16, limit / 10) }
    for name in ["tokens", "input-tokens"] {
      add(.tokens, self[name]) { left, limit in left / 4 < tokens || left < limit / 10 }
    }
    // How much a call will say nobody knows before.
    add(.tokens, self["output-tokens"]) { left, _ in left == 0 }
    return rests
  }

  private static func count(_ text: String) -> Int64? { Int64(text).flatMap { $0 < 0 ? nil : $0 } }

  /// Milliseconds until a reset: a duration (`6m0s`, `1.5s`, `20ms`), plain seconds, or an instant by RFC 3339.
  static func resetMs(_ text: String, _ nowUnixMs: Int64) -> Int64? {
    var rest = Array(text.utf8)[...]
    if rest.isEmpty { return nil }
    // An instant is longer than any duration, and begins with a year.
    if rest.count >= 20, let instant = HTTPDate.rfc3339(text) { return max(0, instant - nowUnixMs) }
    var sum: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { (0x61...0x7A).contains($0 | 0x20) }
      rest = rest.dropFirst(unit.count)
      guard let thousandths = thousandths(digits), let each = milliseconds(unit),
        let part = try? Amount.scaledUp(thousandths, by: each, over: 1000), let next = try? Amount.sum(sum, part)
      else { return nil }
      sum = next
    }
    return sum
  }

  /// The milliseconds of a unit; plain numbers are seconds.
  private static func milliseconds(_ unit: ArraySlice<UInt8>) -> Int64? {
    switch String(decoding: unit, as: UTF8.self) {
    case "", "s": 1000
    case "ms": 1
    case "m": 60_000
    case "h": 3_600_000
    case "d": 86_400_000
    default: nil
    }
  }

  private static func thousandths(_ digits: ArraySlice<UInt8>) -> Int64? {
    let halves = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard halves.count <= 2, let whole = number(halves[0]), whole < 1_000_000_000 else { return nil }
    let fraction = halves.count == 2 ? halves[1].prefix(3) : []
    guard let part = fraction.isEmpty ? 0 : number(fraction) else { return nil }
    return whole * 1000 + part * [1000, 100, 10, 1][fraction.count]
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int64? { Int64(String(decoding: digits, as: UTF8.self)) }
}
