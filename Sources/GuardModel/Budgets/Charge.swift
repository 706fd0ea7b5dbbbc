/// What one call takes from its budgets.
///
/// Invariant: every amount is ≥ 0.
public struct Charge: Hashable, Sendable {
  /// Weighted tokens, taken from token budgets.
  public let tokens: Int64
  /// Money as the provider takes it, in millionths of a dollar, taken from money budgets; `nil` when the price of the
  /// model is unknown.
  public let costMicroUSD: Int64?

  /// Makes a charge.
  public init(tokens: Int64, costMicroUSD: Int64?) {
    self.tokens = max(0, tokens)
    self.costMicroUSD = costMicroUSD.map { max(0, $0) }
  }

  /// Nothing.
  public static let zero = Charge(tokens: 0, costMicroUSD: 0)

  /// What the charge takes from a budget of a unit: tokens, millionths of a dollar, or one call. An unknown cost takes
  /// nothing from a money budget; whoever decides asks `costMicroUSD` first.
  public func amount(in unit: BudgetUnit) -> Int64 {
    switch unit {
    case .tokens: tokens
    case .money: costMicroUSD ?? 0
    case .calls: 1
    }
  }

  /// Tokens × the weights, rounded up once at the end.
  ///
  /// - Parameters:
  ///   - tokens: input plus output tokens, ≥ 0.
  ///   - weights: operation weight, model weight and escalation; at most three.
  /// - Throws: `AmountOverflow` when the result does not fit.
  public static func weighted(tokens: Int64, by weights: [Multiplier]) throws(AmountOverflow) -> Int64 {
    var numerator: Int64 = 1
    var denominator: Int64 = 1
    for weight in weights {
      // Common factors are taken out first: 1.5 is 3/2, so that exactness does not cost range.
      let divisor = greatestCommonDivisor(weight.thousandths, 1000)
      numerator = try Amount.scaledDown(numerator, by: weight.thousandths / divisor, over: 1)
      denominator = try Amount.scaledDown(denominator, by: 1000 / divisor, over: 1)
    }
    return try Amount.scaledUp(tokens, by: numerator, over: denominator)
  }

  private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    b == 0 ? max(a, 1) : greatestCommonDivisor(b, a % b)
  }
}
