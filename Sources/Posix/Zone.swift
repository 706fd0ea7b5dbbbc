import Glibc

/// A time zone of the system's database.
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

  private static func isInDatabase(_ name: String) -> Bool { rules(of: name) != nil }

  /// Seconds east of UTC at an instant.
  public func offsetSeconds(atUnixSeconds seconds: Int64) -> Int64 {
    name == "UTC" ? 0 : Self.rules(of: name)?.offset(at: seconds) ?? 0
  }

  /// The rules of a zone of the database, each read once.
  private static func rules(of name: String) -> ZoneRules? {
    knownZones.use { known in
      if let zone = known.first(where: { $0.name == name }) { return zone.rules }
      guard let rules = read(name) else { return nil }
      known.append(KnownZone(name: name, rules: rules))
      return rules
    }
  }

  private static func read(_ name: String) -> ZoneRules? {
    guard !name.isEmpty, name.utf8.count < 128, !name.hasPrefix("/"),
      name.utf8.allSatisfy({
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || "+-_/".utf8.contains($0)
      })
    else { return nil }
    let folder = Environment.value("TZDIR") ?? "/usr/share/zoneinfo"
    // Tables, lists and folders lie in that folder, too.
    let path = "\(folder)/\(name)"
    guard File.isRegular(path), let bytes = try? File.readAll(path, maximumBytes: 1 << 20) else { return nil }
    return ZoneRules(bytes)
  }
}

private struct KnownZone {
  let name: String
  let rules: ZoneRules
}

private let knownZones = Locked<[KnownZone]>([])
