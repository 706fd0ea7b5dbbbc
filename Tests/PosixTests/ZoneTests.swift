import Glibc
import SessionDriver
import Testing

@testable import Posix

@Suite struct ZoneTests {
  /// The files are a package of their own, and small images leave it out.
  private static let hasZones = File.exists("/usr/share/zoneinfo/Europe/Berlin")

  @Test(arguments: ["", "/etc/passwd", "../passwd", "Europe", "Nowhere/Atlantis", "zone.tab", "leapseconds", "a b"])
  func anUnknownNameIsNoZone(name: String) { #expect(Zone(name: name) == nil) }

  /// The C library's own reading of the same files, through `date`, at four thousand instants of two centuries.
  @Test(
    .enabled(if: hasZones),
    arguments: [
      "Europe/Berlin", "Europe/Dublin", "Europe/London", "Africa/Casablanca", "Africa/Cairo", "Africa/Monrovia",
      "America/New_York", "America/St_Johns", "America/Santiago", "America/Sao_Paulo", "America/Nuuk",
      "America/Caracas",
      "Asia/Kolkata", "Asia/Kathmandu", "Asia/Gaza", "Asia/Tehran", "Asia/Pyongyang", "Asia/Riyadh",
      "Australia/Lord_Howe", "Australia/Adelaide", "Antarctica/Troll", "Antarctica/Vostok", "Pacific/Apia",
      "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Easter", "EST5EDT", "Etc/GMT+12", "Etc/UTC",
    ])
  func offsetsAreTheLibrarys(name: String) throws {
    let zone = try #require(Zone(name: name))
    let outcome = try Driver.run(
      """
      awk 'BEGIN { for (t = -2208988800; t < 4102444800; t += 1577777) printf "@%d\\n", t }' |
        TZ=\(name) date -f - '+%s %::z' | tr : ' '
      """)
    var count = 0
    for line in outcome.text.split(separator: "\n") {
      let parts = line.split(separator: " ").compactMap { Int64($0) }
      guard parts.count == 4 else { continue }
      let sign: Int64 = line.contains(" -") ? -1 : 1
      let offset = sign * (abs(parts[1]) * 3600 + parts[2] * 60 + parts[3])
      #expect(zone.offsetSeconds(atUnixSeconds: parts[0]) == offset, "\(name) at \(parts[0])")
      count += 1
    }
    #expect(count == 4001, "\(outcome.errorText)")
  }

  @Test func usersAreFoundInTheirFile() throws {
    try withFolder { folder in
      let lines = ["# x", "+:::", "+nis:x:7:7::/:", "ana:x:7:7:Ana:/home/ana:/bin/sh", "", "ben:x:8"]
      try File.replace(folder + "/users", with: Array(lines.joined(separator: "\n").utf8))
      #expect(CurrentUser.name(of: 7, inFile: folder + "/users") == "ana")
      #expect(CurrentUser.name(of: 8, inFile: folder + "/users") == nil)
      let bytes = Array("caf".utf8) + [0xE9] + Array(":x:9:7::/:\ncaf".utf8) + [0xE8] + Array(":x:10:7::/:\n".utf8)
      try File.replace(folder + "/bytes", with: bytes)
      #expect([9, 10].map { CurrentUser.name(of: $0, inFile: folder + "/bytes") } == ["caf%E9", "caf%E8"])
      #expect(CurrentUser.name(of: 7, inFile: folder + "/missing") == nil)
    }
    let stated = try Driver.run("id -un").text.split(separator: "\n").first.map(String.init)
    #expect(CurrentUser.name == stated)
  }

  @Test func offsetsNeedNoEnvironment() {
    let before = getenv("TZ").map { String(cString: $0) }
    _ = Zone(name: "Asia/Kolkata")?.offsetSeconds(atUnixSeconds: 1_700_000_000)
    #expect(getenv("TZ").map { String(cString: $0) } == before)
  }

  @Test(arguments: [
    "", "TZif", "TZif2", String(repeating: "TZif2\u{0}", count: 40),
    "TZif2" + String(repeating: "\u{0}", count: 15) + String(repeating: "\u{7F}", count: 24),
    "TZif\u{0}" + String(repeating: "\u{0}", count: 39),
  ])
  func whatIsNoZoneFileIsRefused(text: String) { #expect(ZoneRules(Array(text.utf8)) == nil) }

  /// A file that ends anywhere is read without a fault, and as none wherever its second part is not whole.
  @Test(.enabled(if: hasZones)) func aCutZoneFileIsRefused() throws {
    let bytes = try File.readAll("/usr/share/zoneinfo/Europe/Berlin")
    let whole = bytes.lastIndex(of: UInt8(ascii: "\n")) ?? 0
    let end = bytes[..<whole].lastIndex(of: UInt8(ascii: "\n")) ?? 0
    for length in 0..<bytes.count {
      let rules = ZoneRules(Array(bytes[..<length]))
      #expect((rules == nil) == (length < end), "\(length)")
    }
  }

  @Test(arguments: [
    "", "CET", "CET-", "<CET-1", "CET-1CEST", "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J10", "CET-1CEST,1,366", "CET-168",
    "CET-1:60", "CET-1CEST,M3.5.0,M10.5.0/3x", "9-1",
  ])
  func whatIsNoRuleIsRefused(text: String) { #expect(ZoneRule(Array(text.utf8)) == nil) }

  /// A rule is read without a file, too.
  @Test func aRuleAloneIsAZone() throws {
    let rules = try #require(ZoneRules(rule: "CET-1CEST,M3.5.0,M10.5.0/3"))
    #expect(rules.offset(at: 1_711_846_799) == 3600 && rules.offset(at: 1_711_846_800) == 7200)
    #expect(try #require(ZoneRules(rule: "JST-9")).offset(at: -5_000_000_000) == 32_400)
    #expect(ZoneRules(rule: "Nowhere/Bad") == nil)
  }

  /// Days by their numbers: the one that never counts a leap day, and the one that does.
  @Test func daysOfTheYearCount() throws {
    let leap: Int64 = 1_709_164_800  // 2024-02-29T00:00Z
    let julian = try #require(ZoneRule(Array("X0Y,J60/0,J61/0".utf8)))
    let plain = try #require(ZoneRule(Array("X0Y,59/0,60/1".utf8)))
    #expect(julian.offset(at: leap) == 0 && julian.offset(at: leap + 86_400) == 3600)
    #expect(plain.offset(at: leap - 1) == 0 && plain.offset(at: leap) == 3600 && plain.offset(at: leap + 86_400) == 0)
  }

  @Test func utcNeedsNoFile() {
    #expect(Zone(name: "UTC")?.offsetSeconds(atUnixSeconds: 1_700_000_000) == 0)
  }

  @Test(.enabled(if: hasZones)) func offsetsFollowTheRulesOfTheZoneAndTheInstant() throws {
    let (berlin, kolkata) = (try #require(Zone(name: "Europe/Berlin")), try #require(Zone(name: "Asia/Kolkata")))
    // 2024-03-31T01:00:00Z is the second in which Berlin's summer time begins.
    #expect(berlin.offsetSeconds(atUnixSeconds: 1_711_846_799) == 3600)
    #expect(kolkata.offsetSeconds(atUnixSeconds: 1_711_846_800) == 19_800)
    #expect(berlin.offsetSeconds(atUnixSeconds: 1_711_846_800) == 7200)
  }
}
