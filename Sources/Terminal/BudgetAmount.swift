import GuardModel

/// What budgets are counted in, as people read it.
extension HumanNumber {
  /// An amount with its unit: `12.3k tokens`, `$0.42`, `1 call`.
  ///
  /// - Parameters:
  ///   - value: tokens, millionths of a dollar or calls.
  ///   - limit: what it is measured by: it is rounded so that it stays on its side of that.
  public static func amount(_ value: Int64, in unit: BudgetUnit, of limit: Int64? = nil) -> String {
    switch unit {
    case .tokens: named(count(value, of: limit), "token", value)
    case .money: money(microUSD: value, of: limit)
    case .calls: named(count(value, of: limit), "call", value)
    }
  }

  /// A limit with its unit, never rounded: `200k tokens`, `$5.00`, `1 call`.
  public static func limit(_ value: Int64, in unit: BudgetUnit) -> String {
    switch unit {
    case .tokens: named(limit(value), "token", value)
    case .money: exact(microUSD: value)
    case .calls: named(limit(value), "call", value)
    }
  }

  private static func named(_ number: String, _ thing: String, _ value: Int64) -> String {
    "\(number) \(thing)\(value == 1 ? "" : "s")"
  }
}
