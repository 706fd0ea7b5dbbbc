/// Instants written by a zone's clock.
public enum CivilTime {
  /// RFC 3339 with the zone's offset: `2026-11-24T09:30:00+01:00`.
  public static func rfc3339(_ unixMs: Int64, in zone: ZoneOffsets) -> String {
    let seconds = CivilDate.floorDivide(unixMs, 1000)
    let offset = zone.offsetSeconds(seconds)
    return "\(date(unixMs, in: zone))T\(clock(unixMs, in: zone))\(offset == 0 ? "Z" : text(ofOffset: offset))"
  }

  /// The hour of an instant: `2026-11-24 09:00`; with the offset where the clock shows it twice: `2026-10-25 02:00+01:00`.
  public static func hour(_ unixMs: Int64, in zone: ZoneOffsets) -> String {
    let seconds = CivilDate.floorDivide(unixMs, 1000)
    let offset = zone.offsetSeconds(seconds)
    let start = CivilDate.floorDivide(seconds + offset, 3600) * 3600
    let name = "\(date(unixMs, in: zone)) \(clock(unixMs, in: zone).prefix(2)):00"
    return zone.showsTwice(from: start, to: start + 3600, around: seconds) ? name + text(ofOffset: offset) : name
  }

  /// What is written behind a time of the clock: its offset where the clock shows that minute twice; else nothing.
  public static func mark(_ unixMs: Int64, in zone: ZoneOffsets) -> String {
    let seconds = CivilDate.floorDivide(unixMs, 1000)
    let offset = zone.offsetSeconds(seconds)
    let start = CivilDate.floorDivide(seconds + offset, 60) * 60
    return zone.showsTwice(from: start, to: start + 60, around: seconds) ? text(ofOffset: offset) : ""
  }

  private static func text(ofOffset seconds: Int64) -> String {
    let minutes = abs(seconds) / 60
    return "\(seconds < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }

  /// `2026-11-24`.
  public static func date(_ unixMs: Int64, in zone: ZoneOffsets) -> String {
    let seconds = CivilDate.floorDivide(unixMs, 1000)
    return CivilDate(dayNumber: CivilDate.floorDivide(seconds + zone.offsetSeconds(seconds), 86_400)).description
  }

  /// `09:30`.
  public static func time(_ unixMs: Int64, in zone: ZoneOffsets) -> String {
    String(clock(unixMs, in: zone).prefix(5))
  }

  /// `09:30:07`.
  public static func clock(_ unixMs: Int64, in zone: ZoneOffsets) -> String {
    let seconds = CivilDate.floorDivide(unixMs, 1000)
    let local = CivilDate.floorRemainder(seconds + zone.offsetSeconds(seconds), 86_400)
    return "\(two(local / 3600)):\(two(local % 3600 / 60)):\(two(local % 60))"
  }

  private static func two(_ value: Int64) -> String { CivilDate.padded(value, 2) }
}
