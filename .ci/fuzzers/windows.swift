import GuardModel
import Posix

/// Zones and windows: a window holds the instant it was opened for, and windows of the calendar partition time.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var draw = Draw(input(data, count))
  let kind = draw.byte()
  let place = Int(draw.byte())
  // The years 1 to 9999, a month away from their ends.
  let now = draw.number(in: -62_133_000_000_000...253_400_000_000_000)
  let amount = draw.number(in: 1...BudgetLimit.maximumWindowSeconds)
  checkName(draw.rest)
  let zone = Zone(name: zoneNames[place % zoneNames.count]).map { zone in
    ZoneOffsets(name: zone.name) { zone.offsetSeconds(atUnixSeconds: $0) }
  }
  guard let zone else { return 0 }
  switch kind % 6 {
  case 0: checkFixed(.rolling(seconds: amount), at: now, in: zone)
  case 1: checkFixed(.replenishing(seconds: amount, burst: amount), at: now, in: zone)
  default:
    let period = CalendarPeriod.allCases[Int(kind % 6) - 2]
    checkCalendar(period, at: kind < 64 ? now : nearChange(now, in: zone), in: zone)
  }
  return 0
}

/// Zones with odd offsets, changes at midnight, skipped and doubled dates, half-hour summer times, and the plain ones.
private let zoneNames = [
  "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia", "Pacific/Kwajalein", "Pacific/Kiritimati", "Pacific/Chatham", "America/Sao_Paulo", "America/Havana",
  "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Africa/Casablanca", "Africa/Cairo", "Africa/Monrovia", "Asia/Amman",
  "America/Asuncion", "America/Santiago", "Antarctica/Troll", "Europe/Dublin", "Europe/London", "Europe/Lisbon",
  "Asia/Manila", "America/Juneau", "America/Metlakatla", "Asia/Pyongyang", "Asia/Riyadh", "America/Godthab",
  "Europe/Amsterdam", "Asia/Dili", "Atlantic/Azores", "America/Caracas", "Antarctica/Casey", "Asia/Dhaka",
  "Etc/GMT+12", "Etc/GMT-14",
]

/// An instant within two days of a change of offset, where windows are hardest; most changes lie in the last centuries.
private func nearChange(_ now: Int64, in zone: ZoneOffsets) -> Int64 {
  let seconds = now / 1000 % 4_000_000_000
  var low = seconds
  // Years have one change or two, so half a year later the offset is most often another one.
  var high = seconds + 183 * 86_400
  let before = zone.offsetSeconds(low)
  if before == zone.offsetSeconds(high) { return seconds * 1000 }
  while high - low > 1 {
    let middle = low + (high - low) / 2
    if zone.offsetSeconds(middle) == before { low = middle } else { high = middle }
  }
  return high * 1000 + now % (2 * 86_400_000)
}

/// A name is a zone of the database or none; nothing else is opened.
private func checkName(_ name: String) {
  guard let zone = Zone(name: name) else { return }
  require(!name.hasPrefix("/") && !name.contains(".."), "'\(name)' lies in the database")
  let offset = zone.offsetSeconds(atUnixSeconds: 0)
  require(abs(offset) < 86_400, "'\(name)': an offset is less than a day")
}

private func checkFixed(_ rule: WindowRule, at now: Int64, in zone: ZoneOffsets) {
  let window = Window.opening(rule, at: now, in: zone)
  require(
    window.startUnixMs == now && window.contains(now) && window.startUnixMs < window.endUnixMs, "\(rule) at \(now)")
  require(!window.contains(window.endUnixMs), "the end lies outside: \(rule) at \(now)")
}

private func checkCalendar(_ period: CalendarPeriod, at now: Int64, in zone: ZoneOffsets) {
  let rule = WindowRule.calendar(period)
  let here = "\(period) of \(zone.name) at \(now)"
  let window = Window.opening(rule, at: now, in: zone)
  require(window.contains(now), "\(here): the window \(window) holds its instant")
  require(!window.contains(window.endUnixMs) && !window.contains(window.startUnixMs - 1), "\(here): half-open")
  require(Window.opening(rule, at: window.startUnixMs, in: zone) == window, "\(here): the same from its first instant")
  require(Window.opening(rule, at: window.endUnixMs - 1, in: zone) == window, "\(here): the same from its last instant")
  let next = Window.opening(rule, at: window.endUnixMs, in: zone)
  require(next.startUnixMs == window.endUnixMs, "\(here): \(window) and the next one, \(next), touch")
  let before = Window.opening(rule, at: window.startUnixMs - 1, in: zone)
  require(before.endUnixMs == window.startUnixMs, "\(here): \(window) and the one before, \(before), touch")
  let hours = Double(window.endUnixMs - window.startUnixMs) / 3_600_000
  let (least, most): (Double, Double)
  switch period {
  case .hour: (least, most) = (0, 1)
  case .day: (least, most) = (0, 50)
  case .week: (least, most) = (6 * 24 - 2, 8 * 24 + 2)
  case .month: (least, most) = (27 * 24 - 2, 32 * 24 + 2)
  }
  require(hours > least && hours <= most, "\(here): \(hours) hours")
}
