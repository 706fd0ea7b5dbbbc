/// Who a budget counts for.
public enum BudgetScope: Hashable, Sendable {
  /// All calls of a user.
  case user(String)
  /// The calls of a user for one operation.
  case operation(user: String, operation: String)
}

/// Which balance a budget is kept on: who, what is counted, and over which window, but not how much.
///
/// A limit that is changed from `200k tokens/day` to `300k tokens/day` keeps its key, and so keeps what was used.
public struct BudgetKey: Hashable, Sendable {
  /// Who it counts for.
  public let scope: BudgetScope
  /// What it counts.
  public let unit: BudgetUnit
  /// The window's name, see `BudgetLimit.windowName`.
  public let windowName: String

  /// The key of a limit in a scope.
  public init(scope: BudgetScope, limit: BudgetLimit) {
    self.scope = scope
    unit = limit.unit
    windowName = limit.windowName
  }

  /// An amount of it as the audit says it: money as money, and of other units the number.
  public func text(of amount: Int64) -> String { unit == .money ? BudgetLimit.dollars(amount) : String(amount) }

  /// Makes a key from its parts.
  public init(scope: BudgetScope, unit: BudgetUnit, windowName: String) {
    self.scope = scope
    self.unit = unit
    self.windowName = windowName
  }

  /// Reads back a `storageText`; `nil` for any other text.
  public init?(storageText: String) {
    let parts = storageText.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    switch (parts.first, parts.count) {
    case ("user", 4): scope = .user(parts[1])
    case ("operation", 5): scope = .operation(user: parts[1], operation: parts[2])
    default: return nil
    }
    guard let unit = BudgetUnit(rawValue: parts[parts.count - 2]) else { return nil }
    self.unit = unit
    windowName = parts[parts.count - 1]
  }

  /// One text for one key. Names hold no control characters, so U+001F separates them without ambiguity.
  public var storageText: String {
    let scopeText =
      switch scope {
      case .user(let user): "user\u{1F}\(user)"
      case .operation(let user, let operation): "operation\u{1F}\(user)\u{1F}\(operation)"
      }
    return "\(scopeText)\u{1F}\(unit.rawValue)\u{1F}\(windowName)"
  }

  /// Whether its windows are those of the calendar.
  public var isCalendar: Bool { CalendarPeriod(rawValue: windowName) != nil }

  /// The user charged.
  public var user: String {
    switch scope {
    case .user(let user), .operation(let user, _): user
    }
  }

  /// The operation the budget is limited to, if any.
  public var operation: String? {
    if case .operation(_, let operation) = scope { return operation }
    return nil
  }

  /// The budget in a few words for messages: `daily token budget`, `token budget refilled every minute`, `6h call budget of
  /// operation analyze`.
  public var label: String {
    let unitWord =
      switch unit {
      case .tokens: "token"
      case .money: "money"
      case .calls: "call"
      }
    let name =
      switch windowName {
      case "hour": "hourly"
      case "day": "daily"
      case "week": "weekly"
      case "month": "monthly"
      default: windowName
      }
    let scope = operation.map { " of operation \($0)" } ?? ""
    let suffix = " burst"
    if windowName.hasSuffix(suffix) {
      let period = String(windowName.dropLast(suffix.count))
      return "\(unitWord) budget refilled every \(["s": "second", "min": "minute"][period] ?? period)\(scope)"
    }
    return "\(name) \(unitWord) budget\(scope)"
  }
}

/// A budget that applies to a call: its limit, its thresholds and where it was set.
public struct Budget: Hashable, Sendable {
  /// The balance it is kept on.
  public let key: BudgetKey
  /// The limit.
  public let limit: BudgetLimit
  /// When its phases begin.
  public let thresholds: PhaseThresholds
  /// Where it was set, for people: `tier free`, `user alice`, `operation analyze`.
  public let origin: String

  /// Whether its user set it, with `budget lower`.
  public var isLowered: Bool { isPause || origin == Self.loweredOrigin(key.user) }

  /// Whether it lets no call out because its user is paused.
  public var isPause: Bool { Self.isPause(limit, origin) }

  /// The budget in a few words for messages and programs; a pause is called one, for the limit that it is made of is nothing that
  /// anybody could set.
  public var label: String { isPause ? Self.pauseOrigin : key.label }

  private static func isPause(_ limit: BudgetLimit, _ origin: String) -> Bool {
    limit == .pause && origin == pauseOrigin
  }

  /// Where a limit comes from that was set for a user with `budget lower`, by whomever.
  public static func loweredOrigin(_ user: String) -> String { "lowered for \(user)" }

  /// Where the limit of a paused user comes from.
  public static let pauseOrigin = "paused"

  /// Takes another budget of the same key in its place, as far as that one is tighter; a pause is, whatever the amounts.
  public mutating func lower(to other: Budget) {
    if other.isPause {
      self = other
      return
    }
    let lower = limit.tightened(by: other.limit)
    if lower == limit { return }
    self = Budget(scope: key.scope, limit: lower, thresholds: thresholds, origin: other.origin)
  }

  /// Makes a budget of a scope.
  public init(scope: BudgetScope, limit: BudgetLimit, thresholds: PhaseThresholds = .standard, origin: String) {
    key = BudgetKey(scope: scope, limit: limit)
    self.limit = limit
    self.origin = origin
    self.thresholds =
      Self.isPause(limit, origin) ? .pause : limit.unit == .calls ? thresholds.ofCalls : thresholds
  }
}
