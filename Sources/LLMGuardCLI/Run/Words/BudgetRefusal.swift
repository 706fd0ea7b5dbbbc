import Configuration
import Guard
import GuardModel
import Terminal
import TextFormats

extension Announcement {
  /// A call that does not fit into a budget: how much would, and what makes it fit.
  func budgetRefusal(_ plan: Plan) -> (message: String, hint: String) {
    guard let tightest = plan.decision.tightest else { return ("refused", "") }
    if plan.states.contains(where: \.budget.isPause) { return pauseRefusal(of: plan.request.user) }
    let neverFits = !plan.waitsForCalls && plan.decision.opensAtUnixMs == nil
    // Another one may be fuller now, and open again.
    let state = neverFits ? plan.states.first { isTooSmall($0, plan) } ?? tightest : tightest
    let unit = state.budget.limit.unit
    var message = "refused: \(state.budget.key.label) of \(plan.request.user): \(use(of: state))"
    if unit != .calls { message += ", " + (isTooSmall(state, plan) ? excess(of: plan, state) : need(of: plan, state)) }
    let accept = plan.room?.fitsCheaper == true ? Self.acceptCheaper : nil
    if plan.waitsForCalls {
      let told = heldUp(plan, message)
      return (told.message, told.hint + (accept.map { "; or \($0)" } ?? ""))
    }
    let less = less(plan)
    if let opens = plan.decision.opensAtUnixMs {
      message += ", " + opening(opens)
      return (message, Self.either(["try again then"] + [less, accept, topUps(plan)].compactMap { $0 }))
    }
    // What was lowered is taken back where it was set: no budget that is given besides raises it.
    let raise =
      state.budget.isLowered
      ? "take the lower limits back: llmguard budget lower --user \(ShellWord.text(plan.request.user)) --clear"
      : state.budget.key.operation.map { "raise the budgets of operation \($0) in the configuration" }
        ?? "raise the budget: llmguard budget set \(ShellWord.text(plan.request.user)) BUDGET"
    return (
      message + (getsCheaper(plan, state) ? usualLater(plan) : ", so waiting does not help"),
      Self.either(
        [less ?? "ask for less (a shorter prompt)"] + [accept].compactMap { $0 }
          + [isLocked(state, plan) && !state.budget.isLowered ? "ask whoever keeps the system file for more" : raise])
    )
  }

  /// A call that does not go out because its user is paused.
  func pauseRefusal(of user: String) -> (message: String, hint: String) {
    (
      "refused: the calls of \(user) are paused",
      "'llmguard ledger audit' says who paused them, and why; 'llmguard budget resume \(ShellWord.text(user))' lets them out "
        + "again"
    )
  }

  /// A call that would go out made cheaper, which was not accepted: when it goes out as it was asked for, and what lets it.
  func cheaperRefusal(_ plan: Plan) -> (message: String, hint: String) {
    let message = "refused: \(unchanged(plan, "--no-degrade does not accept a cheaper call"))"
    if plan.waitsForCalls { return (message, Self.awaitCalls + "; or \(Self.acceptCheaper)") }
    let opens = plan.decision.opensAtUnixMs != nil
    let ways = [opens ? "try again then" : nil, less(plan), Self.acceptCheaper, opens ? topUps(plan) : nil]
    return (message, Self.either(ways.compactMap { $0 }))
  }

  /// What lets a call out in a cheaper form.
  private static let acceptCheaper = "leave out --no-degrade"

  /// The budget on whose account a call would be made cheaper, why it is not, and when it goes out unchanged.
  func unchanged(_ plan: Plan, _ reason: String) -> String {
    let text = "\(standing(of: plan, tellsReset: false)), and \(reason)"
    if plan.waitsForCalls { return text + ", may open when calls under way end" }
    guard let opens = plan.decision.opensAtUnixMs else {
      return text + "; the call as asked is more than the whole budget, so waiting does not help"
    }
    return text + ", " + opening(opens)
  }

  /// `opens in 5 h 12 m`, and for who reads it later `opens in 5 h 12 m (at 2026-11-25 00:00)`.
  private func opening(_ opens: Int64) -> String {
    "opens in \(HumanNumber.duration(milliseconds: max(0, opens - nowUnixMs)))"
      + (laterZone.map { " (at \(TimeText.date(opens, in: $0)) \(TimeText.time(opens, in: $0)))" } ?? "")
  }

