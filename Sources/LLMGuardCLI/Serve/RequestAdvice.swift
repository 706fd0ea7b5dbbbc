import Guard
import GuardModel
import Terminal

extension Announcement {
  /// What is said to whoever sent a request that was refused: the sentence, and what a request can do. They may have no
  /// `llmguard`, and none of its options; who keeps the gateway has.
  func refusalToRequest(_ plan: Plan) -> (message: String, hint: String) {
    let message = refusal(plan).message
    if plan.refusal == .budget, plan.states.contains(where: \.budget.isPause) {
      return (message, "ask whoever keeps this gateway, who paused them, to resume them")
    }
    switch plan.refusal {
    case .unknownPrice: return (message, "ask a model whose price is known")
    case .notCached(let bar):
      return (
        "refused: \(bar == nil ? "no answer to this request is in the cache" : "the cache is off for this call"), and 'x-llmguard-cache: only' takes no other",
        "leave that field out to let the call go out"
      )
    case .queue(_, _, let opens, let hold?, _):
      return (message, Self.after(limitOpens(plan, hold, opens), "try again then, or ask another model"))
    case .queue: return (message, "try again later")
    case .callLimit: return (message, "ask for less (a lower maximum of tokens, a shorter prompt)")
    case .runCap: return (message, "whoever keeps the run sets its caps")
    case .wouldDegrade:
      let words = "refused: \(unchanged(plan, "no cheaper call is accepted"))"
      if plan.waitsForCalls { return (words, Self.awaitCalls) }
      let opens = plan.decision.opensAtUnixMs != nil
      return (
        words,
        Self.either(
          [
            opens ? "try again then" : nil, less(plan) ?? (opens ? nil : "ask for less (a shorter prompt)"),
            opens ? "have whoever keeps this gateway top up" : nil,
          ].compactMap { $0 })
      )
    case .budget, nil:
      let opens = plan.decision.opensAtUnixMs != nil
      let isOfCalls = plan.decision.tightest?.budget.limit.unit == .calls
      let ways =
        [opens ? "try again then" : nil, less(plan) ?? (opens || isOfCalls ? nil : "ask for less (a shorter prompt)")]
        + ["have whoever keeps this gateway \(opens ? "top up" : "raise the budget")"]
      return (message, Self.either(ways.compactMap { $0 }))
    }
  }
}
