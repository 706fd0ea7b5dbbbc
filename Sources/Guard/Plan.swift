import GuardModel
import Ledger

/// What would happen to a call: the whole of the decision, before anything is held.
///
/// It never changes and many hold it, so it is one object: a copy of all its parts would take longer than most of what is
/// done with it.
public final class Plan: Hashable, Sendable {
  /// The call as it arrived.
  public let request: CallRequest
  /// The user's tier.
  public let tier: String
  /// How the call would go out: as asked, or on a rung of the ladder.
  public let shape: CallShape
  /// What the call would take as it was asked for, before anything was degraded.
  public let asked: Charge
  /// Which attempt at the same thing it is; `nil` when what it asks for cannot be told.
  public let attempt: Int64?
  /// What attempts cost.
  public let escalation: Escalation
  /// The budgets that apply, as they stand.
  public let states: [BudgetState]
  /// What they say to the call in this shape.
  public let decision: Decision
  /// The phase the call goes out in, or is refused in. A degraded call is `soft`, whatever its smaller charge would be.
  public let phase: Phase
  /// The rung of the ladder it goes out on; `nil` when unchanged.
  public let degradation: Degradation?
  /// What its operation allows one call, where its maximum was lowered for that; `nil` when it was not.
  public let cap: CallLimit?
  /// Why it is refused; `nil` when it may go out.
  public let refusal: RefusalReason?
  /// The ledger's entry, where it was refused and that is recorded.
  public let entry: Int64?
  /// What would still go out, where a budget refuses it and that was looked at.
  public let room: Room?
  /// The models of the ladder that it does not go to, and would have come to before: in the ladder's order, each once.
  public let skipped: [SkippedRung]

  init(
    request: CallRequest, tier: String, shape: CallShape, asked: Charge, attempt: Int64?, escalation: Escalation,
    states: [BudgetState], decision: Decision, phase: Phase, degradation: Degradation?, cap: CallLimit?,
    refusal: RefusalReason?, entry: Int64? = nil, room: Room? = nil, skipped: [SkippedRung] = []
  ) {
    (self.request, self.tier, self.shape, self.asked) = (request, tier, shape, asked)
    (self.attempt, self.escalation, self.states, self.decision) = (attempt, escalation, states, decision)
    (self.phase, self.degradation, self.cap, self.refusal) = (phase, degradation, cap, refusal)
    (self.entry, self.room, self.skipped) = (entry, room, skipped)
  }

  /// Whether it is refused only because of what calls under way hold: used and this call alone would fit. Then it may go
  /// out as soon as they end.
  public var waitsForCalls: Bool {
    switch refusal {
    case .budget, .wouldDegrade: decision.waitsForCalls
    case .runCap(let cap): cap.waitsForCalls(shape.charge)
    default: false
    }
  }

  /// Whether it might go out if what is held were its own, or were given back: who waits in the line with a hold of its command
  /// is not refused for that hold.
  public var mayBeHeldUpByItself: Bool {
    switch refusal {
    case .budget, .wouldDegrade: decision.fitsWithoutHolds
    default: waitsForCalls
    }
  }

  /// After how many seconds a client is told to try again where only calls under way are in the way: about as long as a
  /// call takes. Nobody knows when they end.
  public static let callsUnderWaySeconds: Int64 = 5

  /// With which other models or maxima than it asks for it goes out, or would with more room: what it is answered then is the
  /// answer to that.
  public var loweredShapes: [CallShape] {
    let shapes = refusal == nil ? [shape] : refusal == .budget ? room?.forms ?? [] : []
    return shapes.filter { $0.model != request.model || $0.maxOutputTokens != request.maxOutputTokens }
  }

  /// The same call, refused.
  public func refused(_ reason: RefusalReason) -> Plan {
    Plan(
      request: request, tier: tier, shape: shape, asked: asked, attempt: attempt, escalation: escalation,
      states: states,
      decision: decision, phase: phase, degradation: nil, cap: nil, refusal: reason)
  }

  /// The same, recorded as an entry of the ledger.
  func recorded(as entry: Int64) -> Plan {
    Plan(
      request: request, tier: tier, shape: shape, asked: asked, attempt: attempt, escalation: escalation,
      states: states, decision: decision, phase: phase, degradation: degradation, cap: cap, refusal: refusal,
      entry: entry, room: room, skipped: skipped)
  }

  /// The same, with what would still go out.
  func with(_ room: Room) -> Plan {
    Plan(
      request: request, tier: tier, shape: shape, asked: asked, attempt: attempt, escalation: escalation,
      states: states, decision: decision, phase: phase, degradation: degradation, cap: cap, refusal: refusal,
      entry: entry, room: room, skipped: skipped)
  }

