import Configuration

/// Reads configurations as the tests write them.
enum Reading {
  /// Zones that exist in the tests.
  static let zones: Set<String> = ["Europe/Berlin", "UTC"]

  static func read(
    user: String? = nil, system: String? = nil, environment: [String: String] = [:]
  ) -> (settings: Settings, problems: [ConfigProblem]) {
    var sources: [ConfigSource] = []
    if let system { sources.append(ConfigSource(path: "system.toml", bytes: Array(system.utf8), kind: .system)) }
    if let user { sources.append(ConfigSource(path: "user.toml", bytes: Array(user.utf8), kind: .user)) }
    return ConfigReader.read(
      sources, environment: environment, isKnownZone: { zones.contains($0) },
      patternProblem: { pattern in
        if pattern.hasPrefix("dear") { return PatternFault("it is too dear", hint: "take a cheaper one") }
        return pattern.hasPrefix("*") ? PatternFault("nothing to repeat") : nil
      })
  }

  /// The settings of a user file that has no problems, and what is wrong when it has some.
  static func settings(_ user: String) throws -> Settings {
    let (settings, problems) = read(user: user)
    if let first = problems.first { throw first }
    return settings
  }
}
