/// A time zone as a compiled file of the zone database says it: read here and not by the C library, whose one zone is a
/// variable of the whole process, which no thread can change while others read the environment.
///
/// *Source:* RFC 8536 (the file, and the rule at its end), POSIX.1-2017 section 8.3 (`TZ`).
struct ZoneRules: Sendable {
  private let bytes: [UInt8]
  private let transitionCount: Int
  private let typeCount: Int
  /// Where the transitions' times begin; their types follow, then the types themselves.
  private let start: Int
  private let timeBytes: Int
  /// What holds after the last transition; `nil` where its own type goes on.
  private let rule: ZoneRule?

  /// Reads a file; `nil` when it is none.
  init?(_ bytes: [UInt8]) {
    guard let first = Header(bytes, at: 0) else { return nil }
    var header = first
    if first.version >= UInt8(ascii: "2") {
      // The first part is for readers that know times of 32 bits only.
      guard let second = Header(bytes, at: first.end(timeBytes: 4)) else { return nil }
      header = second
    }
    timeBytes = first.version >= UInt8(ascii: "2") ? 8 : 4
    let end = header.end(timeBytes: timeBytes)
    guard header.types > 0, end <= bytes.count else { return nil }
    (transitionCount, typeCount, start) = (header.transitions, header.types, header.start)
    self.bytes = bytes
    let types = start + transitionCount * timeBytes
    guard bytes[types..<(types + transitionCount)].allSatisfy({ $0 < header.types }) else { return nil }
    if timeBytes == 8, end < bytes.count, bytes[end] == UInt8(ascii: "\n") {
      rule = ZoneRule(bytes[(end + 1)...].prefix { $0 != UInt8(ascii: "\n") })
    } else {
      rule = nil
    }
  }

  /// A rule without a file; `nil` for what is none.
  init?(rule text: String) {
    guard let rule = ZoneRule(Array(text.utf8)) else { return nil }
    self.rule = rule
    (bytes, transitionCount, typeCount, start, timeBytes) = ([], 0, 0, 0, 8)
  }

  /// Seconds east of UTC at an instant.
  func offset(at seconds: Int64) -> Int64 {
    var (low, high) = (0, transitionCount)
    while low < high {
      let middle = (low + high) / 2
      if number(start + middle * timeBytes, timeBytes) <= seconds { low = middle + 1 } else { high = middle }
    }
    if low == transitionCount, let rule { return rule.offset(at: seconds) }
    let types = start + transitionCount * timeBytes
    // Before the first transition the first type holds.
    let type = low == 0 ? 0 : Int(bytes[types + low - 1])
    return number(types + transitionCount + type * 6, 4)
  }

  private func number(_ place: Int, _ count: Int) -> Int64 { Self.number(bytes, place, count) }

  /// A signed number, the highest byte first.
  fileprivate static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int64 {
    var value = Int64(Int8(bitPattern: bytes[place]))
    for index in 1..<count { value = value << 8 | Int64(bytes[place + index]) }
    return value
  }

  /// The beginning of each of the two parts of a file.
  private struct Header {
    let version: UInt8
    let start: Int
    let transitions: Int
    let types: Int
    private let others: (isUT: Int, isStandard: Int, leaps: Int, characters: Int)

    init?(_ bytes: [UInt8], at place: Int) {
      guard place >= 0, bytes.count - 44 >= place, bytes[place..<(place + 4)].elementsEqual("TZif".utf8) else {
        return nil
      }
      version = bytes[place + 4]
      let counts = (0..<6).map { ZoneRules.number(bytes, place + 20 + 4 * $0, 4) }
      // None can be larger than the file; so sums of them fit.
      guard counts.allSatisfy({ (0...Int64(bytes.count)).contains($0) }) else { return nil }
      others = (Int(counts[0]), Int(counts[1]), Int(counts[2]), Int(counts[5]))
      (transitions, types) = (Int(counts[3]), Int(counts[4]))
      start = place + 44
    }

    func end(timeBytes: Int) -> Int {
      start + transitions * (timeBytes + 1) + types * 6 + others.characters + others.leaps * (timeBytes + 4)
        + others.isStandard + others.isUT
    }
  }
}

