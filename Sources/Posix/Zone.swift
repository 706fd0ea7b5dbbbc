import Glibc

/// A time zone by the C library's rules.
public struct Zone: Hashable, Sendable {
  /// Its name, such as `Europe/Berlin`.
  public let name: String

  /// Finds a zone by name; `nil` when the system's zone database has none of that name.
  public init?(name: String) {
    guard name == "UTC" || Self.isInDatabase(name) else { return nil }
    self.name = name
  }

  /// The machine's zone: `TZ` (empty means UTC), else what `/etc/localtime` points at, else the name in `/etc/timezone`,
  /// else UTC.
  public static var local: Zone {
    if Environment.value("TZ") == "" { return Zone(known: "UTC") }
    if let name = Environment.value("TZ"), let zone = Zone(name: name.hasPrefix(":") ? String(name.dropFirst()) : name)
    {
      return zone
    }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { readlink("/etc/localtime", $0.baseAddress!, $0.count) }
    if count > 0 {
      let folder = Array("zoneinfo/".utf8)
      let target = buffer[..<count]
      if let start = target.indices.first(where: { target[$0...].starts(with: folder) }),
        let zone = Zone(name: String(decoding: target[(start + folder.count)...], as: UTF8.self))
      {
        return zone
      }
    }
    if let bytes = try? File.readAll("/etc/timezone", maximumBytes: 256) {
      let name = String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
      if let zone = Zone(name: name) { return zone }
    }
    return Zone(known: "UTC")
  }

  private init(known name: String) { self.name = name }

  private static func isInDatabase(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count < 128, !name.hasPrefix("/"),
      name.unicodeScalars.allSatisfy({
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789+-_/".unicodeScalars.contains($0))
      })
    else { return false }
    let folder = Environment.value("TZDIR") ?? "/usr/share/zoneinfo"
    // Tables and lists lie in that folder, too. *Source:* tzfile(5), the magic at the beginning.
    guard let file = try? FileDescriptor.open("\(folder)/\(name)", .read) else { return false }
    defer { file.close() }
    var magic = [UInt8](repeating: 0, count: 4)
    let count = file.kind == .regular ? magic.withUnsafeMutableBytes { try? file.read(into: $0) } : nil
    return count == 4 && magic == Array("TZif".utf8)
  }

  /// Seconds east of UTC at an instant.
  ///
  /// `localtime_r` reads the zone from the process's `TZ`, so the calls of all zones take turns, and the variable is put
  /// back for the sake of children.
  public func offsetSeconds(atUnixSeconds seconds: Int64) -> Int64 {
    if name == "UTC" { return 0 }
    return zoneLock.use { current in
      if current != name {
        let before = getenv("TZ").map { String(cString: $0) }
        setenv("TZ", name, 1)
        tzset()
        if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
        current = name
      }
      var time = time_t(seconds)
      var parts = tm()
      // localtime_r may not look at TZ again: only tzset and localtime do, so the zone set above stays in force.
      guard localtime_r(&time, &parts) != nil else { return 0 }
      return Int64(parts.tm_gmtoff)
    }
  }
}

private let zoneLock = Locked<String?>(nil)
