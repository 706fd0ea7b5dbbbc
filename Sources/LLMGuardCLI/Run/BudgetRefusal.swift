import Configuration
import Guard
import GuardModel
import Terminal

extension Announcement {
  /// A call that does not fit into a budget: how much would, and what makes it fit.
  func budgetRefusal(_ plan: Plan) -> (message: String, hint: String) {
    guard let state = plan.decision.tightest else { return ("refused", "") }
    let unit = state.budget.limit.unit
    var message = "refused: \(state.budget.key.label) of \(plan.request.user): \(use(of: state))"
    if unit != .calls { message += ", " + need(of: plan, state) }
    if plan.waitsForCalls { return heldUp(plan, message) }
    let less = less(plan)
    if let opens = plan.decision.opensAtUnixMs {
      message += ", opens in \(HumanNumber.duration(milliseconds: max(0, opens - nowUnixMs)))"
      return (message, Self.either(["try again then"] + [less, topUp(state, plan)].compactMap { $0 }))
    }
    let raise =
      state.budget.key.operation.map { "raise the budgets of operation \($0) in the configuration" }
      ?? "raise the budget: llmguard budget set \(plan.request.user) BUDGET"
    return (
      message + ", more than the whole budget ever holds",
      (less ?? "ask for less (a shorter prompt)") + ", or "
        + (isLocked(state, plan) ? "ask whoever keeps the system file for more" : raise)
    )
  }

  /// `this call needs 67 (27 at its cheapest) and 15 fit up to the ceiling of 120`: calls go out beyond the limit, cheaper ones,
  /// so who reads the limit alone would wonder why one went out and the next did not.
  private func need(of plan: Plan, _ state: BudgetState) -> String {
    let unit = state.budget.limit.unit
    let (needs, least) = (plan.shape.charge.amount(in: unit), plan.room?.cheapest.amount(in: unit))
    let cheapest = least.map { $0 < needs ? " (\(exact($0, unit)) at its cheapest)" : "" } ?? ""
    let ceiling = "the ceiling of \(exact(state.ceiling, unit))"
    let fits =
      state.room == 0
      ? "nothing fits: \(ceiling) is reached"
      : "\(exact(state.room, unit)) \(state.room == 1 && unit == .tokens ? "fits" : "fit") up to \(ceiling)"
    return "this call needs \(exact(needs, unit))\(cheapest) and \(fits)"
  }

  /// The largest maximum that fits; `nil` where none does.
  func less(_ plan: Plan) -> String? {
    plan.room?.maxOutputTokens.map {
      isOfRequest ? "ask for less (a maximum of \(exact($0, .tokens)) tokens)" : "ask for less (--max-tokens \($0))"
    }
  }

  /// Nothing but what calls under way hold is in the way, which is the most they may take: no top-up is needed.
  private func heldUp(_ plan: Plan, _ message: String) -> (message: String, hint: String) {
    let isAsAsked = Decision.on(plan.shape.charge, plan.states, nowUnixMs: nowUnixMs).waitsForCalls
    return (
      message
        + (isAsAsked ? ", opens when calls under way end" : ", opens for a cheaper call when calls under way end"),
      Self.awaitCalls
    )
  }

  /// `a`, `a, or b`, `a, b, or c`.
  static func either(_ ways: [String]) -> String {
    guard let last = ways.last, ways.count > 1 else { return ways.joined() }
    return ways.dropLast().joined(separator: ", ") + ", or " + last
  }

  /// How a budget is topped up: booked by the user where that is allowed; not at all where the administrator has locked it.
  private func topUp(_ state: BudgetState, _ plan: Plan) -> String? {
    let (key, user) = (state.budget.key, plan.request.user)
    if let settings, let tier = settings.tier(plan.tier) {
      let bookable = settings.selfGrants(of: user, tier: tier).first { BudgetKey(scope: .user(user), limit: $0) == key }
      if let bookable, let prefix = prefix(user) {
        return "book a top-up: \(prefix)llmguard budget grant --self '\(bookable)'"
      }
      if settings.lockPlace(of: key, tier: tier) != nil { return nil }
    }
    let operation = key.operation.map { " --op \($0)" } ?? ""
    return "top up: llmguard budget grant \(user) \(grantExample(state, plan))\(operation) --reason TEXT"
  }

  private func isLocked(_ state: BudgetState, _ plan: Plan) -> Bool {
    guard let settings, let tier = settings.tiers[plan.tier] else { return false }
    return settings.lockPlace(of: state.budget.key, tier: tier) != nil
  }

  /// A quarter of the limit, or as much as lets the call out, rounded up to something round.
  private func grantExample(_ state: BudgetState, _ plan: Plan) -> String {
    let limit = state.budget.limit
    let needs = (plan.room?.cheapest ?? plan.shape.charge).amount(in: limit.unit)
    let percent = state.budget.thresholds.hardPercent
    // What is added to the limit is added to its ceiling in that proportion.
    let lack = (try? Amount.scaledUp(max(0, needs - state.room), by: 100, over: percent)) ?? .max
    let amount = Amount.roundedUp(max(lack, limit.capacity / 4))
    let rule: WindowRule =
      if case .replenishing(let seconds, _) = limit.rule {
        .replenishing(seconds: seconds, burst: amount)
      } else { limit.rule }
    return "'\(BudgetLimit(unit: limit.unit, amount: amount, rule: rule) ?? limit)'"
  }
}