  /// `this call needs 67 (27 at its cheapest), 15 are left up to the hard limit of 120`: calls go out beyond the limit, cheaper
  /// ones, so who reads the limit alone would wonder why one went out and the next did not.
  private func need(of plan: Plan, _ state: BudgetState) -> String {
    // Whoever takes no cheaper call is let out no further than calls are degraded.
    let room = plan.request.mayDegrade ? state.room : state.room(below: .soft)
    let unit = state.budget.limit.unit
    let left =
      room == 0
      ? isLimit(state, plan)
        ? "nothing is left: \(end(plan, state)) is reached" : "nothing is left up to \(end(plan, state))"
      : "\(exact(room, unit)) \(room == 1 && unit == .tokens ? "is" : "are") left up to \(end(plan, state))"
    return "\(needs(plan, state)), \(left)"
  }

  /// `this call needs 6,067 (5,027 at its cheapest), more than the hard limit of 1,200`
  private func excess(of plan: Plan, _ state: BudgetState) -> String {
    "\(needs(plan, state)), more than \(end(plan, state))"
  }

  /// Whether a call does not fit into a budget of which nothing is used either.
  private func isTooSmall(_ state: BudgetState, _ plan: Plan) -> Bool {
    return (plan.room?.cheapest ?? plan.shape.charge).amount(in: state.budget.limit.unit) > most(of: state, plan)
  }

  /// Where calls are refused: `the hard limit of 120`. Without degradation it is where that begins: `the limit of 100 (--no-degrade)`,
  /// or `79, beyond which calls are degraded (--no-degrade)`.
  private func end(_ plan: Plan, _ state: BudgetState) -> String {
    let most = exact(most(of: state, plan), state.budget.limit.unit)
    if plan.request.mayDegrade { return "the hard limit of \(most)" }
    return isLimit(state, plan)
      ? "the limit of \(most) (--no-degrade)" : "\(most), beyond which calls are degraded (--no-degrade)"
  }

  /// The most that may be used of a budget before a call as this one is refused.
  private func most(of state: BudgetState, _ plan: Plan) -> Int64 {
    if plan.request.mayDegrade { return state.ceiling }
    return isLimit(state, plan) ? state.limit : state.most(below: .soft)
  }

  /// Whether that is a limit with a name, and not some percentage at which degradation begins.
  private func isLimit(_ state: BudgetState, _ plan: Plan) -> Bool {
    plan.request.mayDegrade || state.budget.thresholds.softPercent == 100
  }

  /// `this call needs 153 (retry 5 of the same request, 3×; 73 at its cheapest)`
  private func needs(_ plan: Plan, _ state: BudgetState) -> String {
    let unit = state.budget.limit.unit
    let (needs, least) = (plan.shape.charge.amount(in: unit), plan.room?.cheapest.amount(in: unit))
    let remarks = [
      retried(plan, unit), least.flatMap { $0 < needs ? "\(exact($0, unit)) at its cheapest" : nil }, skipped(plan),
    ].compactMap { $0 }
    let cheapest = remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"
    return "this call needs \(exact(needs, unit))\(cheapest)"
  }

  /// Why a call needs more than it takes: `retry 5 of the same request, 3×`. Money is what the provider takes.
  func retried(_ plan: Plan, _ unit: BudgetUnit) -> String? {
    guard unit == .tokens, let attempt = plan.attempt, attempt > 1, plan.shape.retryMultiplier != .one else {
      return nil
    }
    return "retry \(attempt - 1) of the same request, \(plan.shape.retryMultiplier)×"
  }

  /// Whether a call that is too large for a budget would not be at its usual price.
  private func getsCheaper(_ plan: Plan, _ state: BudgetState) -> Bool {
    guard retried(plan, state.budget.limit.unit) != nil, plan.shape.retryMultiplier > .one else { return false }
    let needs = (plan.room?.cheapest ?? plan.shape.charge).amount(in: state.budget.limit.unit)
    let usual = (try? Amount.scaledUp(needs, by: 1000, over: plan.shape.retryMultiplier.thousandths)) ?? needs
    return usual <= most(of: state, plan)
  }