/// A rule for all years to come, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Sendable {
  private var standard: Int64 = 0
  /// Summer's offset with its first and last moment; `nil` where clocks do not change.
  private var summer: (offset: Int64, first: Moment, last: Moment)?

  /// A moment of each year, by the wall clock before it.
  private struct Moment {
    enum Day {
      /// Of 365: the leap day has none.
      case julian(Int64)
      /// From 0, with the leap day.
      case ofYear(Int64)
      /// The w-th weekday of a month; the fifth is the last.
      case weekday(month: Int64, week: Int64, day: Int64)
    }
    var day: Day
    var second: Int64
  }

  /// Reads a rule; `nil` for anything else.
  init?(_ text: some Collection<UInt8>) {
    var reader = Reader(rest: Array(text)[...])
    guard reader.skipName(), let west = reader.time() else { return nil }
    standard = -west
    if reader.rest.isEmpty { return }
    guard reader.skipName() else { return nil }
    var offset = standard + 3600
    if let next = reader.rest.first, next != UInt8(ascii: ",") {
      guard let west = reader.time() else { return nil }
      offset = -west
    }
    guard let first = reader.moment(), let last = reader.moment(), reader.rest.isEmpty else { return nil }
    summer = (offset, first, last)
  }

  /// Seconds east of UTC at an instant.
  func offset(at seconds: Int64) -> Int64 {
    guard let summer else { return standard }
    let year = Self.year(ofDay: Self.floorDivide(seconds, 86_400))
    let first = Self.seconds(summer.first, year) - standard
    let last = Self.seconds(summer.last, year) - summer.offset
    let isSummer = first < last ? (first..<last).contains(seconds) : !(last..<first).contains(seconds)
    return isSummer ? summer.offset : standard
  }

  private static func seconds(_ moment: Moment, _ year: Int64) -> Int64 {
    let newYear = firstDay(of: year, month: 1)
    let day: Int64
    switch moment.day {
    case .julian(let number): day = newYear + number - 1 + (isLeap(year) && number > 59 ? 1 : 0)
    case .ofYear(let number): day = newYear + number
    case .weekday(let month, let week, let weekday):
      let first = firstDay(of: year, month: month)
      let next = month == 12 ? firstDay(of: year + 1, month: 1) : firstDay(of: year, month: month + 1)
      // Day 0 was a Thursday.
      let ahead = (weekday - (first + 4) % 7 + 14) % 7
      var found = first + ahead + (week - 1) * 7
      while found >= next { found -= 7 }
      day = found
    }
    return day * 86_400 + moment.second
  }

  private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    value / by - (value % by < 0 ? 1 : 0)
  }

  private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// The days from 1970 to the first of a month. *Source:* the Gregorian calendar, counted from March of the year 0.
  private static func firstDay(of year: Int64, month: Int64) -> Int64 {
    let from = month <= 2 ? year - 1 : year
    let era = floorDivide(from, 400)
    let ofEra = from - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  private static func year(ofDay day: Int64) -> Int64 {
    var year = 1970 + floorDivide(day * 400, 146_097)
    while firstDay(of: year + 1, month: 1) <= day { year += 1 }
    while firstDay(of: year, month: 1) > day { year -= 1 }
    return year
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// A name of letters, or of anything in angle brackets.
    mutating func skipName() -> Bool {
      if take("<") {
        rest = rest.drop { $0 != UInt8(ascii: ">") }
        return take(">")
      }
      let before = rest.count
      rest = rest.drop { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
      return rest.count < before
    }

    mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
      var value: Int64?
      while let next = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next), value ?? 0 < 10_000 {
        value = (value ?? 0) * 10 + Int64(next - UInt8(ascii: "0"))
        rest = rest.dropFirst()
      }
      return value.flatMap { range.contains($0) ? $0 : nil }
    }

    /// Hours, minutes and seconds with a sign; the hours of a rule may be those of a week.
    mutating func time() -> Int64? {
      let isNegative = take("-")
      if !isNegative { _ = take("+") }
      guard var seconds = number(0...167).map({ $0 * 3600 }) else { return nil }
      for unit in [60, 1] as [Int64] where take(":") {
        guard let value = number(0...59) else { return nil }
        seconds += value * unit
      }
      return isNegative ? -seconds : seconds
    }

    mutating func moment() -> Moment? {
      guard take(",") else { return nil }
      var day: Moment.Day?
      if take("M") {
        guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
        else { return nil }
        day = .weekday(month: month, week: week, day: weekday)
      } else if take("J") {
        day = number(1...365).map(Moment.Day.julian)
      } else {
        day = number(0...365).map(Moment.Day.ofYear)
      }
      guard let day else { return nil }
      if !take("/") { return Moment(day: day, second: 7200) }
      return time().map { Moment(day: day, second: $0) }
    }
  }
}
