import CommandSpec
import Configuration
import Guard
import GuardModel
import Reports
import Terminal

/// What `run` says on stderr about a call: one line each, for people.
///
/// Pure: the clock and the zone are handed in, so that every sentence can be tested.
struct Announcement {
  /// The instant of saying it.
  let nowUnixMs: Int64
  /// The rules, by which a way out is named; without them the usual one is.
  var settings: Settings?
  /// What stands before a command that books on a user's own budgets; `nil` for a user whom the reader does not act for.
  var prefix: (String) -> String? = { _ in nil }
  /// In which zone the hour of what comes is told besides; `nil` where what is said is read at once.
  var laterZone: ZoneOffsets?
  /// Whether a call is asked for by a request, which states a maximum of its own, and not by the command line.
  var isOfRequest = false

  /// `model gpt-4o → gpt-4o-mini, max tokens 4000 → 1000, 1 s delay; daily token budget: 198,100 of 200,000 used (99 %), with
  /// this call as asked up to 204,350 (102 %), resets in 5 h 12 m`
  func degradation(_ plan: Plan) -> String? {
    guard let rung = plan.degradation else { return nil }
    var changes: [String] = []
    if let model = rung.model, model != plan.request.model {
      changes.append("model \(plan.request.model ?? "?") → \(model)\(whatIsSaved(plan))")
    }
    if let maximum = rung.maxTokens, maximum != plan.request.maxOutputTokens {
      changes.append(maximumChange(plan, to: maximum))
    }
    if rung.delayMs > 0 { changes.append("\(HumanNumber.duration(milliseconds: rung.delayMs)) delay") }
    if changes.isEmpty { changes.append("nothing left to degrade") }
    let skipped = skipped(plan).map { " (\($0))" } ?? ""
    return changes.joined(separator: ", ") + skipped + "; " + standing(of: plan, asWasAsked: true)
  }

  /// ` (costs less, takes no fewer tokens)`, where tokens are what is short, and the model is all that saves: it takes as many, unless
  /// a weight says otherwise.
  private func whatIsSaved(_ plan: Plan) -> String {
    let tightest = Decision.on(plan.asked, plan.states, nowUnixMs: nowUnixMs).tightest
    let (asked, charge) = (plan.asked, plan.shape.charge)
    guard plan.degradation?.maxTokens == plan.request.maxOutputTokens, tightest?.budget.limit.unit == .tokens,
      charge.tokens >= asked.tokens
    else { return "" }
    var costsLess = false
    if let before = asked.costMicroUSD, let after = charge.costMicroUSD { costsLess = after < before }
    return costsLess ? " (costs less, takes no fewer tokens)" : " (takes no fewer tokens)"
  }

  /// `max tokens 4000 → 1000`; of several answers as the request says it, and as it is sent: `max tokens 1500 → 33 for each
  /// of 3 answers`.
  private func maximumChange(_ plan: Plan, to maximum: Int64) -> String {
    let answers = max(1, plan.request.answers)
    let asked = plan.request.maxOutputTokens.map { String($0 / answers) } ?? "unlimited"
    return "max tokens \(asked) → \(max(1, maximum / answers))" + (answers > 1 ? " for each of \(answers) answers" : "")
  }

  /// `not gpt-4: dearer, o1: price unknown`: the models of the ladder that a call did not go to. That a refused call does not
  /// fit on any is what its refusal says.
  func skipped(_ plan: Plan) -> String? {
    let told = plan.skipped.filter { plan.refusal == nil || $0.reason != .noRoom }
    if told.isEmpty { return nil }
    return "not " + told.map { "\($0.model): \(Self.words($0.reason))" }.joined(separator: ", ")
  }

  private static func words(_ reason: SkippedRung.Reason) -> String {
    switch reason {
    case .dearer: "dearer"
    case .unknownPrice: "price unknown"
    case .unreachable: "no deployment"
    case .notServedSo: "not served as asked"
    case .callLimit: "more than a call may take"
    case .noRoom: "does not fit"
    }
  }

