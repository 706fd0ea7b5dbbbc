import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix
import Providers
import TextFormats
import Upstream

extension SkippedRung {
  /// The models that a call did not go to, for programs.
  public static func json(_ all: [SkippedRung]) -> JSONValue {
    .array(all.map { ["model": .string($0.model), "reason": .string($0.reason.rawValue)] })
  }
}

/// The replies that are the gateway's own, in the form of the provider that was asked.
extension Exchange {
  /// A call was refused.
  func refuse(_ plan: Plan, _ format: WireFormat, offer: CacheOffer? = nil) throws(ClientFault) {
    waitToRefuse(plan)
    let (message, advice) = gateway.options.explain(plan)
    let hint = (offer.map { gateway.options.offer($0) + "; or " } ?? "") + advice
    let now = Clock.unixMs
    standing = .planned(plan)
    self.offer = offer
    var (retryAfter, hold): (Int64?, ProviderHold?)
    switch plan.refusal {
    case .queue(_, _, let opens, let held, _):
      (hold, retryAfter) = (held, opens.map { max(1, ($0 - now + 999) / 1000) } ?? 10)
    case _ where plan.waitsForCalls: retryAfter = Plan.callsUnderWaySeconds
    case .unknownPrice, .runCap: retryAfter = nil
    default: retryAfter = plan.decision.opensAtUnixMs.map { max(1, ($0 - now + 999) / 1000) }
    }
    let state = plan.refusal == .budget || plan.refusal == .wouldDegrade ? headers(plan, plan.states).tightest : nil
    let cap = if case .runCap(let reached) = plan.refusal { reached.figures } else { nil as RunCap.Figures? }
    let unit = state?.budget.limit.unit ?? cap?.unit
    let details: JSONValue = [
      "schema": 1, "refused": .string(Self.word(plan.refusal)), "hint": .string(hint),
      "user": .string(plan.request.user),
      "operation": .string(plan.request.operation),
      "budget": .string(orNull: state?.budget.label ?? cap.map { _ in "run" }),
      "scope": .string(orNull: state?.budget.origin ?? cap.map { _ in "run" }),
      "unit": .string(orNull: unit.map { $0 == .money ? "micro_usd" : $0.rawValue }),
      "used": .int(state?.posted ?? cap?.used), "held": .int(state?.pending ?? cap?.held),
      "taken": .int(state.map { (try? Amount.sum($0.posted, $0.pending)) ?? .max } ?? cap?.taken),
      "limit": .int(state.map { $0.budget.isPause ? 0 : $0.limit } ?? cap?.limit),
      "remaining": .int(state?.remaining ?? cap.map { max(0, $0.limit - $0.taken) }),
      "needed": .int(
        cap?.unit == .money ? plan.shape.charge.costMicroUSD : unit.map { plan.shape.charge.amount(in: $0) }),
      "opens_at_unix_ms": .int(plan.decision.opensAtUnixMs), "waits_for_calls": .bool(plan.waitsForCalls),
      "retry_after_seconds": .int(retryAfter), "skipped_models": SkippedRung.json(plan.skipped),
      "cause": hold == nil ? "rules" : "provider",
      "provider_limit": hold.map { Self.json($0, of: plan.request.provider) } ?? .null,
    ]
    var fields = HTTPFields()
    if let retryAfter { fields.append("Retry-After", String(retryAfter)) }
    try fail(
      format, plan.waitsForCalls ? .crowd : .limit, status: 429, message: "llmguard: \(message)", details: details,
      fields: fields)
  }

  /// What of its provider's kept a call from starting.
  private static func json(_ hold: ProviderHold, of provider: String?) -> JSONValue {
    var (unit, left, taken): (LaneRest.Unit?, Int64?, Int64?)
    if case .rest(let counted, let said, let underWay) = hold.cause { (unit, left, taken) = (counted, said, underWay) }
    return [
      "provider": .string(orNull: provider), "unit": .string(orNull: unit?.rawValue), "left": .int(left),
      "taken": .int(taken), "until_unix_ms": .int(hold.untilUnixMs),
    ]
  }

  /// Counts a call that is turned away and that the ledger does not have. A judge's is none of the run's.
  func noteTurnedAway() {
    if isJudges || identity.operation == CallFacts.judgeOperation { return }
    gateway.tally.note(joined) { $0.turnedAway += 1 }
  }

  private static func word(_ reason: RefusalReason?) -> String {
    switch reason {
    case .wouldDegrade: "would_degrade"
    case .queue: "queue"
    case .unknownPrice: "unknown_price"
    case .callLimit: "call_limit"
    case .runCap: "run_cap"
    case .notCached: "not_cached"
    case .budget, nil: "budget"
    }
  }

  /// The provider could not be asked, or did not answer. A client that would ask the provider again by itself may ask the
  /// gateway again.
  func fail(_ format: WireFormat?, _ error: UpstreamError) throws(ClientFault) {
    tell(.unreachable(message: error.message, hint: error.hint))
    let status = if case .timedOut = error { 504 } else { 502 }
    try fail(
      format, .failure, status: status, message: "llmguard: \(error.message)", details: ["hint": .string(error.hint)],
      isFinal: !error.mayPass)
  }

  /// The pipeline failed, and the call does not go out.
  func fail(_ format: WireFormat?, _ error: GuardError) throws(ClientFault) {
    // Where a server has its files, and what to do about them, is not its users' to know.
    let isTold = !(gateway.room.isShared && error.isLedgerUnusable)
    try fail(
      format, .failure, status: 503,
      message: "llmguard: \(isTold ? error.message : Self.untold); the call was not sent",
      details: [
        "hint": .string(isTold ? error.hint : "try again later; " + Self.untoldHint)
      ])
  }

  /// The call has gone out, but the ledger cannot be trusted to remember it.
  func fail(sent format: WireFormat?, _ error: LedgerError) throws(ClientFault) {
    let isTold = !gateway.room.isShared
    let end = "the call was sent and its answer came, but its charge may be forgotten, so the answer is not given"
    try fail(
      format, .failure, status: 503,
      message: "llmguard: \(isTold ? "\(error)" : Self.untold); \(end)",
      details: [
        "hint": .string(isTold ? "\(error.hint); --fail-open gives the answer all the same" : Self.untoldHint)
      ])
  }

  private static let untold = "the server's ledger cannot be used"
  private static let untoldHint = "whoever keeps the server finds why in its log"

  /// A reply of the gateway's own. A client must not send the same again by itself, unless only calls under way are in the
  /// way, or the reply stands for one that did not come: then its own patience is the right one.
  ///
  /// - Parameter isFinal: whether sending the same again is of no use.
  func fail(
    _ format: WireFormat?, _ kind: RefusalBody.Kind, status: Int, message: String, details: JSONValue,
    fields: HTTPFields = HTTPFields(), isFinal: Bool = true
  ) throws(ClientFault) {
    if !isJudges { gateway.runs.noteTurnedAway(joined) }
    var head = HTTPResponseHead(status, fields: fields)
    head.fields.append(all: callFields())
    head.fields.append("Content-Type", "application/json")
    if kind == .crowd || isFinal { head.fields.append("x-should-retry", kind == .crowd ? "true" : "false") }
    let format = format ?? WireFormat.ofErrors(at: route.provider.name, path: HTTPRequestHead.path(of: target))
    let body = RefusalBody.json(format, kind, status: status, message: message, details: details)
    try writer.reply(head, Array(body.utf8))
  }
}
