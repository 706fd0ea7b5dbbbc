import GuardModel
import Posix

/// Dates in header fields.
enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  /// What was written last: most replies leave in a second that others have left in.
  private static let latest = Locked<(second: Int64, text: String)>((-1, ""))

  /// The moment, as `Date` has it.
  static var now: String {
    let second = Clock.unixMs / 1000
    return latest.use { latest in
      if latest.second != second { latest = (second, text(unixSeconds: second)) }
      return latest.text
    }
  }

  /// Writes `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func text(unixSeconds: Int64) -> String {
    let (day, second) = (unixSeconds / 86_400, unixSeconds % 86_400)
    let date = CivilDate(dayNumber: day)
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
    // The first day of all was a Thursday.
    return "\(days[Int((day + 4) % 7)]), \(two(date.day)) \(months[Int(date.month) - 1]) \(date.year) "
      + "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60)) GMT"
  }

  /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`; `nil` for anything else. *Source:* RFC 9110 section 5.6.7.
  static func unixMs(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(words[2])), let year = Int64(words[3]), (1970...9999).contains(year)
    else { return nil }
    let time = words[4].split(separator: ":").compactMap { Int64($0) }
    guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2]) else {
      return nil
    }
    let days = CivilDate(year: year, month: Int64(month + 1), day: day).dayNumber
    return ((days * 24 + time[0]) * 3600 + time[1] * 60 + time[2]) * 1000
  }

  /// Reads `2026-11-24T09:30:00Z`, with a fraction or an offset; `nil` for anything else. *Source:* RFC 3339 section 5.6.
  static func rfc3339(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count, bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    func holds(_ characters: String, at place: Int) -> Bool {
      place < bytes.count && characters.utf8.contains(bytes[place])
    }
    guard holds("-", at: 4), holds("-", at: 7), holds("Tt ", at: 10), holds(":", at: 13), holds(":", at: 16),
      let year = number(0..<4), year >= 1970, let month = number(5..<7), (1...12).contains(month),
      let day = number(8..<10), (1...31).contains(day), let hour = number(11..<13), hour < 24,
      let minute = number(14..<16), minute < 60, let second = number(17..<19), second <= 60
    else { return nil }
    var place = 19
    if holds(".", at: place) {
      repeat { place += 1 } while holds("0123456789", at: place)
    }
    var offset: Int64 = 0
    if holds("+-", at: place) {
      guard holds(":", at: place + 3), let hours = number((place + 1)..<(place + 3)),
        let minutes = number((place + 4)..<(place + 6)), bytes.count == place + 6
      else { return nil }
      offset = (hours * 60 + minutes) * (holds("-", at: place) ? -60 : 60)
    } else if !holds("Zz", at: place) || bytes.count != place + 1 {
      return nil
    }
    let days = CivilDate(year: year, month: month, day: day).dayNumber
    return (((days * 24 + hour) * 60 + minute) * 60 + second - offset) * 1000
  }
}
