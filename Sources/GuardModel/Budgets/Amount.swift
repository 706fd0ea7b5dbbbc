/// Whole, overflow-checked arithmetic on tokens, micro-dollars and calls.
///
/// Every amount in llmguard is an `Int64` whose unit is the last word of its name. An amount is never a `Double`, and an
/// operation whose result does not fit throws instead of wrapping or saturating.
public enum Amount {
  /// Adds two amounts of one unit.
  ///
  /// - Throws: `AmountOverflow` when the sum does not fit in an `Int64`.
  public static func sum(_ a: Int64, _ b: Int64) throws(AmountOverflow) -> Int64 {
    let (value, overflow) = a.addingReportingOverflow(b)
    if overflow { throw AmountOverflow() }
    return value
  }

  /// `ceil(a × b / divisor)` for `a, b ≥ 0` and `divisor > 0`, computed in 128 bits.
  ///
  /// - Throws: `AmountOverflow` when the quotient does not fit in an `Int64`, or a factor is negative.
  public static func scaledUp(_ a: Int64, by b: Int64, over divisor: Int64) throws(AmountOverflow) -> Int64 {
    guard a >= 0, b >= 0, divisor > 0 else { throw AmountOverflow() }
    let (quotient, remainder) = try divide(UInt64(a).multipliedFullWidth(by: UInt64(b)), by: UInt64(divisor))
    return remainder == 0 ? quotient : try sum(quotient, 1)
  }

  /// `floor(a × b / divisor)` under the conditions of `scaledUp(_:by:over:)`.
  ///
  /// - Throws: `AmountOverflow` when the quotient does not fit in an `Int64`, or a factor is negative.
  public static func scaledDown(_ a: Int64, by b: Int64, over divisor: Int64) throws(AmountOverflow) -> Int64 {
    guard a >= 0, b >= 0, divisor > 0 else { throw AmountOverflow() }
    return try divide(UInt64(a).multipliedFullWidth(by: UInt64(b)), by: UInt64(divisor)).quotient
  }

  private static func divide(
    _ product: (high: UInt64, low: UInt64), by divisor: UInt64
  ) throws(AmountOverflow) -> (quotient: Int64, remainder: UInt64) {
    // dividingFullWidth traps when the quotient does not fit in 64 bits: the high word must be below the divisor.
    guard product.high < divisor else { throw AmountOverflow() }
    let (quotient, remainder) = divisor.dividingFullWidth(product)
    guard let signed = Int64(exactly: quotient) else { throw AmountOverflow() }
    return (signed, remainder)
  }

  /// The next amount from this one on with a single figure, 1, 2 or 5, and noughts: 375 becomes 500.
  public static func roundedUp(_ amount: Int64) -> Int64 {
    var power: Int64 = 1
    while true {
      for step in [1, 2, 5] as [Int64] {
        let (round, overflow) = power.multipliedReportingOverflow(by: step)
        if overflow { return amount }
        if round >= amount { return round }
      }
      let (next, overflow) = power.multipliedReportingOverflow(by: 10)
      if overflow { return amount }
      power = next
    }
  }

  /// Orders two fractions `a/b` and `c/d` with `a, c ≥ 0` and `b, d ≥ 0` without rounding; a zero denominator counts as
  /// larger than every fraction with a positive one.
  public static func fraction(_ a: Int64, over b: Int64, isGreaterThan c: Int64, over d: Int64) -> Bool {
    if b == 0 || d == 0 { return b == 0 && d != 0 }
    let left = a.multipliedFullWidth(by: d)
    let right = c.multipliedFullWidth(by: b)
    return left.high != right.high ? left.high > right.high : left.low > right.low
  }
}

/// An amount left the range of `Int64`.
public struct AmountOverflow: Error, Hashable, CustomStringConvertible {
  /// Makes the error.
  public init() {}
  /// What happened, for a person.
  public var description: String { "the amount is too large (the limit is 9,223,372,036,854,775,807)" }
}
