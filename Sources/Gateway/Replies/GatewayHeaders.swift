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
  /// A similar answer that could be had instead.
  var offer: CacheOffer?

  /// Stands in every reply to a request for a provider.
  static let phaseField = "x-llmguard-phase"

  /// Says whose ledger a call is in: of two gateways that it passes, one charges it.
  static let ledgerField = "x-llmguard-ledger"

  /// Says how many tokens a call took, where that is known.
  private static let exactField = "x-llmguard-exact"

  /// The fields of a call that is under way: what it holds.
  func held() -> HTTPFields { fields(charge: plan.shape.charge, usage: nil) }

  /// The fields of a call that has ended: what it took.
  func settled(_ usage: TokenUsage, _ charge: Charge) -> HTTPFields { fields(charge: charge, usage: usage) }

  /// The fields of a call that was answered from the cache, for a charge that is nothing or a fraction. Nothing was sent.
  func cached(_ charge: Charge) -> HTTPFields {
    var fields = ended(charge, held: nil, isExact: true)
    appendMark(&fields)
    return fields
  }

  /// The fields of a call that did not go out.
  func notSent() -> HTTPFields {
    var fields = ended(.zero, held: nil, isExact: true)
    append(&fields, offer)
    return fields
  }

  /// The fields of a call whose hold is given back. One that went out may have taken something that nobody tells.
  func givenBack(wasSent: Bool) -> HTTPFields {
    var fields = ended(.zero, held: plan.shape.charge, isExact: !wasSent)
    if wasSent { appendModel(&fields) }
    return fields
  }

  /// Whether a reply is another gateway's that refused the call, and does not pass on what its provider said: that took nothing for
  /// sure. Whoever else says so gets the run counted a refusal more.
  static func isRefusal(_ head: HTTPResponseHead) -> Bool {
    head.status == 429 && head.fields[phaseField] != nil && head.fields[exactField] == "0"
  }

  /// The fields of a call of which nothing is known but the budgets of its user.
  ///
  /// - Parameter wasSent: whether it went out: then nobody knows what it took.
  static func unplanned(_ states: [BudgetState], nowUnixMs: Int64, wasSent: Bool = false) -> HTTPFields {
    var fields = HTTPFields()
    let decision = Decision.on(.zero, states, nowUnixMs: nowUnixMs)
    fields.append(phaseField, decision.phase.rawValue)
    append(decision.tightest, to: &fields, charge: nil, held: nil, nowUnixMs)
    appendCharge(.zero, tokens: 0, isExact: !wasSent, to: &fields)
    return fields
  }

  /// The fields of a call while the ledger cannot be used.
  ///
  /// - Parameter tokens: those of a call that goes out all the same.
  static func unknown(tokens: Int64?) -> HTTPFields {
    var fields: HTTPFields = [phaseField: "unknown"]
    appendCharge(.zero, tokens: tokens ?? 0, isExact: tokens == nil, to: &fields)
    return fields
  }

  /// What did not go out, or took nothing, is none of the calls that a budget in calls counts, whatever it is charged.
  ///
  /// - Parameter held: what stands in the budgets for it, and is given back; `nil` for nothing, not even a call.
  private func ended(_ charge: Charge, held: Charge?, isExact: Bool) -> HTTPFields {
    var fields = HTTPFields()
    fields.append(Self.phaseField, plan.phase.rawValue)
    let isOfCalls = tightest?.budget.limit.unit == .calls
    append(&fields, charge: isOfCalls ? nil : charge, held: held)
    Self.appendCharge(charge, tokens: 0, isExact: isExact, to: &fields)
    return fields
  }

  private static func appendCharge(_ charge: Charge, tokens: Int64, isExact: Bool, to fields: inout HTTPFields) {
    fields.append("x-llmguard-charge", String(charge.tokens))
    fields.append(isExact ? exactField : "x-llmguard-estimated", String(tokens))
  }

  private func appendModel(_ fields: inout HTTPFields) {
    if let model = plan.shape.model, model != plan.request.model { fields.append("x-llmguard-model", model) }
  }

  private func appendMark(_ fields: inout HTTPFields) {
    if !ledgerMark.isEmpty { fields.append(Self.ledgerField, ledgerMark) }
  }

  /// The fields that stand again behind a stream's end: what its head could only estimate.
  static let trailers = [
    "x-llmguard-used", "x-llmguard-held", "x-llmguard-remaining", "x-llmguard-charge", "x-llmguard-exact",
    "x-llmguard-estimated",
  ]

  /// The budget that decides.
  var tightest: BudgetState? {
    guard let state = plan.decision.tightest else { return nil }
    return states.first { $0.budget.key == state.budget.key } ?? state
  }

  private func fields(charge: Charge, usage: TokenUsage?) -> HTTPFields {
    var fields = HTTPFields()
    fields.append(Self.phaseField, plan.phase.rawValue)
    // Until it has ended, what it takes is held.
    append(&fields, charge: usage == nil ? nil : charge, held: usage == nil ? nil : plan.shape.charge)
    let tokens = (try? usage?.total()) ?? plan.shape.inputTokens + plan.shape.outputTokens
    Self.appendCharge(charge, tokens: tokens, isExact: usage?.exactness == .exact, to: &fields)
    appendModel(&fields)
    append(&fields, offer)
    appendMark(&fields)
    return fields
  }

  /// `x-llmguard-offer: 41; age=720; likeness=0.912`: `x-llmguard-cache: similar` would take it.
  private func append(_ fields: inout HTTPFields, _ offer: CacheOffer?) {
    guard let offer else { return }
    let likeness = Decimal.text(offer.likeness, decimals: 3)
    fields.append("x-llmguard-offer", "\(offer.entry); age=\(offer.ageMs / 1000); likeness=\(likeness)")
  }

  /// What is used, and held for other calls, once `charge` has taken the place of what was held. What is `nil` is not even a call.
  private func append(_ fields: inout HTTPFields, charge: Charge?, held: Charge?) {
    // A price comes with no window's end.
    let tellsReset = if case .unknownPrice = plan.refusal { false } else { true }
    Self.append(tightest, to: &fields, charge: charge, held: held, tellsReset: tellsReset, nowUnixMs)
    // What a run's cap has decided, no budget has.
    if case .runCap = plan.refusal { fields.remove("x-llmguard-budget") }
  }

  private static func append(
    _ state: BudgetState?, to fields: inout HTTPFields, charge: Charge?, held: Charge?, tellsReset: Bool = true,
    _ nowUnixMs: Int64
  ) {
    guard let state else { return }
    let unit = state.budget.limit.unit
    let used = (try? Amount.sum(state.posted, charge?.amount(in: unit) ?? 0)) ?? .max
    let pending = max(0, state.pending - (held?.amount(in: unit) ?? 0))
    let taken = (try? Amount.sum(used, pending)) ?? .max
    let limit = state.budget.isPause ? 0 : state.limit
    fields.append("x-llmguard-budget", state.budget.label)
    fields.append("x-llmguard-used", String(used))
    if pending > 0 { fields.append("x-llmguard-held", String(pending)) }
    fields.append("x-llmguard-limit", String(limit))
    fields.append("x-llmguard-remaining", String(max(0, limit - min(limit, taken))))
    if tellsReset, let seconds = resetSeconds(state, nowUnixMs) { fields.append("x-llmguard-reset", String(seconds)) }
  }

  /// Seconds until the budget's window ends; `nil` when it has none.
  static func resetSeconds(_ state: BudgetState, _ nowUnixMs: Int64) -> Int64? {
    guard let end = state.window?.endUnixMs, end != .max else { return nil }
    return max(0, end - nowUnixMs + 999) / 1000
  }
}
