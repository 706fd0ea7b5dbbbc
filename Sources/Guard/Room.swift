import GuardModel

/// What would still go out where a call is refused by its budgets.
public struct Room: Hashable, Sendable {
  /// What the call would take in its cheapest form.
  public let cheapest: Charge
  /// The most output tokens, of all its answers together, with which it would go out; `nil` where no smaller maximum helps.
  public let maxOutputTokens: Int64?
}

extension Planner {
  /// A refused plan with what would still go out; any other as it is.
  public func withRoom(_ plan: Plan, _ known: Knowledge) throws(AmountOverflow) -> Plan {
    guard plan.refusal == .budget, let unit = plan.decision.tightest?.budget.limit.unit else { return plan }
    let cheapest = try forms(plan.request, known).map(\.charge).min { $0.amount(in: unit) < $1.amount(in: unit) }
    return plan.with(
      Room(
        cheapest: cheapest ?? plan.shape.charge,
        maxOutputTokens: try largestMaximum(plan.request, below: plan.shape.outputTokens, known)))
  }

  /// The largest maximum below what is estimated with which a call would not be refused: the more it may write, the more it
  /// takes, in every form.
  private func largestMaximum(
    _ request: CallRequest, below refused: Int64, _ known: Knowledge
  ) throws(AmountOverflow) -> Int64? {
    // What is stated counts as it is, whatever the maximum.
    if request.statedTokens != nil { return nil }
    var (fits, tooMuch): (Int64, Int64) = (0, refused)
    while tooMuch - fits > 1 {
      let middle = fits + (tooMuch - fits) / 2
      var smaller = request
      smaller.maxOutputTokens = middle
      if try self.plan(smaller, known).refusal == nil { fits = middle } else { tooMuch = middle }
    }
    return fits > 0 ? fits : nil
  }
}
