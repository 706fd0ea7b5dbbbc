import Testing

@testable import GuardModel

/// Hours by a zone's clock.
@Suite struct CivilTimeTests {
  /// An hour that the clock shows twice is two hours, told apart by their offsets; any other one has no offset.
  @Test(
    arguments: [
      // Berlin, end of summer time: 03:00 becomes 02:00 at 01:00 UTC.
      (
        zone("Berlin", 7200, [(utc(2026, 10, 25, 1), 3600)]), utc(2026, 10, 24, 23),
        ["01:00", "02:00+02:00", "02:00+01:00", "03:00"]
      ),
      // London: 02:00 becomes 01:00.
      (
        zone("London", 3600, [(utc(2026, 10, 25, 1), 0)]), utc(2026, 10, 24, 23),
        ["00:00", "01:00+01:00", "01:00+00:00", "02:00"]
      ),
      // New York: 02:00 becomes 01:00 at 06:00 UTC.
      (
        zone("New York", -14_400, [(utc(2026, 11, 1, 6), -18_000)]), utc(2026, 11, 1, 4),
        ["00:00", "01:00-04:00", "01:00-05:00", "02:00"]
      ),
      // Lord Howe goes back by half an hour: the second 01:00 has 30 minutes alone.
      (
        zone("Lord Howe", 39_600, [(utc(2026, 4, 4, 15), 37_800)]), utc(2026, 4, 4, 13),
        ["00:00", "01:00+11:00", "01:00+10:30", "02:00"]
      ),
      // Forward: 02:00 is not shown. And a zone that never changes.
      (
        zone("Berlin", 3600, [(utc(2026, 3, 29, 1), 7200)]), utc(2026, 3, 28, 23),
        ["00:00", "01:00", "03:00", "04:00"]
      ),
      (zone("India", 19_800), utc(2026, 3, 28, 20), ["01:00", "02:00", "03:00", "04:00"]),
    ] as [(ZoneOffsets, Int64, [String])])
  func anHourThatIsShownTwiceIsTwo(zone: ZoneOffsets, start: Int64, names: [String]) {
    let hours = names.indices.map { CivilTime.hour((start + Int64($0) * 3600) * 1000 + 999, in: zone) }
    #expect(hours.map { String($0.dropFirst(11)) } == names, "\(zone.name)")
    #expect(hours.allSatisfy { $0.count >= 16 && $0.dropFirst(10).first == " " })
  }

  /// So do times within that hour; no other one has an offset.
  @Test func aTimeThatIsShownTwiceHasItsOffset() {
    let berlin = zone("Berlin", 7200, [(utc(2026, 10, 25, 1), 3600)])
    func mark(_ minutes: Int64) -> String {
      CivilTime.mark((utc(2026, 10, 24, 23) + minutes * 60) * 1000, in: berlin)
    }
    #expect([0, 59, 60, 119, 120, 179, 180].map(mark) == ["", "", "+02:00", "+02:00", "+01:00", "+01:00", ""])
    // Lord Howe shows 01:30 to 02:00 twice, and no more of its hour.
    let island = zone("Lord Howe", 39_600, [(utc(2026, 4, 4, 15), 37_800)])
    let times = [-31, -30, -1, 0, 29, 30].map { CivilTime.mark((utc(2026, 4, 4, 15) + $0 * 60) * 1000, in: island) }
    #expect(times == ["", "+11:00", "+11:00", "+10:30", "+10:30", ""])
  }

  @Test func everyQuarterOfAnHourIsInItsOwnHour() {
    let berlin = zone("Berlin", 7200, [(utc(2026, 10, 25, 1), 3600)])
    let names = (0..<100).map { quarter in
      CivilTime.hour((utc(2026, 10, 24, 22) + Int64(quarter) * 900) * 1000, in: berlin)
    }
    #expect(Set(names).count == 25, "the day has 25 hours")
    #expect(names.first == "2026-10-25 00:00" && names.last == "2026-10-25 23:00")
    #expect((0..<25).allSatisfy { hour in Set(names[hour * 4..<hour * 4 + 4]).count == 1 })
  }
}
