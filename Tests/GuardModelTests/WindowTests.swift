import SeededGenerator
import Testing

@testable import GuardModel

/// Zones made up after real ones, each with the trouble it is known for.
enum Zones {
  static let berlin = zone(
    "Berlin", 3600,
    [
      (utc(2024, 3, 31, 1), 7200), (utc(2024, 10, 27, 1), 3600), (utc(2025, 3, 30, 1), 7200),
      (utc(2025, 10, 26, 1), 3600),
    ])
  /// Clocks jump from midnight to one: the day of the change has no midnight.
  static let noMidnight = zone("No midnight", -10_800, [(utc(2024, 10, 20, 3), -7200), (utc(2025, 2, 16, 2), -10_800)])
  /// Clocks fall from one to midnight: the day begins once and shows its first hour twice.
  static let twoMidnights = zone("Two midnights", -14_400, [(utc(2024, 11, 3, 5), -18_000)])
  /// Clocks fall from half past midnight to half past eleven: the date goes back.
  static let backOverMidnight = zone("Back over midnight", 0, [(utc(2024, 5, 5, 0, 30), -3600)])
  /// Samoa left out 2011-12-30.
  static let samoa = zone("Samoa", -36_000, [(utc(2011, 12, 30, 10), 50_400)])
  /// Kwajalein's neighbours have had a day twice.
  static let twice = zone("A day twice", 43_200, [(utc(2020, 6, 15, 12), -43_200)])
  /// Lord Howe shifts by half an hour.
  static let lordHowe = zone("Lord Howe", 39_600, [(utc(2024, 4, 6, 15), 37_800), (utc(2024, 10, 5, 15, 30), 39_600)])
  static let kathmandu = zone("Kathmandu", 20_700)
  static let newfoundland = zone(
    "Newfoundland", -12_600, [(utc(2024, 3, 10, 5, 30), -9000), (utc(2024, 11, 3, 4, 30), -12_600)])
  static let all = [
    ZoneOffsets.utc, berlin, noMidnight, twoMidnights, backOverMidnight, samoa, twice, lordHowe, kathmandu,
    newfoundland,
  ]
}

@Suite struct WindowTests {
  private func window(_ period: CalendarPeriod, _ at: Int64, _ zone: ZoneOffsets) -> (Int64, Int64) {
    let window = Window.opening(.calendar(period), at: at * 1000 + 1, in: zone)
    return (window.startUnixMs / 1000, window.endUnixMs / 1000)
  }

  @Test func calendarWindowsInUTC() {
    let now = utc(2024, 2, 29, 13, 37)
    #expect(window(.hour, now, .utc) == (utc(2024, 2, 29, 13), utc(2024, 2, 29, 14)))
    #expect(window(.day, now, .utc) == (utc(2024, 2, 29), utc(2024, 3, 1)))
    #expect(window(.week, now, .utc) == (utc(2024, 2, 26), utc(2024, 3, 4)))
    #expect(window(.month, now, .utc) == (utc(2024, 2, 1), utc(2024, 3, 1)))
    #expect(window(.month, utc(2024, 12, 31, 23, 59), .utc) == (utc(2024, 12, 1), utc(2025, 1, 1)))
    #expect(window(.day, utc(1969, 12, 31, 23, 59), .utc) == (-86_400, 0))
  }

  @Test func daysAreAsLongAsTheClockMakesThem() {
    #expect(window(.day, utc(2024, 3, 31, 12), Zones.berlin) == (utc(2024, 3, 30, 23), utc(2024, 3, 31, 22)))
    #expect(window(.day, utc(2024, 10, 27, 12), Zones.berlin) == (utc(2024, 10, 26, 22), utc(2024, 10, 27, 23)))
    #expect(window(.month, utc(2024, 3, 15), Zones.berlin) == (utc(2024, 2, 29, 23), utc(2024, 3, 31, 22)))
  }

  @Test func aDayWithoutMidnightBeginsAtTheJump() {
    #expect(window(.day, utc(2024, 10, 20, 12), Zones.noMidnight) == (utc(2024, 10, 20, 3), utc(2024, 10, 21, 2)))
    #expect(window(.day, utc(2024, 10, 20, 2, 59), Zones.noMidnight) == (utc(2024, 10, 19, 3), utc(2024, 10, 20, 3)))
  }

  @Test func aDayWithTwoMidnightsBeginsAtTheFirst() {
    let day = (utc(2024, 11, 3, 4), utc(2024, 11, 4, 5))
    #expect(window(.day, utc(2024, 11, 3, 4, 30), Zones.twoMidnights) == day)
    #expect(window(.day, utc(2024, 11, 3, 5, 30), Zones.twoMidnights) == day)
  }

  @Test func aClockThatGoesBackOverMidnightDoesNotReopenADay() {
    let day = (utc(2024, 5, 5), utc(2024, 5, 6, 1))
    for minute in [0, 29, 31, 59, 61] as [Int64] {
      #expect(window(.day, utc(2024, 5, 5, 0, minute), Zones.backOverMidnight) == day)
    }
    #expect(window(.day, utc(2024, 5, 4, 23, 59), Zones.backOverMidnight) == (utc(2024, 5, 4), utc(2024, 5, 5)))
  }