  /// `max tokens 4000 → 2500: operation review allows a call 8k tokens`
  func cap(_ plan: Plan) -> String? {
    guard let cap = plan.cap, plan.refusal == nil, plan.degradation == nil else { return nil }
    return "\(maximumChange(plan, to: plan.shape.maxOutputTokens ?? 0)): \(allowance(plan, cap))"
  }

  private func allowance(_ plan: Plan, _ limit: CallLimit) -> String {
    let most =
      switch limit {
      case .tokens(let tokens): exact(tokens, .tokens) + " tokens"
      case .cost(let microUSD): exact(microUSD, .money)
      }
    return "operation \(plan.request.operation) allows a call \(most)"
  }

  /// `daily token budget: 168,000 of 200,000 used (84 %), with this call up to 172,250 (86 %), resets in 5 h 12 m; …`
  func warning(_ plan: Plan) -> String? {
    guard plan.phase == .warn, plan.refusal == nil else { return nil }
    // Its command has been warned.
    if let earlier = plan.request.earlier, earlier.phase >= .warn { return nil }
    return standing(of: plan) + "; keep the rest for what matters"
  }

  /// `retry 3 of the same request: charges 2× (8.4k instead of 4.2k tokens)`; the step before the first dearer one says
  /// what comes.
  ///
  /// - Parameters:
  ///   - remedy: how to have the answer that is kept, which costs nothing; `nil` where there is none.
  ///   - mayBeAnswered: whether it may yet be answered from the cache, which costs nothing either.
  func retry(_ plan: Plan, freeBy remedy: String? = nil, mayBeAnswered: Bool = false) -> String? {
    guard let attempt = plan.attempt, attempt > 1, plan.refusal == nil else { return nil }
    if let told = plan.request.earlier?.attempt, told >= attempt { return nil }
    let factor = plan.shape.retryMultiplier
    let next = plan.escalation.multiplier(attempt: attempt + 1)
    var text = "retry \(attempt - 1) of the same request"
    if factor != .one {
      let usage = plan.shape.inputTokens + plan.shape.outputTokens
      let plain = (try? Charge.weighted(tokens: usage, by: plan.shape.weights)) ?? plan.shape.charge.tokens
      text +=
        ": charges \(factor)× (\(HumanNumber.count(plan.shape.charge.tokens)) instead of "
        + "\(HumanNumber.count(plain)) tokens)" + (mayBeAnswered ? ", unless the cache answers it" : "")
    } else if next == .one {
      return nil
    }
    // Of one retry one thing is said: the answer that costs nothing, else what the next one costs.
    if let remedy, factor != .one { return text + "; the cached answer is free: \(remedy)" }
    return next == factor ? text : text + (factor == .one ? ": " : "; ") + "the next one charges \(next)×"
  }

  /// The tightest budget, and what it comes to with the call.
  ///
  /// - Parameters:
  ///   - asWasAsked: whether it is about the call before it was degraded.
  ///   - tellsReset: whether it ends with when the budget's window does.
  func standing(of plan: Plan, asWasAsked: Bool = false, tellsReset: Bool = true) -> String {
    let charge = asWasAsked ? plan.asked : plan.shape.charge
    let decision = asWasAsked ? Decision.on(charge, plan.states, nowUnixMs: nowUnixMs) : plan.decision
    guard let state = decision.tightest else { return "no budget applies" }
    let (projected, unit) = (state.projected(charge), state.budget.limit.unit)
    // What is held is the most that a call takes; but a call is a call.
    return "\(state.budget.key.label): \(use(of: state)), with this call \(asWasAsked ? "as asked " : "")"
      + "\(unit == .calls ? "" : "up to ")\(exact(projected, unit)) (\(HumanNumber.percent(ofLimit: state.percent(projected))))"
      + (tellsReset ? reset(of: state).map { ", \($0)" } ?? "" : "")
  }

