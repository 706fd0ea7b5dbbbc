import Guard
import GuardModel
import Posix
import TextFormats

/// The record of one run for programs.
enum Receipt {
  /// What would happen, or what was decided.
  static func json(_ plan: Plan, settled: Settled?, status: ChildStatus?, isDryRun: Bool) -> JSONValue {
    let shape = plan.shape
    var object = JSONObject()
    object["schema"] = 1
    object["run"] = .string(plan.request.run)
    object["user"] = .string(plan.request.user)
    object["tier"] = .string(plan.tier)
    object["operation"] = .string(plan.request.operation)
    switch plan.request.operationBasis {
    case .stated: object["operation_basis"] = "stated"
    case .rule(let place):
      object["operation_basis"] = "rule"
      object["operation_rule"] = .string(place)
    case .endpoint: object["operation_basis"] = "endpoint"
    case .standard: object["operation_basis"] = "default"
    }
    object["program"] = .string(plan.request.program)
    object["dry_run"] = .bool(isDryRun)
    object["decision"] = .string(plan.refusal != nil ? "refused" : plan.degradation != nil ? "degraded" : "admitted")
    if isDryRun { object["fits"] = .bool(plan.refusal == nil) }
    object["phase"] = .string(plan.phase.rawValue)
    object["requested_model"] = .string(orNull: plan.request.model)
    object["model"] = .string(orNull: shape.model)
    object["max_tokens"] = .int(shape.maxOutputTokens)
    switch plan.cap {
    case .tokens(let most): object["max_tokens_per_call"] = .int(most)
    case .cost(let most): object["max_cost_per_call_micro_usd"] = .int(most)
    case nil: break
    }
    object["delay_ms"] = .int(plan.degradation?.delayMs ?? 0)
    object["estimate"] = [
      "input_tokens": .int(shape.inputTokens), "output_tokens": .int(shape.outputTokens),
      "output_basis": .string(shape.outputBasis.rawValue), "charge_tokens": .int(shape.charge.tokens),
      "cost_micro_usd": .int(shape.charge.costMicroUSD),
      "price": .string(orNull: shape.price?.stamp),
    ]
    if let attempt = plan.attempt {
      object["attempt"] = .int(attempt)
      object["retry_multiplier"] = .string(shape.retryMultiplier.description)
    }
    if let settled {
      object["settlement"] = [
        "exactness": .string(settled.usage.exactness.rawValue), "input_tokens": .int(settled.usage.input),
        "output_tokens": .int(settled.usage.output), "cached_input_tokens": .int(settled.usage.cachedInput),
        "reasoning_tokens": .int(settled.usage.reasoning), "charge_tokens": .int(settled.charge.tokens),
        "surcharge_tokens": .int(settled.surchargeTokens),
        "cost_micro_usd": .int(settled.charge.costMicroUSD), "overrun_tokens": .int(settled.receipt.overrunTokens),
        "ending": .string(settled.ending.rawValue), "entry": .int(settled.receipt.entry),
      ]
    }
    object["exit_status"] = status.map { .int(Int64($0.shellStatus)) } ?? .null
    object["opens_at_unix_ms"] = .int(plan.decision.opensAtUnixMs)
    object["budgets"] = .array(plan.states.map(budget))
    return .object(object)
  }

  /// A budget as it stands.
  static func budget(_ state: BudgetState) -> JSONValue {
    [
      "budget": .string(state.budget.limit.description), "origin": .string(state.budget.origin),
      "unit": .string(state.budget.limit.unit == .money ? "micro_usd" : state.budget.limit.unit.rawValue),
      "window": .string(state.budget.key.windowName), "operation": .string(orNull: state.budget.key.operation),
      "used": .int(state.posted), "held": .int(state.pending), "granted": .int(state.granted),
      "limit": .int(state.limit), "remaining": .int(state.remaining), "used_percent": .int(state.usedPercent),
      "phase": .string(state.phase.rawValue), "window_start_unix_ms": .int(state.window?.startUnixMs),
      "window_end_unix_ms": .int(state.window.flatMap { $0.endUnixMs == .max ? nil : $0.endUnixMs }),
    ]
  }

  /// Writes a receipt where `--receipt` says: a file, or `fd:N`.
  static func write(_ value: JSONValue, to target: String) throws(PosixError) {
    let bytes = Array(JSONWriter.pretty(value).utf8)
    if target.hasPrefix("fd:"), let number = Int32(target.dropFirst(3)) {
      try FileDescriptor(number).writeAll(bytes)
    } else {
      try File.replace(target, with: bytes)
    }
  }
}