  @Test func aSkippedDateHasNoWindow() {
    let jump = utc(2011, 12, 30, 10)
    #expect(window(.day, jump - 60, Zones.samoa) == (utc(2011, 12, 29, 10), jump))
    #expect(window(.day, jump, Zones.samoa) == (jump, utc(2011, 12, 31, 10)))
    #expect(window(.week, jump, Zones.samoa) == (utc(2011, 12, 26, 10), utc(2012, 1, 1, 10)))
  }

  @Test func hoursAreCutOnlyByPartsOfAnHour() {
    #expect(window(.hour, utc(2024, 4, 6, 14, 50), Zones.lordHowe) == (utc(2024, 4, 6, 14), utc(2024, 4, 6, 15)))
    #expect(window(.hour, utc(2024, 4, 6, 15, 10), Zones.lordHowe) == (utc(2024, 4, 6, 15), utc(2024, 4, 6, 15, 30)))
    #expect(
      window(.hour, utc(2024, 4, 6, 15, 40), Zones.lordHowe) == (utc(2024, 4, 6, 15, 30), utc(2024, 4, 6, 16, 30)))
    #expect(
      window(.hour, utc(2024, 1, 1, 0, 10), Zones.kathmandu) == (utc(2023, 12, 31, 23, 15), utc(2024, 1, 1, 0, 15)))
    #expect(window(.hour, utc(2024, 10, 27, 0, 30), Zones.berlin) == (utc(2024, 10, 27, 0), utc(2024, 10, 27, 1)))
  }

  @Test func otherWindowsBeginNow() {
    #expect(
      Window.opening(.rolling(seconds: 60), at: 1234, in: .utc) == Window(startUnixMs: 1234, endUnixMs: 61_234))
    #expect(
      Window.opening(.replenishing(seconds: 60, burst: 1), at: 1234, in: .utc)
        == Window(startUnixMs: 1234, endUnixMs: .max))
    let window = Window(startUnixMs: 10, endUnixMs: 20)
    #expect([9, 10, 19, 20].map(window.contains) == [false, true, true, false])
  }

  @Test(arguments: CalendarPeriod.allCases)
  func windowsPartitionTime(_ period: CalendarPeriod) {
    var random = Seeded(4)
    let rule = WindowRule.calendar(period)
    let changes = [
      utc(2024, 3, 31, 1), utc(2024, 10, 27, 1), utc(2024, 10, 20, 3), utc(2025, 2, 16, 2), utc(2024, 11, 3, 5),
      utc(2024, 5, 5, 0, 30), utc(2011, 12, 30, 10), utc(2020, 6, 15, 12), utc(2024, 4, 6, 15),
      utc(2024, 10, 5, 15, 30), utc(2024, 3, 10, 5, 30), utc(2024, 11, 3, 4, 30), utc(1, 1, 2), utc(9999, 12, 30),
    ]
    for zone in Zones.all {
      for _ in 0..<1500 {
        let near = changes.randomElement(using: &random)! * 1000
        let now =
          near + Int64.random(in: -172_800_000...172_800_000, using: &random) / Int64.random(in: 1...50, using: &random)
        let window = Window.opening(rule, at: now, in: zone)
        #expect(window.contains(now), "\(zone.name) \(now)")
        let inside = Int64.random(in: window.startUnixMs..<window.endUnixMs, using: &random)
        for same in [window.startUnixMs, inside, window.endUnixMs - 1] {
          #expect(Window.opening(rule, at: same, in: zone) == window, "\(zone.name) \(now) \(same)")
        }
        #expect(
          Window.opening(rule, at: window.endUnixMs, in: zone).startUnixMs == window.endUnixMs, "\(zone.name) \(now)")
      }
    }
  }
}

@Suite struct ZoneOffsetsTests {
  @Test func theFirstInstantThatShowsATime() {
    #expect(Zones.berlin.firstInstant(showing: utc(2024, 6, 1)) == utc(2024, 5, 31, 22))
    // Skipped: half past two in spring is the instant of the jump.
    #expect(Zones.berlin.firstInstant(showing: utc(2024, 3, 31, 2, 30)) == utc(2024, 3, 31, 1))
    // Twice: half past two in autumn is the first time.
    #expect(Zones.berlin.firstInstant(showing: utc(2024, 10, 27, 2, 30)) == utc(2024, 10, 27, 0, 30))
    #expect(Zones.berlin.firstInstant(showing: utc(2024, 10, 27, 3)) == utc(2024, 10, 27, 2))
    #expect(Zones.samoa.firstInstant(showing: utc(2011, 12, 30, 17)) == utc(2011, 12, 30, 10))
    #expect(Zones.samoa.firstInstant(showing: utc(2011, 12, 31)) == utc(2011, 12, 30, 10))
  }

  @Test func theFirstInstantAgreesWithASearch() {
    for zone in Zones.all {
      for start in [
        utc(2024, 3, 30), utc(2024, 5, 4), utc(2024, 10, 26), utc(2024, 11, 2), utc(2011, 12, 29), utc(2020, 6, 14),
      ] {
        for minute in stride(from: Int64(0), to: 3 * 1440, by: 30) {
          let local = start + minute * 60
          var instant = local - 172_800
          while instant + zone.offsetSeconds(instant) < local { instant += 900 }
          #expect(zone.firstInstant(showing: local) == instant, "\(zone.name) \(local)")
        }
      }
    }
  }
}
