import Configuration
import Guard
import GuardModel
import Ledger
import TextFormats

/// Something that happened with a call and that somebody may want to hear of.
///
/// Its key holds who, which budget, which phase and which window: what happens again there is not told again.
struct CallEvent {
  var kind: NoticeKind
  var key: String
  var untilUnixMs: Int64
  var message: String
  var plan: Plan
  var state: BudgetState?
  /// Further members for programs.
  var details: [(String, JSONValue)] = []

  /// What is told when a call goes out.
  static func of(_ call: HeldCall, nowUnixMs: Int64) -> [CallEvent] {
    let plan = call.plan
    var events: [CallEvent] = []
    if plan.phase > .ok, let state = plan.decision.tightest {
      let standing = Announcement(nowUnixMs: nowUnixMs).standing(of: plan, asWasAsked: plan.degradation != nil)
      events.append(
        CallEvent(
          kind: .phase, key: key("phase", state, plan.phase.rawValue), untilUnixMs: end(state, nowUnixMs),
          message: "\(plan.request.user): calls go out in the phase \(plan.phase.rawValue); \(standing)", plan: plan,
          state: state))
    }
    if let event = unknownPrice(plan, nowUnixMs) { events.append(event) }
    return events
  }

  /// What is told when a call has been settled: how much of its budgets is used. What is only held is not, and may never be.
  static func of(settled call: HeldCall, _ states: [BudgetState], nowUnixMs: Int64) -> [CallEvent] {
    states.compactMap { state in
      guard let level = [120, 100, 80, 50].first(where: { state.postedPercent >= $0 }) else { return nil }
      let use = Announcement(nowUnixMs: nowUnixMs).use(of: state)
      return CallEvent(
        kind: .budget, key: key("budget", state, String(level)), untilUnixMs: end(state, nowUnixMs),
        message: "\(call.plan.request.user): \(state.budget.key.label): \(use)", plan: call.plan, state: state,
        details: [("level_percent", .int(Int64(level)))])
    }
  }

  /// What is told when a call is refused.
  static func of(refused plan: Plan, nowUnixMs: Int64) -> [CallEvent] {
    let state = plan.refusal == .budget || plan.refusal == .wouldDegrade ? plan.decision.tightest : nil
    let message = Announcement(nowUnixMs: nowUnixMs).refusal(plan).message
    let refusal = CallEvent(
      kind: .refusal,
      key: state.map { key("refusal", $0, "") } ?? "refusal\u{1F}\(plan.request.user)\u{1F}policy",
      untilUnixMs: state.map { end($0, nowUnixMs) } ?? nowUnixMs + 3_600_000,
      message: "\(plan.request.user): \(message)",
      plan: plan, state: state)
    return [refusal] + [unknownPrice(plan, nowUnixMs)].compactMap { $0 }
  }

  private static func unknownPrice(_ plan: Plan, _ nowUnixMs: Int64) -> CallEvent? {
    guard let model = plan.shape.model, plan.shape.price == nil else { return nil }
    return CallEvent(
      kind: .priceUnknown, key: "price\u{1F}\(model)", untilUnixMs: nowUnixMs + 86_400_000,
      message: "the price of the model '\(model)' is unknown", plan: plan)
  }

  private static func key(_ kind: String, _ state: BudgetState, _ what: String) -> String {
    let window = state.window.map { String($0.startUnixMs) } ?? ""
    return [kind, state.budget.key.storageText, window, what].joined(separator: "\u{1F}")
  }

  /// Until the window ends; a budget that refills all the time is told of once an hour at most.
  private static func end(_ state: BudgetState, _ nowUnixMs: Int64) -> Int64 {
    if case .replenishing = state.budget.limit.rule { return nowUnixMs + 3_600_000 }
    return state.window?.endUnixMs ?? nowUnixMs + 3_600_000
  }

  /// What the command reads.
  func json(nowUnixMs: Int64, zone: ZoneOffsets) -> JSONValue {
    var object = JSONObject([("schema", 1), ("event", .string(kind.rawValue)), ("message", .string(message))])
    object["at_unix_ms"] = .int(nowUnixMs)
    object["at"] = .string(CivilTime.rfc3339(nowUnixMs, in: zone))
    object["user"] = .string(plan.request.user)
    object["tier"] = .string(plan.tier)
    object["operation"] = .string(plan.request.operation)
    object["program"] = .string(plan.request.program)
    object["run"] = .string(plan.request.run)
    object["model"] = .string(orNull: plan.shape.model)
    object["phase"] = .string(plan.phase.rawValue)
    object["budget"] = state.map(Receipt.budget) ?? .null
    for (name, value) in details { object[name] = value }
    return .object(object)
  }
}
