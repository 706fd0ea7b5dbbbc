import GuardModel
import Posix
import Testing

@testable import LLMGuardCLI

/// Instants as people write them.
@Suite struct TimeTextTests {
  /// 2026-11-27T12:00:00Z, in a zone an hour east.
  private static let now: Int64 = 1_795_780_800_000
  private static let zone = ZoneOffsets(name: "X") { _ in 3600 }

  private func read(_ text: String) -> Int64? { TimeText.read(text, nowUnixMs: Self.now, in: Self.zone) }

  /// As reports print them, and as RFC 3339 does.
  @Test(arguments: [
    "2026-11-27 03:00", "2026-11-27T03:00", "2026-11-27T03:00:00", "2026-11-27 03:00:00", "2026-11-27T02:00Z",
    "2026-11-27 02:00Z", "2026-11-27T04:00+02:00", "2026-11-27 04:00:00+02:00", "2026-11-27T02:00:00.00Z",
    "2026-11-27T03:00:00.000999999",
  ])
  func oneInstantHasManyForms(text: String) { #expect(read(text) == Self.now - 10 * 3_600_000) }

  @Test(
    arguments: [("24h", 86_400_000), ("1h30m", 5_400_000), ("1d 12h", 129_600_000), ("0s", 0)] as [(String, Int64)])
  func aDurationIsAgo(text: String, ms: Int64) { #expect(read(text) == Self.now - ms) }

  @Test(arguments: [
    "0", "", " ", "2026-11-27 ", "2026-11-27  03:00", "2026-11-27 3h", "2026-11-27 24:00", "2026-02-30", "03:00",
    "2026-11-27T03:00 Z", "2026-11-27 03:00 +01:00", "soon", "1h30", "-1h", "2026-11-27X03:00",
    // What is no number is not passed over, and a number has digits alone.
    "2026-x-1-1", "2026-+1-01", "2026-11--4", "2026-11-27T03:00:xx", "2026-11-27T03::00", "2026-11-27T03:00:",
    "2026-11-27T03:00:00+01:00:zz", "2026-11-27T03:00:00+01:", "2026-11-27T03:00:61", "2026-11-27T+3:00",
    "2026-11-27T03:00:00:00", "2026-11-27T03:00:00.Z", "2026-11-27T03:00:00.5x", "2026-11-27T03:00.5",
  ])
  func whatIsNoTimeIsRefused(text: String) { #expect(read(text) == nil) }

  /// A range from and to single calls holds what programs were told of them.
  @Test(arguments: [("00.388Z", 388), ("00.5Z", 500), ("00.05+00:00", 50), ("00.0009Z", 0), ("00.123456789Z", 123)])
  func aFractionCountsInMilliseconds(seconds: String, milliseconds: Int64) throws {
    let whole = try #require(read("2026-11-27T03:00:00Z"))
    #expect(read("2026-11-27T03:00:\(seconds)") == whole + milliseconds)
  }

  /// The hint names what is taken, and nothing else.
  @Test func whatTheHintNamesIsRead() {
    for form in [
      "2026-11-24", "2026-11-24 09:30", "today", "yesterday", "now", "500ms", "90s", "15min", "15m", "6h", "30d", "2w",
      "1h30m",
    ] {
      #expect(TimeText.forms.contains(form), "\(form)")
      #expect(read(form) != nil, "\(form)")
    }
  }

  /// Of what the clock shows twice it is the first, in any zone, and an offset chooses; of what it leaves out, the jump.
  @Test(arguments: [
    ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30Z"),
    ("Europe/Berlin", "2026-10-25 02:30+01:00", "2026-10-25T01:30Z"),
    ("Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00Z"),
    ("Europe/Berlin", "2026-10-25 01:59", "2026-10-24T23:59Z"),
    ("America/New_York", "2026-11-01 01:30", "2026-11-01T05:30Z"),
    ("America/New_York", "2026-11-01 01:30-05:00", "2026-11-01T06:30Z"),
    ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:00Z"),
    ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00Z"),
  ]) func aTimeThatIsShownTwiceIsTheFirst(zone: String, text: String, instant: String) throws {
    let known = try #require(Zone(name: zone))
    let zone = ZoneOffsets(name: zone) { known.offsetSeconds(atUnixSeconds: $0) }
    let read = try #require(TimeText.read(text, nowUnixMs: Self.now, in: zone))
    #expect(read == self.read(instant), "\(TimeText.rfc3339(read, in: .utc))")
  }

  @Test(arguments: [
    ("2026-02-30", "February 2026 has 28 days"), ("2028-02-30T10:00", "February 2028 has 29 days"),
    ("2026-04-31 09:30", "April 2026 has 30 days"), ("2026-12-00", "December 2026 has 31 days"),
    ("2026-13-01", "a year has the months 01 to 12"), ("2026-02-28", nil), ("2026-2-30", nil), ("soon", nil),
  ]) func aDayThatIsNoneIsExplained(text: String, words: String?) { #expect(TimeText.noSuchDay(text) == words) }
}
