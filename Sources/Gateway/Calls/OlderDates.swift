import GuardModel

/// Dates in header fields as servers wrote them before the form of today, which whoever reads them has to know as well.
///
/// *Source:* RFC 9110 section 5.6.7.
enum OlderDates {
  /// Reads `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`; `nil` for anything else.
  ///
  /// - Parameter nowUnixMs: now: a year of two digits is none that is more than fifty years ahead.
  static func unixMs(_ text: String, nowUnixMs: Int64) -> Int64? {
    let words = text.split(separator: " ").map(String.init)
    if words.count == 5, words[4].utf8.count == 4 {
      return HTTPDate.unixMs("\(words[0]), \(words[2]) \(words[1]) \(words[4]) \(words[3]) GMT")
    }
    guard words.count == 4, words[0].hasSuffix(",") else { return nil }
    let date = words[1].split(separator: "-")
    guard date.count == 3, date[2].utf8.count == 2, let short = Int64(date[2]), short >= 0 else { return nil }
    let thisYear = CivilDate(dayNumber: nowUnixMs / 86_400_000).year
    let year = thisYear - thisYear % 100 + short
    guard let latest = [year + 100, year, year - 100].first(where: { $0 - thisYear <= 50 }) else { return nil }
    return HTTPDate.unixMs("\(words[0]) \(date[0]) \(date[1]) \(latest) \(words[2]) \(words[3])")
  }
}