  /// Plans are equal when all of their parts are.
  public static func == (a: Plan, b: Plan) -> Bool {
    a.request == b.request && a.tier == b.tier && a.shape == b.shape && a.asked == b.asked && a.attempt == b.attempt
      && a.escalation == b.escalation && a.states == b.states && a.decision == b.decision && a.phase == b.phase
      && a.degradation == b.degradation && a.cap == b.cap && a.refusal == b.refusal && a.entry == b.entry
      && a.room == b.room && a.skipped == b.skipped
  }

  /// Feeds what tells most plans apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(request)
    hasher.combine(shape)
    hasher.combine(phase)
  }

  /// What the ledger records of the call.
  public var facts: CallFacts {
    let requested = request.earlier?.requestedModel ?? request.model
    return CallFacts(
      user: request.user, tier: tier, operation: request.operation, model: shape.model,
      requestedModel: shape.model == requested ? nil : requested, run: request.run,
      program: request.program, phase: phase, degraded: isDegraded, estimatedInput: shape.inputTokens,
      estimatedOutput: shape.outputTokens, priceStamp: shape.priceStamp,
      attempt: attempt ?? 1, provider: request.provider, waitedMs: waitedMs)
  }

  /// The budget that would have come into the soft phase by the call as it was asked for, in words, or that of which its
  /// command was told; `nil` where the call was not made cheaper.
  var degradedBy: String? {
    guard degradation != nil else { return isDegraded ? request.earlier?.degradedBy : nil }
    // When it opens is not asked.
    return Decision.on(asked, states, nowUnixMs: 0).tightest?.budget.key.label
  }

  /// Whether it goes out cheaper than it was asked for, here or as its command was told.
  private var isDegraded: Bool { degradation != nil || refusal == nil && request.earlier?.isDegraded == true }

  /// How long it stood in the line, with its command.
  private var waitedMs: Int64? {
    let own: Int64? = if case .queue(_, let waitedMs, _, _, _) = refusal { waitedMs } else { request.waitedMs }
    guard let before = request.earlier?.waitedMs else { return own }
    return before + (own ?? 0)
  }
}

/// A call with its model and maximum fixed, and what it would take.
public struct CallShape: Hashable, Sendable {
  /// The model; `nil` when unknown.
  public let model: String?
  /// The most output tokens; `nil` for no maximum.
  public let maxOutputTokens: Int64?
  /// Estimated input tokens.
  public let inputTokens: Int64
  /// Estimated output tokens.
  public let outputTokens: Int64
  /// Where the output estimate comes from, for people: `--max-tokens`, `95 % of past calls`, `default`.
  public let outputBasis: OutputBasis
  /// The model's price; `nil` when unknown.
  public let price: ModelPrice?
  /// How the call asks to be served.
  public let serviceTier: ServiceTier
  /// The weights its tokens are charged with, without the retry's.
  public let weights: [Multiplier]
  /// The factor of a retry.
  public let retryMultiplier: Multiplier
  /// What would be held.
  public let charge: Charge

  /// The charged tokens of a call of this shape, and the part of them that is there because it is a retry.
  public func chargedTokens(_ tokens: Int64) throws(AmountOverflow) -> (all: Int64, surcharge: Int64) {
    let plain = try Charge.weighted(tokens: tokens, by: weights)
    if retryMultiplier == .one { return (plain, 0) }
    let all = try Charge.weighted(tokens: tokens, by: weights + [retryMultiplier])
    return (all, max(0, all - plain))
  }
}

extension CallShape {
  /// What a call of this shape is charged for what it took.
  ///
  /// - Parameters:
  ///   - usage: its tokens.
  ///   - reportedCostMicroUSD: the cost if the provider stated it; otherwise the model's price decides.
  ///   - tier: how it was served, where the provider said; else as it was asked.
  public func posted(
    _ usage: TokenUsage, reportedCostMicroUSD: Int64?, in tier: ServiceTier? = nil
  ) throws(AmountOverflow) -> Posted {
    let tier = tier ?? serviceTier
    // What went out is charged: where it comes to more than the ledger keeps of a call, as the most that it does keep. A hold
    // that could not be settled would stay open for good.
    let (most, total) = (LargestAmount.ofACall, try usage.total())
    let charged = try? chargedTokens(total)
    let tokens = min(charged?.0 ?? most, most)
    let surcharge = min(charged?.1 ?? 0, tokens)
    // One that cannot be counted is more, too.
    let cost = reportedCostMicroUSD ?? price.map { (try? $0.costMicroUSD(of: usage, in: tier)) ?? .max }
    let unpriced = reportedCostMicroUSD == nil ? price?.unpriced(in: usage, of: tier) ?? [] : []
    return Posted(
      charge: Charge(tokens: tokens, costMicroUSD: cost.map { min($0, most) }), surcharge: surcharge,
      unpriced: unpriced + (cost ?? 0 > most ? [.excess] : []),
      priceStamp: price?.stamp(in: tier, inputTokens: usage.input))
  }

