import CommandSpec
import Configuration
import GuardModel

/// Instants as people and programs read and write them.
enum TimeText {
  /// RFC 3339 with the zone's offset: `2026-11-24T09:30:00+01:00`.
  static func rfc3339(_ unixMs: Int64, in zone: ZoneOffsets) -> String { CivilTime.rfc3339(unixMs, in: zone) }

  /// `2026-11-24`.
  static func date(_ unixMs: Int64, in zone: ZoneOffsets) -> String { CivilTime.date(unixMs, in: zone) }

  /// `09:30`.
  static func time(_ unixMs: Int64, in zone: ZoneOffsets) -> String {
    CivilTime.time(unixMs, in: zone) + CivilTime.mark(unixMs, in: zone)
  }

  /// How instants are written, for hints.
  static let forms =
    "2026-11-24, '2026-11-24 09:30' (or with a T, seconds and an offset), today, yesterday, now, or a duration ago: "
    + DurationText.forms

  /// The same for the documentation of an option.
  static let details =
    "A date, a date and time (`2026-11-24 09:30`, or RFC 3339), `today`, `yesterday`, `now`, or a duration ago such as `24h` "
    + "or `1h30m`. Of a time that the clock shows twice it is the first; an offset chooses (`2026-10-25T02:30+01:00`)."

  /// What is offered for one; any date can be written.
  static let completion = Completion.words(["today", "yesterday", "now", "24h", "7d", "30d"])

  /// The years that can be told: in any zone, of any instant, a date has four digits.
  private static let years = 1970...9998
  /// The instants that can be told, for people.
  static let range = "from \(years.lowerBound)-01-01 to \(years.upperBound)-12-31"

  /// Whether a text that cannot be read is an instant all the same, but none that can be told.
  static func isOutOfRange(_ text: String, nowUnixMs: Int64, in zone: ZoneOffsets) -> Bool {
    if DurationText.read(text) == .tooLong { return true }
    let year = text.prefix { $0.isASCII && $0.isNumber }
    guard year.count >= 4, !years.contains(Int(year) ?? .max) else { return false }
    // The same in a year that can be told; a leap one, as nobody knows what that one is.
    return read("2000" + text.dropFirst(year.count), nowUnixMs: nowUnixMs, in: zone) != nil
  }

  /// Why a date that is written as one is none: `February 2026 has 28 days`; `nil` for any other text.
  static func noSuchDay(_ text: String) -> String? {
    let date = text.prefix { $0 != "T" && $0 != " " }
    guard date.count == 10, let fields = numbers(date, separator: "-"), fields.count == 3 else { return nil }
    guard let days = days(inYear: fields[0], month: fields[1]) else { return "a year has the months 01 to 12" }
    if days.contains(fields[2]) { return nil }
    return "\(months[Int(fields[1]) - 1]) \(fields[0]) has \(days.upperBound) days"
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// The days of a month; `nil` where there is no such month.
  private static func days(inYear year: Int64, month: Int64) -> ClosedRange<Int64>? {
    guard (1...12).contains(month) else { return nil }
    let first = CivilDate(year: year, month: month, day: 1)
    let next = CivilDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
    return 1...(next.dayNumber - first.dayNumber)
  }

  /// Reads an instant: RFC 3339, also with a blank for its `T` as reports print it, a date (its first moment in the zone),
  /// `today`, `yesterday`, or a duration ago (`24h`).
  static func read(_ text: String, nowUnixMs: Int64, in zone: ZoneOffsets) -> Int64? {
    func startOfDay(_ date: CivilDate) -> Int64 {
      // Noon of the day lies in the day, whatever its clocks do.
      let noon = date.dayNumber * 86_400 + 43_200
      let instant = (noon - zone.offsetSeconds(noon)) * 1000
      return Window.opening(.calendar(.day), at: instant, in: zone).startUnixMs
    }
    let today = Window.opening(.calendar(.day), at: nowUnixMs, in: zone)
    switch text {
    case "now": return nowUnixMs
    case "today": return today.startUnixMs
    case "yesterday": return Window.opening(.calendar(.day), at: today.startUnixMs - 1, in: zone).startUnixMs
    default: break
    }
    // `0` alone has no unit: nobody knows whether the beginning or now is meant.
    if text != "0", let ago = DurationText.milliseconds(text) { return nowUnixMs - ago }
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
    guard let first = parts.first, let fields = numbers(first, separator: "-"), fields.count == 3, first.count == 10,
      years.contains(Int(clamping: fields[0]))
    else { return nil }
    let date = CivilDate(year: fields[0], month: fields[1], day: fields[2])
    guard days(inYear: date.year, month: date.month)?.contains(date.day) == true else { return nil }
    guard parts.count == 2 else { return startOfDay(date) }
    return clock(String(parts[1]), date, zone)
  }

  /// The numbers between separators; `nil` where anything else stands there, or nothing.
  private static func numbers(_ text: Substring, separator: Character) -> [Int64]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
    let numbers = parts.compactMap { Int64($0) }
    return numbers.count == parts.count ? numbers : nil
  }

  /// `hh:mm[:ss[.fraction]]` with `Z`, an offset, or none for the zone's own. Of a fraction milliseconds count, which is what calls
  /// are told by.
  private static func clock(_ text: String, _ date: CivilDate, _ zone: ZoneOffsets) -> Int64? {
    var time = text[...]
    var offset: Int64?
    if time.hasSuffix("Z") {
      offset = 0
      time = time.dropLast()
    } else if let sign = time.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      guard let parts = numbers(time[time.index(after: sign)...], separator: ":"), parts.count == 2, parts[0] < 24,
        parts[1] < 60
      else { return nil }
      offset = (parts[0] * 3600 + parts[1] * 60) * (time[sign] == "-" ? -1 : 1)
      time = time[..<sign]
    }
    var milliseconds: Int64 = 0
    if let point = time.lastIndex(of: ".") {
      guard time.count(where: { $0 == ":" }) == 2, numbers(time[time.index(after: point)...], separator: ".") != nil
      else { return nil }
      milliseconds = Int64((time[time.index(after: point)...].prefix(3) + "00").prefix(3)) ?? 0
      time = time[..<point]
    }
    // A minute with a leap second has one more; its last one is counted twice.
    guard let parts = numbers(time, separator: ":"), (2...3).contains(parts.count), parts[0] < 24, parts[1] < 60,
      parts.count == 2 || parts[2] <= 60
    else { return nil }
    let local = date.dayNumber * 86_400 + parts[0] * 3600 + parts[1] * 60 + (parts.count == 3 ? min(parts[2], 59) : 0)
    // What the clock shows twice is the first of both, so that a range holds the whole hour; an offset tells them apart.
    return (offset.map { local - $0 } ?? zone.firstInstant(showing: local)) * 1000 + milliseconds
  }
}
