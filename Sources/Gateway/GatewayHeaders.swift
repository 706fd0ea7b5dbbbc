import Guard
import GuardModel
import HTTPWire
import TextFormats

/// What every reply says of its call.
struct GatewayHeaders {
  let plan: Plan
  /// The budgets after the hold.
  let states: [BudgetState]
  let nowUnixMs: Int64
  /// Tells the ledger from all others; empty where nothing does.
  let ledgerMark: String

  /// Says whose ledger a call is in: of two gateways that it passes, one charges it.
  static let ledgerField = "x-llmguard-ledger"

  /// The fields of a call that is under way: what it holds.
  func held() -> HTTPFields { fields(charge: plan.shape.charge, usage: nil) }

  /// The fields of a call that has ended: what it took.
  func settled(_ usage: TokenUsage, _ charge: Charge) -> HTTPFields { fields(charge: charge, usage: usage) }

  /// The fields of a call that was answered from the cache, for a charge that is nothing or a fraction.
  func cached(_ charge: Charge) -> HTTPFields {
    var fields = HTTPFields()
    fields.append("x-llmguard-phase", plan.phase.rawValue)
    append(&fields, charge: charge, held: .zero)
    fields.append("x-llmguard-charge", String(charge.tokens))
    appendMark(&fields)
    return fields
  }

  private func appendMark(_ fields: inout HTTPFields) {
    if !ledgerMark.isEmpty { fields.append(Self.ledgerField, ledgerMark) }
  }

  /// The fields of a call that was refused.
  func refused() -> HTTPFields {
    var fields = HTTPFields()
    fields.append("x-llmguard-phase", Phase.hard.rawValue)
    append(&fields, charge: .zero, held: .zero)
    return fields
  }

  /// The budget that decides.
  var tightest: BudgetState? {
    guard let state = plan.decision.tightest else { return nil }
    return states.first { $0.budget.key == state.budget.key } ?? state
  }

  private func fields(charge: Charge, usage: TokenUsage?) -> HTTPFields {
    var fields = HTTPFields()
    fields.append("x-llmguard-phase", plan.phase.rawValue)
    // Until it has ended, what it takes is held.
    append(&fields, charge: usage == nil ? .zero : charge, held: usage == nil ? .zero : plan.shape.charge)
    fields.append("x-llmguard-charge", String(charge.tokens))
    if let model = plan.shape.model, model != plan.request.model { fields.append("x-llmguard-model", model) }
    let tokens = (try? usage?.total()) ?? plan.shape.inputTokens + plan.shape.outputTokens
    fields.append(usage?.exactness == .exact ? "x-llmguard-exact" : "x-llmguard-estimated", String(tokens))
    appendMark(&fields)
    return fields
  }

  /// What is used, and held for other calls, once `charge` has taken the place of what was held.
  private func append(_ fields: inout HTTPFields, charge: Charge, held: Charge) {
    guard let state = tightest else { return }
    let unit = state.budget.limit.unit
    let used = (try? Amount.sum(state.posted, charge.amount(in: unit))) ?? .max
    let pending = max(0, state.pending - held.amount(in: unit))
    let taken = (try? Amount.sum(used, pending)) ?? .max
    fields.append("x-llmguard-budget", state.budget.key.label)
    fields.append("x-llmguard-used", String(used))
    if pending > 0 { fields.append("x-llmguard-held", String(pending)) }
    fields.append("x-llmguard-limit", String(state.limit))
    fields.append("x-llmguard-remaining", String(max(0, state.limit - min(state.limit, taken))))
    if let seconds = Self.resetSeconds(state, nowUnixMs) { fields.append("x-llmguard-reset", String(seconds)) }
  }

  /// Seconds until the budget's window ends; `nil` when it has none.
  static func resetSeconds(_ state: BudgetState, _ nowUnixMs: Int64) -> Int64? {
    guard let end = state.window?.endUnixMs, end != .max else { return nil }
    return max(0, end - nowUnixMs + 999) / 1000
  }
}