  /// What a call took, in tokens and money.
  public struct Posted: Hashable, Sendable {
    /// What it is charged.
    public let charge: Charge
    /// The part of its tokens that is there because it is a retry.
    public let surcharge: Int64
    /// What its usage holds that nobody knows the price of: the cost is then the least it can be.
    public let unpriced: [UsagePart]
    /// Which price was used; `nil` when the price is unknown.
    public let priceStamp: String?
  }

  /// Which price was used for what it would take; `nil` when the price is unknown.
  public var priceStamp: String? {
    price?.stamp(in: serviceTier, inputTokens: Self.lengthInDoubt(inputTokens))
  }

  /// How long an estimated input may turn out to be: near a threshold the price above it is held.
  ///
  /// *Source:* the error of estimates that 95 of 100 texts keep within, 8.6 % at most by either tokenizer (`Estimation.md`).
  static func lengthInDoubt(_ inputTokens: Int64) -> Int64 {
    let (more, isTooMuch) = inputTokens.addingReportingOverflow(inputTokens / 10)
    return isTooMuch ? .max : more
  }
}

/// A model of the ladder that a call does not go to.
public struct SkippedRung: Hashable, Sendable {
  /// Its name.
  public let model: String
  /// Why.
  public let reason: Reason

  /// Names one.
  public init(model: String, reason: Reason) { (self.model, self.reason) = (model, reason) }

  /// Why a call does not go to a model.
  public enum Reason: String, Hashable, Sendable {
    /// It costs more than the call's own would with an answer as long.
    case dearer
    /// Nobody knows what it costs, and money pays.
    case unknownPrice = "unknown_price"
    /// The provider has no deployment of it.
    case unreachable
    /// It is not served as the call asks to be.
    case notServedSo = "not_served_so"
    /// On it the call would be more than its operation allows one.
    case callLimit = "call_limit"
    /// The budgets have no room for it either.
    case noRoom = "no_room"
  }
}

/// Where an output estimate comes from.
public enum OutputBasis: String, Hashable, Sendable {
  /// The call's own maximum.
  case maximum
  /// The 95th percentile of past calls.
  case history
  /// The configured default.
  case standard
  /// The caller stated the whole call's tokens.
  case stated
}

/// Why a call is refused.
public enum RefusalReason: Hashable, Sendable {
  /// A budget is used up.
  case budget
  /// The soft phase would change the call, and the caller does not accept that.
  case wouldDegrade
  /// Its turn did not come in the time it was given: how many calls were still before it, how long it waited, when its
  /// turn may come, where that can be told, what of its provider's kept it, and else which limits of the configuration it waited
  /// for.
  case queue(
    ahead: Int64, waitedMs: Int64, opensAtUnixMs: Int64? = nil, hold: ProviderHold? = nil, limits: [LaneLimit] = [])
  /// It takes more than its operation allows one call, and its maximum cannot be lowered that far.
  case callLimit(CallLimit)
  /// The run it belongs to may take no more.
  case runCap(RunCap)
  /// Only an answer from the cache would do, and there is none; what keeps the call out of it, where that is so.
  case notCached(barredBy: String? = nil)
  /// A money budget applies and nobody knows what the model costs; the model, if it is known.
  case unknownPrice(model: String?)

  /// What refused it, for the record, where it was no budget.
  var policy: String? {
    switch self {
    case .budget, .wouldDegrade: nil
    case .queue(_, _, _, .some, _): "its provider let nothing start in time"
    case .queue: "its turn did not come in time"
    case .callLimit: "more than one call of its operation may take"
    case .runCap(.calls(let most)): "the run may make \(most) call\(most == 1 ? "" : "s")"
    case .runCap(.tokens(let most, _, _)): "the run may take \(most) tokens"
    case .runCap(.cost(let most, _, _)): "the run may cost \(BudgetLimit.dollars(most))"
    case .runCap(.duration): "the run's time is over"
    case .notCached: Self.notInCache
    case .unknownPrice: "its price is unknown"
    }
  }

  private static let notInCache = "no answer to it is in the cache"

  /// Whether whoever made the call had wanted it so, whatever the rules are: by what its run may take, or by `--cache only`.
  ///
  /// - Parameter policy: what refused it, as it was recorded.
  static func isWanted(_ policy: String) -> Bool {
    policy == notInCache || policy.hasPrefix("the run may ") || policy == RefusalReason.runCap(.duration).policy
  }
}