  /// `; its usual price is back when the earlier ones are 30 min old`
  private func usualLater(_ plan: Plan) -> String {
    "; its usual price is back when the earlier ones are \(HumanNumber.duration(milliseconds: plan.escalation.windowMs)) old"
  }

  /// The largest maximum that fits; `nil` where none does.
  func less(_ plan: Plan) -> String? {
    guard let most = plan.room?.maxOutputTokens else { return nil }
    if !isOfRequest { return "ask for less (--max-tokens \(most))" }
    // What a request says is the maximum of each.
    let (answers, each) = (plan.request.answers, most / max(1, plan.request.answers))
    let tokens = "a maximum of \(exact(each, .tokens)) \(each == 1 ? "token" : "tokens")"
    return "ask for less (\(tokens)\(answers > 1 ? " for each of \(answers) answers" : ""))"
  }

  /// Nothing but what calls under way hold is in the way, which is the most they may take: no top-up is needed.
  private func heldUp(_ plan: Plan, _ message: String) -> (message: String, hint: String) {
    let isAsAsked = Decision.on(plan.shape.charge, plan.states, nowUnixMs: nowUnixMs).waitsForCalls
    return (
      message
        + (isAsAsked
          ? ", may open when calls under way end" : ", may open for a cheaper call when calls under way end"),
      Self.awaitCalls
    )
  }

  /// `a`, `a, or b`, `a, b, or c`.
  static func either(_ ways: [String]) -> String {
    guard let last = ways.last, ways.count > 1 else { return ways.joined() }
    return ways.dropLast().joined(separator: ", ") + ", or " + last
  }

  /// How every budget in the way is topped up, so that the call goes out; `nil` where one of them cannot be.
  private func topUps(_ plan: Plan) -> String? {
    let lacks = plan.room?.topUps ?? []
    let ways = lacks.compactMap { topUp($0, plan) }
    guard let first = ways.first, ways.count == lacks.count else { return nil }
    return (first.isBooked ? "book a top-up: " : "top up: ") + ways.map(\.command).joined(separator: " && ")
  }

  /// How a budget is topped up: booked by the user where that is allowed and enough; not at all where the administrator has
  /// locked it.
  private func topUp(_ lack: Room.TopUp, _ plan: Plan) -> (command: String, isBooked: Bool)? {
    let (state, user) = (lack.state, plan.request.user)
    let key = state.budget.key
    if let settings, let tier = settings.tier(plan.tier) {
      let bookable = settings.selfGrants(of: user, tier: tier).first { BudgetKey(scope: .user(user), limit: $0) == key }
      // What is on top may have been booked, and all that is booked in a window counts.
      if let bookable, let prefix = prefix(user), bookable.capacity - state.granted >= lack.amount {
        let left = bookable.capacity - state.granted
        return ("\(prefix)llmguard budget grant --self '\(Self.limit(like: bookable, left))'", true)
      }
      if settings.lockPlace(of: key, tier: tier) != nil { return nil }
    }
    let operation = key.operation.map { " --op \(ShellWord.text($0))" } ?? ""
    // A quarter of the limit at least, and something round.
    let amount = Amount.roundedUp(max(lack.amount, state.budget.limit.capacity / 4))
    let example = Self.limit(like: state.budget.limit, amount)
    return ("llmguard budget grant \(ShellWord.text(user)) '\(example)'\(operation) --reason TEXT", false)
  }

  private func isLocked(_ state: BudgetState, _ plan: Plan) -> Bool {
    guard let settings, let tier = settings.tiers[plan.tier] else { return false }
    return settings.lockPlace(of: state.budget.key, tier: tier) != nil
  }

  /// An amount on the window of a limit.
  private static func limit(like limit: BudgetLimit, _ amount: Int64) -> BudgetLimit {
    let rule: WindowRule =
      if case .replenishing(let seconds, _) = limit.rule {
        .replenishing(seconds: seconds, burst: amount)
      } else { limit.rule }
    return BudgetLimit(unit: limit.unit, amount: amount, rule: rule) ?? limit
  }
}
