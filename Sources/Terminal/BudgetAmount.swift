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

  /// A use beside its limit, with the unit once (`700 of 1k tokens`, `$0.42 of $5.00`): `68 calls of 2k calls` reads as one thing
  /// that is made of the other.
  public static func use(_ value: Int64, of limit: Int64, in unit: BudgetUnit) -> String {
    let used = unit == .money ? money(microUSD: value, of: limit) : count(value, of: limit)
    return "\(used) of \(self.limit(limit, in: unit))"
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
