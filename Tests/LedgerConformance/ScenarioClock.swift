import GuardModel

/// Reads and writes the times of scenarios: UTC, to the millisecond.
struct ScenarioClock {
  private var day: Int64 = 0

  /// Reads `YYYY-MM-DD HH:MM[:SS[.mmm]]`, or the time alone on the day read last.
  mutating func read(_ text: String) throws -> Int64 {
    let words = text.split(separator: " ").map(String.init)
    if words.count == 2 {
      let parts = words[0].split(separator: "-").compactMap { Int64($0) }
      guard parts.count == 3 else { throw Unreadable("'\(words[0])' is not a date") }
      day = CivilDate(year: parts[0], month: parts[1], day: parts[2]).dayNumber
    }
    let clock = (words.last ?? "").split(whereSeparator: { ":.".contains($0) })
    let parts = clock.compactMap { Int64($0) }
    guard (2...4).contains(parts.count), parts.count == clock.count, parts.count < 4 || clock[3].count == 3 else {
      throw Unreadable("'\(text)' is not a time")
    }
    let scales: [Int64] = [3_600_000, 60_000, 1000, 1]
    return day * 86_400_000 + zip(parts, scales).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Writes an instant as short as it can be read: `2026-03-29 09:00`, with seconds only where there are some.
  static func text(_ unixMs: Int64) -> String {
    if unixMs == .max { return "ever" }
    let (day, rest) = (unixMs / 86_400_000, unixMs % 86_400_000)
    func padded(_ value: Int64, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
    }
    var text = "\(CivilDate(dayNumber: day)) \(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2))"
    if rest % 60_000 > 0 { text += ":" + padded(rest / 1000 % 60, 2) }
    if rest % 1000 > 0 { text += "." + padded(rest % 1000, 3) }
    return text
  }
}
