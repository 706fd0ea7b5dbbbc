import Guard
import GuardModel
import Terminal

/// What `--dry-run` prints for people.
struct DryRunText {
  let plan: Plan
  /// What the cache would do; `nil` where it is not used.
  let cache: CacheRehearsal?
  /// Whether the call passes the gateway.
  let passesGateway: Bool
  /// For which limits it would wait.
  let turn: [LaneLimit]
  /// With which smaller maximum it would fit; `nil` where it does, or none would help.
  let fittingMaximum: Int64?
  /// What the run may take.
  let limits: RunLimits
  /// Whether the run's share would be held; `nil` where that is not asked.
  let share: GuardedRun.RehearsedShare?
  /// What is said of a refusal, and what to do about it; `nil` where it is none.
  let refusal: (message: String, hint: String)?
  let style: Style
  let nowUnixMs: Int64

  var text: String {
    let shape = plan.shape
    let announcement = Announcement(nowUnixMs: nowUnixMs)
    var lines: [(String, String)] = [
      ("user", "\(plan.request.user) (tier \(plan.tier))"), ("operation", plan.request.operation + operationBasis),
      (
        "model",
        (shape.model ?? "unknown")
          + (shape.model == plan.request.model ? "" : " instead of \(plan.request.model ?? "?")")
      ),
      (
        "estimate",
        "\(HumanNumber.counted(shape.inputTokens, "token")) in, \(HumanNumber.count(shape.outputTokens)) out (\(basis))"
      ),
      ("charge", "\(HumanNumber.count(shape.charge.tokens)) tokens" + weights),
      (
        "price",
        shape.charge.costMicroUSD.map { cost in
          "\(HumanNumber.money(microUSD: cost)), estimated"
            + (shape.priceStamp.map { " (\($0))" } ?? "")
        } ?? "unknown"
      ),
      ("phase", style.apply(look, plan.phase.rawValue)),
    ]
    if let text = announcement.retry(plan) { lines.append(("retry", text)) }
    if let text = announcement.degradation(plan) {
      lines += [("degraded", text), ("hint", "--no-degrade refuses it instead of changing it")]
    }
    if let text = announcement.cap(plan) { lines.append(("capped", text)) }
    if let refusal {
      lines += [("refused", Announcement.unmarked(refusal.message)), ("hint", refusal.hint)]
    }
    if !limits.areNone { lines.append(("run", "at most \(limits)")) }
    for state in plan.states {
      if state.budget.isPause {
        lines.append(("budget", "none: all calls are paused"))
        continue
      }
      let unit = state.budget.limit.unit
      let projected = state.projected(shape.charge)
      lines.append(
        (
          "budget",
          announcement.budget(state) + ", \(unit == .calls ? "" : "up to ")\(announcement.exact(projected, unit)) "
            + "(\(HumanNumber.percent(ofLimit: state.percent(projected)))) after this call"
            + (announcement.reset(of: state).map { ", \($0)" } ?? "")
        ))
    }
    if let cache { lines.append(("cache", announcement.rehearsed(cache, plan, passesGateway: passesGateway))) }
    if let most = fittingMaximum {
      lines.append(("room", "at most \(most) output tokens fit now\(plan.refusal == nil ? ", undegraded" : "")"))
    }
    if !turn.isEmpty {
      lines.append(
        (
          "turn",
          "waits first: " + turn.map { "\($0.kind.rawValue) = \($0.most) of \($0.lane)" }.joined(separator: ", ")
        ))
    }
    let fits =
      refusal != nil
      ? style.apply(.bad, "no")
      : plan.degradation != nil ? style.apply(.serious, "degraded") : style.apply(.good, "yes")
    lines.append(("fits", fits))
    if let share { lines.append(("run fits", share.words)) }
    if plan.states.isEmpty { lines.append(("budget", "none applies")) }
    return FactList.text(lines, style)
  }

  private var look: Style.Look {
    switch plan.phase {
    case .ok: .good
    case .warn: .warning
    case .soft: .serious
    case .hard: .bad
    }
  }

  private var operationBasis: String {
    switch plan.request.operationBasis {
    case .stated, .standard: ""
    case .rule(let place): " (by the rule of \(place))"
    case .endpoint: " (the client's name)"
    }
  }

  private var weights: String {
    plan.shape.weights.isEmpty ? "" : " (weighted × \(plan.shape.weights.map(\.description).joined(separator: " × ")))"
  }

  private var basis: String {
    switch plan.shape.outputBasis {
    case .maximum:
      plan.shape.maxOutputTokens == plan.request.maxOutputTokens
        ? "the call's maximum" : plan.degradation == nil ? "what the operation allows" : "the ladder's maximum"
    case .history: "95 % of past calls"
    case .standard: "the default, default_max_tokens"
    case .stated: "as stated"
    }
  }
}
