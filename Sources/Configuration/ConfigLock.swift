import TextFormats

/// A key, or a table of keys, that the administrator's file keeps from being changed.
public struct ConfigLock: Hashable, Sendable {
  /// The parts of the key; `NAME` stands for any name where the schema has one.
  private let parts: [String]
  /// Where it was locked: `/etc/llmguard/llmguard.toml:3`.
  public let place: String

  /// Makes a lock from a dotted key as TOML writes it; `nil` when there is no such key: a lock that locks nothing is a
  /// mistake that must be seen.
  init?(key: String, place: String) {
    guard let parts = Self.parts(of: key), ConfigKey.exists(parts) else { return nil }
    self.parts = parts
    self.place = place
  }

  /// Whether a key, given by its parts, may not be changed.
  func covers(_ path: [String]) -> Bool {
    path.count >= parts.count && zip(parts, path).allSatisfy { $0 == $1 || $0 == "NAME" }
  }

  private static func parts(of key: String) -> [String]? {
    guard var table = try? TOMLParser.parse("\(key) = 0") else { return nil }
    var parts: [String] = []
    while table.entries.count == 1 {
      parts.append(table.entries[0].key)
      guard case .table(let inner) = table.entries[0].node.value else { return parts }
      table = inner
    }
    return nil
  }
}

extension Settings {
  /// Where a key was locked, for what comes after the configuration (an option); `nil` when it may be changed.
  ///
  /// - Parameter key: a top-level key, such as `fail_open`.
  public func lockPlace(of key: String) -> String? { locks.first { $0.covers([key]) }?.place }
}

extension ConfigReader {
  mutating func readLock(_ entry: TOMLTable.Entry) {
    guard let body = table(entry.node, "lock") else { return }
    for inner in body.entries where isAllowed(inner, in: ["lock"]) {
      guard let keys = strings(inner.node, "lock.keys"), case .array(let elements) = inner.node.value else { continue }
      if source.kind == .user {
        if keys.isEmpty { continue }
        problem(inner.node, "only the system file may lock keys", hint: "move [lock] to /etc/llmguard/llmguard.toml")
        continue
      }
      for (key, element) in zip(keys, elements) {
        if let lock = ConfigLock(key: key, place: "\(source.path):\(element.position.line)") {
          settings.locks.append(lock)
        } else {
          let nearest = Nearest.name(to: key, among: ConfigKey.all.map(\.path))
          problem(
            element, "there is no key '\(key)' to lock",
            hint: nearest.map { "did you mean '\($0)'?" } ?? "name a key or a table of keys, such as 'tier'")
        }
      }
      note(inner, ["lock", inner.key])
    }
  }
}
