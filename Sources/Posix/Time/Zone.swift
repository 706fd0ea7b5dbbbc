import Glibc

/// A time zone of the system's database.
public struct Zone: Hashable, Sendable {
  /// Its name, such as `Europe/Berlin`, or the rule itself, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
  public let name: String
  /// Whether its name is its rule.
  private let isRule: Bool

  /// Finds a zone by name; `nil` when the system's zone database has none of that name.
  public init?(name: String) {
    guard name == "UTC" || Self.isInDatabase(name) else { return nil }
    self.name = name
    isRule = false
  }

  /// The machine's zone: `TZ` (empty means UTC), else what `/etc/localtime` points at, else the name in `/etc/timezone`,
  /// else UTC.
  public static var local: Zone {
    if case .zone(let zone) = stated { return zone }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { readlink(localFile, $0.baseAddress!, $0.count) }
    if count > 0 {
      let above = Array("zoneinfo/".utf8)
      let target = buffer[..<count]
      if let start = target.indices.first(where: { target[$0...].starts(with: above) }),
        let zone = Zone(name: String(decoding: target[(start + above.count)...], as: UTF8.self))
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

  private init(known name: String, isRule: Bool = false) {
    self.name = name
    self.isRule = isRule
  }

  private enum Stated {
    case nothing, zone(Zone), unusable(String)
  }

  /// What `TZ` says: a zone of the database, by its name or by its file, or a rule.
  ///
  /// *Source:* POSIX.1-2017 section 8.3, and tzset(3) for names, files and the leading colon.
  private static var stated: Stated {
    guard let text = Environment.value("TZ") else { return .nothing }
    var name = text.hasPrefix(":") ? text.dropFirst() : text[...]
    // It names what holds without it.
    if name == localFile { return .nothing }
    if name.isEmpty { return .zone(Zone(known: "UTC")) }
    if name.hasPrefix(folder + "/") { name = name.dropFirst(folder.count + 1) }
    if let zone = Zone(name: String(name)) { return .zone(zone) }
    guard !text.hasPrefix(":"), ZoneRules(rule: text) != nil else { return .unusable(text) }
    return .zone(Zone(known: text, isRule: true))
  }

  private static let localFile = "/etc/localtime"

  /// The value of `TZ` where it names no zone: the machine's own holds then.
  public static var unusableStated: String? {
    if case .unusable(let text) = stated { text } else { nil }
  }

  private static func isInDatabase(_ name: String) -> Bool { rules(of: name) != nil }

  /// Seconds east of UTC at an instant.
  public func offsetSeconds(atUnixSeconds seconds: Int64) -> Int64 {
    if name == "UTC" { return 0 }
    return (isRule ? Self.rule(name) : Self.rules(of: name))?.offset(at: seconds) ?? 0
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

  /// The names that the database lists for people, by country, and UTC; of a database without that list, UTC alone.
  public static var listed: [String] {
    let table = (try? File.readAll(folder + "/zone.tab", maximumBytes: 1 << 20)) ?? []
    let lines = String(decoding: table, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
    return lines.compactMap { line in
      let cells = line.split(separator: "\t")
      return cells.count > 2 ? String(cells[2]) : nil
    } + ["UTC"]
  }

  private static var folder: String { Environment.value("TZDIR") ?? "/usr/share/zoneinfo" }

  /// A rule that `TZ` states, read once.
  private static func rule(_ text: String) -> ZoneRules? {
    statedRule.use { known in
      if known?.name != text { known = ZoneRules(rule: text).map { KnownZone(name: text, rules: $0) } }
      return known?.rules
    }
  }

  private static func read(_ name: String) -> ZoneRules? {
    guard !name.isEmpty, name.utf8.count < 128, !name.hasPrefix("/"),
      name.utf8.allSatisfy({
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || "+-_/".utf8.contains($0)
      })
    else { return nil }
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
private let statedRule = Locked<KnownZone?>(nil)