  /// `1,170 of 1,000 used (117 %)`, and what is held besides: `, 80 held for calls under way`. Used is what was settled, and
  /// nothing else.
  func use(of state: BudgetState) -> String {
    let unit = state.budget.limit.unit
    return
      "\(exact(state.posted, unit)) of \(exact(state.limit, unit)) used (\(HumanNumber.percent(ofLimit: state.percent(state.posted))))"
      + (state.pending > 0 ? ", \(exact(state.pending, unit)) held for calls under way" : "")
  }

  /// `1k tokens/day (tier free), 50k topped up: 1,100 of 51,000 used (2 %)`
  func budget(_ state: BudgetState) -> String {
    let topUps = state.granted > 0 ? ", \(amount(state.granted, state.budget.limit.unit)) topped up" : ""
    return "\(state.budget.limit) (\(state.budget.origin))\(topUps): \(use(of: state))"
  }

  /// What is left for calls as they are asked: `219 left before calls are degraded`, `0 left`.
  func leftAsAsked(_ state: BudgetState) -> String {
    // Where they are degraded sooner than at the limit, what is left up to that is not all theirs.
    let isSooner = state.budget.thresholds.softPercent < 100
    let left = isSooner ? min(state.remaining, state.room(below: .soft)) : state.remaining
    return "\(exact(left, state.budget.limit.unit)) left\(Self.beforeDegrading(state))"
  }

  /// What stands behind an amount that is left, where degraded calls may take more than that.
  static func beforeDegrading(_ state: BudgetState) -> String {
    state.room > state.room(below: .soft) ? " before calls are degraded" : ""
  }

  /// An amount beside others of its budget, to the last unit.
  func exact(_ amount: Int64, _ unit: BudgetUnit) -> String {
    unit == .money ? HumanNumber.exact(microUSD: amount) : HumanNumber.exact(amount)
  }

  /// `resets in 5 h 12 m`; a replenishing budget refills instead.
  func reset(of state: BudgetState) -> String? {
    if case .replenishing(let seconds, _) = state.budget.limit.rule {
      let refill = amount(state.budget.limit.amount, state.budget.limit.unit)
      return "refills \(refill) every \(HumanNumber.duration(milliseconds: seconds * 1000))"
    }
    guard let window = state.window else { return nil }
    return "resets in \(HumanNumber.duration(milliseconds: max(0, window.endUnixMs - nowUnixMs)))"
  }

  /// What is said when a call is refused: the sentence, and what the user can do.
  func refusal(_ plan: Plan) -> (message: String, hint: String) {
    switch plan.refusal {
    case .unknownPrice(let model):
      let end = ", and a limit in money applies to \(plan.request.user)"
      guard let model else {
        return (
          "refused: the model of this call is unknown" + end,
          (isOfRequest ? "name it in the request" : "say which it is (--model gpt-4o)")
            + ", or what a call of an unknown one costs (unknown_price in the configuration); 'llmguard price list' shows "
            + "the models whose prices are known"
        )
      }
      return (
        "refused: the price of the model '\(model)' is unknown" + end,
        // What the call names itself, nothing else is taken for.
        nearest(to: model)
          + "ask a model whose price is known, state its price in the configuration (\(PriceEntry.text(of: model))), or set "
          + "unknown_price; 'llmguard price list' shows the known ones"
      )
    case .notCached(let bar?):
      return (
        "refused: the cache is off for this call, and --cache only takes no other answer: \(bar)",
        "leave out --cache only to let the call go out, or take that out of the configuration"
      )
    case .notCached:
      return (
        "refused: no answer to this request is in the cache, and --cache only takes no other",
        "leave out --cache only to let the call go out; 'llmguard cache list' shows what is there"
      )
    case .queue(let ahead, let waitedMs, let opens, let hold?, _):
      return holdRefusal(plan, hold, ahead: ahead, waitedMs: waitedMs, opens: opens)
    case .queue(let ahead, let waitedMs, let opens, _, let limits):
      return queueRefusal(plan, ahead: ahead, waitedMs: waitedMs, opens: opens, limits)
    case .callLimit(let limit):
      let needs =
        switch limit {
        case .tokens: exact(plan.shape.inputTokens + plan.shape.outputTokens, .tokens) + " tokens"
        case .cost: plan.shape.charge.costMicroUSD.map { exact($0, .money) } ?? "more"
        }
      return (
        "refused: \(allowance(plan, limit)), and this one would take \(needs)",
        "ask for less (--max-tokens, a shorter prompt), say what it is really for (--op), or raise "
          + "max_tokens_per_call or max_cost_per_call of the operation"
      )
    case .runCap(let cap): return runRefusal(cap, plan)
    case .wouldDegrade: return cheaperRefusal(plan)
    case .budget, nil: return budgetRefusal(plan)
    }
  }

