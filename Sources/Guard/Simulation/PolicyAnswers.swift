import Configuration
import GuardModel

/// Answers from the cache in a replay, and what they are charged (`hit_charge`).
extension PolicyRun {
  /// Gives an answer, where the cache gave one in the past or is taken to know one; not where the charge does not fit, or the
  /// policy has no cache: then the call is as any other.
  func isAnswered(
    _ call: TracedCall, _ rules: PolicyRules, _ group: Int, isAssumed: Bool
  ) throws(AmountOverflow) -> Bool {
    let wasAnswered = call.answeredTokens >= 0 && rules.cache.mode != .off
    guard wasAnswered || isAssumed else { return false }
    let charge = try charge(ofAnswerTo: call, rules)
    if charge.tokens > 0 {
      // An answer is no call, and costs nobody money.
      let states = accounts.states(rules.budgets, now)
      let charged = zip(rules.budgets, states).filter { $1.budget.limit.unit == .tokens && !$1.budget.isPause }
      if Decision.on(charge, charged.map(\.1), nowUnixMs: now).phase == .hard { return false }
      try accounts.post(charge, charged.map(\.0), now)
    }
    groups[group].tally.cached += 1
    groups[group].tally.chargeTokens += charge.tokens
    return true
  }

  private func charge(ofAnswerTo call: TracedCall, _ rules: PolicyRules) throws(AmountOverflow) -> Charge {
    let factor = rules.cache.hitCharge.thousandths
    if factor == 0 { return .zero }
    var whole = call.answeredTokens
    if whole < 0 {
      let model = call.model < 0 ? nil : models[Int(call.model)]
      whole = try Charge.weighted(
        tokens: call.usage(under: nil, details).total(),
        by: settings.weights(operation: operations[Int(call.operation)], model: model))
    }
    return Charge(tokens: try Amount.scaledUp(whole, by: factor, over: 1000), costMicroUSD: 0)
  }
}
