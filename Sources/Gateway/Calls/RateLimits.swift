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
    /// As it is written: most limits are far, and then nobody needs it.
    var reset: [UInt8]?
  }

  /// In the order of their names.
  private var limits: [Limit?] = [nil, nil, nil, nil]
  private let nowUnixMs: Int64

  /// Reads the fields of a reply.
  init(_ fields: HTTPFields, nowUnixMs: Int64) {
    self.nowUnixMs = nowUnixMs
    for field in fields where field.name.utf8.count >= Self.shortestName {
      var name = field.name
      guard let (place, what) = name.withUTF8({ Self.meaning($0) }) else { continue }
      var limit = limits[place] ?? Limit()
      switch what {
      case .limit: limit.limit = Self.count(field.text)
      case .remaining: limit.remaining = Self.count(field.text)
      case .reset: limit.reset = field.value
      }
      limits[place] = limit
    }
  }

  /// What a field says of a limit.
  private enum What: CaseIterable {
    case limit
    case remaining
    case reset

    var word: StaticString {
      switch self {
      case .limit: "limit"
      case .remaining: "remaining"
      case .reset: "reset"
      }
    }
  }

  /// Of which limit a field of a name says what; `nil` for all other fields.
  private static func meaning(_ name: UnsafeBufferPointer<UInt8>) -> (place: Int, what: What)? {
    func has(_ word: StaticString, _ start: Int) -> Bool {
      guard start >= 0, name.count - start >= word.utf8CodeUnitCount else { return false }
      for index in 0..<word.utf8CodeUnitCount {
        let byte = name[start + index]
        if (0x41...0x5A).contains(byte) ? byte | 0x20 != word.utf8Start[index] : byte != word.utf8Start[index] {
          return false
        }
      }
      return true
    }
    func ends(_ word: StaticString, _ start: Int) -> Bool {
      start + word.utf8CodeUnitCount == name.count && has(word, start)
    }
    if has(openAI, 0) {
      for what in What.allCases where has(what.word, openAI.utf8CodeUnitCount) {
        let dash = openAI.utf8CodeUnitCount + what.word.utf8CodeUnitCount
        guard has("-", dash) else { continue }
        return names.firstIndex { ends($0, dash + 1) }.map { ($0, what) }
      }
    } else if has(anthropic, 0) {
      for (place, of) in names.enumerated() where has(of, anthropic.utf8CodeUnitCount) {
        let dash = anthropic.utf8CodeUnitCount + of.utf8CodeUnitCount
        guard has("-", dash) else { continue }
        return What.allCases.first { ends($0.word, dash + 1) }.map { (place, $0) }
      }
    }
    return nil
  }

  /// How long the shortest name of those that are known is: most fields have shorter ones.
  private static let shortestName = ("x-ratelimit-reset-tokens" as StaticString).utf8CodeUnitCount
  private static let openAI: StaticString = "x-ratelimit-"
  private static let anthropic: StaticString = "anthropic-ratelimit-"
  private static let names: [StaticString] = ["requests", "tokens", "input-tokens", "output-tokens"]
  /// The places of their names.
  private static let (requests, inputs, outputs) = (0, [1, 2], 3)

  /// What is worth remembering: what is nearly used up, or would be by a few more calls of this size. The rest changes
  /// nothing for anybody, unless less is remembered.
  func rests(tokens: Int64) -> [LaneRest] {
    rests(
      isLow: { left, limit in left <= max(16, limit / 10) },
      hasFew: { left, limit in left / 4 < tokens || left < limit / 10 })
  }

  /// Of what there is enough for more calls of this size.
  func corrections(tokens: Int64) -> [LaneRest] {
    let low = rests(tokens: tokens).map(\.unit)
    return rests(isLow: { _, _ in true }, hasFew: { _, _ in true }, mayBeOver: true).filter { !low.contains($0.unit) }
  }

  private func rests(
    isLow: (_ left: Int64, _ limit: Int64) -> Bool, hasFew: (_ left: Int64, _ limit: Int64) -> Bool,
    mayBeOver: Bool = false
  ) -> [LaneRest] {
    var rests: [LaneRest] = []
    func add(_ unit: LaneRest.Unit, _ limit: Limit?, isLow: (_ left: Int64, _ limit: Int64) -> Bool) {
      guard let limit, let left = limit.remaining, isLow(left, limit.limit ?? 0), let reset = limit.reset,
        let resetMs = Self.resetMs(String(decoding: reset, as: UTF8.self), nowUnixMs), resetMs > 0 || mayBeOver
      else { return }
      let until = nowUnixMs + min(resetMs, Self.longestMs)
      guard let same = rests.firstIndex(where: { $0.unit == unit }) else {
        rests.append(LaneRest(unit, left: left, untilUnixMs: until))
        return
      }
      if left < rests[same].left { rests[same] = LaneRest(unit, left: left, untilUnixMs: until) }
    }
    add(.calls, limits[Self.requests], isLow: isLow)
    for place in Self.inputs { add(.tokens, limits[place], isLow: hasFew) }
    // How much a call will say nobody knows before.
    add(.tokens, limits[Self.outputs]) { left, _ in left == 0 }
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
