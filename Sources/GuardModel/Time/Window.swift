/// A half-open interval of UTC on which a budget counts.
///
/// Invariant: `startUnixMs < endUnixMs`. A replenishing budget has one window that does not end.
public struct Window: Hashable, Sendable {
  /// The first millisecond inside.
  public let startUnixMs: Int64
  /// The first millisecond outside; `Int64.max` when the window does not end.
  public let endUnixMs: Int64

  /// Makes a window from its bounds.
  public init(startUnixMs: Int64, endUnixMs: Int64) {
    self.startUnixMs = startUnixMs
    self.endUnixMs = endUnixMs
  }

  /// Whether an instant lies inside.
  public func contains(_ unixMs: Int64) -> Bool { startUnixMs <= unixMs && unixMs < endUnixMs }

  /// The window that opens when a call arrives at `nowUnixMs` and no window is open.
  ///
  /// - Parameters:
  ///   - rule: how the budget's windows come about.
  ///   - nowUnixMs: the instant, between the years 1 and 9999.
  ///   - zone: where the calendar is read.
  /// - Returns: a window that contains `nowUnixMs`. Calendar windows of one zone partition time: they neither overlap nor
  ///   leave gaps, through every change of offset.
  public static func opening(_ rule: WindowRule, at nowUnixMs: Int64, in zone: ZoneOffsets) -> Window {
    switch rule {
    case .rolling(let seconds): return Window(startUnixMs: nowUnixMs, endUnixMs: nowUnixMs + seconds * 1000)
    case .replenishing: return Window(startUnixMs: nowUnixMs, endUnixMs: .max)
    case .calendar(let period):
      let now = CivilDate.floorDivide(nowUnixMs, 1000)
      let (start, end) = period == .hour ? hour(now, zone) : days(period, now, zone)
      return Window(startUnixMs: start * 1000, endUnixMs: end * 1000)
    }
  }

  /// Hours are sixty real minutes, aligned to the zone's full hours; only a change by a part of an hour cuts one short.
  private static func hour(_ now: Int64, _ zone: ZoneOffsets) -> (Int64, Int64) {
    func minutePart(_ instant: Int64) -> Int64 { CivilDate.floorRemainder(zone.offsetSeconds(instant), 3600) }
    let part = minutePart(now)
    var start = now - CivilDate.floorRemainder(now + part, 3600)
    var end = start + 3600
    if minutePart(start) != part { start = zone.transition(after: start, before: now) }
    if minutePart(end - 1) != part { end = zone.transition(after: now, before: end - 1) }
    return (start, end)
  }

  /// Days, weeks and months run between the first instants that show their first dates. Such instants never decrease
  /// with the date, so the period around `now` is found by stepping from the date the clock shows.
  private static func days(_ period: CalendarPeriod, _ now: Int64, _ zone: ZoneOffsets) -> (Int64, Int64) {
    let local = now + zone.offsetSeconds(now)
    var first = firstDay(of: period, containing: CivilDate.floorDivide(local, 86_400))
    var next = following(period, first)
    while zone.firstInstant(showing: next * 86_400) <= now {
      first = next
      next = following(period, first)
    }
    while zone.firstInstant(showing: first * 86_400) > now {
      next = first
      first = firstDay(of: period, containing: first - 1)
    }
    return (zone.firstInstant(showing: first * 86_400), zone.firstInstant(showing: next * 86_400))
  }

  private static func firstDay(of period: CalendarPeriod, containing day: Int64) -> Int64 {
    let date = CivilDate(dayNumber: day)
    switch period {
    case .hour, .day: return day
    case .week: return day - date.daysSinceMonday
    case .month: return day - (date.day - 1)
    }
  }

  private static func following(_ period: CalendarPeriod, _ firstDay: Int64) -> Int64 {
    switch period {
    case .hour, .day: return firstDay + 1
    case .week: return firstDay + 7
    case .month:
      let date = CivilDate(dayNumber: firstDay)
      let next =
        date.month == 12
        ? CivilDate(year: date.year + 1, month: 1, day: 1) : CivilDate(year: date.year, month: date.month + 1, day: 1)
      return next.dayNumber
    }
  }
}
