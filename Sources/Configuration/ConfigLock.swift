import GuardModel
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

  /// Whether a key, given by its parts with `NAME` for any name, is locked for some name at least.
  func touches(_ path: [String]) -> Bool {
    path.count >= parts.count && zip(parts, path).allSatisfy { $0 == $1 || $0 == "NAME" || $1 == "NAME" }
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
  /// Where a key was locked, for what comes after the configuration (an option, the ledger); `nil` when it may be changed.
  ///
  /// - Parameter path: the parts of the key, such as `tier`, `free`, `budgets`.
  public func lockPlace(of path: String...) -> String? { lock(on: path)?.place }

  /// Where a key was locked that holds no names of the user's, such as `cache.mode`.
  public func lockPlace(ofKey key: String) -> String? { lock(on: key.split(separator: ".").map(String.init))?.place }

  /// Where it was locked in which tier a user is: whoever locks the default tier keeps everybody in what the file says.
  public func tierLockPlace(of user: String) -> String? { lock(on: ["user", user, "tier"])?.place }

  /// Where it was locked what models cost: imported prices then do not count.
  public var importLockPlace: String? { locks.first { $0.covers(["model", "NAME", "price"]) }?.place }

  /// Where the budget of a user was locked, so that no command may add to it; `nil` when it may be changed.
  public func lockPlace(of key: BudgetKey, tier: Tier) -> String? {
    func holds(_ limits: [BudgetLimit]) -> Bool {
      limits.contains { $0.unit == key.unit && $0.windowName == key.windowName }
    }
    if let operation = key.operation {
      return holds(operations[operation]?.budgets ?? []) ? lockPlace(of: "operation", operation, "budgets") : nil
    }
    let own = holds(users[key.user]?.budgets ?? []) ? lockPlace(of: "user", key.user, "budgets") : nil
    return own ?? (holds(tier.budgets) ? lockPlace(of: "tier", tier.name, "budgets") : nil)
  }

  /// What the administrator has locked of what each run may take.
  public var lockedRunLimits: RunLimits {
    var locked = RunLimits()
    if lockPlace(of: "run", "budget") != nil {
      locked.tokens = runLimits.tokens
      locked.costMicroUSD = runLimits.costMicroUSD
    }
    if lockPlace(of: "run", "max_calls") != nil { locked.calls = runLimits.calls }
    if lockPlace(of: "run", "max_duration") != nil { locked.durationMs = runLimits.durationMs }
    return locked
  }

  /// The lock that keeps a key from being changed: its own, or one that would be worth nothing if it could be.
  func lock(on path: [String]) -> ConfigLock? {
    if let lock = locks.first(where: { $0.covers(path) }) { return lock }
    // Nor has whoever is charged nothing for calls that were killed, or whose price nobody knows.
    if ["abandoned_holds", "unknown_price"].contains(path.first) { return budgetLock }
    guard path.count >= 3 else { return nil }
    switch (path[0], path[2]) {
    // Whose calls are charged next to nothing has no limit either; nor whose program says what they took.
    case ("operation", "weight"), ("model", "weight"), ("operation", "escalation"), ("client", "usage_input"),
      ("client", "usage_output"):
      return budgetLock
    // What a call is booked as says what it costs.
    case ("provider", "deployments"): return budgetLock ?? locks.first { $0.touches(["model", "NAME", "price"]) }
    case ("user", "tier"): return locks.first { $0.covers(["default_tier"]) }
    // Who may book on top of a budget without end has no limit.
    case ("tier", "self_grant"): return locks.first { $0.covers(["tier", path[1], "budgets"]) }
    case ("user", "self_grant"):
      return locks.first { $0.covers(["user", path[1], "budgets"]) || $0.touches(["tier", "NAME", "budgets"]) }
    default: return nil
    }
  }

  /// What locks the budgets of some tier or user.
  private var budgetLock: ConfigLock? {
    locks.first { $0.touches(["tier", "NAME", "budgets"]) || $0.touches(["user", "NAME", "budgets"]) }
  }

  /// What a user may book on top of their budgets, at most, in each window.
  public func selfGrants(of user: String, tier: Tier) -> [BudgetLimit] { users[user]?.selfGrants ?? tier.selfGrants }

  /// Whether a call may ask for the answer to a similar request by itself.
  public var allowsSimilar: Bool { cache.mode == .similar || lockPlace(of: "cache", "mode") == nil }
}

extension ConfigReader {
  mutating func readLock(_ entry: TOMLTable.Entry) {
    guard let body = table(entry.node, "lock") else { return }
    for inner in body.entries where isAllowed(inner, in: ["lock"]) {
      guard let keys = strings(inner.node, "lock.keys"), case .array(let elements) = inner.node.value else { continue }
      if source.kind == .user {
        if keys.isEmpty { continue }
        problem(
          inner.node, "only the system file may lock keys",
          hint:
            "move [lock] to /etc/llmguard/llmguard.toml; 'llmguard config check --system FILE' checks a file that is to go "
            + "there")
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
