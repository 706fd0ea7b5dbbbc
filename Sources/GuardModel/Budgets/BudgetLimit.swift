/// A limit over a window: `200k tokens/day`, `$5/month`, `10k tokens/min burst 50k`.
///
/// Invariants: `amount > 0`; a rolling or replenishing window lasts between a second and `maximumWindowSeconds`; a burst
/// is at least one.
public struct BudgetLimit: Hashable, Sendable, CustomStringConvertible {
  /// What is counted.
  public let unit: BudgetUnit
  /// How much one window holds: tokens, millionths of a dollar, or calls.
  public let amount: Int64
  /// When the count starts anew.
  public let rule: WindowRule

  /// A hundred years: longer than any budget, short enough that milliseconds cannot overflow.
  public static let maximumWindowSeconds: Int64 = 3_155_760_000
  private static let windowSeconds = 1...maximumWindowSeconds

  /// Makes a limit; `nil` when an invariant does not hold.
  public init?(unit: BudgetUnit, amount: Int64, rule: WindowRule) {
    guard amount > 0 else { return nil }
    switch rule {
    case .rolling(let seconds): guard Self.windowSeconds.contains(seconds) else { return nil }
    case .replenishing(let seconds, let burst):
      guard Self.windowSeconds.contains(seconds), burst > 0 else { return nil }
    case .calendar: break
    }
    self.unit = unit
    self.amount = amount
    self.rule = rule
  }

  /// What stands among the limits that a user lowered while their calls are paused. No call goes out by it, not even one that takes
  /// nothing (`PhaseThresholds.pause`), so its window never begins, and it never ends by the clock. Its window is one that nobody
  /// gives a budget, so that nothing is topped up on it.
  public static let pause = BudgetLimit(checked: .tokens, 1, .rolling(seconds: 359 * 86_400))

  private init(checked unit: BudgetUnit, _ amount: Int64, _ rule: WindowRule) {
    (self.unit, self.amount, self.rule) = (unit, amount, rule)
  }

  /// What may be used inside one window: the amount, or the burst of a replenishing budget.
  public var capacity: Int64 {
    if case .replenishing(_, let burst) = rule { return burst }
    return amount
  }

  /// An amount without a window, that of one run: `50k tokens`, `$0.50`, `20 calls`; `nil` for anything else. Its rule means
  /// nothing.
  public init?(runAmount text: String) {
    guard !text.contains("/"), !text.contains("per"), case .limit(let limit)? = try? BudgetSpec(text + "/day") else {
      return nil
    }
    self = limit
  }

  /// Whether a text would be an amount, as a run's is written, were it not zero.
  public static func isNothing(runAmount text: String) -> Bool {
    // The first digit that counts makes it something: `0.00` is nothing, `0.01` is not.
    let digits = text.filter(\.isNumber)
    return !digits.isEmpty && digits.allSatisfy { $0 == "0" }
      && BudgetLimit(runAmount: String(text.map { $0.isNumber ? "1" : $0 })) != nil
  }

  /// The tighter of two limits with one unit and one window, in every respect.
  ///
  /// - Precondition: `other` has the same unit and the same window name; any other changes nothing.
  public func tightened(by other: BudgetLimit) -> BudgetLimit {
    guard unit == other.unit, windowName == other.windowName else { return self }
    let lower = min(amount, other.amount)
    guard case .replenishing(let seconds, let burst) = rule, case .replenishing(_, let otherBurst) = other.rule else {
      return BudgetLimit(unit: unit, amount: lower, rule: rule) ?? self
    }
    return BudgetLimit(
      unit: unit, amount: lower, rule: .replenishing(seconds: seconds, burst: min(burst, otherBurst))) ?? self
  }

  /// The window in words, without the amount: `day`, `6h`, `min (burst)`. Two budgets of one user with the same unit and
  /// the same window name are the same budget with a different limit.
  public var windowName: String {
    switch rule {
    case .rolling(let seconds): Self.shortDuration(seconds)
    case .calendar(let period): period.rawValue
    case .replenishing(let seconds, _): "\(Self.refillPeriod(seconds)) burst"
    }
  }

  /// The limit in the grammar that `BudgetSpec` reads.
  public var description: String {
    switch rule {
    case .rolling, .calendar: "\(Self.amountText(amount, unit))/\(windowName)"
    case .replenishing(let seconds, let burst):
      "\(Self.amountText(amount, unit))/\(Self.refillPeriod(seconds)) burst "
        + (unit == .money ? Self.dollars(burst) : Self.scaled(burst))
    }
  }

  static func amountText(_ amount: Int64, _ unit: BudgetUnit) -> String {
    switch unit {
    case .tokens: "\(scaled(amount)) token" + (amount == 1 ? "" : "s")
    case .calls: "\(scaled(amount)) call" + (amount == 1 ? "" : "s")
    case .money: dollars(amount)
    }
  }

  /// Dollars, with cents where they are not whole ones: `$5`, `$2.50`, `$0.000001`.
  public static func dollars(_ microUSD: Int64) -> String {
    let text = Decimal.text(microUSD, decimals: 6)
    let decimals = text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
    return "$" + text + (decimals == 1 ? "0" : "")
  }

  /// The shortest exact text with a suffix: 200000 is `200k`, 1234 stays `1234`.
  private static func scaled(_ amount: Int64) -> String {
    for (suffix, size) in [("B", Int64(1_000_000_000)), ("M", 1_000_000), ("k", 1000)]
    where amount >= size && amount % (size / 10) == 0 {
      return Decimal.text(amount / (size / 10), decimals: 1) + suffix
    }
    return String(amount)
  }

  static func shortDuration(_ seconds: Int64) -> String {
    for (suffix, size) in [("d", Int64(86_400)), ("h", 3600), ("min", 60)] where seconds % size == 0 {
      return "\(seconds / size)\(suffix)"
    }
    return "\(seconds)s"
  }

  private static func refillPeriod(_ seconds: Int64) -> String {
    switch seconds {
    case 1: "s"
    case 60: "min"
    case 3600: "hour"
    case 86_400: "day"
    case 604_800: "week"
    default: shortDuration(seconds)
    }
  }
}