  /// The model of known price that may be meant.
  private func nearest(to model: String) -> String {
    let known = settings?.priceTable.all.map(\.model) ?? []
    return NearestName.suggestion(for: model, among: known).map { "did you mean '\($0)'? " } ?? ""
  }

  private func runRefusal(_ cap: RunCap, _ plan: Plan) -> (message: String, hint: String) {
    let charge = plan.shape.charge
    switch cap {
    case .calls(let most):
      return (
        most == 0
          ? "refused: this run may make no calls"
          : "refused: this run may make \(amount(most, .calls)), and has made \(most == 1 ? "it" : "them")",
        "raise --max-calls (or --run-budget, where that is in calls; 'llmguard budget cap' shows what holds without them), "
          + "or look why it makes more"
      )
    case .tokens(let most, let used, let held):
      return beyond(
        "this run may take \(exact(most, .tokens)) tokens", (used, held, .tokens),
        "this call needs \(exact(charge.tokens, .tokens))" + (retried(plan, .tokens).map { " (\($0))" } ?? ""), plan)
    case .cost(let most, let used, let held):
      return beyond(
        "this run may cost \(exact(most, .money))", (used, held, .money),
        charge.costMicroUSD.map { "this call needs \(exact($0, .money))" } ?? "this call's price is unknown", plan)
    case .duration:
      return ("refused: the time of this run is over", "raise --max-duration, or look why it takes so long")
    }
  }

  /// A call that does not fit under a cap of its run. Where only calls under way are in its way, it is told to wait for them.
  private func beyond(
    _ allowance: String, _ taken: (used: Int64, held: Int64, unit: BudgetUnit), _ needs: String, _ plan: Plan
  ) -> (message: String, hint: String) {
    let held = taken.held > 0 ? " and \(exact(taken.held, taken.unit)) held for calls under way" : ""
    let message = "refused: \(allowance), \(exact(taken.used, taken.unit)) are used\(held), and \(needs)"
    let raise = "raise --run-budget ('llmguard budget cap' shows what holds without it)"
    guard plan.waitsForCalls else { return (message, raise + ", or ask for less") }
    return (message + ", may open when calls under way end", Self.awaitCalls + "; or " + raise)
  }

  /// What they hold is the most that they may take: whether any of it comes free nobody knows, nor when.
  static var awaitCalls: String {
    "try again in about \(HumanNumber.duration(milliseconds: Plan.callsUnderWaySeconds * 1000)), when calls under way "
      + "may have ended: what they held and did not take is free then, which may be nothing"
  }

  /// An amount of a unit for people: `12.3k`, `$0.42`, `17 calls`; beside the limit that it is a part of, if any.
  func amount(_ amount: Int64, _ unit: BudgetUnit, of limit: Int64? = nil) -> String {
    switch unit {
    case .tokens: HumanNumber.count(amount, of: limit)
    case .money: HumanNumber.money(microUSD: amount, of: limit)
    // Who counts calls wants to know of each.
    case .calls: HumanNumber.exact(amount) + (amount == 1 ? " call" : " calls")
    }
  }
}
